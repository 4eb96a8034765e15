# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading for an export: names from lists, every object by itself, side by side. A failed read is never passed over."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, List, Mapping, NamedTuple, Optional, Sequence, Tuple, TypeVar

from .._api.client import Client
from .._engine.current import Current, decode, list_identities, unwrap
from .._errors import BadAnswer, IRedMailError, NoSuchEndpoint, Rejected, ServerFault
from .._model.descriptors import Resource
from .._model.resources.ml import ML
from .._model.resources.user import USER
from .._model.sources import MISSING
from .._state.lists import fetch

#: so many failed reads are named in the message
SHOWN = 5
Found = TypeVar("Found")
Job = Tuple[str, Callable[[], Found]]


class Reads:
    """Runs reads side by side; the first failure keeps the others from beginning.

    :param pool: the threads that share the client
    """

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._stop = threading.Event()

    def all(self, jobs: Sequence[Job[Found]]) -> List[Found]:
        """The results, in the order of the jobs.

        :raises IRedMailError: naming what could not be read
        """
        futures = [self._pool.submit(self._one, job) for _label, job in jobs]
        failed: List[str] = []
        found: List[Any] = []
        for (label, _job), future in zip(jobs, futures):
            try:
                found.append(future.result())
            except IRedMailError as error:
                hint = " To export the rest, leave its kind out of kinds." if isinstance(error, NoSuchEndpoint) else ""
                failed.append("%s could not be read: %s%s" % (label, error, hint))
        if failed:
            more = " And %d more." % (len(failed) - SHOWN) if len(failed) > SHOWN else ""
            raise IRedMailError("nothing was exported. %s%s" % (" ".join(failed[:SHOWN]), more))
        return found

    def _one(self, job: Callable[[], Found]) -> Optional[Found]:
        if self._stop.is_set():
            return None  # never seen: the failure that stopped it is raised
        try:
            return job()
        except BaseException:
            self._stop.set()
            raise


def names_of(client: Client, resource: Resource, domain: str) -> List[str]:
    """The names of all objects (of a domain); from the detailed list where the one of names fails.

    See panel/user-profiles.md#list-of-users.

    :raises IRedMailError: neither can be read
    """
    try:
        return list_identities(client, resource, domain) or []
    except (ServerFault, BadAnswer):
        listing = fetch(client, resource, domain)
        if listing is None:
            raise
        return sorted(listing.rows)


class UserRead(NamedTuple):
    """A user, and whether its own address was seen among its forwardings."""

    current: Current
    shows_own: bool


def read_user(client: Client, mail: str) -> Optional[UserRead]:
    """A user; None when there is none."""
    data = _data(client, USER, mail)
    if data is None:
        return None
    current = decode(USER, mail, data, USER.at(mail))
    profile = unwrap(data)
    (forwarding,) = [one for one in USER.fields if one.own_option]
    raw = [place.find(profile) for place in forwarding.places(current.backend)]
    shown = next((value for value in raw if value is not MISSING), None)
    return UserRead(current, forwarding.option not in current.problems and mail in forwarding.codec.from_wire(shown))


class ListRead(NamedTuple):
    """A list, and who subscribed to versions of it other than the normal one (UNREADABLE: not shown)."""

    resource: Resource
    current: Current
    others: Mapping[str, Any]


def read_ml(client: Client, mail: str) -> Optional[ListRead]:
    """A subscribable list with all of its subscribers; None when there is none."""
    resource = ML.of({"mail": mail})
    data = _data(client, resource, mail)
    if data is None:
        return None
    path = resource.at(mail)
    others = {}
    for version in ("digest", "nomail"):
        seen = decode(ML.of({"mail": mail, "subscription": version}), mail, data, path)
        others[version] = seen.values["subscribers"]
    return ListRead(resource, decode(resource, mail, data, path), others)


def _data(client: Client, resource: Resource, name: str) -> Any:
    """The profile as it is shown; None when there is no such object."""
    try:
        return client.get(resource.at(name), dict(resource.read_query) or None)
    except Rejected as refusal:
        if refusal.code in resource.absent_codes:
            return None
        raise
