# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module is, and a task of it, apart from how it was called: parameters in, result out.

:func:`execute` knows nothing of who called it; the two doors are ``module.run_module`` (an ordinary module) and the
action plugins (in the controller's own process).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from .._api.client import Client
from .._api.connection import connection_spec, make_client, origins, secrets_of
from .._api.interrupt import Interrupt
from .._errors import IRedMailError, printable

Params = Mapping[str, Any]
#: told what is being done, how much of it is done and how much there is
Progress = Callable[[str, int, int], None]
HIDDEN = "********"
BUG = "bug"
BLIND = "validate_certs is off: whoever answers at the panel's address is believed, and given the admin's password."
#: a shorter secret may be part of any word, and one that is shorter still any word: these are blanked where they stand
#: alone, and where they are a whole value or in quotes
SHORT, TINY = 8, 4
#: it is no part of a word, an address, a domain or a path
ALONE = r"(?<![\w@.+/\-])%s(?![\w@+/\-]|\.\w)"
QUOTED = r"(?:\A|(?<=[\"'`=]))%s(?=[\"'`&]|\Z)"


def no_progress(what: str, done: int, total: int) -> None:
    """Tell nobody."""


class Task:
    """A task that was found possible; ``result`` is complete also when ``run`` fails half-way.

    :ivar subject: what messages begin with
    :ivar offline: it needs no panel, and must not have one
    :ivar progress: is told how far it is; may be replaced, to show it
    """

    subject = ""
    offline = False
    progress: Progress = staticmethod(no_progress)

    def look(self) -> None:
        """Do what needs no panel, for a task that is offline.

        :raises IRedMailError: it failed
        """

    def run(self, client: Client, check_mode: bool) -> None:
        """Do it.

        :raises IRedMailError: it failed
        """
        raise NotImplementedError

    def result(self) -> Dict[str, Any]:
        """What the module returns, without ``failed`` and ``msg``."""
        raise NotImplementedError


@dataclass(frozen=True)
class Module:
    """One module.

    :param spec: keyword arguments of AnsibleModule, made on demand
    :param start: checks the parameters, before anything is sent, and returns the task
    :param fields: the options that a writing module manages
    :param numerals: further options whose digits are a text and no number
    """

    spec: Callable[[], Dict[str, Any]]
    start: Callable[[Params], Task]
    fields: Tuple[Any, ...] = ()
    numerals: Tuple[str, ...] = ()


def reading_module(start: Callable[[Params], Task], **options: Dict[str, Any]) -> Module:
    """A module that only asks; ``options`` beside those of the connection."""
    return Module(lambda: {"argument_spec": dict(connection_spec(), **options), "supports_check_mode": True}, start)


def with_progress(module: Module, progress: Progress) -> Module:
    """The module with a progress that is told."""

    def start(params: Params) -> Task:
        task = module.start(params)
        task.progress = progress
        return task

    return replace(module, start=start)


def execute(
    module: Module,
    params: Params,
    check_mode: bool,
    verbosity: int = 0,
    clients: Optional[Callable[[Params], Client]] = None,
    interrupt: Optional[Interrupt] = None,
) -> Dict[str, Any]:
    """Run a task of a module and return its result; ``failed`` and ``msg`` tell of an error. Never raises.

    :param clients: where the client comes from; makes one unless given
    :param interrupt: what may end the run early; then it failed, and its result says what was done
    """
    interrupt = interrupt or Interrupt()
    secrets = secrets_of(params)
    task: Optional[Task] = None
    client: Optional[Client] = None
    failure: Optional[str] = None
    try:
        task = module.start(params)
        if task.offline:
            task.look()
        else:
            client = (clients or make_client)(params)
            # a second lock: whoever plans refuses to write in any case
            client.read_only = check_mode
            client.trace = []
            client.interrupt = interrupt
            task.run(client, check_mode)
            interrupt.check()
    except Exception as error:  # pylint: disable=broad-except  # a traceback could carry a secret
        failure = explain(error)[1]
        failure = " ".join(filter(None, (failure, origins(failure, params))))
    if interrupt.reason is not None and interrupt.sentence not in (failure or ""):
        failure = " ".join(filter(None, (interrupt.sentence, failure)))
    result: Dict[str, Any] = task.result() if task else {"changed": False}
    if failure is not None:
        subject = task.subject + ": " if task and task.subject else ""
        result.update(failed=True, msg=printable(subject + failure))
    if result.get("warnings"):
        result["warnings"] = [printable(text) for text in result["warnings"]]
    if client is not None and client.is_blind:
        result["warnings"] = [*result.get("warnings", ()), BLIND]
    if client is not None and verbosity >= 3:
        result["api_trace"] = list(client.trace)
    return dict(mask(result, secrets))


def explain(error: Exception) -> Tuple[str, str]:
    """A failure as a code for programs and a sentence for people; anything unexpected is a bug of ours."""
    if isinstance(error, IRedMailError):
        return error.reason, str(error)
    text = "this is a bug of mailstate.iredmail, please report it: %s: %s" % (type(error).__name__, error)
    return BUG, printable(text)


def blank(text: str, secret: str) -> str:
    """A text without a secret.

    Secrets are kept out of results where these are made; this is for what a server echoes. A password of one letter
    must not take all of that letter out of a result, and tell it by what is missing.
    """
    if secret not in text:
        return text
    if len(secret) >= SHORT:
        return text.replace(secret, HIDDEN)
    around = ALONE if len(secret) >= TINY else QUOTED
    return re.sub(around % re.escape(secret), HIDDEN, text)


def mask(value: Any, secrets: List[str]) -> Any:
    """Blank every secret in every text of a result, also where a server echoed it."""
    if isinstance(value, str):
        for secret in secrets:
            value = blank(value, secret)
        return value
    if isinstance(value, dict):
        return {key: mask(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [mask(item, secrets) for item in value]
    return value
