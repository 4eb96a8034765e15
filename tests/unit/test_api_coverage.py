# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/api-coverage.md is complete and up to date; api.yml says what the documents say."""

from __future__ import annotations

import dataclasses
import re

import pytest

import tests.sandbox.app  # noqa: F401  # registers the routes
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.descriptors import Resource
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import Field
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from tests.coverage import derived, explicit, table
from tests.coverage.listed import DOCUMENTS, Endpoint, Parameter, endpoints, load
from tests.sandbox.routing import ROUTES, Route

EXAMPLES = {"<domain>": "example.com", "<mail>": "ada@example.com", "<new_mail>": "eva@example.com", "<number>": "7"}
SINCE = re.compile(r"(by )?(SQL-\d\.\d/)?LDAP-\d\.\d")
#: the vendor took these back in 2023; the sandbox speaks the API as it is
TAKEN_BACK = {("POST /api/domain/<domain>", "senderBcc"), ("POST /api/domain/<domain>", "recipientBcc")}
CALLS = [(call, endpoint) for endpoint in endpoints() for call in endpoint.calls]
PARAMETERS = [(call, one) for call, endpoint in CALLS for one in endpoint.parameters]


def test_the_page_is_up_to_date() -> None:
    assert table.PAGE.read_text() == table.page(), "run make api-coverage"


# -- the page against the modules


def test_every_endpoint_and_parameter_has_an_option_or_a_reason() -> None:
    assert table.unmapped() == set()


def test_everything_sent_is_listed_or_has_a_source() -> None:
    assert table.unlisted() == set()


def test_reasons_and_sources_are_needed() -> None:
    assert table.stale() == set()
    assert all(explicit.ABSENT.values())
    assert all(explicit.BEYOND.values())


def test_calls_of_one_entry_are_used_alike() -> None:
    assert table.uneven() == set()


def test_named_options_exist() -> None:
    wrong = [
        f"{module}.{use.option}"
        for use in table.uses()
        if use.option
        for module in (table.MODULES if use.module == derived.EVERY else [use.module])
        if use.option_name not in table.spec_of(module)
    ]

    assert wrong == []


def test_named_values_are_choices_of_their_options() -> None:
    for use in table.uses():
        _option, colon, value = use.option.partition(": ")
        if colon:
            option = table.spec_of(use.module)[use.option_name]
            assert value in option.get("choices", ["false", "true"]), use


@pytest.mark.parametrize("module", table.MODULES)
def test_every_option_of_a_module_is_on_the_page(module: str) -> None:
    shown = {use.option_name for use in table.uses() if use.module in (module, derived.EVERY)}

    assert set(table.spec_of(module)) - shown - set(explicit.LOCAL) == set()


def test_local_options_are_options() -> None:
    assert set(explicit.LOCAL) <= {option for module in table.MODULES for option in table.spec_of(module)}


def test_every_field_of_every_descriptor_is_on_the_page() -> None:
    shown = {(use.module, use.option_name) for use in table.uses() if use.parameter}
    fields = {(f"iredmail_{one.name}", field.option) for one in derived.descriptors() for field in one.fields}

    assert len(fields) > 90
    assert fields - shown == set()


def test_a_parameter_that_loses_its_field_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = tuple(field for field in ALIAS.fields if field.option != "members")
    _replace_alias(monkeypatch, fields)

    put = "PUT /api/alias/<mail>"
    lost = {(put, "members"), (put, "addMember"), (put, "removeMember"), ("POST /api/alias/<mail>", "members")}
    assert table.unmapped() == lost


def test_a_field_that_no_document_lists_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    name, *rest = ALIAS.fields
    _replace_alias(monkeypatch, (dataclasses.replace(name, update="nmae"), *rest))

    assert table.unlisted() == {("PUT /api/alias/<mail>", "nmae")}
    assert table.unmapped() == {("PUT /api/alias/<mail>", "name")}


def _replace_alias(monkeypatch: pytest.MonkeyPatch, fields: tuple[Field, ...]) -> None:
    others = [one for one in derived.descriptors() if one is not ALIAS]
    monkeypatch.setattr(derived, "descriptors", lambda: [*others, dataclasses.replace(ALIAS, fields=fields)])


# -- api.yml against the documents


def test_there_are_as_many_parameters_as_in_the_documents() -> None:
    counted = {
        call: [
            sum(year in one.documents for one in endpoint.parameters) if year in endpoint.documents else None
            for year in DOCUMENTS
        ]
        for call, endpoint in CALLS
    }

    assert counted == load("manifest.yml")
    assert len(CALLS) == len(counted), "a call is there twice"


def test_parameters_are_in_documents_that_have_their_endpoint() -> None:
    for endpoint in endpoints():
        for one in endpoint.parameters:
            assert one.documents, one.name
            assert set(one.documents) <= set(endpoint.documents) <= set(DOCUMENTS), one.name


@pytest.mark.parametrize(("call", "endpoint"), CALLS, ids=lambda value: value if isinstance(value, str) else "")
def test_the_sandbox_knows_the_same_parameters(call: str, endpoint: Endpoint) -> None:
    """It was written from the documents too, and apart from this: two readings that must agree."""
    route = _route(call)
    names = {one.name for one in endpoint.parameters if 2022 in one.documents and (call, one.name) not in TAKEN_BACK}

    assert route.parameters == names | {parameter for one, parameter in explicit.BEYOND if one == call}
    assert route.backend == endpoint.backend
    assert route.ldap == {one.name for one in endpoint.parameters if one.backend == "ldap" and one.name in names} - {
        "numberOfLists"  # both backends have a place for it
    }
    assert route.sql == {one.name for one in endpoint.parameters if one.backend == "sql"}


def test_the_sandbox_knows_no_other_endpoints() -> None:
    documented = {(route.method, route.pattern.pattern) for route in map(_route, dict(CALLS))}
    assert sorted((route.method, route.pattern.pattern) for route in ROUTES) == sorted(documented)


def _route(call: str) -> Route:
    method, path = call.split()
    for placeholder, example in EXAMPLES.items():
        path = path.replace(placeholder, example)
    found = [route for route in ROUTES if route.method == method and route.pattern.fullmatch(path)]
    assert found, f"the sandbox has no {call}"
    return found[0]


# -- releases


@pytest.mark.parametrize("said", sorted({one.since for _call, one in PARAMETERS} | {one.since for _call, one in CALLS}))
def test_releases_are_written_alike(said: str) -> None:
    assert SINCE.fullmatch(said)


def test_no_parameter_is_older_than_its_endpoint() -> None:
    for endpoint in endpoints():
        for one in endpoint.parameters:
            there, came = _releases(endpoint.since), _releases(one.since)
            assert all(came[edition] >= there[edition] for edition in came.keys() & there.keys()), (endpoint, one.name)


def test_descriptors_name_the_same_releases() -> None:
    checked = 0
    for resource in derived.descriptors():
        for field in resource.fields if isinstance(resource, Resource) else ():
            for parameter in _parameters_of(resource, field):
                said, meant = _releases(parameter.since), _releases(field.since)
                assert [said[edition] for edition in said] == [meant[edition] for edition in said], field.option
                checked += 1

    assert checked > 15


def _releases(text: str) -> dict[str, tuple[int, ...]]:
    return {edition: tuple(map(int, number.split("."))) for edition, number in re.findall(r"(SQL|LDAP)-([\d.]+)", text)}


def _parameters_of(resource: Resource, field: Field) -> list[Parameter]:
    """What its ``since`` is about: the parameters of the PUT, or those that it names in brackets."""
    named = re.search(r"\((.+)\)", field.since)
    names = named[1].split(", ") if named else [one for does, one in field.parameters.items() if does != "create"]
    kind = "<domain>" if resource.identity == "domain" else "<mail>"
    put = f"PUT /api/{resource.path[0]}/{kind}"
    return [one for call, one in PARAMETERS if field.since and call == put and one.name in names]
