# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site for Sphinx; `make docs` runs it.

The guides are Markdown, so that they read well on the forge too. What the site adds to them is done here: the menu,
which is taken from the list of guides in docs/README.md, and links from the names of modules to their pages.
"""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
GALAXY: dict[str, Any] = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
COLLECTION = f"{GALAXY['namespace']}.{GALAXY['name']}"
PLAYBOOKS = {f"{COLLECTION}.{path.stem}" for path in ROOT.glob("playbooks/*.yml")}
#: what a name in a guide may be the name of: a label of the reference for each
PAGES = {
    name: f"ansible_collections.{COLLECTION}.{path.stem}_{kind}"
    for kind, pattern in [
        ("module", "plugins/modules/*.py"),
        ("role", "roles/*"),
        ("callback", "plugins/callback/*.py"),
        ("inventory", "plugins/inventory/*.py"),
        ("lookup", "plugins/lookup/*.py"),
        ("filter", "plugins/filter/*.py"),
    ]
    for path in sorted(ROOT.glob(pattern))
    # names such as "domains" and "drift" are words as well, so of plugins only the full name counts
    for name in ([path.stem] if kind in ("module", "role") else []) + [f"{COLLECTION}.{path.stem}"]
    if name not in PLAYBOOKS
}


def _inventory() -> str:
    """What the reference links to in Ansible's own documentation, for intersphinx, without asking for it."""
    lines = [line for line in (HERE / "ansible-labels.txt").read_text().splitlines() if not line.startswith("#")]
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: devel\n# zlib follows\n"
    file = ROOT / ".build" / "ansible.inv"
    file.write_bytes(head.encode() + zlib.compress("\n".join([*lines, ""]).encode()))
    return str(file)


project = COLLECTION
copyright = "The mailstate.iredmail contributors"
version = release = str(GALAXY["version"])
html_title = html_short_title = COLLECTION
extensions = ["myst_parser", "sphinx.ext.intersphinx", "sphinx_antsibull_ext", "sphinx_copybutton"]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
root_doc = "index"
nitpicky = True
default_role = "any"
highlight_language = "YAML+Jinja"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
myst_heading_anchors = 3
intersphinx_mapping = {"ansible_devel": ("https://docs.ansible.com/projects/ansible/devel/", _inventory())}
copybutton_exclude = ".linenos, .gp, .go"

#: what colours antsibull-docs' tables, in the words of its extension; the theme switches between light and dark
COLOURS = {
    "links-background": ("#0f6e70", "#2f8d8f"),
    "links-background-active": ("#0a5557", "#3aa5a7"),
    "links-focus-outline": ("#204748", "#91d9db"),
    "links-text": ("#fff", "#fff"),
    "table-background-header": ("#d5e4ef", "#2b323b"),
    "table-background-even": ("#f5f9fc", "#171b21"),
    "table-background-odd": ("#fff", "#131416"),
    "table-border": ("#c3ced8", "#3b434d"),
    "narrowtable-background": ("#f5f9fc", "#171b21"),
    "option-type": ("#7a1f8a", "#f0a3ff"),
    "option-elements": ("#7a1f8a", "#f0a3ff"),
    "option-required": ("#b3161b", "#ff9a9a"),
    "option-version-added": ("#0b5d16", "#84d68a"),
    "option-aliases": ("#0b5d16", "#84d68a"),
    "option-default": ("#1f3fbf", "#a9b8ff"),
    "option-sample": ("#1f3fbf", "#a9b8ff"),
    "option-sample-header": ("#000", "#fff"),
    "attribute-support-none": ("#b3161b", "#ff9a9a"),
    "attribute-support-partial": ("#7a5c00", "#e0c15a"),
    "attribute-support-full": ("#0b5d16", "#84d68a"),
    "attribute-support-na": ("inherit", "inherit"),
    "deprecation-border": ("#000", "#fff"),
    "deprecation-background": ("#eee", "#111"),
    "deprecation-color": ("#000", "#fff"),
}
antsibull_ext_color_scheme = "none"

html_theme = "furo"
html_theme_options = {
    "source_repository": GALAXY["repository"],
    "source_branch": "main",
    "source_directory": "docs/",
    "top_of_page_buttons": ["edit"],
    "light_css_variables": {f"antsibull-{name}": light for name, (light, _dark) in COLOURS.items()},
    "dark_css_variables": {f"antsibull-{name}": dark for name, (_light, dark) in COLOURS.items()},
    "footer_icons": [
        {"name": "Repository", "url": GALAXY["repository"], "html": "Repository", "class": ""},
        {"name": "Issues", "url": GALAXY["issues"], "html": "Issues", "class": ""},
    ],
}
html_search_scorer = str(HERE / "scorer.js")
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_use_index = False


class LinkNames(SphinxPostTransform):
    """A module's or role's name in a guide, written as code, leads to its page."""

    default_priority = 5

    def run(self, **_options: Any) -> None:
        if self.env.docname.startswith("reference/"):
            return
        for code in list(self.document.findall(nodes.literal)):
            label = PAGES.get(code.astext())
            if label is None or isinstance(code.parent, nodes.reference | addnodes.pending_xref):
                continue
            link = addnodes.pending_xref(
                "", refdomain="std", reftype="ref", reftarget=label, refexplicit=True, refwarn=True
            )
            link["refdoc"] = self.env.docname
            code.replace_self(link)
            link += code


def _reference() -> list[tuple[str, list[str]]]:
    """Parts of the menu for the pages of the reference, under the names that are used in playbooks."""
    kinds: dict[str, list[str]] = {"Modules": [], "Roles": [], "Plugins": []}
    for name, label in PAGES.items():
        if name.startswith(COLLECTION + "."):
            short, kind = name.removeprefix(COLLECTION + "."), label.rpartition("_")[2]
            shown = short if kind in ("module", "role") else f"{short} ({kind})"
            part = {"module": "Modules", "role": "Roles"}.get(kind, "Plugins")
            kinds[part].append(f"{shown} <reference/{short}_{kind}>")
    return list(kinds.items())


def add_menu(_app: Sphinx, name: str, content: list[str]) -> None:
    """The front pages: each section of their lists of pages is a part of the menu."""
    if name not in ("index", "panel/index"):
        return
    parts = re.split(r"^## (.+)$", content[0], flags=re.MULTILINE)
    menu = []
    for title, text in zip(parts[1::2], parts[2::2], strict=True):
        listed = re.findall(r"^- \[(.+)\]\(([a-z/-]+|panel/README)\.md\)", text, re.MULTILINE)
        pages = [f"{words} <{page.replace('README', 'index')}>" for words, page in listed]
        if title == "Reference":
            overview = ["Overview <reference/index>", "Connection <reference/connection>"]
            pages = [*overview, "Environment <reference/environment_variables>", *pages, "Release notes <changelog>"]
        menu.append((title, pages))
    for title, pages in [*menu, *(_reference() if name == "index" else [])]:
        if pages:
            tree = "\n".join(["```{toctree}", ":hidden:", f":caption: {title}", "", *pages, "```"])
            content[0] += f"\n{tree}\n"


def lead_out(_app: Sphinx, name: str, content: list[str]) -> None:
    """Links to files outside docs/, which are not on the site, lead to the repository; to roles, to their pages."""
    if name.startswith("reference/") or name == "changelog":
        return

    def target(match: re.Match[str]) -> str:
        path = match.group(1)
        if path.startswith("roles/"):
            return f"]({'../' * depth}reference/{path.split('/')[1]}_role.rst)"
        return f"]({GALAXY['repository']}/blob/main/{path})"

    depth = name.count("/")
    up = re.escape("../" * (depth + 1))
    content[0] = re.sub(rf"\]\({up}([^)]+)\)", target, content[0])
    content[0] = re.sub(r"\]\(([a-z./]*)README\.md", r"](\1index.md", content[0])


def add_links(_app: Sphinx, name: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    """To the source of a guide. What is made of the collection has none that could be edited as a page."""
    file = re.sub(r"\bindex$", "README", name)
    if (ROOT / "docs" / f"{file}.md").exists():
        context["theme_source_edit_link"] = f"{GALAXY['repository']}/edit/main/docs/{file}.md"
    else:
        context["page_source_suffix"] = ""


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", add_menu)
    app.connect("source-read", lead_out)
    app.connect("html-page-context", add_links)
    app.add_post_transform(LinkNames)
