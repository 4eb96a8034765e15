# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An export changes nothing where it came from, and makes the same again elsewhere."""

from __future__ import annotations

import json

import pytest
import yaml

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import PRUNABLE
from tests.sandbox.shapes import FORMS
from tests.support.common import COM, PASSWORD
from tests.support.playbook import IN_PROCESS, MODULE, run_tasks, task
from tests.support.scene import PLAIN, entangle, furnish
from tests.support.state_export import SETTINGS, apply, assert_nothing_to_do, exported, notes_of, panel, with_passwords

pytestmark = pytest.mark.both_backends


def round_trip(backend, preset, fill, **more):
    with panel(backend, preset) as living:
        fill(living)
        state, missing = exported(living, **more)
        assert_nothing_to_do(living, state)
        assert living.violations() == []
    with panel(backend, preset) as empty:
        declared = with_passwords(state)
        plan = apply(empty, declared, check=True)
        done = apply(empty, declared)
        assert not done.get("failed"), done["msg"]
        assert done["operations"] == plan["operations"]
        again = exported(empty, **more)
        assert json.dumps(again[0], indent=1) == json.dumps(state, indent=1)
        assert again[1] == missing
        assert_nothing_to_do(empty, declared)
        assert empty.violations() == []
    return state, missing


# -- there and back again


@pytest.mark.other_presets
@pytest.mark.parametrize("preset", sorted(FORMS))
def test_round_trip(backend, preset):
    state, missing = round_trip(backend, preset, furnish)
    assert [len(state[kind]) for kind in ("domains", "users", "aliases", "mls")] == [3, 5, 3, 3]
    assert all(state[kind] for kind in PRUNABLE), "the scene has at least one of each"
    assert [len(state[kind]) for kind in SETTINGS] == [3, 3, 3, 3]
    assert len(state["domain_admins"]) == (2 if backend == "ldap" else 1)
    assert ("admins" in state) == (backend == "ldap")
    # accounts are not exported less than they were made
    ada, bob = state["users"][:2]
    assert (ada["mail"], ada["name"], ada["quota"]) == (f"ada@{COM}", "Ada Lovelace", 1024)
    assert bob["forwarding"] == [f"ada@{COM}", "x@other.example"]
    assert ("mailbox_format" in bob) != ("mailbox_format" in notes_of(missing, "users"))
    hidden = ["forwarding_keep_copy"] if preset == "hiding" else []
    assert notes_of(missing, "users", bob["mail"]) == hidden
    assert bob.get("forwarding_keep_copy") is (None if hidden else False)


@pytest.mark.other_presets
@pytest.mark.parametrize("preset", ["default", "hiding"])
def test_round_trip_with_defaults(backend, preset):
    state, missing = round_trip(backend, preset, furnish, include_defaults=True)
    plain = next(item for item in state["domains"] if item["domain"] == PLAIN)
    assert plain["enabled"] is True
    assert plain["catchall"] == []
    assert "maildir" in state["users"][0]
    assert state["throttles"][0]["max_quota"] == -1
    hidden = ["alias_domains", "outbound_relay", "recipient_bcc", "sender_bcc"]
    assert notes_of(missing, "domains") == (hidden if (preset, backend) == ("hiding", "sql") else [])


@pytest.mark.parametrize("preset", ["default"])
def test_accounts_that_refer_to_each_other(backend, preset):
    def fill(sandbox):
        furnish(sandbox)
        entangle(sandbox)

    round_trip(backend, preset, fill)


def test_an_alias_that_is_an_extra_address_of_the_list_to_which_it_delivers(backend):
    team, sales = f"team@{COM}", f"sales@{COM}"
    declared = {
        "domains": [{"domain": COM}],
        "mls": [{"mail": team, "extra_addresses": [sales]}],
        "aliases": [{"mail": sales, "members": [team]}],
    }

    def fill(sandbox):
        assert apply(sandbox, declared).get("changed")

    state, _missing = round_trip(backend, "default", fill)
    assert state["mls"][0]["extra_addresses"] == [sales]
    assert state["aliases"][0]["members"] == [team]


# -- through Ansible


@pytest.mark.parametrize(("backend", "door"), [("sql", IN_PROCESS), ("ldap", MODULE)])
def test_playbook(backend, door, tmp_path):
    file = tmp_path / "mail.yml"
    copied = {"content": "{{ export.state | to_nice_yaml(sort_keys=false) }}", "dest": str(file), "mode": "0600"}
    with panel(backend) as sandbox:
        furnish(sandbox)
        expected, missing = exported(sandbox)
        sandbox.clear_log()
        tasks = [
            dict(task("iredmail_state_info", "Export"), register="export"),
            {"name": "Write", "ansible.builtin.copy": copied, "check_mode": False},
            task("iredmail_state", "Apply", src=str(file)),
            dict(task("iredmail_state", "Plan", src=str(file)), check_mode=True),
        ]
        run = run_tasks(sandbox, tasks, door, args=("--diff", "-vvv"))
        assert run.code == 0, run.output
        found = run.named("Export")
        assert (found["state"], found["not_exported"], found["changed"]) == (expected, missing, False)
        for name in ("Apply", "Plan"):
            assert (run.named(name)["changed"], run.named(name)["changes"]) == (False, [])
        assert sandbox.password not in run.output + json.dumps(run.lines)
        assert sandbox.writes() == []
        assert list(yaml.safe_load(file.read_text(encoding="utf-8"))) == list(expected)
    file.write_text(yaml.safe_dump(with_passwords(expected), allow_unicode=True), encoding="utf-8")
    with panel(backend) as empty:
        tasks = [task("iredmail_state", "Apply", src=str(file)), task("iredmail_state_info", "Export")]
        run = run_tasks(empty, tasks, door)
        assert run.code == 0, run.output
        assert run.named("Apply")["summary"]["created"] > 10
        assert json.dumps(run.named("Export")["state"]) == json.dumps(expected)
        assert PASSWORD not in run.output + json.dumps(run.lines)
        assert empty.violations() == []
