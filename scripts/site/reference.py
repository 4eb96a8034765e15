# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What antsibull-docs wrote, made to fit the site: `python scripts/site/reference.py FOLDER` changes the files in it.

Every module documents the options of the connection, which are the same everywhere. They are on a page of their own,
and the pages of the modules lead there, with the anchors that others may have linked to.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
#: between the rows of a table of options
_ROW = re.compile(r"^  \* - (?=\.\. raw:: html$)", re.MULTILINE)
_NAME = re.compile(r'id="parameter-(\w+)"')
_LABEL = re.compile(r"^ *(\.\. _\S+:)$", re.MULTILINE)
_TREES = re.compile(r"^\.\. toctree::\n(?:    .*\n|\n(?=    ))+", re.MULTILINE)
#: the theme has a table of contents of its own, beside the page
_CONTENTS = re.compile(r"^\.\. contents::.*\n(?: +:.*\n)*", re.MULTILINE)
#: the full name is in the text below it
_TITLE = re.compile(r"^mailstate\.iredmail\.(?=\S.* -- .*\n\++$)", re.MULTILINE)

PAGE = """.. _connection:

Connection
==========

Every module takes these options, and so do the roles and playbooks, from ``module_defaults`` or the environment. The
environment is that of the machine on which the work is done. A play can give them once, through the action group:

.. code-block:: yaml

    module_defaults:
      group/mailstate.iredmail.iredmail:
        api_url: https://mail.example.com/iredadmin
        api_username: postmaster@example.com
        api_password: "{{{{ vault_api_password }}}}"

Defaults of a group on a block or task replace those of the play as a whole. They are not merged.

.. tabularcolumns:: \\X{{1}}{{3}}\\X{{2}}{{3}}

.. list-table::
  :width: 100%
  :widths: auto
  :header-rows: 1
  :class: longtable ansible-option-table

  * - Parameter
    - Comments

{rows}
"""


def connection_options() -> list[str]:
    """The names, from the fragment that documents them."""
    tree = ast.parse((ROOT / "plugins" / "doc_fragments" / "connection.py").read_text(encoding="utf-8"))
    (text,) = [
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and getattr(node.targets[0], "id", "") == "DOCUMENTATION"
        and isinstance(node.value, ast.Constant)
    ]
    return sorted(yaml.safe_load(str(text))["options"])


def cut(text: str, names: list[str]) -> tuple[str, list[str]]:
    """A module's page without the rows of these options, and the rows."""
    head, marker, rest = text.partition("\nParameters\n----------\n")
    table, end, rest = rest.partition("\n.. Attributes\n")
    first, *rows = _ROW.split(table)
    found = {match[1]: row for row in rows if (match := _NAME.search(row))}
    ours = [found[name] for name in names if name in found]
    if not ours:
        return text, []
    kept = "".join("  * - " + row for row in rows if row not in ours)
    labels = "\n".join(label for row in ours for label in _LABEL.findall(row))
    anchors = "".join(f'<span id="parameter-{name}"></span>' for name in names if name in found)
    words = "Besides these, it takes those" if kept else "It takes the options"
    lead = f"\n.. raw:: html\n\n    {anchors}\n\n{labels}\n\n{words} of the :ref:`connection <connection>`.\n"
    table = first + kept if kept else ""
    return f"{head}{marker}{table}{lead}{end}{rest}", ours


def connection_page(rows: list[str], module: str) -> str:
    """The page of the connection, from the rows of one module."""
    text = "".join("  * - " + row for row in rows)
    text = re.sub(r"^ *\.\. _\S+:\n", "", text, flags=re.MULTILINE)
    escaped = re.escape(module.replace("_", "\\_"))
    text = re.sub(rf":ansopt:`mailstate\.iredmail\.{escaped}#module:([^`]+)`", r"**\1**", text)
    return PAGE.format(rows=text.rstrip())


def main(folder: Path) -> None:
    """Change the files."""
    names = connection_options()
    for path in sorted(folder.glob("*_module.rst")):
        text, rows = cut(path.read_text(encoding="utf-8"), names)
        if len(rows) != len(names):
            sys.exit(f"{path.name} has {len(rows)} options of the connection, and not {len(names)}.")
        path.write_text(text, encoding="utf-8")
        if path.stem == "iredmail_user_module":
            page = connection_page(rows, "iredmail_user")
    (folder / "connection.rst").write_text(page, encoding="utf-8")
    for path in sorted(folder.glob("*.rst")):
        text = _CONTENTS.sub("", path.read_text(encoding="utf-8"))
        path.write_text(_TITLE.sub("", text, count=1), encoding="utf-8")
    front = (folder / "index.rst").read_text(encoding="utf-8")
    # a title as it is written, and the pages in the menu of the site instead of one in here
    front = re.sub(r"^\S+\n=+$", "Modules, plugins, roles\n=======================", front, count=1, flags=re.MULTILINE)
    (folder / "index.rst").write_text(_TREES.sub("", front), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
