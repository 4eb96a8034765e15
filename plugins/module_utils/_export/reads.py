# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export reads of users and lists, beyond what they are declared with."""

from __future__ import annotations

from functools import partial
from typing import Any, List, Mapping, NamedTuple, Optional, Sequence

from .._engine.current import Current, decode, unwrap
from .._engine.panel import Panel
from .._engine.view import tried
from .._errors import IRedMailError
from .._model.descriptors import Resource
from .._model.fields import ListField
from .._model.resources.ml import ML
from .._model.resources.user import USER
from .._model.sources import MISSING
from .._state.workers import Read, Workers


def read_each(workers: Workers, what: str, reads: Sequence[Read[Any]], kinds: Sequence[str] = ()) -> List[Any]:
    """What is read of things that are listed; an error instead of one that the panel cannot be asked for.

    :param what: what progress calls all of them
    :param kinds: of each of them, where they are of several
    :raises IRedMailError: something else failed; or it can be asked for none of a kind, which is no matter of names
    """
    answers = workers.read([(label, partial(tried, read)) for label, read in reads], what)
    kinds = kinds or [""] * len(reads)
    answered = {kind for kind, answer in zip(kinds, answers) if not isinstance(answer, IRedMailError)}
    workers.read([read for kind, read in zip(kinds, reads) if kind not in answered][:1])  # which fails as it did
    return answers


class UserRead(NamedTuple):
    """A user, and whether its own address was seen among its forwardings."""

    current: Current
    shows_own: bool


def read_user(panel: Panel, mail: str) -> Optional[UserRead]:
    """A user; None when there is none."""
    data = panel.profile(USER, mail)
    if data is MISSING:
        return None
    current = decode(USER, mail, data)
    profile = unwrap(data)
    (forwarding,) = [one for one in USER.fields if isinstance(one, ListField) and one.self_option]
    raw = [place.find(profile) for place in forwarding.places(current.backend)]
    shown = next((value for value in raw if value is not MISSING), None)
    return UserRead(current, forwarding.option not in current.problems and mail in forwarding.codec.from_wire(shown))


class ListRead(NamedTuple):
    """A list, and who subscribed to versions of it other than the normal one (UNREADABLE: not shown)."""

    resource: Resource
    current: Current
    others: Mapping[str, Any]


def read_ml(panel: Panel, mail: str) -> Optional[ListRead]:
    """A subscribable list with all of its subscribers; None when there is none."""
    resource = ML.of({"mail": mail})
    data = panel.profile(resource, mail)
    if data is MISSING:
        return None
    others = {}
    for version in ("digest", "nomail"):
        seen = decode(ML.of({"mail": mail, "subscription": version}), mail, data)
        others[version] = seen.values["subscribers"]
    return ListRead(resource, decode(resource, mail, data), others)
