# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what a change was planned from still holds, right before the change is sent."""

from __future__ import annotations

from collections import defaultdict
from typing import (
    AbstractSet,
    Any,
    Callable,
    DefaultDict,
    Dict,
    FrozenSet,
    Iterable,
    List,
    Mapping,
    Sequence,
    Set,
    Tuple,
)

from .._engine.current import Current
from .._engine.entity import EntityTask
from .._engine.hits import ADMIN_SERVICE
from .._engine.lost import look_again
from .._engine.panel import Panel
from .._engine.plan import CREATE
from .._errors import Interrupted, IRedMailError
from .._model.catalog import IN_DOMAIN
from .._model.sources import UNREADABLE
from .items import domain_of
from .lists import Wanted, from_lists
from .step import Step, is_out_of_reach
from .workers import NOT_ASKED, Workers

NONE: FrozenSet[str] = frozenset()
CHANGED_SINCE = "changed_since_planned"

#: the names in domains, by kind
Inside = Mapping[str, Mapping[str, AbstractSet[str]]]


def read_profiles(panel: Panel, workers: Workers, wanted: Sequence[Wanted]) -> Dict[Step, Any]:
    """What there is of each: a ``Current``, None, the error that reading it raised, or ``NOT_ASKED``."""

    def read_one(one: Wanted) -> Tuple[Step, Any]:
        if workers.stopped:
            return one.step, NOT_ASKED
        try:
            found = panel.get(one.resource, one.ident)
        except Interrupted:
            return one.step, NOT_ASKED
        except IRedMailError as error:
            workers.heard(is_out_of_reach(error))
            return one.step, error
        workers.heard(False)
        return one.step, found

    domains: DefaultDict[str, List[Wanted]] = defaultdict(list)
    for one in wanted:
        domains[one.domain].append(one)
    found: Dict[Step, Any] = {}
    for part in workers.each(lambda group: from_lists(panel, group), list(domains.values())):
        found.update(part)
    single = [one for one in wanted if one.step not in found]
    one_more = workers.tally("look at what changes", len(single))
    for step, now in workers.each(read_one, single):
        found[step] = now
        one_more()
    return found


class OwnChanges:
    """What a run changes in objects beside those that it sends something for.

    :param steps: those that are carried out
    :param freed: every name that an object gives up; ``claimed`` those that one gets
    :param renamed: those that are given up for a new one, with that
    """

    def __init__(
        self,
        steps: Iterable[Step],
        freed: AbstractSet[str],
        claimed: AbstractSet[str],
        renamed: Mapping[str, str],
    ) -> None:
        # with an alias domain come and go addresses in it
        self._wandering = freed | set(renamed.values()) | {name for name in claimed if "@" not in name}
        self._freed, self._renamed = freed, renamed
        kinds: DefaultDict[str, List[Step]] = defaultdict(list)
        for step in steps:
            kinds[step.item.kind.name].append(step)
        self._everybody = {step.item.domain: step.item.desired.exact for step in kinds["domain_users"]}
        # who begins or ceases to manage a domain gets or loses a service on LDAP (panel/users.md#services)
        self._services = frozenset({ADMIN_SERVICE}) if kinds["domain_admins"] else NONE

    def explain(self, step: Step, name: str, now: Current, found: Current) -> bool:
        """Whether a value is still the same, but for what the run itself changes."""
        value = now.value(name)
        if value == found.value(name) or value == self._everybody.get(step.item.domain, {}).get(name, UNREADABLE):
            return True
        is_now, was = _shown(now, name), _shown(found, name)
        if isinstance(was, frozenset):
            # where nothing is left, a panel may not show a list at all
            differs = was ^ (NONE if is_now is UNREADABLE else is_now)
            return all(self._wanders(one, self._wandering) for one in differs - self._services)
        goes = isinstance(was, str) and self._wanders(was, self._freed)
        return goes and (not is_now or is_now in (UNREADABLE, self._renamed.get(was)))

    @staticmethod
    def _wanders(name: str, names: AbstractSet[str]) -> bool:
        return name in names or domain_of(name) in names


class Guards:
    """Looks once at the object of each change. A change of which that fails, or finds something else, has failed.

    :param own: what the run itself changes elsewhere
    :param inside: what was in the domains that are to go, by kind
    :param gone: told of each object that was to go and is gone already
    """

    def __init__(
        self, panel: Panel, workers: Workers, own: OwnChanges, inside: Inside, gone: Callable[[Step], None]
    ) -> None:
        self.panel, self.workers, self._own, self._inside, self._gone = panel, workers, own, inside, gone
        self._checked: Set[Step] = set()

    def check(self, steps: Iterable[Step]) -> None:
        """Look at many at once: those that a list may show."""
        wanted = [
            Wanted(step, task.resource, task.name, task.needed())
            for step in dict.fromkeys(steps)
            for task in [step.item.task]
            if isinstance(task, EntityTask) and task.found is not None and task.needed() is not None
        ]
        for step, now in read_profiles(self.panel, self.workers, wanted).items():
            self._checked.add(step)
            if now is NOT_ASKED:
                step.skip()
            else:
                self._compare(step, now)

    def hold(self, step: Step) -> bool:
        """Whether it holds; to be asked before the first piece of a step is sent, and before each other one."""
        task = step.item.task
        if step in self._checked or not isinstance(task, EntityTask) or step.action == CREATE:
            return True
        self._checked.add(step)
        name = task.name if task.former is None else str(task.desired.rename_from)
        try:
            now = look_again(self.panel, task.resource, name, step.found)
            return self._compare(step, now) and self._has_nothing_new(step)
        except Interrupted:
            step.skip()
            return False
        except IRedMailError as error:
            step.fail(error)
            return False

    def _has_nothing_new(self, step: Step) -> bool:
        """Whether a domain that is to go holds nothing but what was there when that was planned."""
        domain = step.item.ident
        if not step.deletes_object or domain not in self._inside:
            return True
        for resource in IN_DOMAIN:
            new = set(self.panel.names_in(resource, domain)) - self._inside[domain].get(resource.plural, set())
            if new:
                sentence = "%s %s came into it since it was planned; nothing was sent. Plan anew."
                step.give_up(CHANGED_SINCE, sentence % (resource.name, sorted(new)[0]))
                return False
        return True

    def _compare(self, step: Step, now: Any) -> bool:
        task, found = step.item.task, step.found
        if isinstance(now, Exception):
            step.fail(now)
        elif now is None and step.deletes_object:
            task.forget()  # somebody else was faster
            self._gone(step)
        elif now is None or found is None:
            step.give_up(CHANGED_SINCE, "it is gone since it was planned; nothing was sent. Plan anew.")
        else:
            needed = task.needed() if isinstance(task, EntityTask) else None
            options = found.values if needed is None else needed
            changed = [name for name in options if not self._own.explain(step, name, now, found)]
            changed += ["state"] if now.lost != found.lost else []
            if not changed:
                return True
            sentence = "it has changed since it was planned (%s); nothing was sent. Plan anew."
            step.give_up(CHANGED_SINCE, sentence % ", ".join(sorted(changed)))
        return False


def _shown(current: Current, option: str) -> Any:
    """What a panel shows of an option, and not what is concluded where it shows nothing."""
    return NONE if option in current.concluded else current.value(option)
