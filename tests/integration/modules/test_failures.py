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
    """The result of the only task, which must have failed in one readable sentence with these words in it."""
    (result,) = failures(run, words)
    return result


def failures(run, *words_of_each):
    """The results of the tasks; each must have failed in one readable sentence with the words that are told of it."""
    for result, words in zip(run.results, words_of_each, strict=True):
        assert result["failed"], result
        for word in words:
            assert word in result["msg"], result["msg"]
    assert "Traceback" not in run.output
    assert PASSWORD not in run.output
    return run.results


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


def test_a_connection_that_cannot_be_meant():
    account = {"api_username": "a@b.cd", "api_password": "never-sent"}
    addresses = ["mail.example.com", "ftp://mail.example.com", "https://a:b@mail.example.com/", "https://"]
    tasks = [lookup(api_url=url, **account) for url in addresses]
    run = run_tasks(None, [*tasks, lookup(), lookup(api_url="http://127.0.0.1:9/iredadmin")])
    failures(run, *[["api_url"]] * len(tasks), ["api_url is missing"], ["Credentials are missing"])


def test_a_wrong_path(sandbox: Sandbox):
    options = dict(connection(sandbox), api_url=sandbox.url.replace("/iredadmin", "/elsewhere"))
    failure(run_tasks(sandbox, [lookup(**options)]), "api_url")


def test_the_api_is_switched_off():
    with Sandbox(backend="sql", api_disabled=True) as off:
        failure(run_tasks(off, [lookup()]), "ENABLE_RESTFUL_API = True")


def test_the_address_is_not_allowed():
    with Sandbox(backend="sql", allow_client=["192.0.2.1"]) as closed:
        failure(run_tasks(closed, [lookup()]), "IP address", "NOT_AUTHORIZED")


def test_impossible_input_sends_nothing(sandbox: Sandbox):
    users = [
        ({"mail": "ada"}, ["mail: 'ada'", "e-mail address"]),
        ({"mail": MAIL, "aliases": ["a@example.com"], "add_aliases": ["b@example.com"]}, ["mutually exclusive"]),
        ({"mail": MAIL, "language": ""}, ["language", "cannot be cleared"]),
        ({"mail": MAIL, "quota": "much"}, ["quota: 'much' is not a size"]),
        ({"mail": MAIL, "forwarding": [], "forwarding_keep_copy": False}, ["nowhere to go"]),
        ({"mail": MAIL, "services": ["smtp, imap"]}, ["services", "smtp, imap"]),
        ({"mail": MAIL, "name": "two\nlines"}, ["name", "line break"]),
    ]
    domains = [
        ({"backup_mx": True, "transport": "dovecot"}, ["backup_mx", "transport"]),
        ({"primary_mx": "mx.example.net", "transport": "dovecot"}, ["primary_mx", "transport"]),
        ({"primary_mx": "mx.example.net", "backup_mx": False}, ["primary_mx", "backup_mx"]),
        ({"min_password_length": 20, "max_password_length": 10}, ["min_password_length", "max_password_length"]),
    ]
    tasks = [task("iredmail_user", **options) for options, _words in users]
    tasks += [task("iredmail_domain", domain="example.com", **options) for options, _words in domains]
    failures(run_tasks(sandbox, tasks), *(words for _options, words in users + domains))
    assert sandbox.log() == []


def test_a_name_that_nothing_new_may_have_is_refused_once_nothing_has_it(sandbox: Sandbox):
    tasks = [task("iredmail_user", mail=mail) for mail in ("ada+x@example.com", "ada@bücher.example")]
    failures(run_tasks(sandbox, tasks), ["+ = /"], ["xn--"])
    assert sandbox.writes() == []


def test_a_value_that_the_server_silently_dropped(sandbox: Sandbox):
    assert sandbox.api("POST", f"/api/user/{MAIL}", password=PASSWORD)["_success"]
    sandbox.fault(method="PUT", path="/api/user/*", times=None, action={"ignore": ["employeeid"]})
    tasks = [
        task("iredmail_user", verify, mail=MAIL, name=f"Ada {verify}", employee_id="E-1", verify=verify)
        for verify in ("strict", "warn", "off")
    ]
    strict, *others = run_tasks(sandbox, tasks).results
    assert (strict["failed"], strict["changed"]) == (True, True)
    for word in ("employee_id was not accepted", "sent E-1", "found nothing"):
        assert word in strict["msg"]
    assert strict["user"] == {} or strict["user"]["name"] == "Ada strict"
    for result, warnings in zip(others, (1, 0), strict=True):
        assert not result.get("failed")
        assert len([text for text in result.get("warnings", []) if "employee_id" in text]) == warnings


def test_a_forwarding_that_does_not_exist_is_dropped_and_told(sandbox: Sandbox):
    assert sandbox.api("POST", f"/api/user/{MAIL}", password=PASSWORD)["_success"]
    failure(
        run_tasks(sandbox, [task("iredmail_user", mail=MAIL, forwarding=["nobody@example.com"])]),
        "forwarding was not accepted",
        "nobody@example.com",
    )


#: ways in which a panel fails to answer
NO_ANSWER = [
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
]


@pytest.mark.parametrize("door", DOORS)
def test_a_failed_read_is_never_absence(sandbox: Sandbox, door):
    """Of every way in which it fails there is a user, and each is to be made and to be deleted."""
    tasks, mails = [], []
    for number, action in enumerate(NO_ANSWER):
        mail = f"u{number:02}@example.com"
        assert sandbox.api("POST", f"/api/user/{mail}", password=PASSWORD, name="Ada")["_success"]
        sandbox.fault(method="GET", path=f"/api/user/{mail}", times=None, action=action)
        for wish in (dict(CREATE, name="Ada"), {"state": "absent"}):
            tasks.append(
                task("iredmail_user", f"{action} {wish.get('state')}", api_retries=1, **{**wish, "mail": mail})
            )
        mails.append(mail)
    sandbox.clear_log()
    failures(run_tasks(sandbox, tasks, door), *[()] * len(tasks))
    assert sandbox.writes() == []
    assert [row["username"] for row in sandbox.state()["mailbox"]] == mails
    assert {f"/api/user/{mail}" for mail in mails} <= {one["path"] for one in sandbox.log()}


def test_a_name_taken_by_another_kind_of_account(sandbox: Sandbox):
    sandbox.api("POST", f"/api/alias/{MAIL}", name="An alias")
    sandbox.clear_log()
    result = failure(run_tasks(sandbox, [task("iredmail_user", **CREATE)]), "ALREADY_EXISTS", "another account")
    assert (result["changed"], result["operations"]) == (False, [])


def test_the_account_in_use_is_never_deleted_or_disabled(sandbox: Sandbox):
    wishes = ({"state": "absent"}, {"enabled": False})
    tasks = [task("iredmail_user", mail=sandbox.username, **options) for options in wishes]
    failures(run_tasks(sandbox, tasks), ["in use"], ["in use"])
    assert sandbox.writes() == []
