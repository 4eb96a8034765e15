# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning the POST of an object that is not there yet. Pure, like the planner of what follows it."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Tuple

from .._errors import InputError
from .._model.descriptors import Resource
from .._model.fields import ListField
from .._model.sources import UNKNOWN, UNREADABLE
from .current import Current
from .desired import Desired, check_backend, no_recipient_left
from .plan import Expect, Operation


def plan_create(resource: Resource, desired: Desired, backend: Optional[str]) -> Tuple[Operation, Dict[str, Any]]:
    """The POST of a new object, and the options it carries.

    Empty values are not sent: what POST makes of them is not known (LDAP takes a quota of 0 for "the domain's default",
    panel/users.md#quota), so they are left to the PUT that follows.

    :raises InputError: something a new object needs is missing, this backend cannot store an option, or mail would have
        nowhere to go; or the panel would not make anything of that name
    """
    check_new_name(resource, desired.identity)
    for group in resource.creates_with:
        if not any(getattr(desired, option, None) or desired.exact.get(option) for option in group):
            raise InputError(
                "%s does not exist, and to create it %s is needed." % (desired.identity, " or ".join(group))
            )
    operation = Operation("POST", resource.at(desired.identity))
    posted: Dict[str, Any] = {}
    for one in resource.fields:
        if not desired.names(one):
            continue
        check_backend(one, backend)
        value = desired.exact.get(one.option)
        if isinstance(one, ListField):
            value = desired.exact.get(one.option, desired.add.get(one.option))
            if one.self_option and not value and desired.keep_self.get(one.option) is False:
                raise no_recipient_left(one, desired)
        conflicts = any(option in desired.exact for option in resource.rules.not_with.get(one.option, ()))
        if one.create and value is not None and value != one.codec.empty and not conflicts:
            operation.params.update(resource.rules.with_params.get(one.option, {}))
            operation.params.update(one.codec.params(one.create, value))
            posted[one.option] = value
    if desired.password_hash:
        operation.params["password_hash"] = desired.password_hash
    elif desired.password:
        operation.params["password"] = desired.password
    return operation, posted


def check_new_name(resource: Resource, name: str) -> None:
    """:raises InputError: nothing new may have such a name, although something that is there may be called so"""
    try:
        resource.identity_codec.admit(name)
    except ValueError as error:
        raise InputError(
            "there is no %s %s, and none can be made or renamed to that: it %s." % (resource.name, name, error)
        ) from None


def expected(resource: Resource, posted: Mapping[str, Any]) -> Dict[str, Expect]:
    """What must be seen of a new object, of the options that its POST carries."""
    found: Dict[str, Expect] = {}
    for one in resource.fields:
        if one.option not in posted or (isinstance(one, ListField) and one.needs_confirmation):
            continue
        value = posted[one.option]
        found[one.option] = Expect(added=value) if isinstance(one, ListField) else Expect(value)
        for other, its in resource.rules.implied(one.option, value):
            found.setdefault(other, Expect() if isinstance(its, frozenset) else Expect(its))
    return found


def inherited(resource: Resource, desired: Desired, predicted: Current, made: Current) -> List[str]:
    """The warning where a new list is not empty although nobody said so (panel/mlmmjadmin.md#backends).

    :param predicted: what it was to hold
    """
    if not resource.reading.files_apart:
        return []
    found: List[str] = []
    for one in resource.fields:
        empty, value = predicted.value(one.option), made.value(one.option)
        if isinstance(value, frozenset) and isinstance(one, ListField):
            value -= frozenset(one.server_managed)
            value -= empty if isinstance(empty, frozenset) else frozenset()
        known = empty not in (UNKNOWN, UNREADABLE) and value is not UNREADABLE
        if known and one.option not in desired.exact and value and value != empty:
            found.append(one.option)
    sentence = (
        "it is new, and has something already: %s. The server had files of an earlier one, or has other defaults."
    )
    return [sentence % ", ".join(found)] if found else []
