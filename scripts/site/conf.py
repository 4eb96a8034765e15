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
extensions = ["myst_parser", "sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
root_doc = "index"
nitpicky = True
default_role = "any"
highlight_language = "YAML+Jinja"
pygments_style = "ansible"
myst_heading_anchors = 3
intersphinx_mapping = {"ansible_devel": ("https://docs.ansible.com/projects/ansible/devel/", _inventory())}

html_theme = "sphinx_ansible_theme"
html_theme_options = {
    "navigation_depth": 3,
    "collapse_navigation": False,
    "topbar_links": {
        "Repository": GALAXY["repository"],
        "Issues": GALAXY["issues"],
        "Ansible": "https://docs.ansible.com/",
    },
}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
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


def add_menu(_app: Sphinx, name: str, content: list[str]) -> None:
    """The front pages: each section of their lists of pages is a part of the menu."""
    if name not in ("index", "panel/index"):
        return
    parts = re.split(r"^## (.+)$", content[0], flags=re.MULTILINE)
    for title, text in zip(parts[1::2], parts[2::2], strict=True):
        listed = re.findall(r"^- \[(.+)\]\(([a-z/-]+|panel/README)\.md\)", text, re.MULTILINE)
        pages = [f"{words} <{page.replace('README', 'index')}>" for words, page in listed]
        if title == "Reference":
            pages = ["Modules, plugins, roles <reference/index>", *pages, "Release notes <changelog>"]
        if not pages:
            continue
        menu = "\n".join(["```{toctree}", ":hidden:", f":caption: {title}", "", *pages, "```"])
        content[0] += f"\n{menu}\n"


def lead_out(_app: Sphinx, name: str, content: list[str]) -> None:
    """Links to files outside docs/, which are not on the site, lead to the repository; to roles, to their pages."""
    if name.startswith("reference/") or name == "changelog":
        return

    def target(match: re.Match[str]) -> str:
        path = match.group(1)
        if path.startswith("roles/"):
            return f"]({'../' * depth}reference/{path.removeprefix('roles/')}_role.rst)"
        return f"]({GALAXY['repository']}/blob/main/{path})"

    depth = name.count("/")
    up = re.escape("../" * (depth + 1))
    content[0] = re.sub(rf"\]\({up}([^)]+)\)", target, content[0])
    content[0] = re.sub(r"\]\(([a-z./]*)README\.md", r"](\1index.md", content[0])


def add_links(app: Sphinx, name: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    """To the front page, for which the theme takes one address for all pages, and to the source of a guide."""
    context["theme_documentation_home_url"] = app.builder.get_relative_uri(name, "index") or "#"
    file = re.sub(r"\bindex$", "README", name)
    if (ROOT / "docs" / f"{file}.md").exists():
        context["meta"] = {"github_url": f"{GALAXY['repository']}/edit/main/docs/{file}.md"}


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", add_menu)
    app.connect("source-read", lead_out)
    app.connect("html-page-context", add_links)
    app.add_post_transform(LinkNames)
