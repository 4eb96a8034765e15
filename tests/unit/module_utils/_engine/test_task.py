# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a task: parameters in, result out, and never an exception or a secret."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.interrupt import Interrupt
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import (
    BUG,
    Module,
    Task,
    execute,
    explain,
    mask,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError, Interrupted, Rejected

SECRETS = {"api_password": "secret-1", "password": "secret-2", "api_session": "iRedAdmin-Pro-LDAP=secret-3"}


class Client:
    """What a task is given."""

    def __init__(self):
        self.read_only = self.is_blind = False
        self.trace = ["of the task before"]


class Thing(Task):
    """Notes what it was given, and fails if it is to."""

    subject = "thing x"

    def __init__(self, error=None, values=None):
        self.error, self.values, self.seen = error, values or {}, None

    def run(self, client, check_mode):
        client.trace.append("GET /api/thing")
        self.seen = (client.read_only, check_mode)
        if self.error:
            raise self.error

    def result(self):
        return {"changed": True, **self.values}


def run(task, params=None, check_mode=False, verbosity=0, client=None):
    module = Module(dict, lambda _params: task)
    return execute(module, params or {}, check_mode, verbosity, lambda _params: client or Client())


def test_the_result_is_that_of_the_task():
    assert run(Thing(values={"thing": 1})) == {"changed": True, "thing": 1}


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_mode_reaches_the_task_and_locks_the_client(check_mode):
    task = Thing()
    run(task, check_mode=check_mode)
    assert task.seen == (check_mode, check_mode)


def test_a_client_is_unlocked_for_the_next_task():
    client = Client()
    for check_mode in (True, False):
        run(Thing(), check_mode=check_mode, client=client)
    assert client.read_only is False


def test_a_failure_keeps_what_was_done_and_names_the_thing():
    result = run(Thing(InputError("it is wrong."), {"operations": [1]}))
    assert result == {"changed": True, "operations": [1], "failed": True, "msg": "thing x: it is wrong."}


def test_parameters_that_are_refused_change_nothing():
    def start(_params):
        raise InputError("it cannot be.")

    result = execute(Module(dict, start), {}, False, clients=lambda _params: pytest.fail("no client is needed"))
    assert result == {"changed": False, "failed": True, "msg": "it cannot be."}


def test_a_client_that_cannot_be_made_is_told_with_the_thing():
    result = execute(Module(dict, lambda _params: Thing()), {}, False)
    assert result["msg"].startswith("thing x: api_url is missing")


def test_anything_unexpected_is_called_a_bug_and_has_no_traceback():
    result = run(Thing(KeyError("mail")))
    assert result["msg"] == "thing x: this is a bug of mailstate.iredmail, please report it: KeyError: 'mail'"


@pytest.mark.parametrize("secret", ["secret-1", "secret-2", "secret-3", "iRedAdmin-Pro-LDAP=secret-3"])
def test_no_secret_leaves_in_whatever_place(secret):
    values = {"list": [f"a {secret} b", {"deep": secret}], secret + "!": 1, "number": 3, "none": None}
    result = run(Thing(Rejected(f"no: {secret}", "NO"), values), SECRETS)
    assert secret not in str({key: value for key, value in result.items() if not key.endswith("!")})
    assert result["list"] == ["a ******** b", {"deep": "********"}]
    assert (result["number"], result["none"]) == (3, None)


def test_the_trace_is_for_those_who_ask_and_is_of_this_task_alone():
    assert "api_trace" not in run(Thing(), verbosity=2)
    assert run(Thing(), verbosity=3)["api_trace"] == ["GET /api/thing"]
    assert run(Thing(InputError("x")), verbosity=3)["api_trace"] == ["GET /api/thing"]


def test_a_failure_has_a_code_for_programs():
    assert explain(Rejected("no.", "NO")) == ("rejected", "no.")
    assert explain(ZeroDivisionError("by zero"))[0] == BUG


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        # a long one is blanked anywhere
        ("Secret-8", "xSecret-8y", "x********y"),
        # a short one where it is no part of a word, an address or a domain
        ("mail", "the mail of ada@mail.example, mail@b.example, mailbox and e-mail /api/mail", None),
        ("mail", "mail", "********"),
        ("mail", "password=mail&name=x", "password=********&name=x"),
        ("mail", "(mail) is too short: mail.", "(********) is too short: ********."),
        ("mail", "the mail of mail", "the ******** of ********"),
        # a tiny one where it is all there is, or in quotes
        ("a", "a mailbox has a name", "a mailbox has a name"),
        ("a", "ada@a.example", "ada@a.example"),
        ("a", "a", "********"),
        ("a", "password 'a' is too short, \"a\" is", "password '********' is too short, \"********\" is"),
        ("a", "password=a&name=a", "password=********&name=********"),
        (".*", "'.*' x", "'********' x"),
    ],
)
def test_a_short_secret_does_not_shred_a_result(secret, text, shown):
    if shown is None:
        shown = "the ******** of ada@mail.example, mail@b.example, mailbox and e-mail /api/mail"
    assert mask({"a": [text]}, [secret]) == {"a": [shown]}


def test_what_a_server_says_is_not_obeyed_by_a_terminal():
    said = "no\x1b]0;owned\x07\x9b31m\r\u202e\ud800 \tyes\n"
    shown = "no\\x1b]0;owned\\x07\\x9b31m\\r\\u202e\\ud800 \tyes\n"
    result = run(Thing(Rejected(said, "NO"), {"warnings": [said]}))
    assert result["msg"] == "thing x: " + shown
    assert result["warnings"] == [shown]
    assert explain(Rejected(said, "NO"))[1] == shown
    assert explain(ValueError(said))[1].endswith(shown)


def test_a_secret_that_holds_another_goes_whole():
    assert mask("iRedAdmin-Pro-LDAP=secret-3", ["iRedAdmin-Pro-LDAP=secret-3", "secret-3"]) == "********"


# -- an end before the end


class Ended(Thing):
    """Is interrupted, and may fail for that or for another reason."""

    def run(self, client, check_mode):
        client.interrupt.set("SIGTERM")
        super().run(client, check_mode)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (None, "thing x: interrupted by SIGTERM: requests in flight"),
        (Interrupted(Interrupt("SIGTERM").sentence), "thing x: interrupted by SIGTERM: requests in flight"),
        (Rejected("It was refused.", "NO"), "nothing new was begun. It was refused."),
    ],
)
def test_what_was_interrupted_has_failed_and_tells_what_it_did(error, says):
    result = run(Ended(error, values={"operations": [1]}))
    assert result["failed"]
    assert result["operations"] == [1]
    assert says in result["msg"]
    assert result["msg"].count("interrupted") == 1
    assert "bug" not in result["msg"]


def test_each_task_of_a_client_has_its_own_interrupt():
    client = Client()
    run(Ended(), client=client)
    assert "failed" not in run(Thing(), client=client)
