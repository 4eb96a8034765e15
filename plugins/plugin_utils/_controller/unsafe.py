# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values from a server are marked, so that Ansible never renders them as templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible import template


def literal(value: Any) -> Any:
    """The same value, never to be rendered. Since ansible-core 2.19 only what is marked as trusted is."""
    if hasattr(template, "trust_as_template"):
        return value
    from ansible.utils.unsafe_proxy import wrap_var

    return wrap_var(value)


#: text without any of these is no template
_MARKS = ("{{", "{%", "{#", "#jinja")


def plain_or_literal(value: Any) -> Any:
    """The same for what is shown as JSON: only text that looks like a template is marked there as none."""
    if isinstance(value, Mapping):
        return {key: plain_or_literal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_or_literal(item) for item in value]
    if not isinstance(value, str):
        return value
    if any(mark in value for mark in _MARKS):
        return literal(value)
    if hasattr(template, "trust_as_template"):
        return template.trust_as_template(value)
    return value
