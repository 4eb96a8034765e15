# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page allows what is given to it, by its hash, and nothing else."""

from __future__ import annotations

import base64
import hashlib

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.page import page


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_only_its_own_style_and_script_are_allowed():
    style, script = "p { color: red; }", "alert('ü')"
    with_both = page("A title", style, "<p>Text</p>\n", script)
    policy = f"default-src 'none'; style-src {digest(style)}; script-src {digest(script)}; base-uri 'none'"
    assert f"content=\"{policy}; form-action 'none'\"" in with_both
    assert "<title>A title</title>" in with_both
    assert f"<style>{style}</style>\n</head>\n<body>\n<p>Text</p>\n</body>" in with_both
    assert "script" not in page("A title", style, "<p>Text</p>\n")
