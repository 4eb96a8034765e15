# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All users of a domain at once, and the account that the task itself logs in with."""

from __future__ import annotations

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.people import ADA, BOB, BOSS, DOMAIN, OTHER, PARTNER, PRESETS, other_panel, params, populate, thrice
from tests.support.playbook import DOORS, run_in_turn, run_tasks, task


@pytest.fixture(autouse=True)
def people(request):
    """Two users and a standalone admin, where the test starts from the usual sandbox."""
    if "sandbox" in request.fixturenames:
        populate(request.getfixturevalue("sandbox"))


def users(**options):
    return task("iredmail_domain_users", **{"domain": DOMAIN, **options})


@pytest.mark.parametrize("door", DOORS)
def test_all_users_at_once(sandbox: Sandbox, door):
    done = thrice(
        sandbox,
        [
            users(language="de_DE", transport="dovecot"),
            users(enabled=False, language="de_DE"),
            users(accountStatus=True, transport="lmtp:unix:private/dovecot-lmtp"),
            task("iredmail_user", mail=BOB, language="fr_FR"),
            users(language="de_DE"),
            users(enabled=True, language="de_DE"),
        ],
        door,
    )
    assert [params(result) for result in done] == [
        [{"language": "de_DE", "transport": "dovecot"}],
        [{"accountStatus": "disabled"}],
        [{"accountStatus": "active", "transport": "lmtp:unix:private/dovecot-lmtp"}],
        [{"language": "fr_FR"}],
        [{"language": "de_DE"}],
        [],
    ]
    assert done[0]["operations"][0]["path"] == f"/api/users/{DOMAIN}"
    assert done[1]["domain_users"] == {"domain": DOMAIN, "users": [ADA, BOB], "enabled": False, "language": "de_DE"}
    assert done[4]["diff"]["before"] == {"language": {ADA: "de_DE", BOB: "fr_FR"}}
    assert done[4]["diff"]["after"] == {"language": {ADA: "de_DE", BOB: "de_DE"}}
    for row in sandbox.state()["mailbox"]:
        shown = (row["active"], row["language"], row["transport"])
        assert shown == (1, "de_DE", "lmtp:unix:private/dovecot-lmtp")


def test_one_password_for_all_is_written_in_every_run(sandbox: Sandbox):
    wanted = users(password=OTHER, update_password="always", language="de_DE")
    refused = [users(password=OTHER), users(password=""), users(password=" " + OTHER, update_password="always")]
    for result, sentence in zip(
        run_tasks(sandbox, refused).results, ["update_password: always", "is empty", "blank"], strict=True
    ):
        assert result["failed"]
        assert sentence in result["msg"]
    assert sandbox.log() == [], "it is refused before anything is sent"
    ((check, first, second),) = run_in_turn(sandbox, [wanted])
    assert params(check) == params(first) == [{"language": "de_DE", "password": "********"}]
    assert params(second) == [{"password": "********"}]
    for result in (check, first, second):
        assert (result["changed"], result["unverified"]) == (True, ["password"])
        assert (result["diff"]["before"]["password"], result["diff"]["after"]["password"]) == ("<unknown>", "<changed>")
        assert OTHER not in str(result)
    assert [one["params"].get("password") for one in sandbox.writes()] == [OTHER, OTHER]
    for mail in (ADA, BOB):
        assert sandbox.api("POST", f"/api/verify_password/user/{mail}", password=OTHER)["_success"]


@pytest.mark.parametrize("door", DOORS)
def test_the_account_in_use_among_the_users(sandbox: Sandbox, door):
    sandbox.api("POST", f"/api/user/{BOSS}", password=PASSWORD)
    sandbox.api("PUT", f"/api/user/{BOSS}", isGlobalAdmin="yes")
    login = {"api_username": BOSS.upper(), "api_password": PASSWORD}
    disable = users(enabled=False, **login)
    check, real, language, password = run_tasks(
        sandbox,
        [
            dict(disable, check_mode=True),
            disable,
            users(language="de_DE", **login),
            dict(users(password=OTHER, update_password="always", **login), check_mode=True),
        ],
        door,
    ).results
    for result in (check, real):
        assert result["failed"]
        assert "the one in use is never disabled" in result["msg"]
        assert (result["changed"], result["operations"], result["diff"]["after"]) == (False, [], {})
    assert language["changed"]
    assert any("gets the password too" in text for text in password["warnings"])
    assert [one["params"] for one in sandbox.writes()] == [{"language": "de_DE"}]


def test_users_that_are_not_there(sandbox: Sandbox):
    sandbox.api("POST", "/api/domain/empty.example", name="Nobody")
    run = run_tasks(
        sandbox,
        [
            users(domain="nowhere.example", language="de_DE"),
            users(),
            users(language="German"),
            users(transport=""),
            users(domain="empty.example", language="de_DE", password=OTHER, update_password="always"),
            task("iredmail_domain_users_info", domain="nowhere.example"),
            task("iredmail_domain_users_info", domain="empty.example"),
            task("iredmail_domain_users_info", domain=DOMAIN),
        ],
    )
    sentences = ["no domain nowhere.example", "one of enabled", "not a language", "cannot be cleared"]
    for result, sentence in zip(run.results, sentences, strict=False):
        assert result["failed"]
        assert sentence in result["msg"]
    assert not any(result.get("failed") or result["changed"] for result in run.results[4:])
    assert run.results[4]["domain_users"]["users"] == run.results[4]["unverified"] == []
    assert [[one["mail"] for one in result["users"]] for result in run.results[5:]] == [[], [], [ADA, BOB]]
    assert sandbox.writes() == []


@pytest.mark.parametrize("preset", PRESETS)
def test_users_on_panels_that_answer_in_other_shapes(backend, preset):
    with other_panel(backend, preset) as sandbox:
        wanted = users(enabled=False, language="de_DE", transport="dovecot")
        if preset == "hiding":  # the list of users crashes there, which must not be taken for an empty domain
            result = run_tasks(sandbox, [dict(wanted, check_mode=True), wanted]).results[1]
            assert result["failed"]
            assert f"/api/users/{DOMAIN}" in result["msg"]
            assert sandbox.writes() == []
        else:
            thrice(sandbox, [wanted])


@pytest.mark.parametrize("backend", ["sql"])
def test_what_is_hidden_of_users(sandbox: Sandbox):
    sandbox.fault({"hide": ["transport"]}, "GET", "/api/user/*", times=None)
    send, skip = (users(transport="dovecot", unreadable=unreadable) for unreadable in ("send", "skip"))
    sent, again, skipped = run_tasks(sandbox, [send, send, skip]).results
    for result in (sent, again):
        assert not result.get("failed"), result
        assert (result["changed"], result["unverified"]) == (True, ["transport"])
        assert any("transport is not shown" in text for text in result["warnings"])
        assert result["diff"]["before"] == {"transport": {ADA: "<unknown>", BOB: "<unknown>"}}
    assert (skipped["changed"], skipped["unverified"], skipped.get("warnings", [])) == (False, [], [])
    assert skipped["diff"]["before"] == skipped["diff"]["after"]
    assert [row["transport"] for row in sandbox.state()["mailbox"]] == ["dovecot", "dovecot"]


def test_what_the_server_ignores_for_all_users(sandbox: Sandbox):
    sandbox.fault({"ignore": ["language"]}, "PUT", "/api/users/*", times=2)
    strict, warn = run_tasks(sandbox, [users(language="de_DE", verify=verify) for verify in ("strict", "warn")]).results
    assert strict["failed"]
    assert f"language of {ADA} was not accepted" in strict["msg"]
    assert [f"language of {mail}" in text for mail, text in zip((ADA, BOB), warn["warnings"], strict=True)] == [
        True
    ] * 2
    assert warn["unverified"] == ["language"]


# -- the account that the task logs in with


@pytest.mark.parametrize("door", DOORS)
def test_the_admin_in_use_stays(sandbox: Sandbox, door):
    name = sandbox.username.upper()
    harm = [
        {"state": "absent"},
        {"enabled": False},
        {"accountStatus": False, "name": "Somebody"},
        {"global_admin": False},
    ]
    tasks = [task("iredmail_admin", mail=name, update_password="on_create", **options) for options in harm]
    run = run_tasks(sandbox, [dict(one, check_mode=check) for one in tasks for check in (True, False)], door)
    assert len(run.results) == 8
    for result in run.results:
        assert result["failed"]
        assert "this is the account of api_username; the one in use is never" in result["msg"]
        assert (result["changed"], result["operations"]) == (False, [])
    assert sandbox.writes() == []
    mine = [task("iredmail_admin", mail=name, name="The postmaster", enabled=True, global_admin=True)]
    others = [task("iredmail_admin", mail=PARTNER, **options) for options in ({"enabled": False}, {"state": "absent"})]
    fine = run_tasks(sandbox, mine + others, door).results
    assert [(result.get("failed", False), result["changed"]) for result in fine] == [(False, True)] * 3
