# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scope of pruning, and of reports about what is not declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Container, Iterable, List, Mapping, Optional, Tuple

from .._engine.desired import mailbox_days
from .._errors import InputError
from .._model.spellings import as_stored
from .kinds import PRUNABLE
from .patterns import idle, matching, patterns_of


@dataclass
class Prune:
    """What is to go when it is not declared.

    :ivar kinds: plural names; ``domains`` the scope, names or globs; ``protect`` globs of what stays whatever is said
    :ivar reports: nothing is to go; what is not declared is only told
    """

    kinds: Tuple[str, ...] = ()
    domains: Tuple[str, ...] = ()
    protect: Tuple[str, ...] = ()
    keep_mailbox_days: Optional[int] = None
    reports: bool = False

    @property
    def guards(self) -> Tuple[str, ...]:
        """The patterns of what must not go; those of a report only say what it leaves out."""
        return () if self.reports else self.protect

    def protecting(self, names: Iterable[str]) -> Optional[str]:
        """The pattern of ``protect`` that matches an object.

        :param names: all that the object is known by: its own name, alias addresses, alias domains, extra addresses
        """
        return matching(self.protect, names) if self.protect else None

    def is_protected(self, ident: str) -> bool:
        return self.protecting((ident,)) is not None

    def unmatched(self, names: Iterable[str]) -> List[str]:
        """The patterns of ``protect`` that match none of all names on the server and in the declaration."""
        return idle(self.protect, names) if self.protect else []

    def in_scope(self, domain: str) -> bool:
        return matching(self.domains, (domain,)) is not None

    def may_prune(self, domain: str, declared: Container[str]) -> bool:
        """Whether accounts of a domain may go because they are not declared.

        A list without any item of a domain says nothing about that domain: its file may be missing. Only who names the
        domain in ``prune.domains``, and not by a pattern, means that none of them is to stay.

        :param declared: the domains that are declared, or that a declared item belongs to
        """
        return self.in_scope(domain) and (domain in declared or self.is_named(domain))

    def is_named(self, domain: str) -> bool:
        """Whether ``domains`` has a domain itself, and not only a pattern that matches it."""
        return as_stored(domain) in self.domains


def prune_of(given: Optional[Mapping[str, Any]], declared: Mapping[str, Any]) -> Prune:
    """The checked option ``prune``.

    :raises InputError: it is incomplete, names a kind whose list is missing, or a pattern matches nothing
    """
    if not given:
        return Prune()
    kinds = tuple(given.get("kinds") or ())
    prune = Prune(
        kinds,
        patterns_of("prune.domains", given.get("domains"), domains=True),
        patterns_of("prune.protect", given.get("protect")),
        mailbox_days("prune.keep_mailbox_days", given.get("keep_mailbox_days")),
    )
    if kinds and not prune.domains:
        raise InputError("prune.domains is missing: name the domains in which something may go.")
    for kind in kinds:
        if kind not in PRUNABLE:
            raise InputError(
                "prune.kinds: %s cannot be pruned, since the API has no list of them; those that can are %s."
                % (kind, ", ".join(PRUNABLE))
            )
        if declared.get(kind) is None:
            raise InputError(
                "prune names %s, and the list of them is missing or null; nothing was read or written. If really none "
                "is to stay, say %s: []." % (kind, kind)
            )
    return prune


def scope_of(
    prune: Optional[Mapping[str, Any]], undeclared: Optional[Mapping[str, Any]], declared: Mapping[str, Any]
) -> Prune:
    """The checked options ``prune`` and ``undeclared``.

    :raises InputError: one of them is wrong, or both are used
    """
    if undeclared is None:
        return prune_of(prune, declared)
    if prune and any(value is not None for value in prune.values()):
        raise InputError("undeclared deletes nothing and prune does; use one of the two.")
    return undeclared_of(undeclared)


def undeclared_of(given: Optional[Mapping[str, Any]]) -> Prune:
    """The checked option ``undeclared``: what is looked for as pruning would, and only told.

    :raises InputError: a pattern matches nothing
    """
    if given is None:
        return Prune()
    return Prune(
        tuple(given.get("kinds") or PRUNABLE),
        patterns_of("undeclared.domains", given.get("domains") or ["*"], domains=True),
        patterns_of("undeclared.protect", given.get("protect")),
        reports=True,
    )
