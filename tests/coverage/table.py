# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table: both sides joined, what does not fit, and the page made of it."""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.coverage.derived import EVERY, Use, derived
from tests.coverage.explicit import ABSENT, BEYOND, EXPLICIT, LOCAL
from tests.coverage.listed import DOCUMENTS, Endpoint, Parameter, listed, sections

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "api-coverage.md"
#: they work through the others, so no parameter is theirs alone
COMPOSED = {"iredmail_state", "iredmail_state_info"}
MODULES = sorted({path.stem for path in (ROOT / "plugins" / "modules").glob("iredmail_*.py")} - COMPOSED)

HEAD = """\
# The API and this collection

Every endpoint and parameter of the vendor's documents of the iRedAdmin-Pro RESTful API, and what stands for it here.
`make api-coverage` makes this page from the modules' own descriptors. A test fails when it is out of date, when a
parameter has neither an option nor a reason, and when a module sends something that neither document lists.

There are [two documents](panel/releases.md#documents): the one of 2022, which the vendor has in force for every
release since SQL-4.2/LDAP-4.3, and a draft of 2017 for SQL-2.9/LDAP-3.1. The chapters are those of the former. What
only one of them has is marked *2022 only* or *2017 only*.

- *Option* says which option of which module a parameter carries, as `module.option`; a dash where the module always
  sends it. All modules are in `mailstate.iredmail`. In brackets behind a module stand the options that lead to a call,
  that are part of its path, or that say how its answer is read.
- *Since* is the release that brought it, as far as the vendor's change log and older documents tell. SQL and LDAP
  editions are numbered separately. *By* a release: it was there at the latest then, perhaps earlier. `name`, `quota`
  and `language` were called `cn`, `mailQuota` and `preferredLanguage` before SQL-2.6/LDAP-2.8.
- A list goes as the difference where the API can add and remove, also when an exact list is declared. The parameter
  that sets the whole list is sent only where the panel does not show the list.
- Reads that a module makes beside its own object are left out.
"""


def uses() -> list[Use]:
    """Everything the modules send."""
    return [*derived(), *EXPLICIT]


def spec_of(module: str) -> dict[str, Any]:
    """The argument_spec of a module."""
    found = importlib.import_module(f"ansible_collections.mailstate.iredmail.plugins.modules.{module}")
    spec: dict[str, Any] = found.MODULE.spec()["argument_spec"]
    return spec


def unmapped() -> set[tuple[str, str]]:
    """What the documents list, no module sends, and nobody gives a reason for."""
    return listed() - {(use.call, use.parameter) for use in uses()} - set(ABSENT)


def unlisted() -> set[tuple[str, str]]:
    """What modules send, no document lists, and nobody has told the origin of."""
    return {(use.call, use.parameter) for use in uses()} - listed() - set(BEYOND)


def stale() -> set[tuple[str, str]]:
    """Reasons for the absence of what is there, or is nowhere; origins of what is listed or not sent."""
    sent = {(use.call, use.parameter) for use in uses()}
    reasons = {key for key in ABSENT if key in sent or key not in listed()}
    return reasons | {key for key in BEYOND if key not in sent or key in listed()}


def uneven() -> set[str]:
    """Calls that stand in one entry with another and do not have the same parameters carry the same options."""
    sent: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for use in uses():
        sent[use.call].add((use.parameter, use.module, use.option))
    return {
        call
        for section in sections()
        for endpoint in section.endpoints
        for call in endpoint.calls
        if sent[call] != sent[endpoint.calls[0]]
    }


def page() -> str:
    """docs/api-coverage.md."""
    found: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for use in uses():
        found[use.call, use.parameter].append(use)
    lines = [HEAD, *_summary()]
    for section in sections():
        lines += [f"## {section.title}", ""]
        for endpoint in section.endpoints:
            lines += _endpoint(endpoint, found)
    lines += ["## Parameters beyond the documents", "", *_beyond(found)]
    lines += ["## Options that are no parameter", "", *_local()]
    return "\n".join(lines).rstrip("\n") + "\n"


def _summary() -> Iterator[str]:
    yield "| Document | Endpoints | Parameters | Of these not used |"
    yield "|---|---|---|---|"
    for year in DOCUMENTS:
        rows = [(call, one) for call, one in _rows() if year in one.documents]
        calls = sum(len(one.calls) for section in sections() for one in section.endpoints if year in one.documents)
        missing = sum((call, one.name) in ABSENT for call, one in rows)
        missing += sum(not name and year in _documents(call) for call, name in ABSENT)
        yield f"| {year} | {calls} | {len(rows)} | {missing} |"
    yield ""


def _rows() -> Iterator[tuple[str, Parameter]]:
    for section in sections():
        for endpoint in section.endpoints:
            for call in endpoint.calls:
                yield from ((call, one) for one in endpoint.parameters)


def _documents(call: str) -> tuple[int, ...]:
    entries = (one for section in sections() for one in section.endpoints if call in one.calls)
    return next((one.documents for one in entries), ())


def _endpoint(endpoint: Endpoint, found: dict[tuple[str, str], list[Use]]) -> Iterator[str]:
    if len(endpoint.calls) == 1:
        yield f"### `{endpoint.calls[0]}`"
        yield ""
        yield f"{endpoint.title}."
    else:
        yield f"### {endpoint.calls[0].split()[0]}: {endpoint.title[0].lower()}{endpoint.title[1:]}"
        yield ""
        yield from (f"- `{call}`" for call in endpoint.calls)
    yield ""
    marks = "".join(f" · {mark}" for mark in _marks(endpoint.documents, endpoint.backend))
    yield f"{_callers(endpoint, found)} · since: {endpoint.since}{marks}"
    yield ""
    if endpoint.parameters:
        yield "| Parameter | Option | Since | Note |"
        yield "|---|---|---|---|"
        yield from (_row(endpoint, one, found) for one in endpoint.parameters)
        yield ""


def _callers(endpoint: Endpoint, found: dict[tuple[str, str], list[Use]]) -> str:
    if (endpoint.calls[0], "") in ABSENT:
        return f"**Not used**: {ABSENT[endpoint.calls[0], '']}"
    options: dict[str, list[str]] = {}
    for call in endpoint.calls:
        for use in found[call, ""]:
            there = options.setdefault(use.module, [])
            said = use.note or (f"`{use.option}`" if use.option else "")
            if said and said not in there:
                there.append(said)
    return ", ".join(_code(name) + (f" ({', '.join(names)})" if names else "") for name, names in options.items())


def _code(module: str) -> str:
    return module if module == EVERY else f"`{module}`"


def _row(endpoint: Endpoint, one: Parameter, found: dict[tuple[str, str], list[Use]]) -> str:
    sent = [use for call in endpoint.calls for use in found[call, one.name]]
    options = [_option(use) for use in sent if use.option]
    notes = [one.text, *_marks(one.documents, one.backend, endpoint), *(use.note for use in sent if use.note)]
    reason = ABSENT.get((endpoint.calls[0], one.name))
    if reason:
        notes.append(reason)
    shown = ", ".join(dict.fromkeys(options)) or ("**none**" if reason else "–")
    return f"| `{one.name}` | {shown} | {one.since} | {'; '.join(dict.fromkeys(notes))} |"


def _option(use: Use) -> str:
    return f"`{use.option}` of {EVERY}" if use.module == EVERY else f"`{use.module}.{use.option}`"


def _marks(documents: tuple[int, ...], backend: str | None, within: Endpoint | None = None) -> Iterator[str]:
    if backend and not (within and within.backend):
        yield f"{backend.upper()} only"
    if len(documents) == 1 and not (within and within.documents == documents):
        yield f"{documents[0]} only"


def _beyond(found: dict[tuple[str, str], list[Use]]) -> Iterator[str]:
    if not BEYOND:
        yield from ("None: modules send nothing that the documents do not list.", "")
        return
    yield from ("| Call | Parameter | Option | Source |", "|---|---|---|---|")
    for (call, name), source in BEYOND.items():
        options = ", ".join(dict.fromkeys(_option(use) for use in found[call, name] if use.option))
        yield f"| `{call}` | `{name}` | {options} | {source} |"
    yield ""


def _local() -> Iterator[str]:
    yield from ("| Option | Of | What it is |", "|---|---|---|")
    for option, text in LOCAL.items():
        owners = [module for module in MODULES if option in spec_of(module)]
        shown = EVERY if owners == MODULES else f"{len(owners)} modules" if len(owners) > 4 else _names(owners)
        yield f"| `{option}` | {shown} | {text} |"
    yield ""


def _names(modules: list[str]) -> str:
    return ", ".join(f"`{module}`" for module in modules)
