# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of values on their way from a playbook to the panel: nulls, what YAML changes, other spellings."""

from __future__ import annotations

import pytest

from tests.support.common import PASSWORD
from tests.support.modules import FIXTURES, spec_of
from tests.support.playbook import DOORS, in_turn, run_tasks, task

MAIL = "ada@example.com"
USER = {"mail": MAIL, "password": PASSWORD, "update_password": "on_create"}


def nulls(module, null):
    """A task of a writing module with every option null that it need not have."""
    options = {name: option for name, option in spec_of(module)["argument_spec"].items() if name[:4] != "api_"}
    least = {
        name: FIXTURES.get(name) or option["choices"][0] for name, option in options.items() if "required" in option
    }
    return task(module, **dict.fromkeys(set(options) - set(least), null), **least)


@pytest.mark.parametrize("door", DOORS)
def test_a_null_of_any_option_is_left_alone(sandbox, door):
    sandbox.api("POST", "/api/user/" + MAIL, name="Ada", password=PASSWORD)
    before = sandbox.api("GET", "/api/user/" + MAIL)
    sandbox.clear_log()
    modules = ("iredmail_user", "iredmail_domain", "iredmail_greylisting", "iredmail_spampolicy")
    tasks = [nulls(name, null) for name in modules for null in (None, "{{ nothing }}")]
    for result in run_tasks(sandbox, tasks, door, variables={"nothing": None}).results:
        assert not result.get("failed"), result["msg"]
        assert not result["changed"], result["operations"]
    assert sandbox.writes() == []
    assert sandbox.api("GET", "/api/user/" + MAIL) == before


@pytest.mark.parametrize("door", DOORS)
def test_no_text_is_made_of_what_yaml_changed(sandbox, door):
    wrong = {"name": False, "surname": True, "employee_id": 5349, "telephone_numbers": [493012345678, 50702711]}
    tasks = [task("iredmail_user", **USER, **{option: value}) for option, value in wrong.items()]
    tasks += [task("iredmail_state", declared={"users": [dict(USER, **wrong)]})]
    for option, result in zip([*wrong, "name"], run_tasks(sandbox, tasks, door).results, strict=True):
        assert result["failed"]
        assert option + ": is" in result["msg"]
        assert "put it in quotes" in result["msg"]
    assert sandbox.writes() == []


@pytest.mark.both_backends
def test_values_arrive_in_the_one_spelling_that_counts(sandbox, backend):
    other = ["bob@example.org", "cyd@example.org"]
    sandbox.api("POST", "/api/user/" + MAIL, name="Ada", password=PASSWORD)
    sandbox.api("PUT", "/api/user/" + MAIL, forwarding=other[0])
    white = {"account": "example.com", "direction": "inbound", "list": "whitelist"}
    sandbox.clear_log()
    wishes = [
        ("iredmail_user", {"mail": MAIL, "add_forwarding": other[1:]}, {"addForwarding": other[1]}),
        ("iredmail_user", {"mail": MAIL, "remove_forwarding": other[:1]}, {"removeForwarding": other[0]}),
        ("iredmail_user", {"mail": MAIL, "remove_services": ["IMAP"]}, {"removeService": "imap"}),
        ("iredmail_wblist", {**white, "addresses": ["2001:DB8:0::1/128"]}, {"addresses": "2001:db8::1"}),
        (
            "iredmail_greylisting",
            {"account": "global", "whitelist": ["2001:DB8:0::/64"]},
            {"addSenders": "2001:db8::/64"},
        ),
        (
            "iredmail_domain",
            {"domain": "example.com", "outbound_relay": "smtp:[2001:DB8:0::1]:587"},
            {"outboundRelay": "smtp:[2001:db8::1]:587"},
        ),
    ]
    results = run_tasks(sandbox, in_turn([task(name, **options) for name, options, _params in wishes])).results
    for number, (_name, options, params) in enumerate(wishes):
        check, real, again = results[3 * number : 3 * number + 3]
        assert not real.get("failed"), real.get("msg")
        assert check["operations"] == real["operations"], options
        assert [one["params"] for one in real["operations"]] == [params]
        assert not again["changed"], (options, again["operations"])
    assert [one["params"] for one in sandbox.writes()] == [params for _name, _options, params in wishes]
    refused = [
        ("iredmail_user", {"mail": MAIL, "remove_services": ["impa"]}, "the nearest name is imap"),
        ("iredmail_user", {"mail": "n@example.com", "password_hash": "{BCRYPT}$2y$05$x"}, "write {CRYPT}"),
        ("iredmail_user", {"mail": "n@example.com", "password": "{SSHA512}c2VjcmV0"}, "give it as password_hash"),
    ]
    if backend == "sql":
        refused.append(("iredmail_domain", {"domain": "new.example", "services": ["mail"]}, "has no place for mail"))
    sandbox.clear_log()
    tasks = [task(name, **options) for name, options, _words in refused]
    declared = {"users": [{"mail": MAIL, "remove_services": ["impa"]}]}
    tasks.append(task("iredmail_state", declared=declared))
    for result, words in zip(
        run_tasks(sandbox, tasks).results, [*(one[2] for one in refused), "the nearest name is imap"], strict=True
    ):
        assert result["failed"]
        assert words in result["msg"]
    assert sandbox.writes() == []
