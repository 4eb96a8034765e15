# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables that look like those of a role of this collection, and are none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from pathlib import Path

import yaml

#: the collection
ROOT = Path(__file__).resolve().parents[3]
#: how alike a misspelt name is, apart from its prefix, to the one that was meant
ALIKE = 0.8


def known_variables(role: str) -> tuple[frozenset[str], frozenset[str]]:
    """What the role can be told, and further names with its prefix that it and the playbooks use.

    Nothing of a role that is none of this collection.
    """
    folder = ROOT / "roles" / role
    specs = folder / "meta" / "argument_specs.yml"
    if not re.fullmatch(r"\w+", role) or not specs.is_file():
        return frozenset(), frozenset()
    content = yaml.safe_load(specs.read_text(encoding="utf-8"))["argument_specs"]
    options = frozenset(name for entry in content.values() for name in entry.get("options") or ())
    files = [*(folder / "tasks").glob("*.yml"), *(folder / "vars").glob("*.yml"), *(ROOT / "playbooks").glob("*.yml")]
    words = [re.findall(r"\b%s_\w+" % role, path.read_text(encoding="utf-8")) for path in files]
    return options, frozenset(word for found in words for word in found)


def unknown(
    role: str, names: Iterable[str], options: Collection[str], own: Collection[str]
) -> tuple[list[str], list[str]]:
    """A sentence for each name that is misspelt, and for each that is like none.

    :param names: of all variables
    :param own: names that the role uses for itself
    """
    prefix = role + "_"
    known = {name[len(prefix) :]: name for name in [*own, *options]}
    misspelt, strange = [], []
    for name in sorted(set(names)):
        rest = name[len(prefix) :]
        if not name.startswith(prefix) or rest in known:
            continue
        meant = get_close_matches(rest, known, 1, ALIKE)
        if meant:
            misspelt.append("There is no variable %s; did you mean %s?" % (name, known[meant[0]]))
        else:
            strange.append("The role %s has no variable %s, and does not look at it." % (role, name))
    return misspelt, strange
