# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deleting, renaming, list deltas, reading, logging in: what is not one option's life."""

from __future__ import annotations

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.playbook import DOORS, run_in_turn, run_tasks, task

MAIL, OLD = "ada@example.com", "old@example.com"


def user(**options):
    return task(
        "iredmail_user", **dict({"mail": MAIL, "password": PASSWORD, "update_password": "on_create"}, **options)
    )


def paths(operations):
    return [(one["method"], one["path"]) for one in operations]


@pytest.mark.both_backends
@pytest.mark.parametrize("door", DOORS)
def test_deleting(sandbox: Sandbox, door):
    tasks, told = [], []
    for resource, key, name in (("user", "mail", "u{}@example.com"), ("domain", "domain", "d{}.example")):
        for days, suffix in ((None, ""), (30, "/keep_mailbox_days/30"), (0, "/keep_mailbox_days/0")):
            one = name.format(days).lower()
            assert sandbox.api("POST", f"/api/{resource}/{one}", name="x", password=PASSWORD)["_success"]
            tasks.append(task("iredmail_" + resource, state="absent", keep_mailbox_days=days, **{key: one}))
            told.append((resource, ("DELETE", f"/api/{resource}/{one}{suffix}")))
    sandbox.clear_log()
    results = list(run_in_turn(sandbox, tasks, door))
    for (resource, request), (check, real, again) in zip(told, results, strict=True):
        assert paths(check["operations"]) == paths(real["operations"]) == [request]
        assert check["changed"] is real["changed"] is True
        assert real[resource] == {}
        assert real["diff"]["before"] == {"state": "present"}
        assert (again["changed"], again["operations"]) == (False, [])
    assert paths(sandbox.writes()) == [request for _resource, request in told]


@pytest.mark.both_backends
@pytest.mark.parametrize("door", DOORS)
def test_renaming(sandbox: Sandbox, door):
    resources, tasks, told = ("user", "alias"), [], []
    for resource in resources:
        old, new = f"old-{resource}@example.com", f"new-{resource}@example.com"
        assert sandbox.api("POST", f"/api/{resource}/{old}", name="Before", password=PASSWORD)["_success"]
        more = {"password": PASSWORD} if resource == "user" else {}
        tasks.append(task("iredmail_" + resource, mail=new, rename_from=old, name="After", **more))
        told.append([("POST", f"/api/{resource}/{old}/change_email/{new}"), ("PUT", f"/api/{resource}/{new}")])
    sandbox.clear_log()
    results = list(run_in_turn(sandbox, tasks, door))
    for resource, requests, (check, real, again) in zip(resources, told, results, strict=True):
        assert not real.get("failed"), real
        assert check["operations"] == real["operations"]
        assert paths(real["operations"]) == requests
        assert real["diff"]["before"]["mail"] == f"old-{resource}@example.com"
        assert real["diff"]["after"]["mail"] == f"new-{resource}@example.com"
        assert real[resource]["name"] == "After"
        assert (again["changed"], again["operations"]) == (False, [])
    assert paths(sandbox.writes()) == [request for requests in told for request in requests]


def test_renaming_onto_an_existing_account_is_refused(sandbox: Sandbox):
    result = run_tasks(sandbox, [user(), user(mail=OLD), user(rename_from=OLD)]).results[2]
    assert result["failed"]
    assert "both" in result["msg"]
    assert [method for method, _path in paths(sandbox.writes())] == ["POST", "POST"]


def test_renaming_what_is_not_there_creates(sandbox: Sandbox):
    result = run_tasks(sandbox, [user(rename_from=OLD)]).only
    assert paths(result["operations"]) == [("POST", f"/api/user/{MAIL}")]


@pytest.mark.both_backends
@pytest.mark.parametrize("door", DOORS)
def test_add_and_remove_touch_only_what_they_name(sandbox: Sandbox, door):
    alias = {"mail": "team@example.com"}
    before = task("iredmail_alias", **alias, members=["a@x.example", "b@x.example"])
    delta = task("iredmail_alias", **alias, add_members=["b@x.example", "c@x.example"], remove_members=["a@x.example"])
    _before, result, again = run_tasks(sandbox, [before, delta, delta], door).results
    assert result["alias"]["members"] == ["b@x.example", "c@x.example"]
    assert result["operations"][0]["params"] == {"addMember": "c@x.example", "removeMember": "a@x.example"}
    assert not again["changed"]


@pytest.mark.both_backends
def test_lists_without_deltas_are_reset_as_a_whole(sandbox: Sandbox):
    domain = {"domain": "example.com"}
    before = task("iredmail_domain", **domain, catchall=["a@x.example", "b@x.example"])
    delta = task("iredmail_domain", **domain, add_catchall=["c@x.example"], remove_catchall=["a@x.example"])
    _before, result, again = run_tasks(sandbox, [before, delta, delta]).results
    assert result["operations"][0]["params"] == {"catchall": "b@x.example,c@x.example"}
    assert not again["changed"]


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


@pytest.mark.both_backends
@pytest.mark.parametrize("door", DOORS)
def test_forwarding_to_an_alias_address_of_its_own(sandbox: Sandbox, door):
    """Hardly meant, but the panel drops what it does not know yet, without a word: the alias address goes first."""
    both = user(aliases=["al@example.com"], forwarding=["al@example.com"])
    ((check, done, again),) = run_in_turn(sandbox, [both], door)
    assert paths(check["operations"]) == paths(done["operations"])
    assert "addAlias" in done["operations"][1]["params"]
    assert done["user"]["forwarding"] == ["al@example.com"]
    assert not again["changed"]


@pytest.mark.both_backends
def test_internal_services_survive_an_exact_list(sandbox: Sandbox, backend):
    run = run_tasks(sandbox, [user(), user(services=["smtp", "imap"])])
    before, after = (result["user"]["services"] for result in run.results)
    assert {"lmtp", "lda"} <= set(before) & set(after)
    assert "pop3" not in after
    assert {"smtp", "imap"} <= set(after)


@pytest.mark.both_backends
def test_a_service_without_a_column_is_told(sandbox: Sandbox, backend):
    wishes = [user(add_services=["smtptls"], verify=verify) for verify in ("strict", "warn")]
    _created, strict, warned = run_tasks(sandbox, [user(), *wishes]).results
    assert not warned.get("failed"), warned
    if backend == "ldap":
        assert not strict.get("failed"), strict
    else:
        assert strict["failed"]
        assert "silently ignore" in strict["msg"]
        assert (warned["changed"], warned["unverified"]) == (False, ["services"])


@pytest.mark.both_backends
def test_options_of_the_other_backend_are_refused(sandbox: Sandbox, backend):
    assert sandbox.api("POST", f"/api/user/{MAIL}", password=PASSWORD)["_success"]
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


def test_what_the_panel_hides():
    with Sandbox(backend="sql", preset="hiding") as sandbox:
        sandbox.api("POST", "/api/domain/example.com", name="Example")
        wishes = [
            user(mail=f"{unreadable}@example.com", sender_bcc="archive@other.example", unreadable=unreadable)
            for unreadable in ("send", "skip")
        ]
        results = run_tasks(sandbox, [one for wanted in wishes for one in (wanted, wanted)]).results
        for sent, created, again in ((True, *results[:2]), (False, *results[2:])):
            assert created["changed"]
            assert "sender_bcc" in created["unverified"]
            assert created["user"]["sender_bcc"] is None
            assert again["changed"] is sent
            assert again["unverified"] == (["sender_bcc"] if sent else [])
            assert any("sender_bcc" in text for text in again.get("warnings", [])) is sent
        assert [row["bcc_address"] for row in sandbox.state()["sender_bcc_user"]] == ["archive@other.example"] * 2


def test_a_panel_that_never_shows_the_own_address():
    asked = ({}, {"forwarding_keep_copy": True}, {"unreadable": "skip"})
    tasks = [
        user(mail=f"u{number}@example.com", forwarding=["x@other.example"], **options)
        for number, options in enumerate(asked)
    ]
    with Sandbox(backend="sql", preset="hiding") as sandbox:
        sandbox.api("POST", "/api/domain/example.com", name="Example")
        # whoever forwards nothing tells that it is such a panel
        sandbox.api("POST", "/api/user/bob@example.com", password=PASSWORD)
        run_tasks(sandbox, tasks)
        sandbox.readonly(True)
        for options, results in zip(asked, run_in_turn(sandbox, tasks), strict=True):
            for result in results:
                assert result["changed"] is False
                unknown = [] if options == {"unreadable": "skip"} else ["forwarding_keep_copy"]
                assert result["unverified"] == unknown
        for one in tasks:
            mail = one["mailstate.iredmail.iredmail_user"]["mail"]
            kept = {row["forwarding"] for row in sandbox.state()["forwardings"] if row["address"] == mail}
            assert kept == {mail, "x@other.example"}


@pytest.mark.both_backends
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


@pytest.mark.both_backends
@pytest.mark.parametrize("door", DOORS)
def test_a_look_at_the_server(sandbox: Sandbox, backend, door):
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
