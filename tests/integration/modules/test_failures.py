# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong: one clear sentence each, nothing written that should not be, no absence concluded."""

from __future__ import annotations

import socket

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.playbook import DOORS, connection, run_tasks, task

MAIL = "ada@example.com"
CREATE = {"mail": MAIL, "password": PASSWORD, "update_password": "on_create"}


def failure(run, *words):
    """The message of the only task, which must have failed in one readable sentence with these words in it."""
    result = run.only
    assert result["failed"], result
    for word in words:
        assert word in result["msg"], result["msg"]
    assert "Traceback" not in run.output
    assert PASSWORD not in run.output
    return result


def lookup(**options):
    return task("iredmail_user", mail=MAIL, state="absent", **options)


@pytest.mark.parametrize("door", DOORS)
def test_a_wrong_password_is_tried_once(sandbox: Sandbox, door):
    options = dict(connection(sandbox), api_password="not-the-password")
    failure(run_tasks(sandbox, [lookup(**options)], door), "login was refused", "tried once")
    assert [one["path"] for one in sandbox.log()] == ["/api/login"]


def test_a_wrong_password_is_tried_once_for_a_whole_loop(sandbox: Sandbox):
    looped = dict(lookup(**dict(connection(sandbox), api_password="not-the-password")), loop=[1, 2, 3])
    run = run_tasks(sandbox, [looped])
    assert len(run.items) == 3
    assert len(sandbox.log()) == 1


def test_one_login_for_a_loop(sandbox: Sandbox):
    run_tasks(sandbox, [dict(lookup(), loop=[1, 2, 3])])
    assert [one["path"] for one in sandbox.log()].count("/api/login") == 1


def test_one_login_for_a_module_run(sandbox: Sandbox):
    run_tasks(sandbox, [task("iredmail_user", **CREATE, name="Ada", enabled=False)], door="module")
    assert [one["path"] for one in sandbox.log()].count("/api/login") == 1


def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/iredadmin"
    options = {"api_url": url, "api_username": "a@b.cd", "api_password": PASSWORD, "api_retries": 0}
    failure(run_tasks(None, [lookup(**options)]), "cannot be reached", "Check api_url")


@pytest.mark.parametrize(
    "url", ["mail.example.com", "ftp://mail.example.com", "https://a:b@mail.example.com/", "https://"]
)
def test_what_is_no_address_of_a_panel(url):
    options = {"api_url": url, "api_username": "a@b.cd", "api_password": PASSWORD}
    failure(run_tasks(None, [lookup(**options)]), "api_url")


@pytest.mark.parametrize(
    ("options", "words"),
    [({}, "api_url is missing"), ({"api_url": "http://127.0.0.1:9/iredadmin"}, "Credentials are missing")],
)
def test_missing_connection_options(options, words):
    failure(run_tasks(None, [lookup(**options)]), words)


def test_a_wrong_path(sandbox: Sandbox):
    options = dict(connection(sandbox), api_url=sandbox.url.replace("/iredadmin", "/elsewhere"))
    failure(run_tasks(sandbox, [lookup(**options)]), "api_url")


def test_the_api_is_switched_off():
    with Sandbox(backend="sql", api_disabled=True) as off:
        failure(run_tasks(off, [lookup()]), "ENABLE_RESTFUL_API = True")


def test_the_address_is_not_allowed():
    with Sandbox(backend="sql", allow_client=["192.0.2.1"]) as closed:
        failure(run_tasks(closed, [lookup()]), "IP address", "NOT_AUTHORIZED")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mail": "ada"}, ["mail: 'ada'", "e-mail address"]),
        ({"mail": MAIL, "aliases": ["a@example.com"], "add_aliases": ["b@example.com"]}, ["mutually exclusive"]),
        ({"mail": MAIL, "language": ""}, ["language", "cannot be cleared"]),
        ({"mail": MAIL, "quota": "much"}, ["quota: 'much' is not a size"]),
        ({"mail": MAIL, "forwarding": [], "forwarding_keep_copy": False}, ["nowhere to go"]),
        ({"mail": MAIL, "services": ["smtp, imap"]}, ["services", "smtp, imap"]),
        ({"mail": MAIL, "name": "two\nlines"}, ["name", "line break"]),
    ],
)
def test_impossible_input_sends_nothing(sandbox: Sandbox, options, words):
    failure(run_tasks(sandbox, [task("iredmail_user", **options)]), *words)
    assert sandbox.log() == []


@pytest.mark.parametrize(("mail", "words"), [("ada+x@example.com", ["+ = /"]), ("ada@bücher.example", ["xn--"])])
def test_a_name_that_nothing_new_may_have_is_refused_once_nothing_has_it(sandbox: Sandbox, mail, words):
    failure(run_tasks(sandbox, [task("iredmail_user", mail=mail)]), *words)
    assert sandbox.writes() == []


@pytest.mark.parametrize(
    "options",
    [
        {"backup_mx": True, "transport": "dovecot"},
        {"primary_mx": "mx.example.net", "transport": "dovecot"},
        {"primary_mx": "mx.example.net", "backup_mx": False},
        {"min_password_length": 20, "max_password_length": 10},
    ],
)
def test_conflicting_options_of_a_domain(sandbox: Sandbox, options):
    failure(run_tasks(sandbox, [task("iredmail_domain", domain="example.com", **options)]))
    assert sandbox.log() == []


@pytest.mark.parametrize("verify", ["strict", "warn", "off"])
def test_a_value_that_the_server_silently_dropped(sandbox: Sandbox, verify):
    run_tasks(sandbox, [task("iredmail_user", **CREATE)])
    sandbox.fault(method="PUT", path="/api/user/*", action={"ignore": ["employeeid"]})
    run = run_tasks(sandbox, [task("iredmail_user", mail=MAIL, name="Ada", employee_id="E-1", verify=verify)])
    if verify == "strict":
        result = failure(run, "employee_id was not accepted", "sent E-1", "found nothing")
        assert result["changed"]
        assert result["user"] == {} or result["user"]["name"] == "Ada"
    else:
        assert not run.only.get("failed")
        warned = [text for text in run.only.get("warnings", []) if "employee_id" in text]
        assert len(warned) == (verify == "warn")


def test_a_forwarding_that_does_not_exist_is_dropped_and_told(sandbox: Sandbox):
    run_tasks(sandbox, [task("iredmail_user", **CREATE)])
    failure(
        run_tasks(sandbox, [task("iredmail_user", mail=MAIL, forwarding=["nobody@example.com"])]),
        "forwarding was not accepted",
        "nobody@example.com",
    )


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "action",
    [
        {"status": 500},
        {"status": 503},
        {"html": True},
        {"truncate": True},
        {"garbage": True},
        {"drop": "before"},
        {"fail": "PERMISSION_DENIED"},
        {"fail": "SERVER_DOWN"},
        {"body": {"_success": True, "_data": None}},
        {"body": {"_success": True, "_data": []}},
        {"body": {"_success": True, "_data": {"strange": 1}}},
        {"body": {"_success": False}},
    ],
    ids=str,
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_failed_read_is_never_absence(sandbox: Sandbox, backend, action, state, door):
    if door == "module" and backend == "ldap":
        pytest.skip("the doors share this code; one backend is enough for the slow one")
    sandbox.api("POST", f"/api/user/{MAIL}", password=PASSWORD, name="Ada")
    sandbox.clear_log()
    sandbox.fault(method="GET", path="/api/user/*", times=None, action=action)
    options = dict(CREATE, name="Ada") if state == "present" else {"mail": MAIL, "state": "absent"}
    failure(run_tasks(sandbox, [task("iredmail_user", api_retries=1, **options)], door))
    assert sandbox.writes() == []
    assert [row["username"] for row in sandbox.state()["mailbox"]] == [MAIL]


def test_a_name_taken_by_another_kind_of_account(sandbox: Sandbox):
    sandbox.api("POST", f"/api/alias/{MAIL}", name="An alias")
    sandbox.clear_log()
    result = failure(run_tasks(sandbox, [task("iredmail_user", **CREATE)]), "ALREADY_EXISTS", "another account")
    assert (result["changed"], result["operations"]) == (False, [])


def test_the_account_in_use_is_never_deleted_or_disabled(sandbox: Sandbox):
    for options in ({"state": "absent"}, {"enabled": False}):
        failure(run_tasks(sandbox, [task("iredmail_user", mail=sandbox.username, **options)]), "in use")
    assert sandbox.writes() == []
