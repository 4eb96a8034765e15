# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits: what may be deleted at all, and how much of it at once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, DefaultDict, Dict, List, Mapping, Optional, Set, Tuple

from .._engine.desired import mailbox_days
from .._engine.panel import Panel
from .._errors import InputError
from .._model.catalog import IN_DOMAIN
from .._model.resources.user import USER
from .kinds import BY_NAME, PRUNABLE
from .step import Step

#: percent counts once so many objects of a kind exist
ENOUGH = 10


@dataclass
class Prune:
    """What is to go when it is not declared.

    :ivar kinds: plural names; ``domains`` the scope, names or globs; ``protect`` globs of what stays whatever is said
    """

    kinds: Tuple[str, ...] = ()
    domains: Tuple[str, ...] = ()
    protect: Tuple[str, ...] = ()
    keep_mailbox_days: Optional[int] = None

    def is_protected(self, ident: str) -> bool:
        return any(fnmatchcase(ident, glob) for glob in self.protect)

    def in_scope(self, domain: str) -> bool:
        return any(fnmatchcase(domain, glob) for glob in self.domains)


def prune_of(given: Optional[Mapping[str, Any]], declared: Mapping[str, Any]) -> Prune:
    """The checked option ``prune``.

    :raises InputError: it is incomplete, or names a kind whose list is missing
    """
    if not given:
        return Prune()
    kinds = tuple(given.get("kinds") or ())
    prune = Prune(
        kinds,
        tuple(str(name).strip().lower() for name in given.get("domains") or ()),
        tuple(str(glob).strip().lower() for glob in given.get("protect") or ()),
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


@dataclass
class Deletions:
    """What a run would delete, by kind, and how much of it there is."""

    existing: DefaultDict[str, Set[str]] = field(default_factory=lambda: defaultdict(set))
    inside: Dict[str, Dict[str, Set[str]]] = field(default_factory=dict)

    def look_inside(self, panel: Panel, domain: str) -> Dict[str, Set[str]]:
        """What is in a domain that is to go, by kind.

        :raises IRedMailError: it cannot be said; then the domain must stay
        """
        if domain not in self.inside:
            found: Dict[str, Set[str]] = {}
            for resource in IN_DOMAIN:
                found[resource.plural] = set(panel.names_in(resource, domain))
                self.existing[resource.plural] |= found[resource.plural]
            self.inside[domain] = found
        return self.inside[domain]

    def of(self, steps: List[Step]) -> Dict[str, Set[str]]:
        """The names of what the steps delete, with what goes with a domain."""
        lost: DefaultDict[str, Set[str]] = defaultdict(set)
        for step in steps:
            if not step.deletes_object:
                continue
            lost[step.item.kind.plural].add(step.item.ident)
            if step.item.kind.name == "domain":
                for plural, names in self.inside.get(step.item.ident, {}).items():
                    lost[plural] |= names
        return dict(lost)


def check_ceilings(lost: Mapping[str, Set[str]], deletions: Deletions, most: int, percent: float) -> None:
    """:raises InputError: too much would go"""
    total = sum(len(names) for names in lost.values())
    if not total:
        return
    override = "nothing was written. If all of them are to go, run it once with max_deletions: %d" % total
    if total > most:
        if _too_many(lost, deletions, percent):
            override += " and max_delete_percent: 100"
        raise InputError(
            "%d deletions are planned, and max_deletions is %d: %s; %s." % (total, most, _names(lost), override)
        )
    for plural, there in _too_many(lost, deletions, percent):
        raise InputError(
            "%d of %d %s would be deleted, and max_delete_percent is %g: %s; nothing was written. If all of them are "
            "to go, run it once with max_delete_percent: 100."
            % (len(lost[plural]), there, plural, percent, _names({plural: lost[plural]}))
        )


def _too_many(lost: Mapping[str, Set[str]], deletions: Deletions, percent: float) -> List[Tuple[str, int]]:
    counted = [(plural, names, len(deletions.existing[plural] | names)) for plural, names in lost.items()]
    return [
        (plural, there) for plural, names, there in counted if there >= ENOUGH and len(names) * 100 > percent * there
    ]


def _names(lost: Mapping[str, Set[str]]) -> str:
    names = ["%s %s" % (BY_NAME[plural].name, name) for plural in sorted(lost) for name in sorted(lost[plural])]
    return ", ".join(names[:5]) + (" and %d more" % (len(names) - 5) if len(names) > 5 else "")


def check_admins(steps: List[Step], deletions: Deletions, panel: Panel) -> None:
    """The last global admin is never lost. The one in use stays in any case, so it is the one that remains.

    :raises InputError: global admins would go, and nobody knows whether another one stays
    """
    if panel.username is not None:
        return
    lost = [step.item.label for step in steps if step.takes_rights()]
    for step in steps:
        lost += ["user %s" % mail for mail in sorted(_taken_along(step, deletions)) if _is_admin(panel, mail)]
    if lost:
        raise InputError(
            "%s would lose the rights of a global admin, and with api_session alone nobody knows which account is in "
            "use, so it might be the last one; give api_username and api_password." % ", ".join(lost)
        )


def _taken_along(step: Step, deletions: Deletions) -> Set[str]:
    """Users that go with their domain, or are disabled with all others of it."""
    if step.deletes_object and step.item.kind.name == "domain":
        return deletions.inside.get(step.item.ident, {}).get("users", set())
    disabled = step.outcome.after.get("enabled") if step.item.kind.name == "domain_users" else None
    return {mail for mail, enabled in disabled.items() if enabled is False} if isinstance(disabled, dict) else set()


def _is_admin(panel: Panel, mail: str) -> bool:
    current = panel.get(USER, mail)
    return current is not None and current.value("global_admin") is True
