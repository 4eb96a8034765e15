# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export says, what it leaves out, and that it never leaves out in silence."""

from __future__ import annotations

import json

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import execute, with_progress
from ansible_collections.mailstate.iredmail.plugins.module_utils._export.task import STATE_INFO
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.catalog import IN_DOMAIN
from tests.sandbox.handle import Sandbox
from tests.support.common import COM, ORG, PASSWORD
from tests.support.scene import PLAIN, furnish
from tests.support.state_export import (
    KEYS,
    SETTINGS,
    STATE_KINDS,
    assert_nothing_to_do,
    export,
    exported,
    notes_of,
    options,
    panel,
)

# -- what is in it


def test_what_a_new_object_has_to_say(backend):
    with panel(backend) as sandbox:
        for method, path, params in (
            ("POST", f"domain/{COM}", {}),
            ("POST", f"user/new@{COM}", {"password": PASSWORD}),
            ("POST", f"alias/new.alias@{COM}", {}),
            ("POST", f"ml/new.list@{COM}", {}),
        ):
            sandbox.api(method, "/api/" + path, **params)
        state, _missing = exported(sandbox)
    sql = backend == "sql"
    nameless = {} if sql else {"name": ""}
    mlmmj = {"disable_retrieving_subscribers": False, "disable_send_copy_to_sender": False}
    assert {kind: items for kind, items in state.items() if items} == {
        "domains": [dict({"domain": COM}, **({} if sql else {"description": ""}), transport="dovecot")],
        "users": [{"mail": f"new@{COM}", "quota": 0}],
        "aliases": [dict({"mail": f"new.alias@{COM}"}, **nameless)],
        "mls": [{"mail": f"new.list@{COM}", "access_policy": "public", **mlmmj}],
        "spampolicies": [{"account": "global", "quarantine_banned": True}],  # as iRedMail ships it
    }


def test_progress_moves_with_every_domain_and_object(backend):
    told = []
    with Sandbox(backend=backend) as sandbox:
        sandbox.seed([COM, ORG], 7)
        result = execute(with_progress(STATE_INFO, lambda *line: told.append(line)), options(sandbox), check_mode=True)
    assert len(result["state"]["users"]) == 14
    told = [line for line in told if line[2]]
    phases = list(dict.fromkeys((what, total) for what, _done, total in told))
    assert told == [(what, done, total) for what, total in phases for done in range(1, total + 1)]
    assert {("list users", 2), ("read users", 14), ("list aliases", 2), ("read domains", 2)} <= set(phases)
    assert [total for what, total in phases if what == "read settings"] == [(1 + 2 + 14) * 9]


def test_options_stand_in_the_order_of_the_descriptor_and_lists_are_sorted(backend):
    with panel(backend) as sandbox:
        furnish(sandbox)
        state, _missing = exported(sandbox)
    assert list(state) == [kind for kind in STATE_KINDS if kind in state]
    for kind, items in state.items():
        idents = [tuple(str(item[key]) for key in KEYS if key in item) for item in items]
        assert idents == sorted(idents)
        for item in items:
            assert all(value == sorted(value) for value in item.values() if isinstance(value, list))
        if kind == "users":
            assert list(items[1])[:4] == ["mail", "quota", "forwarding", "forwarding_keep_copy"]


def test_the_order_in_which_answers_come_does_not_matter(backend):
    with panel(backend) as sandbox:
        furnish(sandbox)
        one = exported(sandbox, concurrency=1)
        for path in ("/api/user/a*", "/api/domain/example.com", "/api/wblist/inbound/*", "/api/aliases/*"):
            sandbox.fault({"delay": 0.05}, "GET", path, times=None)
        assert json.dumps(exported(sandbox, concurrency=16)) == json.dumps(one)


def test_some_domains_and_kinds(backend):
    with panel(backend) as sandbox:
        furnish(sandbox)
        everything, _missing = exported(sandbox)
        part, missing = exported(sandbox, domains=[f" {COM.upper()} ", "*.invalid"])
        login, *asked = [entry["path"] for entry in sandbox.log()]
        assert login == "/api/login"
        assert not [path for path in asked if ORG in path or PLAIN in path or "global" in path]
        assert [item["domain"] for item in part["domains"]] == [COM]
        for kind in ("users", "aliases", "mls"):
            assert part[kind] == [item for item in everything[kind] if item["mail"].endswith("@" + COM)]
        for kind in SETTINGS:
            assert part[kind] == [item for item in everything[kind] if item["account"].endswith(COM)]
        assert missing
        state, missing = exported(sandbox, kinds=["aliases", "domains"])
        assert state == {kind: everything[kind] for kind in ("domains", "aliases")}
        assert missing == []
        assert len(sandbox.log()) == 1 + 1 + 3 + 3 + 3  # login, names, domains, names of aliases, aliases
        state, missing = exported(sandbox, domains=["*.invalid"], kinds=["users", "wblists", "domain_users"])
        assert state == {"users": []}
        assert [one["kind"] for one in missing] == ["domain_users", "wblists"]
        result = export(sandbox, domains=["nowhere.example"])
        assert result["failed"]
        assert "there is no domain nowhere.example" in result["msg"]


def test_names_come_from_the_other_list_where_one_fails(backend):
    with panel(backend) as sandbox:
        furnish(sandbox)
        expected = exported(sandbox)
        sandbox.shape(emails="error")
        sandbox.fault({"status": 500}, "GET", "/api/domains", times=2)  # once more than it is tried
        assert exported(sandbox) == expected


# -- what is not in it


def test_what_the_api_does_not_show_is_named(backend):
    with panel(backend, "hiding") as sandbox:
        furnish(sandbox)
        state, missing = exported(sandbox)
    sql = backend == "sql"
    assert ("domain_admins" in [one["kind"] for one in missing]) == sql
    assert ("maillists" in [one["kind"] for one in missing]) == (not sql)
    assert {"admins", "greylisting_spf_domains", *SETTINGS} <= {one["kind"] for one in missing if one["options"] == []}
    assert "subscribers" in notes_of(missing, "mls")
    hidden = ["aliases", "recipient_bcc", "sender_bcc"] if sql else ["mailbox_folder", "mailbox_format"]
    assert notes_of(missing, "users") == sorted([*hidden, "password"])
    for one in missing:
        assert one["reason"]
        assert one["reason"].endswith((".", ")"))
        for item in state.get(one["kind"], []) if one["id"] == "*" and one["kind"] != "domain_admins" else []:
            assert not set(one["options"]) & set(item)


def test_subscribers_of_other_versions_are_named(backend):
    with panel(backend) as sandbox:
        furnish(sandbox)
        for version, mail in (("digest", "d@other.example"), ("nomail", "n@other.example")):
            more = {"name": "Team", "require_confirm": "no", "subscription": version}
            sandbox.api("PUT", f"/api/ml/team@{COM}", add_subscribers=mail, **more)
        state, missing = exported(sandbox, kinds=["mls"])
        (team,) = [item for item in state["mls"] if item["mail"] == f"team@{COM}"]
        assert "d@other.example" not in team["subscribers"]
        reasons = [one["reason"] for one in missing if one["id"] == team["mail"] and one["options"] == ["subscribers"]]
        assert ["digest" in reason for reason in reasons] == [True, False]
        assert "nomail" in reasons[1]
        assert_nothing_to_do(sandbox, state)


def test_values_that_cannot_be_declared_stay_as_they_are(backend):
    with panel(backend) as sandbox:
        furnish(sandbox)
        sandbox.api("PUT", f"/api/ml/team@{COM}", name="Team", owner=f"Nobody,ada@{COM}")
        sandbox.api("PUT", f"/api/domain/{ORG}", transport="lmtp:unix:x")
        sandbox.api("PUT", f"/api/domain/{PLAIN}", minPasswordLength=30, maxPasswordLength=20)
        state, missing = exported(sandbox)
        assert notes_of(missing, "mls", f"team@{COM}") == ["owners"]
        assert notes_of(missing, "domains", ORG) == ["transport"]
        assert notes_of(missing, "domains", PLAIN) == ["min_password_length"]
        assert_nothing_to_do(sandbox, state)


def test_what_is_listed_and_not_there_is_named(backend):
    with panel(backend) as sandbox:
        furnish(sandbox)
        for path in (f"user/bob@{COM}", f"alias/sales@{COM}", f"ml/news@{COM}"):
            sandbox.fault({"fail": "NO_SUCH_ACCOUNT"}, "GET", f"/api/{path}", times=None)
        state, missing = exported(sandbox, kinds=["users", "aliases", "mls"])
        assert [len(state[kind]) for kind in ("users", "aliases", "mls")] == [4, 2, 2]
        gone = {one["id"] for one in missing if "there is none" in one["reason"]}
        assert gone == {f"bob@{COM}", f"sales@{COM}", f"news@{COM}"}


@pytest.mark.parametrize("backend", ["ldap"])
def test_what_is_named_elsewhere_is_found(backend):
    with panel(backend) as sandbox:
        furnish(sandbox)
        user = sandbox.api("GET", f"/api/user/ada@{COM}")
        user["_data"]["mailing_lists"] = [f"all@{COM}", f"team@{COM}", "all@elsewhere.example"]
        sandbox.fault({"body": user}, "GET", f"/api/user/ada@{COM}", times=None)
        state, _missing = exported(sandbox)
        assert state["maillists"] == [
            {
                "mail": f"all@{COM}",
                "name": "Alle für alle",
                "access_policy": "public",
                "members": [f"ada@{COM}", "x@other.example"],
            }
        ]
        assert [item["mail"] for item in state["admins"]] == ["admin@partner.invalid.example"]
        assert_nothing_to_do(sandbox, state)
        sandbox.fault({"fail": "PERMISSION_DENIED"}, "GET", "/api/admin/admin@*", times=None)
        state, missing = exported(sandbox)
        assert "admins" not in state
        (reason,) = [one["reason"] for one in missing if one["id"] == "admin@partner.invalid.example"]
        assert "may not read" in reason


# -- failures


READS = {
    "/api/domains": "the list of domains",
    f"/api/domain/{COM}": f"domain {COM}",
    **{f"/api/{one.plural}/{PLAIN}": f"{one.plural} of {PLAIN}" for one in IN_DOMAIN},
    f"/api/user/bob@{COM}": f"user bob@{COM}",
    f"/api/alias/sales@{COM}": f"alias sales@{COM}",
    f"/api/ml/team@{COM}": f"ml team@{COM}",
    f"/api/spampolicy/user/ada@{COM}": f"spampolicy ada@{COM}",
    "/api/throttle/global/inbound": "throttle global inbound",
    f"/api/greylisting/{PLAIN}": f"greylisting {PLAIN}",
    f"/api/greylisting/{PLAIN}/whitelists": f"greylisting {PLAIN}",
    f"/api/wblist/outbound/blacklist/ada@{COM}": f"wblist ada@{COM} outbound blacklist",
}


@pytest.mark.parametrize(
    "action", [{"status": 500}, {"fail": "PERMISSION_DENIED"}, {"body": {"_success": True, "_data": 7}}]
)
def test_nothing_is_exported_where_anything_cannot_be_read(backend, action):
    with panel(backend) as sandbox:
        furnish(sandbox)
        for path, named in READS.items():
            sandbox.fault(action, "GET", path, times=None)
            result = export(sandbox, api_retries=0)
            sandbox.clear_faults()
            assert result["failed"], path
            assert result["msg"].startswith(f"nothing was exported. {named} could not be read: "), result["msg"]
            assert (result["state"], result["not_exported"]) == ({}, [])
        assert sandbox.violations() == []


def test_users_that_nobody_lists_are_not_taken_for_none(backend):
    with Sandbox(backend=backend, preset="hiding") as sandbox:  # both forms of the lists fail
        furnish(sandbox)
        result = export(sandbox)
        assert result["failed"]
        assert f"users of {COM} could not be read" in result["msg"]
        assert result["state"] == {}
        state, _missing = exported(sandbox, kinds=["domains"])
        assert len(state["domains"]) == 3


def test_a_panel_that_lacks_an_endpoint(backend):
    with panel(backend) as sandbox:
        furnish(sandbox)
        sandbox.fault({"status": 404}, "GET", "/api/wblist/*", times=None)
        result = export(sandbox)
        assert result["failed"]
        assert "leave its kind out of kinds" in result["msg"]
        assert exported(sandbox, kinds=[kind for kind in STATE_KINDS if kind != "wblists"])[0]["users"]


@pytest.mark.parametrize("path", [f"/api/users/{ORG}", f"/api/user/ed@{ORG}", f"/api/domain/{ORG}"])
def test_a_path_that_is_not_there_once_makes_no_export_that_lacks_it(backend, path):
    """One of several panels may have no API; what pruned with such an export would delete what it lacks."""
    with panel(backend) as sandbox:
        furnish(sandbox)
        sandbox.fault({"status": 404}, "GET", path, times=None)
        result = export(sandbox)
        assert result["failed"]
        assert path in result["msg"]
        assert result["state"] == {}


def test_a_domain_admin_exports_what_it_manages(backend):
    with panel(backend) as sandbox:
        furnish(sandbox)
        account = {"api_username": f"ed@{ORG}", "api_password": PASSWORD}
        state, _missing = exported(sandbox, domains=[COM], **account)
        assert [item["domain"] for item in state["domains"]] == [COM]
        result = export(sandbox, **account)
        assert result["failed"]
        assert "PERMISSION_DENIED" in result["msg"]
