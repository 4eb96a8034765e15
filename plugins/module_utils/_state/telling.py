# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of a plan, for the person who approves it: one line an object, what is deleted first.

It is made of the entries of ``changes``, as the module returns them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any, DefaultDict, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple
from typing import Counter as Count

from .._engine.plan import CREATE, DELETE, RENAME, UPDATE
from .._engine.result import NOT_SHOWN, SET
from .._errors import one_line
from .items import domain_of
from .kinds import BY_NAME, KINDS
from .reasons import SAME, Failed, file_of, together
from .wording import change_of, kind_name, names_of, stored_size, value_of

#: longer plans are folded: what is made or changed first, what is deleted last
MOST = 200
#: longer names push aside what stands behind them
WIDEST = 36
#: what happens, in the order of the text: the sign, and the word of the headline
ACTIONS = {DELETE: ("-", "delete"), RENAME: (">", "rename"), UPDATE: ("~", "change"), CREATE: ("+", "create")}
_PLURALS = {kind.name: kind.plural for kind in KINDS}
Change = Mapping[str, Any]
DONE, FAILED, NOT_TRIED = "done", "failed", "not tried"


class Fate(NamedTuple):
    """What became of a planned change: ``done``, ``failed`` or ``not tried``, and why."""

    word: str
    reason: str = ""


class Group(NamedTuple):
    """What the lines have in common that may be folded into one."""

    action: str
    kind: str
    domain: str
    fate: str


def key_of(change: Change) -> Tuple[str, str]:
    """What tells a change from others: kind and name."""
    return change["kind"], change["id"]


def plan_text(
    changes: Sequence[Change],
    panel: str,
    unchanged: int,
    fates: Optional[Mapping[Tuple[str, str], Fate]] = None,
    failures: Sequence[Failed] = (),
    contradictions: Sequence[Failed] = (),
    most: int = MOST,
) -> str:
    """The lines of a plan, with a headline and the totals by domain.

    :param panel: its address
    :param unchanged: how many objects stand as declared
    :param fates: what became of each change after a run, by kind and id; None: nothing was tried
    :param failures: what could not be planned
    :param contradictions: why the plan must not be carried out
    :param most: so many lines are shown before groups are folded
    """
    counts = _counted(changes)
    words = ["%d to %s" % (counts[sign], word) for sign, word in ACTIONS.values() if counts[sign]]
    words += ["%d failed" % len(failures)] if failures else []
    if contradictions:
        words.append("%d contradiction%s" % (len(contradictions), "" if len(contradictions) == 1 else "s"))
    lines = ["%s; %d unchanged. Panel: %s" % (", ".join(words) or "Nothing to do", unchanged, panel)]
    if changes:
        lines += ["", *_lines(changes, fates or {}, most)]
    if failures or contradictions:
        told = [line for group in together([*failures, *contradictions]) for line in _unplanned(group)]
        lines += ["", *told[:most]]
        lines += ["! and %d more" % (len(told) - most)] if len(told) > most else []
    if changes:
        lines += ["", "by domain: " + _by_domain(changes)]
    if changes and fates is not None:
        done = Counter(fates[key].word for key in map(key_of, changes) if key in fates)
        lines.append(", ".join("%d %s" % (done[word], word) for word in (DONE, FAILED, NOT_TRIED) if done[word]))
    return "\n".join(map(one_line, lines))


def _unplanned(group: Sequence[Failed]) -> Iterator[str]:
    for rank, one in enumerate(group):
        yield "! %s" % "    ".join(filter(None, ["%s  %s" % (one.label, SAME if rank else one.reason), one.place]))


def _counted(changes: Iterable[Change]) -> Count[str]:
    found: Count[str] = Counter()
    for one in changes:
        found[ACTIONS[one["action"]][0]] += 1 + _inside(one)
    return found


def _inside(change: Change) -> int:
    return sum(map(len, (change.get("takes_along") or {}).values()))


def _by_domain(changes: Iterable[Change]) -> str:
    found: DefaultDict[str, Count[str]] = defaultdict(Counter)
    for one in changes:
        name = one["id"] if one["kind"] == "domain" else domain_of(one["id"].partition(" ")[0])
        found[name or "all domains"][ACTIONS[one["action"]][0]] += 1 + _inside(one)
    signs = [sign for sign, _word in ACTIONS.values()]
    return "; ".join(
        "%s %s" % (name, ", ".join("%d %s" % (counts[sign], sign) for sign in signs if counts[sign]))
        for name, counts in sorted(found.items())
    )


# -- the lines


def _lines(changes: Sequence[Change], fates: Mapping[Tuple[str, str], Fate], most: int) -> List[str]:
    order = list(ACTIONS)
    # a domain takes most along, so it stands first of what is deleted; else sorted() keeps the order of the plan
    shown = sorted(
        changes, key=lambda one: (order.index(one["action"]), one["action"] == DELETE and one["kind"] != "domain")
    )
    folded = _folded([_group(one, fates) for one in shown], most)
    kinds = max(len(one["kind"]) for one in shown)
    plain = [len(_called(one)) for one in shown if _group(one, fates) not in folded and one["action"] != RENAME]
    names = min(WIDEST, max(plain, default=0))
    left = _left(changes)
    word = max(len(fates[key].word) if key in fates else 0 for key in map(key_of, shown))
    lines: List[str] = []
    told: Set[Group] = set()
    first: Dict[str, str] = {}
    for one in shown:
        group = _group(one, fates)
        if group in folded:
            if group in told:
                continue
            told.add(group)
            line = _of_group(group, folded[group])
        else:
            rest = "    ".join(filter(None, [_details(one, left.get(one["id"], ())), *_place(one)]))
            sign = ACTIONS[one["action"]][0]
            line = "%s %-*s  %-*s  %s" % (sign, kinds, one["kind"], names, _called(one), rest)
        fate = fates.get(key_of(one), Fate(""))
        begin = "%-*s  " % (word, fate.word) if word else ""
        lines.append((begin + line).rstrip())
        if fate.reason:
            label = "%s %s" % (one["kind"], one["id"])
            other = first.setdefault(Failed(label, one["id"], fate.reason).cause, label)
            reason = fate.reason if other == label else "%s as %s" % (SAME, other)
            lines.append(" " * (len(begin) + 4) + reason)
    return lines


def _place(change: Change) -> List[str]:
    """Where a new object is declared, if that is a file."""
    place = file_of(str(change.get("place") or ""))
    return [place] if change["action"] == CREATE and place else []


def _group(change: Change, fates: Mapping[Tuple[str, str], Fate]) -> Group:
    domain = "" if change["kind"] in ("domain", "admin") else domain_of(change["id"].partition(" ")[0])
    return Group(change["action"], change["kind"], domain, fates.get(key_of(change), Fate("")).word)


def _folded(groups: Sequence[Group], most: int) -> Dict[Group, int]:
    """The groups that are told in one line each, and how many they are."""
    sizes = Counter(groups)
    lines, folded = len(groups), {}
    # the largest first; of what is deleted only what must be, and what failed last of all
    order = sorted(sizes, key=lambda group: (group.fate == FAILED, group.action == DELETE, -sizes[group], group))
    for group in order:
        size = sizes[group]
        if lines <= most or size < 2:
            continue
        folded[group] = size
        lines -= size - 1
    return folded


def _of_group(group: Group, size: int) -> str:
    where = " in " + group.domain if group.domain else ""
    return "%s %d %s%s" % (ACTIONS[group.action][0], size, _PLURALS.get(group.kind, group.kind), where)


def _called(change: Change) -> str:
    if change["action"] == RENAME and change.get("former"):
        return "%s -> %s" % (change["former"], change["id"])
    return str(change["id"])


# -- what stands behind a name


def _left(changes: Iterable[Change]) -> Dict[str, List[str]]:
    """What each name is taken out of."""
    found: DefaultDict[str, List[str]] = defaultdict(list)
    for one in changes:
        for option, before in one["before"].items() if one["action"] == UPDATE else ():
            after = one["after"].get(option)
            if isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)):
                for name in before:
                    if name not in after:
                        found[name].append("%s %s" % (one["kind"], one["id"]))
    return found


def _details(change: Change, left: Sequence[str]) -> str:
    if change["action"] == DELETE:
        leaves = "leaves " + names_of(left) if left else ""
        return "; ".join(filter(None, [", ".join(_about(change)), _goes_along(change), _kept(change), leaves]))
    before, after = change["before"], change["after"]
    if change["action"] == CREATE:
        name = [str(after["name"])] if after.get("name") else []
        return ", ".join(name + [_made(change, option) for option in sorted(after) if _is_told(option, after[option])])
    told = [
        change_of(change["kind"], option, before.get(option), after.get(option))
        for option in sorted({**before, **after})
    ]
    return "; ".join(filter(None, told))


def _about(change: Change) -> List[str]:
    about = change.get("about") or {}
    stored = about.get("stored_bytes")
    return [str(about.get("name"))] * bool(about.get("name")) + (
        [stored_size(stored)] if isinstance(stored, int) else []
    )


def _goes_along(change: Change) -> str:
    along = change.get("takes_along") or {}
    words = ["%d %s" % (len(names), kind_name(BY_NAME[kind].name, len(names))) for kind, names in along.items()]
    return "with " + ", ".join(words) if words else ""


def _kept(change: Change) -> str:
    if "keep_mailbox_days" not in change:
        return ""
    days = change["keep_mailbox_days"]
    return "mail is kept %s" % ("%d days" % days if days else "for ever")


def _is_told(option: str, value: Any) -> bool:
    return option not in ("name", "state") and value not in (SET, NOT_SHOWN, None, "", [], {}, False)


def _made(change: Change, option: str) -> str:
    value = change["after"][option]
    if option == "quota":
        return value_of(change["kind"], option, value)
    return "%s %s" % (option, value_of(change["kind"], option, value))
