# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a report: each is replaced as a whole, and only its owner may read it."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Container, Iterator

from . import html, junit, markdown, prometheus
from .entry import Document


def render_json(document: Document) -> str:
    """The document as it is. docs/drift.schema.json describes it."""
    return json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n"


#: format -> its file and what makes it
FORMATS: dict[str, tuple[str, Callable[[Document], str]]] = {
    "json": ("drift.json", render_json),
    "markdown": ("drift.md", markdown.render),
    "html": ("drift.html", html.render),
    "junit": ("drift.xml", junit.render),
    "prometheus": ("drift.prom", prometheus.render),
}


def rendered(document: Document, formats: Container[str]) -> Iterator[tuple[str, str]]:
    """The name and content of each file, in the order to write them.

    JSON is the last: when it is new, the others are.
    """
    for name in sorted(FORMATS, key=lambda one: one == "json"):
        if name in formats:
            file, render = FORMATS[name]
            yield file, render(document)


def write(document: Document, folder: str, formats: Container[str]) -> None:
    """Write the report in each of the formats.

    :raises OSError: a file cannot be written
    """
    os.makedirs(folder, mode=0o700, exist_ok=True)
    for file, content in rendered(document, formats):
        _replace(os.path.join(folder, file), content)


def _replace(path: str, content: str) -> None:
    # always the same name, so that runs which are killed do not leave ever more of them
    temporary = os.path.join(os.path.dirname(path), ".%s.new" % os.path.basename(path))
    _remove(temporary)
    # a new file or none: a link that was put there is not followed
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as sink:
            sink.write(content)
        os.replace(temporary, path)
    except BaseException:
        _remove(temporary)
        raise


def _remove(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
