# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The regions of module files that `make module-docs` writes, and `scripts/module-docs --check` compares.

Among the options people write the descriptions of what a descriptor has; types, choices, aliases, releases, and what
``add_`` and ``remove_`` do follow from it. Among the returned values everything follows from the options.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable, Iterator

import yaml

from tests.module_docs import entries
from tests.support.common import ROOT
from tests.support.modules import MODULES, fields_of, path_of, spec_of

#: what a region begins with; it ends with END
OPTIONS = "# BEGIN options of the descriptor: write their descriptions, and `make module-docs` writes the rest"
RETURNED = "# BEGIN returned settings: `make module-docs` writes them from the options"
END = "# END"
Descriptions = dict[str, list[str]]


def main(arguments: list[str]) -> int:
    """Write the regions of all modules; with ``--check`` say what would be written, and fail if that is anything."""
    check = arguments == ["--check"]
    stale = False
    for module in MODULES:
        path = path_of(module)
        name = str(path.relative_to(ROOT))
        text = path.read_text(encoding="utf-8")
        try:
            new = complete(module, text)
        except entries.Unfinished as error:
            sys.exit(f"{name}: {error}")
        if new != text and check:
            sys.stderr.writelines(difflib.unified_diff(text.splitlines(True), new.splitlines(True), name, name, n=1))
            stale = True
        elif new != text:
            path.write_text(new, encoding="utf-8")
    if stale:
        print("run `make module-docs`", file=sys.stderr)
    return 1 if stale else 0


def complete(module: str, text: str) -> str:
    """A module's file with its regions as they should be.

    :raises Unfinished: a description is missing
    """
    text = _replace(text, OPTIONS, lambda region: _options(module, region))
    found = re.search(r'^DOCUMENTATION = r"""\n(.*?)^"""', text, re.MULTILINE | re.DOTALL)
    assert found, module
    about = _descriptions(yaml.safe_load(found[1]).get("options", {}))
    return _replace(text, RETURNED, lambda _region: _returned(module, about))


def _replace(text: str, begin: str, write: Callable[[str], Iterator[str]]) -> str:
    """The text with the inner lines of a region written anew; as it is where there is none."""
    found = re.search(rf"^ *{re.escape(begin)}\n(.*?)^ *{END}$", text, re.MULTILINE | re.DOTALL)
    if not found:
        return text
    return text[: found.start(1)] + "".join(line + "\n" for line in write(found[1])) + text[found.end(1) :]


def _descriptions(options: dict[str, dict[str, str | list[str]]]) -> Descriptions:
    said = {name: option["description"] for name, option in options.items()}
    return {name: [text] if isinstance(text, str) else text for name, text in said.items()}


def _options(module: str, region: str) -> Iterator[str]:
    written = _descriptions(yaml.safe_load(region) or {})
    spec = spec_of(module)["argument_spec"]
    fields = fields_of(module)
    names = {name: field for field in fields for name in entries.options_of(field)}
    strange = sorted(set(written) - set(names))
    if strange:
        raise entries.Unfinished(f"no descriptor has {', '.join(strange)}; move it out of the region")
    for name, field in names.items():
        yield from entries.option(field, name, spec[name], written.get(name, []))


def _returned(module: str, about: Descriptions) -> Iterator[str]:
    spec = spec_of(module)["argument_spec"]
    for name, option in spec.items():
        if option.get("required"):
            yield from entries.returned(name, None, option, about[name])
    for field in fields_of(module):
        for name in filter(None, (field.option, entries.self_option(field))):
            yield from entries.returned(name, field, spec[name], about[name])
