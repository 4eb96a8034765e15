# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module does, apart from how it was called: parameters in, result out.

``execute`` is the one place that catches errors. It knows nothing of who called it; the two doors are
``_run.run_module`` (an ordinary module) and the action plugins (in the controller's own process).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Mapping, Optional

from .._api.client import Client
from .._api.connection import make_client, secrets_of
from .._errors import IRedMailError
from .._model.descriptors import Resource
from .argument_spec import resource_spec
from .desired import want_from
from .entity import Entity
from .result import Outcome, scrub

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Job:
    """One module.

    :param spec: keyword arguments of AnsibleModule, made on demand
    :param start: checks the parameters, before anything is sent, and returns the work
    """

    spec: Callable[[], Dict[str, Any]]
    start: Callable[[Params], Work]


class Work:
    """A task that was found possible; ``result`` is complete also when ``run`` fails half-way."""

    subject = ""

    def run(self, client: Client) -> None:
        raise NotImplementedError

    def result(self) -> Dict[str, Any]:
        raise NotImplementedError


class WritingWork(Work):
    """Work that changes something; ``outcome`` fills as it goes on."""

    outcome: Outcome


class ResourceWork(WritingWork):
    """Bring one object of a resource to its declared state."""

    def __init__(self, resource: Resource, params: Params) -> None:
        self.resource = resource = resource.of(params)
        self.want = want_from(resource, params)
        self.outcome = Outcome()
        self.subject = "%s %s" % (resource.name, self.want.identity)

    def run(self, client: Client) -> None:
        Entity(client, self.resource, self.want, self.outcome).run()

    def result(self) -> Dict[str, Any]:
        return self.outcome.of(self.resource.name, self.want.identity, self.subject)


def resource_job(resource: Resource) -> Job:
    """The writing module of a resource."""
    return Job(lambda: resource_spec(resource), lambda params: ResourceWork(resource, params))


def execute(
    job: Job, params: Params, check_mode: bool, verbosity: int = 0, clients: Optional[Callable[[Params], Client]] = None
) -> Dict[str, Any]:
    """Run a job and return its result; ``failed`` and ``msg`` tell of an error. Never raises.

    :param clients: where the client comes from; makes one unless given
    """
    secrets = secrets_of(params)
    work: Optional[Work] = None
    client: Optional[Client] = None
    failure: Optional[str] = None
    try:
        work = job.start(params)
        client = (clients or make_client)(params)
        client.read_only = check_mode
        client.trace = []
        work.run(client)
    except IRedMailError as error:
        failure = str(error)
    except Exception as error:  # pylint: disable=broad-except  # a traceback could carry a secret
        failure = "this is a bug of mailstate.iredmail, please report it: %s: %s" % (type(error).__name__, error)
    result: Dict[str, Any] = work.result() if work else {"changed": False}
    if failure is not None:
        subject = work.subject + ": " if work and work.subject else ""
        result.update(failed=True, msg=subject + failure)
    if client is not None and verbosity >= 3:
        result["api_trace"] = list(client.trace)
    return dict(scrub(result, secrets))
