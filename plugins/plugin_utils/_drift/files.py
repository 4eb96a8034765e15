# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a report: each one whole, or as it was before; and nobody else's to read."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Container, Iterator

from . import html as _drift_html
from . import json as _drift_json
from . import junit as _drift_junit
from . import markdown as _drift_markdown
from . import prometheus as _drift_prometheus
from .report import Document

#: format -> its file and what makes it
FORMATS: dict[str, tuple[str, Callable[[Document], str]]] = {
    "json": ("drift.json", _drift_json.render),
    "markdown": ("drift.md", _drift_markdown.render),
    "html": ("drift.html", _drift_html.render),
    "junit": ("drift.xml", _drift_junit.render),
    "prometheus": ("drift.prom", _drift_prometheus.render),
}


def rendered(document: Document, formats: Container[str]) -> Iterator[tuple[str, str]]:
    """The name and content of each file, in the order to write them.

    JSON is the last, so that whoever sees a new one finds the others as new.
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
    # a new file or none, so that a link which somebody has put there is not followed
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
