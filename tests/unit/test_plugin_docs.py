# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of plugins that are no modules, from which Ansible takes their options."""

from __future__ import annotations

from typing import Any

import yaml

from ansible_collections.mailstate.iredmail.plugins.doc_fragments.plugin_connection import ModuleDocFragment
from ansible_collections.mailstate.iredmail.plugins.lookup import profile
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.connection import connection_spec


def test_connection_options_are_those_of_the_modules() -> None:
    documented, told = (
        yaml.safe_load(text)["options"] for text in (ModuleDocFragment.DOCUMENTATION, ModuleDocFragment.VARS)
    )
    spec = connection_spec()

    assert list(documented) == list(told) == list(spec)
    for name, option in spec.items():
        shown: dict[str, Any] = documented[name]
        assert (shown["type"], shown.get("default")) == (option["type"], option.get("default")), name
        variable = option["fallback"][1][0]
        assert shown["env"] == [{"name": variable}], name
        assert told[name] == {"vars": [{"name": "iredmail_" + name}]}, name


def test_every_kind_of_the_lookup_is_documented() -> None:
    terms = " ".join(yaml.safe_load(profile.DOCUMENTATION)["options"]["_terms"]["description"])

    for name, kind in profile.KINDS.items():
        assert f"V({name})" in terms or f"V({name} example.com)" in terms, name
        assert kind.keys or kind.many, name
