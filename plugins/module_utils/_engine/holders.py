# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has a name that the panel does not give away."""

from __future__ import annotations

from typing import Iterator, Optional, Tuple

from .._errors import InputError, IRedMailError, Rejected
from .._model.catalog import ACCOUNTS
from .._model.descriptors import Resource
from .._model.resources.domain import DOMAIN
from .._model.resources.ml import ML
from .._model.resources.user import USER
from .._model.spellings import as_stored
from .current import Current
from .view import View, each_of

TAKEN = "ALREADY_EXISTS"
#: so many profiles are looked at for one that has the name beside its own
MANY = 30
#: options with further names, by what has them
FURTHER = {USER.name: "aliases", DOMAIN.name: "alias_domains", ML.name: "extra_addresses"}


def check_spelling(view: View, resource: Resource, name: str) -> None:
    """That nothing is there by the name of a domain in another script does not say that the domain is not there.

    :raises InputError: it is there in its ASCII form
    """
    stored = as_stored(name)
    if stored != name and view.get(resource, stored) is not None:
        raise InputError(
            "there is no %s, but there is %s, which may be the same; write the one that is meant." % (name, stored)
        )


def name_taken(view: View, resource: Resource, name: str, refusal: Rejected) -> str:
    """The sentence for a name that was refused, with who has it where that can be found out.

    :param resource: what was to get the name, and does not have it itself
    """
    if resource is DOMAIN:
        what, holder = "another domain has it, as its name or as an alias domain", _further(view, DOMAIN, "", name)
    else:
        what, holder = "another account, list or alias address has it", _holder(view, resource, name)
    found = ": %s" % holder if holder else ""
    return "the server refuses the name (%s): %s%s. Take another name, or free this one first." % (
        refusal.code,
        what,
        found,
    )


def _holder(view: View, resource: Resource, name: str) -> Optional[str]:
    for other in ACCOUNTS:
        if other is not resource and _has(view, other, name):
            return "%s %s" % (other.name, name)
    domain = name.rpartition("@")[2]
    return _further(view, USER, domain, name) or _further(view, ML, domain, name)


def _has(view: View, resource: Resource, name: str) -> bool:
    try:
        return view.get(resource, name) is not None
    except IRedMailError:
        return False


def _further(view: View, resource: Resource, domain: str, name: str) -> Optional[str]:
    """What of a domain, or which domain, has the name as a further one."""
    option = FURTHER[resource.name]
    for holder, current in _some(view, resource, domain):
        value = current.value(option)
        if isinstance(value, frozenset) and name in value:
            return "%s of %s %s" % (option, resource.name, holder)
    return None


def _some(view: View, resource: Resource, domain: str) -> Iterator[Tuple[str, Current]]:
    try:
        names = view.names(resource, domain) or []
        for name, answer in each_of(view, resource, names if len(names) <= MANY else ()):
            if isinstance(answer, Current):
                yield name, answer
    except IRedMailError:
        return
