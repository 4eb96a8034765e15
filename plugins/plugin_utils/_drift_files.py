# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a report: each one whole, or as it was before; and nobody else's to read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable

from ansible_collections.mailstate.iredmail.plugins.plugin_utils import (
    _drift_html,
    _drift_json,
    _drift_junit,
    _drift_markdown,
    _drift_prometheus,
)
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift_model import Document

#: format -> its file and what makes it
FORMATS: dict[str, tuple[str, Callable[[Document], str]]] = {
    "json": ("drift.json", _drift_json.render),
    "markdown": ("drift.md", _drift_markdown.render),
    "html": ("drift.html", _drift_html.render),
    "junit": ("drift.xml", _drift_junit.render),
    "prometheus": ("drift.prom", _drift_prometheus.render),
}


def write(document: Document, folder: str, formats: Iterable[str]) -> None:
    """Write the report in each of the formats.

    :raises OSError: a file cannot be written
    """
    os.makedirs(folder, mode=0o700, exist_ok=True)
    for name in formats:
        file, render = FORMATS[name]
        _replace(os.path.join(folder, file), render(document))


def _replace(path: str, content: str) -> None:
    # mkstemp makes files that only their owner may read
    handle, temporary = tempfile.mkstemp(prefix=".drift-", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as sink:
            sink.write(content)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
