# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""drift.json: the document as it is. docs/drift.schema.json describes it."""

from __future__ import annotations

import json

from .report import Document


def render(document: Document) -> str:
    """The file's content."""
    return json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n"
