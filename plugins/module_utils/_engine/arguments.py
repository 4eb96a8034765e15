# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task's arguments before Ansible converts them: what is null was not given, and what YAML took from a text is lost.

Ansible checks a null against the choices of its option, counts it as given, and makes a text of anything: ``No``
becomes ``False``, and an unquoted ``0301234567`` another number.
"""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, Mapping

from .._api.connection import is_unset
from .task import Module

#: where Ansible makes a text of what it gets
TEXTS = ("str", "path")
NUMBERS = ("int", "float")


def given(options: Mapping[str, Any], args: Mapping[str, Any]) -> Dict[str, Any]:
    """The arguments that are not null, also within an option that has options of its own; choices in their spelling.

    An option that may come from the environment is not given either if it is empty, nor is what should have options.
    """
    by_spelling = {spelling: option for option in options.values() for spelling in option.get("aliases", ())}
    found: Dict[str, Any] = {}
    for name, value in args.items():
        option = options.get(name) or by_spelling.get(name, {})
        inner = option.get("options")
        if value is not None and not ("fallback" in option and is_unset(value)):
            if not inner:
                found[name] = folded(option, value)
            elif _has_options(value):
                found[name] = given(inner, value) if isinstance(value, Mapping) else value
    return found


def _has_options(value: Any) -> bool:
    """Whether something may be options and their values, for Ansible to look at: it takes texts as well.

    Over a number or a boolean in its place Ansible's own check falls with a traceback; see :func:`lost` for these.
    """
    return isinstance(value, Mapping) or (isinstance(value, str) and ("=" in value or value.strip().startswith("{")))


def folded(option: Mapping[str, Any], value: Any) -> Any:
    """A value of an option with choices in the case that its choices have; anything else as it is.

    :param option: its entry in an argument_spec
    """
    known = {word.lower(): word for word in option.get("choices") or () if isinstance(word, str)}
    if not known:
        return value
    if isinstance(value, str) and option.get("type") == "list":
        value = value.split(",")  # as Ansible does
    if isinstance(value, (list, tuple)):
        return [folded(dict(option, type="str"), entry) for entry in value]
    return known.get(value.strip().lower(), value) if isinstance(value, str) else value


def numerals(module: Module, options: Mapping[str, Any]) -> FrozenSet[str]:
    """Those of a module's options whose values are texts also if they are digits only: identifiers and secrets."""
    named = {name for name, option in options.items() if option.get("no_log")}.union(module.numerals)
    for one in module.fields:
        if getattr(one.codec, "item", one.codec).numeral:
            named.update((one.option, "add_" + one.option, "remove_" + one.option))
    return frozenset(named)


def lost(module: Module, args: Mapping[str, Any]) -> List[str]:
    """What is not what was written any more, and what has no options although it takes some.

    :param args: as they arrived
    :returns: a sentence for each
    """
    options = module.spec()["argument_spec"]
    return _lost(options, numerals(module, options), args)


def _lost(options: Mapping[str, Any], exact: FrozenSet[str], args: Mapping[Any, Any], of: str = "") -> List[str]:
    names = {spelling: name for name, option in options.items() for spelling in (name, *option.get("aliases", ()))}
    found = []
    for spelling, value in args.items():
        name = names.get(spelling)
        reason = not_as_written(options[name], value, name in exact) if name else ""
        inner = options[name].get("options") if name else None
        if inner and value is not None and not _has_options(value):
            reason = "takes options of its own (%s), and neither a single value nor a list." % ", ".join(sorted(inner))
        elif inner and isinstance(value, Mapping):
            found += _lost(inner, frozenset(), value, of + spelling + ".")
        if reason:
            found.append("%s%s: %s" % (of, spelling, reason))
    return found


def not_as_written(option: Mapping[str, Any], value: Any, numeral: bool = False, exact: bool = False) -> str:
    """Why a value cannot be the text that was written, or an empty text.

    :param option: its entry in an argument_spec
    :param numeral: digits are no number there
    :param exact: whoever read it makes a number only of what is written in the same way
    """
    kind = option.get("type", "str")
    if kind == "list" and option.get("elements") == "str":
        entries = value if isinstance(value, (list, tuple)) else [value]
    elif kind in TEXTS and not option.get("choices"):  # of an unquoted `off` Ansible finds the choice that was meant
        entries = [value]
    elif kind in NUMBERS and isinstance(value, bool):  # of which Python makes 0 and 1, and 0 is unlimited
        return "is true or false and no number, as yes, no, on and off are in YAML; write a number."
    else:
        return ""
    for entry in entries:
        if isinstance(entry, bool):
            return "is true or false and no text, as yes, no, on and off are in YAML; put it in quotes."
        if not exact and isinstance(entry, (float, int) if numeral else float):
            return (
                "is a number and no text, and of zeros or a plus sign at its ends YAML keeps nothing; put it in quotes."
            )
    return ""
