# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a resource has besides its descriptor and its modules; CONTRIBUTING says how to add one."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.mailstate.iredmail.plugins.lookup import profile as lookup
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.catalog import (
    ADDRESS_SETS,
    IN_DOMAIN,
    RESOURCES,
    SETTINGS,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.descriptors import Resource
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import LDAP, SQL, Field, ListField
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.greylisting import WHITELIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import BY_NAME, KINDS, PRUNABLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._support.redaction import known_keys
from tests.coverage.derived import descriptors
from tests.support import canary, scene
from tests.support.cases import CASES
from tests.support.common import ROOT
from tests.support.setting_cases import CASES as SETTING_CASES

LOOKUP = lookup.KINDS
FOUND = [one for one in descriptors() if isinstance(one, Resource)]


def read(*path: str) -> str:
    return ROOT.joinpath(*path).read_text(encoding="utf-8")


def module(name: str) -> Any:
    return importlib.import_module(f"ansible_collections.mailstate.iredmail.plugins.modules.{name}")


def by_name(resource: Resource) -> str:
    return resource.name


def test_the_lists_of_descriptors_have_all() -> None:
    listed = [*RESOURCES, *SETTINGS, *ADDRESS_SETS]
    assert {one.name for one in descriptors()} == {one.name for one in listed}
    assert {one.name for one in RESOURCES} == {one.name for one in FOUND}
    assert {one.plural for one in IN_DOMAIN} == set(PRUNABLE) - {"domains"}


@pytest.mark.parametrize("resource", FOUND, ids=by_name)
def test_a_resource_is_a_kind_of_a_whole_state(resource: Resource) -> None:
    kind = BY_NAME[resource.plural]
    assert kind.resource is not None
    assert kind.name == kind.resource.name == resource.name
    assert resource.plural in module("iredmail_state").DOCUMENTATION
    info = module("iredmail_state_info")
    assert resource.plural in yaml.safe_load(info.DOCUMENTATION)["options"]["kinds"]["choices"]
    assert resource.plural in info.RETURN


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_has_a_module_that_people_find(kind: Any) -> None:
    name = f"iredmail_{kind.name}"
    assert f"`{name}`" in read("README.md")
    assert f"`{name}`" in read("docs", "migration.md")
    assert name in canary.MODULES


@pytest.mark.parametrize("one", [*RESOURCES, *SETTINGS], ids=lambda one: one.name)
def test_it_can_be_looked_up_and_is_known_to_the_capture(one: Any) -> None:
    assert one.name in LOOKUP
    assert (one.plural in LOOKUP) == bool(getattr(one, "list_path", ()))
    terms = " ".join(yaml.safe_load(lookup.DOCUMENTATION)["options"]["_terms"]["description"])
    assert f"V({one.name})" in terms
    if getattr(one, "list_path", ()):
        assert f"V({one.plural} example.com)" in terms or f"V({one.plural})" in terms
    assert {field.option for field in one.fields} <= known_keys()


@pytest.mark.parametrize("resource", FOUND, ids=by_name)
def test_a_resource_is_tried_in_a_playbook(resource: Resource) -> None:
    assert {case.option for case in CASES[resource.name]} >= {"name" if resource.name != "domain" else "description"}
    assert re.search(rf'"{resource.name}/', Path(scene.__file__).read_text(encoding="utf-8")), "scene"


#: where LDAP panels need not show it, so that it cannot be compared
UNSEEN_ON_LDAP = {("alias", "access_policy"), ("ml", "is_newsletter"), ("ml", "newsletter_description")}


@pytest.mark.parametrize("resource", RESOURCES, ids=by_name)
def test_every_option_of_an_object_is_set_changed_cleared_and_omitted(resource: Resource) -> None:
    cases = {case.option: case for case in CASES[resource.name]}
    flags = {one.self_option for one in resource.fields if isinstance(one, ListField) and one.self_option}
    assert len(cases) == len(CASES[resource.name])
    assert set(cases) == {one.option for one in resource.fields} | flags
    for one in resource.fields:
        case = cases[one.option]
        unseen = (resource.name, one.option) in UNSEEN_ON_LDAP
        only = SQL if unseen else one.only or resource.only
        assert set(case.backends) == ({only} if only else {SQL, LDAP}), one.option
        assert complete(one) <= {stage.name for stage in case.stages()}, one.option


@pytest.mark.parametrize("kind", [*SETTINGS, *ADDRESS_SETS], ids=by_name)
def test_every_option_of_a_setting_is_set_changed_cleared_and_omitted(kind: Any) -> None:
    fields = {one.option: one for one in kind.fields}
    if kind.name == WHITELIST.name:
        fields[WHITELIST.field.option] = WHITELIST.field
    cases = SETTING_CASES[kind.name]
    assert {case.option for case in cases} == set(fields)
    for case in cases:
        # without a period there is no throttle: it is taken away by state: absent
        kept = {"clear"} if case.option == "period" else set()
        assert complete(fields[case.option]) - kept <= {stage.name for stage in case.stages()}, case.option


def complete(one: Field) -> set[str]:
    """What can be done with an option."""
    found = {"create", "omit"}
    if one.update or isinstance(one, ListField):
        found.add("update")
        if one.clearable and one.codec.empty is not None:
            found.add("clear")
    return found | ({"add", "remove"} if isinstance(one, ListField) else set())


def test_settings_are_tried_in_a_playbook() -> None:
    assert set(SETTING_CASES) == {one.name for one in [*SETTINGS, *ADDRESS_SETS]}


def test_what_can_be_listed_can_be_pruned_and_is_reported() -> None:
    kinds = list(PRUNABLE)
    options = yaml.safe_load(module("iredmail_state").DOCUMENTATION)["options"]
    state = options["prune"]["suboptions"]["kinds"]
    assert options["undeclared"]["suboptions"]["kinds"]["choices"] == kinds
    role = yaml.safe_load(read("roles", "mail_state", "meta", "argument_specs.yml"))["argument_specs"]["main"]
    assert state["choices"] == role["options"]["mail_state_prune"]["options"]["kinds"]["choices"] == kinds
    assert ", ".join(f"`{kind}`" for kind in kinds) in read("docs", "prune.md")
