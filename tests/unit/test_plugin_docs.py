# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of plugins that are no modules, from which Ansible takes their options."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import ansible.template
import pytest
import yaml
from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.doc_fragments import constructed, inventory_cache

from ansible_collections.mailstate.iredmail.plugins.callback import drift
from ansible_collections.mailstate.iredmail.plugins.doc_fragments.plugin_connection import ModuleDocFragment
from ansible_collections.mailstate.iredmail.plugins.inventory import domains
from ansible_collections.mailstate.iredmail.plugins.lookup import profile
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.connection import connection_spec
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.domains import DOMAINS_MODULE
from tests.support.common import ROOT
from tests.support.modules import MODULES, spec_of


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


def callback(options: dict[str, Any]) -> drift.CallbackModule:
    """As Ansible loads it."""
    C.config.initialize_plugin_configuration_definitions("callback", "drift", options)
    plugin = drift.CallbackModule()
    plugin._load_name = "drift"
    return plugin


def test_a_variable_of_the_drift_report_that_is_empty_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    options = yaml.safe_load(drift.DOCUMENTATION)["options"]
    assert tuple(option["env"][0]["name"] for option in options.values()) == drift.VARIABLES
    for text in ("", " "):
        for variable in drift.VARIABLES:
            monkeypatch.setenv(variable, text)
        plugin = callback(options)
        plugin.set_options()
        assert str(plugin.get_option("output_dir")).endswith("/drift")
        assert plugin.get_option("formats") == options["formats"]["default"]
    monkeypatch.setenv(drift.IN_FORMATS, "json, yaml")
    with pytest.raises(AnsibleError, match="IREDMAIL_DRIFT_FORMATS in the environment: there is no format yaml;"):
        callback(options).set_options()


def inventory_options() -> dict[str, Any]:
    """All options of the inventory, also those that it shares."""
    fragments = (ModuleDocFragment, constructed.ModuleDocFragment, inventory_cache.ModuleDocFragment)
    found: dict[str, Any] = {}
    for text in (domains.DOCUMENTATION, *(one.DOCUMENTATION for one in fragments)):
        found.update(yaml.safe_load(text)["options"])
    return found


#: by type, values of options that are not their defaults
VALUES: dict[str, list[Any]] = {
    "bool": [True, False],
    "boolean": [True, False],
    "float": [2.5],
    "int": [7],
    "integer": [7],
    "list": [["*.example.com", "example.org"]],
    "path": ["/var/tmp/x"],
    "str": ["text", "12"],
    "string": ["text"],
    "raw": ["text"],
}
RENDERED = {
    name: option for name, option in inventory_options().items() if name not in (*domains.EXPRESSIONS, "plugin")
}


def template(value: Any) -> Any:
    """The same as a template."""
    written = json.dumps(value).replace("true", "True").replace("false", "False")
    return getattr(ansible.template, "trust_as_template", str)("{{ " + written + " }}")


def taken(**options: Any) -> Any:
    """What becomes of options that stand in a file."""
    C.config.initialize_plugin_configuration_definitions("inventory", "domains", inventory_options())
    plugin = domains.InventoryModule()
    plugin._load_name = "domains"
    plugin.templar = ansible.template.Templar(loader=DataLoader())
    plugin.set_options(direct={"plugin": domains.InventoryModule.NAME, **options})
    return plugin


@pytest.mark.parametrize("name", RENDERED)
def test_every_option_of_the_inventory_may_be_a_template(name: str) -> None:
    for value in VALUES[RENDERED[name].get("type", "str")]:
        forms = [template(value)]
        if isinstance(value, list):
            forms.append([template(entry) for entry in value])
        if isinstance(value, (bool, int, float)):
            forms.append(template(str(value)))
        expected = taken(**{name: value}).get_option(name)
        assert expected == value
        for form in forms:
            found = taken(**{name: form}).get_option(name)
            assert (found, type(found)) == (value, type(expected)), form


def test_all_options_of_the_inventory_may_be_templates_at_once() -> None:
    values = {name: VALUES[option.get("type", "str")][0] for name, option in RENDERED.items()}
    plugin = taken(**{name: template(value) for name, value in values.items()})
    assert {name: plugin.get_option(name) for name in RENDERED} == values


@pytest.mark.parametrize("name", domains.EXPRESSIONS)
def test_what_is_evaluated_for_each_domain_stays_as_it_is_written(name: str) -> None:
    value = {"list": [{"key": template("x")}], "dict": {"a": template("x")}}[inventory_options()[name]["type"]]
    assert taken(**{name: value}).get_option(name) == value


def test_the_note_names_the_options_that_are_no_templates() -> None:
    notes = " ".join(yaml.safe_load(domains.DOCUMENTATION)["notes"])
    assert "All options may be templates, but for O(plugin), and for O(compose), O(groups) and O(keyed_groups)" in notes
    assert set(domains.EXPRESSIONS) == {"compose", "groups", "keyed_groups"}


def named_in(options: dict[str, Any], ending: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Options whose names end so, also among those of others."""
    for name, option in options.items():
        if name.endswith(ending):
            yield name, option
        yield from named_in(option.get("options") or option.get("suboptions") or {}, ending)


def documented() -> Iterator[tuple[str, dict[str, Any]]]:
    """All options that are documented, by file: of modules, plugins and roles."""
    for path in sorted(ROOT.glob("plugins/*/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("DOCUMENTATION", "VARS"):
                text = getattr(node.value, "value", None)
                yield path.name, (yaml.safe_load(text) or {}).get("options") or {}
    for path in sorted(ROOT.glob("roles/*/meta/argument_specs.yml")):
        yield path.parts[-3], yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]


def test_nobody_sends_more_than_four_requests_at_once_unless_told() -> None:
    """A panel has five workers, and its own users need some of them (panel/transport.md#several-requests-at-once)."""
    ending, found = "concurrency", {}
    for place, options in documented():
        found.update({f"{place} {name}": option["default"] for name, option in named_in(options, ending)})
    for module in MODULES:
        options = spec_of(module)["argument_spec"]
        found.update({f"{module} spec": option["default"] for _name, option in named_in(options, ending)})
    found["inventory spec"] = DOMAINS_MODULE.spec()["argument_spec"][ending]["default"]
    for path in ROOT.glob("roles/*/defaults/main.yml"):
        values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        found.update({f"{path.parts[-3]} default": value for name, value in values.items() if name.endswith(ending)})
    for path in ROOT.glob("roles/*/README.md"):
        rows = re.findall(rf"`\w+{ending}` \| (\S+) \|", path.read_text(encoding="utf-8"))
        found.update({f"{path.parts[-2]} README": int(row) for row in rows})
    for role in ("mail_state", "mail_drift"):
        assert {f"{role} {role}_concurrency", f"{role} default", f"{role} README"} <= set(found)
    names = {"iredmail_state", "iredmail_state_info"}
    assert {f"{name}.py concurrency" for name in names} | {f"{name} spec" for name in names} <= set(found)
    assert {"domains.py concurrency", "inventory spec"} <= set(found)
    assert set(found.values()) == {4}, found
