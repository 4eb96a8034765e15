# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deleting, renaming, list deltas, reading, logging in: what is not one option's life."""

from __future__ import annotations

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.playbook import DOORS, run_tasks, task

pytestmark = pytest.mark.both_backends

MAIL, OLD = "ada@example.com", "old@example.com"


def user(**options):
    return task(
        "iredmail_user", **dict({"mail": MAIL, "password": PASSWORD, "update_password": "on_create"}, **options)
    )


def paths(operations):
    return [(one["method"], one["path"]) for one in operations]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("days", "suffix"),
    [
        (None, ""),
        pytest.param(30, "/keep_mailbox_days/30", marks=pytest.mark.matrix),
        (0, "/keep_mailbox_days/0"),
    ],
)
@pytest.mark.parametrize("resource", ["user", "domain"])
def test_deleting(sandbox: Sandbox, resource, days, suffix, door):
    run_tasks(sandbox, [user()])
    sandbox.clear_log()
    name, options = ("example.com", {"domain": "example.com"}) if resource == "domain" else (MAIL, {"mail": MAIL})
    gone = task("iredmail_" + resource, state="absent", keep_mailbox_days=days, **options)
    check = run_tasks(sandbox, [gone], door, check=True).only
    assert sandbox.writes() == []
    real = run_tasks(sandbox, [gone], door).only
    assert paths(check["operations"]) == paths(real["operations"]) == [("DELETE", f"/api/{resource}/{name}{suffix}")]
    assert check["changed"] is real["changed"] is True
    assert real[resource] == {}
    assert real["diff"]["before"] == {"state": "present"}
    sandbox.clear_log()
    again = run_tasks(sandbox, [gone], door).only
    assert (again["changed"], again["operations"], sandbox.writes()) == (False, [], [])


@pytest.mark.parametrize("resource", ["user", "alias"])
@pytest.mark.parametrize("door", DOORS)
def test_renaming(sandbox: Sandbox, resource, door):
    more = {"password": PASSWORD} if resource == "user" else {}
    run_tasks(sandbox, [task("iredmail_" + resource, mail=OLD, name="Before", **more)])
    rename = task("iredmail_" + resource, mail=MAIL, rename_from=OLD, name="After", **more)
    sandbox.clear_log()
    check = run_tasks(sandbox, [rename], door, check=True).only
    assert sandbox.writes() == []
    real = run_tasks(sandbox, [rename], door).only
    assert not real.get("failed"), real
    assert check["operations"] == real["operations"]
    assert paths(real["operations"]) == [
        ("POST", f"/api/{resource}/{OLD}/change_email/{MAIL}"),
        ("PUT", f"/api/{resource}/{MAIL}"),
    ]
    assert real["diff"]["before"]["mail"] == OLD
    assert real["diff"]["after"]["mail"] == MAIL
    assert real[resource]["name"] == "After"
    again = run_tasks(sandbox, [rename], door).only
    assert (again["changed"], again["operations"]) == (False, [])


def test_renaming_onto_an_existing_account_is_refused(sandbox: Sandbox):
    run_tasks(sandbox, [user(), user(mail=OLD)])
    sandbox.clear_log()
    result = run_tasks(sandbox, [user(rename_from=OLD)]).only
    assert result["failed"]
    assert "both" in result["msg"]
    assert sandbox.writes() == []


def test_renaming_what_is_not_there_creates(sandbox: Sandbox):
    result = run_tasks(sandbox, [user(rename_from=OLD)]).only
    assert paths(result["operations"]) == [("POST", f"/api/user/{MAIL}")]


@pytest.mark.parametrize("door", DOORS)
def test_add_and_remove_touch_only_what_they_name(sandbox: Sandbox, door):
    alias = {"mail": "team@example.com"}
    run_tasks(sandbox, [task("iredmail_alias", **alias, members=["a@x.example", "b@x.example"])])
    sandbox.clear_log()
    delta = task("iredmail_alias", **alias, add_members=["b@x.example", "c@x.example"], remove_members=["a@x.example"])
    result = run_tasks(sandbox, [delta], door).only
    assert result["alias"]["members"] == ["b@x.example", "c@x.example"]
    assert result["operations"][0]["params"] == {"addMember": "c@x.example", "removeMember": "a@x.example"}
    assert not run_tasks(sandbox, [delta], door).only["changed"]


def test_lists_without_deltas_are_reset_as_a_whole(sandbox: Sandbox):
    domain = {"domain": "example.com"}
    run_tasks(sandbox, [task("iredmail_domain", **domain, catchall=["a@x.example", "b@x.example"])])
    delta = task("iredmail_domain", **domain, add_catchall=["c@x.example"], remove_catchall=["a@x.example"])
    result = run_tasks(sandbox, [delta]).only
    assert result["operations"][0]["params"] == {"catchall": "b@x.example,c@x.example"}
    assert not run_tasks(sandbox, [delta]).only["changed"]


def test_forwarding_keeps_a_copy_unless_told_otherwise(sandbox: Sandbox):
    run = run_tasks(
        sandbox,
        [
            user(forwarding=["x@y.example"]),
            user(forwarding=["x@y.example"], forwarding_keep_copy=False),
            user(remove_forwarding=["x@y.example"], forwarding_keep_copy=False),
            user(forwarding=["x@y.example"]),
            user(forwarding_keep_copy=False),
        ],
    )
    shown = [(one.get("failed", False), one["user"].get("forwarding_keep_copy")) for one in run.results]
    assert shown[:2] == [(False, True), (False, False)]
    assert run.results[2]["failed"]
    assert "nowhere to go" in run.results[2]["msg"]
    assert shown[3] == (False, True)
    assert not run.results[4]["changed"]
    assert run.results[3]["user"]["forwarding"] == ["x@y.example"]


@pytest.mark.parametrize("door", DOORS)
def test_forwarding_to_an_alias_address_of_its_own(sandbox: Sandbox, door):
    """Hardly meant, but the panel drops what it does not know yet, without a word: the alias address goes first."""
    both = user(aliases=["al@example.com"], forwarding=["al@example.com"])
    check = run_tasks(sandbox, [both], door, check=True).only
    done, again = run_tasks(sandbox, [both, both], door).results
    assert paths(check["operations"]) == paths(done["operations"])
    assert "addAlias" in done["operations"][1]["params"]
    assert done["user"]["forwarding"] == ["al@example.com"]
    assert not again["changed"]


def test_internal_services_survive_an_exact_list(sandbox: Sandbox, backend):
    before = run_tasks(sandbox, [user()]).only["user"]["services"]
    after = run_tasks(sandbox, [user(services=["smtp", "imap"])]).only["user"]["services"]
    assert {"lmtp", "lda"} <= set(before) & set(after)
    assert "pop3" not in after
    assert {"smtp", "imap"} <= set(after)


@pytest.mark.parametrize("verify", ["strict", "warn"])
def test_a_service_without_a_column_is_told(sandbox: Sandbox, backend, verify):
    result = run_tasks(sandbox, [user(), user(add_services=["smtptls"], verify=verify)]).results[1]
    if backend == "ldap":
        assert not result.get("failed"), result
    elif verify == "strict":
        assert result["failed"]
        assert "silently ignore" in result["msg"]
    else:
        assert (result["changed"], result["unverified"]) == (False, ["services"])


def test_options_of_the_other_backend_are_refused(sandbox: Sandbox, backend):
    run_tasks(sandbox, [user()])
    sandbox.clear_log()
    if backend == "sql":
        result = run_tasks(sandbox, [user(telephone_numbers=["1"])]).only
    else:
        result = run_tasks(sandbox, [task("iredmail_alias", mail="x@example.com", access_policy="public")]).only
    assert result["failed"]
    assert "panels, and this one is" in result["msg"]
    assert sandbox.writes() == []


def test_max_lists_is_for_creation_only(sandbox: Sandbox):
    run = run_tasks(
        sandbox,
        [task("iredmail_domain", domain="new.example", max_lists=lists) for lists in (5, 5, 6)],
    )
    assert [one["changed"] for one in run.results[:2]] == [True, False]
    assert run.results[2]["failed"]
    assert "only when the domain is created" in run.results[2]["msg"]


@pytest.mark.parametrize("unreadable", ["send", "skip"])
def test_what_the_panel_hides(unreadable):
    with Sandbox(backend="sql", preset="hiding") as sandbox:
        sandbox.api("POST", "/api/domain/example.com", name="Example")
        wanted = user(sender_bcc="archive@other.example", unreadable=unreadable)
        created, again = run_tasks(sandbox, [wanted, wanted]).results
        assert created["changed"]
        assert "sender_bcc" in created["unverified"]
        assert created["user"]["sender_bcc"] is None
        assert sandbox.state()["sender_bcc_user"][0]["bcc_address"] == "archive@other.example"
        assert again["changed"] is (unreadable == "send")
        assert again["unverified"] == (["sender_bcc"] if unreadable == "send" else [])
        assert any("sender_bcc" in text for text in again.get("warnings", [])) is (unreadable == "send")


@pytest.mark.parametrize("options", [{}, {"forwarding_keep_copy": True}, {"unreadable": "skip"}])
def test_a_panel_that_never_shows_the_own_address(options):
    with Sandbox(backend="sql", preset="hiding") as sandbox:
        sandbox.api("POST", "/api/domain/example.com", name="Example")
        # whoever forwards nothing tells that it is such a panel
        sandbox.api("POST", "/api/user/bob@example.com", password=PASSWORD)
        wanted = user(forwarding=["x@other.example"], **options)
        run_tasks(sandbox, [wanted])
        sandbox.readonly(True)
        for run in (run_tasks(sandbox, [wanted]), run_tasks(sandbox, [wanted], check=True)):
            assert run.only["changed"] is False
            unknown = [] if options == {"unreadable": "skip"} else ["forwarding_keep_copy"]
            assert run.only["unverified"] == unknown
        kept = {row["forwarding"] for row in sandbox.state()["forwardings"] if row["address"] == MAIL}
        assert kept == {MAIL, "x@other.example"}


@pytest.mark.parametrize("door", DOORS)
def test_reading(sandbox: Sandbox, door):
    run_tasks(
        sandbox,
        [
            user(name="Ada"),
            user(mail="bob@example.com", enabled=False),
            task("iredmail_alias", mail="team@example.com"),
        ],
    )
    sandbox.readonly(True)
    run = run_tasks(
        sandbox,
        [
            task("iredmail_user_info", mail=MAIL),
            task("iredmail_user_info", domain="example.com"),
            task("iredmail_user_info", domain="example.com", enabled=False),
            task("iredmail_user_info", domain="example.com", enabled=True),
            task("iredmail_user_info", mail="nobody@example.com"),
            task("iredmail_user_info", domain="nowhere.example"),
            task("iredmail_alias_info", domain="example.com"),
            task("iredmail_domain_info"),
            task("iredmail_domain_info", domain="example.com"),
            task("iredmail_domain_info", domain="nowhere.example"),
        ],
        door,
    )
    assert not any(result.get("failed") or result["changed"] for result in run.results)
    users = [[one["mail"] for one in result["users"]] for result in run.results[:6]]
    assert users == [[MAIL], [MAIL, "bob@example.com"], ["bob@example.com"], [MAIL], [], []]
    assert run.results[0]["users"][0]["name"] == "Ada"
    assert "password" not in run.results[0]["users"][0]
    assert [one["mail"] for one in run.results[6]["aliases"]] == ["team@example.com"]
    assert [[one["domain"] for one in result["domains"]] for result in run.results[7:]] == [
        ["example.com"],
        ["example.com"],
        [],
    ]


@pytest.mark.parametrize("door", DOORS)
def test_a_session_serves_other_tasks(sandbox: Sandbox, door):
    login = dict(task("iredmail_login"), register="login", no_log=True)
    later = task(
        "iredmail_user_info", mail=MAIL, api_session="{{ login.session }}", api_username=None, api_password=None
    )
    run = run_tasks(sandbox, [login, later, later], door)
    assert not any(result.get("failed") for result in run.results[1:]), run.output
    assert [one["path"] for one in sandbox.log()].count("/api/login") == 1
    expired = task("iredmail_user_info", mail=MAIL, api_session="a=b", api_username=None, api_password=None)
    assert "iredmail_login" in run_tasks(sandbox, [expired], door).only["msg"]


@pytest.mark.parametrize("door", DOORS)
def test_a_look_at_the_server(sandbox: Sandbox, backend, door):
    run_tasks(sandbox, [user()])
    server = run_tasks(sandbox, [task("iredmail_server_info")], door).only["server"]
    assert (server["backend"], server["global_admin"], server["domains"]) == (backend, True, 1)
    assert isinstance(server["unreadable"], dict)


def test_environment_and_module_defaults(sandbox: Sandbox):
    play = {
        "module_defaults": {},
        "environment": {
            "IREDMAIL_API_URL": sandbox.url,
            "IREDMAIL_API_USERNAME": sandbox.username,
            "IREDMAIL_API_PASSWORD": sandbox.password,
        },
    }
    for door in DOORS:
        result = run_tasks(sandbox, [task("iredmail_domain_info")], door, play=play).only
        assert [one["domain"] for one in result["domains"]] == ["example.com"]


def test_both_doors_return_the_same(sandbox: Sandbox):
    tasks = [user(name="Ada"), user(name="Ada", quota="lots"), user(nosuch=1), user(name="Eve"), task("iredmail_user")]
    seen = []
    for door in DOORS:
        sandbox.reset()
        sandbox.api("POST", "/api/domain/example.com", name="Example")
        results = [dict(result) for result in run_tasks(sandbox, tasks, door).results]
        for result in results:
            for key in ("ansible_facts", "exception", "_ansible_no_log", "_ansible_parsed"):
                result.pop(key, None)
            result.get("user", {}).pop("maildir", None)  # the panel puts the time of creation into it
        seen.append(results)
    for here, there in zip(*seen, strict=True):
        assert here == there
