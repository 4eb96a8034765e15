# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module for a whole state returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from .._engine.plan import CREATE, DELETE, NONE, RENAME, UPDATE
from .._model.resources.domain import DOMAIN
from .findings import ERROR, Finding
from .items import named_place
from .pruning import Undeclared
from .reasons import Failed, file_of
from .step import Step
from .telling import DONE, FAILED, NOT_TRIED, Fate, key_of, plan_text

#: so many warnings are shown
SHOWN = 20
COUNTED = {CREATE: "created", UPDATE: "updated", DELETE: "deleted", RENAME: "renamed"}


@dataclass
class Told:
    """The result of a run.

    :ivar steps: every object about which there is something to say
    :ivar inside: what goes with domains, by kind
    :ivar in_sync: how many more stand as declared, by kind
    :ivar undeclared: what is not declared and stays
    :ivar told: warnings of the plan
    :ivar changes: those that were planned, before anything was sent
    :ivar panel: its address
    :ivar checksum: that of the plan, unless it must not be carried out
    :ivar refused: nothing was written, and nothing will be
    :ivar reason: why it was refused
    :ivar seen: what the panel shows of what is not declared, by kind and name
    :ivar unlisted: domains and kinds that could not be listed in them, so that nobody knows what is undeclared
    :ivar domains: the domains and alias domains that the declaration speaks of
    """

    steps: List[Step]
    inside: Mapping[str, Mapping[str, Set[str]]]
    in_sync: Mapping[str, int]
    undeclared: Sequence[Undeclared]
    told: Sequence[str]
    changes: Sequence[Mapping[str, Any]]
    panel: str
    findings: List[Finding]
    checksum: Optional[str]
    refused: bool
    reason: str = ""
    domains: Sequence[str] = ()
    seen: Mapping[Tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    unlisted: Sequence[Tuple[str, str]] = ()

    def result(self, used: Dict[str, int], seconds: float, tried: bool) -> Dict[str, Any]:
        """All of it, without ``failed`` and ``msg``.

        :param used: requests and logins by method
        :param tried: carrying out has begun
        """
        steps = self.steps
        text = self._plan_text(tried)
        told = [step for step in steps if step.action != NONE]
        wrote = [] if self.refused else told
        operations = [one for step in wrote for one in step.outcome.operations]
        result: Dict[str, Any] = {
            "changed": bool(operations),
            "changes": changes_of(steps, self.inside),
            "panel": self.panel,
            "domains": list(self.domains),
            "plan_text": text,
            "summary": self._summary(steps, wrote, used, seconds),
            "in_sync": self._in_sync(steps),
            "undeclared": [self._undeclared(one) for one in self.undeclared],
            "failures": [
                {
                    "kind": step.item.kind.name,
                    "id": step.item.ident,
                    "code": step.failure.code,
                    "msg": step.failure.sentence,
                    "place": step.place,
                }
                for step in steps
                if step.failure
            ],
            "findings": [_finding(one) for one in self.findings],
            "operations": operations,
            "unverified": _named(self._unverified(steps)),
            "uncompared": _named(self._uncompared(steps)),
            "doubtful": list(self._doubtful(steps)),
            "diff": {"prepared": text + "\n" if text else ""},
        }
        if self.checksum is not None:
            result["checksum"] = self.checksum
        warnings = self._warnings(steps)
        if warnings:
            result["warnings"] = warnings
        return result

    def _undeclared(self, one: Undeclared) -> Dict[str, Any]:
        values = self.seen.get((one.kind, one.id))
        return one._asdict() if values is None else dict(one._asdict(), shown=values)

    def _plan_text(self, tried: bool) -> str:
        """The plan, and what became of it."""
        if not self.panel:
            return ""
        fates = {(step.item.kind.name, step.item.ident): _fate(step) for step in self.steps} if tried else None
        planned = set(map(key_of, self.changes))
        failures = failed_of(step for step in self.steps if (step.item.kind.name, step.item.ident) not in planned)
        contradictions = [contradiction(one) for one in self.findings if self.refused and one.severity == ERROR]
        text = plan_text(self.changes, self.panel, self._unchanged(self.steps), fates, failures, contradictions)
        if self.refused:
            return "%s\nRefused, nothing was written: %s" % (text, _head(self.reason))
        return "%s\nchecksum %s" % (text, self.checksum) if self.checksum else text

    def _unverified(self, steps: List[Step]) -> List[Tuple[Step, List[str]]]:
        return [(step, [] if self.refused else step.outcome.unverified) for step in steps]

    def _doubtful(self, steps: List[Step]) -> Iterator[Dict[str, Any]]:
        """What nobody knows, by object; of a domain in which something could not be listed, what that is."""
        found: Dict[Tuple[str, str], Set[str]] = {}
        for (step, unverified), (_step, uncompared) in zip(self._unverified(steps), self._uncompared(steps)):
            found.setdefault((step.item.kind.name, step.item.ident), set()).update(unverified, uncompared)
        for domain, plural in self.unlisted:
            found.setdefault((DOMAIN.name, domain), set()).add(plural)
        for (kind, ident), options in found.items():
            if options:
                yield {"kind": kind, "id": ident, "options": sorted(options)}

    @staticmethod
    def _uncompared(steps: List[Step]) -> List[Tuple[Step, List[str]]]:
        return [(step, step.outcome.uncompared) for step in steps]

    def _in_sync(self, steps: List[Step]) -> Dict[str, int]:
        """How many objects of each kind were read and stand as declared."""
        counts: Dict[str, int] = dict(self.in_sync)
        for step in steps:
            quiet = step.action == NONE and not step.skipped and step.failure is None
            if quiet and not (step.outcome.unverified or step.outcome.uncompared):
                counts[step.item.kind.plural] = counts.get(step.item.kind.plural, 0) + 1
        return {kind: number for kind, number in sorted(counts.items()) if number}

    def _summary(self, steps: List[Step], wrote: List[Step], used: Dict[str, int], seconds: float) -> Dict[str, Any]:
        counts = dict.fromkeys(COUNTED.values(), 0)
        for step in wrote:
            if step.failure is None:
                counts[COUNTED[step.action]] += 1
        along: Dict[str, int] = {}
        for step in wrote:
            if step.failure is None and step.deletes_domain:
                for kind, names in self.inside.get(step.item.ident, {}).items():
                    along[kind] = along.get(kind, 0) + len(names)
        along = {kind: number for kind, number in along.items() if number}
        used = dict(used)
        logins = used.pop("logins", 0)
        used["POST"] = used.get("POST", 0) - logins
        return dict(
            counts,
            unchanged=self._unchanged(steps),
            failed=sum(step.failed() for step in steps),
            not_tried=sum(step.skipped and step.failure is None for step in steps),
            takes_along=along,
            logins=logins,
            requests={method: count for method, count in used.items() if count},
            seconds=round(seconds, 2),
        )

    def _unchanged(self, steps: List[Step]) -> int:
        quiet = sum(step.action == NONE and not step.skipped and step.failure is None for step in steps)
        return quiet + sum(self.in_sync.values())

    def _warnings(self, steps: List[Step]) -> List[str]:
        found = [str(one) for one in self.findings if one.severity != ERROR]
        found += self.told
        found += ["%s: %s" % (step.item.label, text) for step in steps for text in step.outcome.warnings]
        more = len(found) - SHOWN
        return found[:SHOWN] + (["%d more warnings are left out." % more] if more > 0 else [])


def _finding(found: Finding) -> Dict[str, Any]:
    told = found._asdict()
    told["message"] = told.pop("sentence")
    return told


def failed_of(steps: Iterable[Step]) -> List[Failed]:
    """Those of the steps that failed."""
    return [
        Failed(step.item.label, step.item.ident, step.failure.sentence, file_of(step.place))
        for step in steps
        if step.failure
    ]


def contradiction(found: Finding) -> Failed:
    """What contradicts itself or the server, as something that failed."""
    return Failed(named_place(found.place, found.kind, found.id), found.id, found.sentence)


def changes_of(steps: Sequence[Step], inside: Mapping[str, Mapping[str, Set[str]]]) -> List[Dict[str, Any]]:
    """What changes, by object."""
    return [
        step.change(inside.get(step.item.ident) if step.item.kind.name == "domain" else None)
        for step in steps
        if step.action != NONE
    ]


def _head(reason: str) -> str:
    """The first line of a reason, where others follow that the text has; that nothing was written is said already."""
    line = reason.partition("\n")[0]
    for words in ("; nothing was written", ", so nothing was written"):
        line = line.replace(words, "", 1)
    return line[:-1] + "." if line.endswith(":") else line


def _fate(step: Step) -> Fate:
    if step.failure is not None:
        return Fate(FAILED, step.failure.sentence)
    return Fate(NOT_TRIED if step.skipped else DONE)


def _named(found: List[Tuple[Step, List[str]]]) -> List[str]:
    return sorted("%s: %s" % (step.item.label, option) for step, options in found for option in options)
