# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that something else than the panel gave: by some, things can be managed; the others stop nobody."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.domain_users import DOMAIN_USERS
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import DOMAIN_USERS_INFO, info_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import execute
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._support.server import SERVER_INFO
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.domains import DOMAINS_MODULE
from tests.support.common import COM, ORG, PASSWORD
from tests.support.odd_names import call_it
from tests.support.state_export import apply, assert_nothing_to_do, exported, options, panel

#: these are found by their names, though no other could be made under them
ODD, ODD_DOMAIN = f"b=c@{COM}", "bücher.example"
#: no route of the panel takes these
LOST = (f"o'brien@{COM}", f"o'all@{COM}", f"o'list@{COM}", "o'reilly.example")


@pytest.fixture
def sandbox(backend):
    with panel(backend) as made:
        for method, path, params in (
            ("POST", f"domain/{COM}", {}),
            ("POST", f"domain/{ORG}", {}),
            ("POST", "domain/books.example", {}),
            ("POST", "domain/oreilly.example", {}),
            ("POST", f"user/ada@{COM}", {"password": PASSWORD}),
            ("POST", f"user/obrien@{COM}", {"password": PASSWORD}),
            ("POST", "user/eve@books.example", {"password": PASSWORD}),
            ("POST", "user/tim@oreilly.example", {"password": PASSWORD}),
            ("POST", f"alias/bc@{COM}", {"members": f"ada@{COM}"}),
            ("POST", f"alias/all@{COM}", {}),
            ("POST", f"ml/list@{COM}", {}),
            ("PUT", f"domain/admins/{COM}", {"addAdmin": f"obrien@{COM},ada@{COM}"}),
        ):
            assert made.api(method, "/api/" + path, **params)["_success"]
        names = (f"bc@{COM}", "books.example", f"obrien@{COM}", f"all@{COM}", f"list@{COM}", "oreilly.example")
        pairs = zip(names, (ODD, ODD_DOMAIN, *LOST), strict=True)
        for old, new in pairs:
            call_it(made, old, new)
        yield made


def run(sandbox, module, check=False, **params):
    return execute(module, {**options(sandbox), **params}, check)


def test_the_rest_is_exported_and_can_be_imported(sandbox):
    state, missing = exported(sandbox)
    assert [item["mail"] for item in state["users"]] == [f"ada@{COM}", f"eve@{ODD_DOMAIN}"]
    assert [item["mail"] for item in state["aliases"]] == [ODD]
    assert [item["domain"] for item in state["domains"]] == [ODD_DOMAIN, COM, ORG]
    noted = {(note["kind"], note["id"]) for note in missing if not note["options"]}
    assert noted >= set(zip(("users", "aliases", "mls", "domains"), LOST, strict=True))
    assert all("o'brien" not in str(items) for items in state.values())
    assert_nothing_to_do(sandbox, state)


@pytest.mark.parametrize("module", ["user_info", "domain_users_info"])
def test_the_rest_of_a_domain_is_shown_with_a_warning(sandbox, module):
    what = info_module(USER) if module == "user_info" else DOMAIN_USERS_INFO
    result = run(sandbox, what, domain=COM)
    assert [one["mail"] for one in result["users"]] == [f"ada@{COM}"]
    (warning,) = result["warnings"]
    assert warning.startswith(f"user {LOST[0]} is listed and left out, since it cannot be read")
    assert run(sandbox, info_module(DOMAIN))["warnings"][0].startswith("domain o'reilly.example")


def test_an_inventory_has_the_rest(sandbox):
    result = run(sandbox, DOMAINS_MODULE, domains=["*"], concurrency=2)
    assert set(result["domains"]) == {COM, ORG, ODD_DOMAIN}
    assert result["doubts"][0].startswith("domain o'reilly.example is listed and left out")


def test_all_users_of_a_domain_are_changed_with_a_warning(sandbox):
    task = {"domain": COM, "language": "de_DE", "state": "present"}
    predicted, done, again = (run(sandbox, DOMAIN_USERS, check, **task) for check in (True, False, False))
    assert predicted["operations"] == done["operations"] != []
    assert (again["changed"], sandbox.violations()) == (False, [])
    for result in (predicted, done, again):
        assert LOST[0] in result["warnings"][0]


def test_what_is_found_by_its_name_is_changed_renamed_and_deleted(sandbox):
    alias = resource_module(ALIAS)
    for params in ({"mail": ODD, "name": "Both"}, {"mail": f"both@{COM}", "rename_from": ODD}):
        predicted, done, again = (
            run(sandbox, alias, check, state="present", **params) for check in (True, False, False)
        )
        assert not done.get("failed"), done["msg"]
        assert predicted["operations"] == done["operations"] != []
        assert again["changed"] is False
    call_it(sandbox, f"both@{COM}", ODD)
    assert run(sandbox, info_module(ALIAS), mail=ODD)["aliases"][0]["name"] == "Both"
    refused = run(sandbox, alias, mail=ODD, rename_from=f"ada.alias@{COM}", state="absent")
    assert refused["failed"]
    assert run(sandbox, alias, mail=ODD, state="absent")["changed"]


def test_what_stands_in_a_list_is_removed_whatever_it_is_called(sandbox):
    odd, ada = f"o'member@{COM}", f"ada@{COM}"
    for method, path, params in (
        ("PUT", f"alias/{ODD}", {"members": f"{ada},gone@x.example"}),
        ("PUT", f"user/{ada}", {"addForwarding": "gone@x.example", "addAlias": f"also@{COM}"}),
        ("PUT", f"domain/{COM}", {"catchall": f"{ada},gone@x.example"}),
    ):
        assert sandbox.api(method, "/api/" + path, **params)["_success"], path
    call_it(sandbox, "gone@x.example", odd)
    call_it(sandbox, f"also@{COM}", f"o'also@{COM}")
    for module, task in (
        (resource_module(ALIAS), {"mail": ODD, "remove_members": [odd]}),
        (resource_module(USER), {"mail": ada, "remove_forwarding": [odd], "remove_aliases": [f"o'also@{COM}"]}),
        (resource_module(DOMAIN), {"domain": COM, "remove_catchall": [odd]}),
    ):
        predicted, done, again = (
            run(sandbox, module, check, state="present", **task) for check in (True, False, False)
        )
        assert not done.get("failed"), done["msg"]
        assert predicted["operations"] == done["operations"] != []
        assert (again["changed"], again.get("failed", False)) == (False, False)
        assert odd in again["warnings"][0]
    left = str(sandbox.state()["forwardings"])
    assert odd not in left
    assert f"o'also@{COM}" not in left
    assert sandbox.violations() == []


def test_a_domain_in_another_script_is_managed_under_its_name(sandbox):
    domain, user = resource_module(DOMAIN), resource_module(USER)
    mail = f"eve@{ODD_DOMAIN}"
    for module, params in (
        (domain, {"domain": ODD_DOMAIN, "description": "Bücher"}),
        (user, {"mail": mail, "quota": 5}),
    ):
        predicted, done, again = (
            run(sandbox, module, check, state="present", **params) for check in (True, False, False)
        )
        assert not done.get("failed"), done["msg"]
        assert predicted["operations"] == done["operations"] != []
        assert again["changed"] is False
    assert run(sandbox, info_module(USER), domain=ODD_DOMAIN)["users"][0]["quota"] == 5
    for module, params in ((user, {"mail": mail}), (domain, {"domain": ODD_DOMAIN})):
        assert run(sandbox, module, state="absent", **params)["changed"]
    refused = run(sandbox, domain, state="present", domain=ODD_DOMAIN)
    assert "xn-- form" in refused["msg"]


def test_what_cannot_be_reached_is_not_pruned(sandbox):
    state, _missing = exported(sandbox)
    prune = {"kinds": ["domains", "users", "aliases", "mls"], "domains": ["*"]}
    result = apply(sandbox, state, prune=prune)
    assert not result.get("failed"), result["msg"]
    assert (result["changed"], sandbox.writes()) == (False, [])
    for name in LOST:
        assert any(name in text and "stay" in text for text in result["warnings"]), name


def test_the_look_at_a_server_finds_somebody_else_to_look_at(sandbox):
    call_it(sandbox, f"ada@{COM}", f"zoe@{COM}")  # then the first of the domain is the one who cannot be reached
    result = run(sandbox, SERVER_INFO, capture=False)
    assert set(result["server"]["unreadable"]) == {"domains", "users", "aliases"}
