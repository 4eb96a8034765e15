# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole state in one run: predicted, applied in order, told object by object, and quiet the second time."""

from __future__ import annotations

import logging

import pytest

from tests.sandbox.handle import Sandbox
from tests.sandbox.shapes import FORMS
from tests.support.common import COM, ORG, PASSWORD
from tests.support.state_apply import applied, counts, panel, requests, there, user, users

pytestmark = pytest.mark.both_backends

PARTNER = "admin@partner.example"


def company(backend):
    """All kinds, the children before their parents; what later kinds name is made in the same run."""
    state = {
        "wblists": [
            {"account": f"ada@{COM}", "direction": "inbound", "list": "blacklist", "addresses": ["@bad.example"]},
            {"account": "global", "direction": "inbound", "list": "whitelist", "add_addresses": ["192.0.2.1"]},
        ],
        "greylistings": [{"account": COM, "enabled": True, "whitelist": ["192.0.2.7"]}],
        "throttles": [
            {"account": f"bob@{COM}", "direction": "outbound", "period": 60, "max_msgs": 5},
            {"account": ORG, "direction": "inbound", "period": 3600, "msg_size": "1MB"},
        ],
        "spampolicies": [{"account": f"ada@{COM}", "spam_score": 4}, {"account": COM, "quarantine_spam": True}],
        "mls": [{"mail": f"team@{COM}", "name": "Team", "access_policy": "membersonly"}],
        "aliases": [{"mail": f"sales@{COM}", "name": "Sales", "members": [f"bob@{COM}", "x@other.example"]}],
        "domain_users": [{"domain": ORG, "language": "de_DE"}],
        "domain_admins": [{"domain": COM, "add_admins": [f"ada@{COM}", PARTNER]}],
        "users": [
            user(f"ada@{COM}", name="Ada", quota="1GB", forwarding=[f"bob@{COM}"]),
            user(f"bob@{COM}", name="Bob", employee_id="B-2"),
            user(f"root@{COM}", global_admin=True),
            *users(4, ORG, quota=512),
        ],
        "admins": [{"mail": PARTNER, "password": PASSWORD, "update_password": "on_create", "max_users": 5}],
        "domains": [
            {"domain": ORG, "enabled": False},
            {
                "domain": COM,
                "description": "Example",
                "max_users": 50,
                "default_quota": 100,
                "catchall": ["c@x.example"],
            },
        ],
    }
    if backend == "ldap":
        state["maillists"] = [{"mail": f"all@{COM}", "name": "All", "members": [f"ada@{COM}"]}]
    return state


@pytest.mark.other_presets
@pytest.mark.parametrize("preset", sorted(FORMS))
def test_a_company_on_an_empty_server(backend, preset):
    declared = company(backend)
    number = sum(map(len, declared.values()))
    with Sandbox(backend=backend, preset=preset, shapes={"emails": "array"}) as sandbox:
        plan = applied(sandbox, declared, check=True)
        done = applied(sandbox, declared)
        assert done["operations"] == plan["operations"]
        assert done["changes"] == plan["changes"]
        assert done["checksum"] == plan["checksum"]
        assert counts(done) == counts(plan)
        assert counts(done)[4:] == [0, 0, 0]
        assert len(done["changes"]) == number
        quiet = applied(sandbox, declared)
        # on LDAP nobody tells whether this panel hides the copy in the own mailbox, so it is sent; on SQL others do
        known = "forwarding_keep_copy" if backend == "sql" else "nothing"
        unsure = {one.partition(":")[0] for one in quiet["unverified"] if known not in one}
        assert {f"{one['kind']} {one['id']}" for one in quiet["changes"]} == unsure
        assert bool(unsure) == (preset == "hiding")
        assert counts(quiet) == [0, len(unsure), 0, 0, number - len(unsure), 0, 0]
        assert sandbox.violations() == []


def test_settings_that_nobody_can_read_are_sent_by_every_run(backend):
    declared = {"greylisting_spf_domains": [{"add_domains": ["provider.example"]}]}
    with panel(backend) as sandbox:
        for check in (True, False, False):
            result = applied(sandbox, declared, check)
            assert counts(result) == [0, 1, 0, 0, 0, 0, 0]
            assert [one.partition(": ")[2] for one in result["unverified"]] == ["domains"]


def test_each_object_is_told_by_itself(backend):
    with panel(backend) as sandbox:
        for mail in ("ada", "old", "gone"):
            sandbox.api("POST", f"/api/user/{mail}@{COM}", password=PASSWORD, name=mail, quota=10)
        declared = {
            "users": [
                user(f"ada@{COM}", name="Ada", quota=10),
                user(f"new@{COM}", rename_from=f"old@{COM}", name="New"),
                {"mail": f"gone@{COM}", "state": "absent"},
                {"mail": f"never@{COM}", "state": "absent"},
                user(f"fresh@{COM}"),
            ],
            "throttles": [{"account": COM, "direction": "inbound", "period": 60, "max_msgs": 7}],
            "aliases": None,
        }
        plan = applied(sandbox, declared, check=True)
        done = applied(sandbox, declared)
        assert done["changes"] == plan["changes"]
        found = {one["id"]: one for one in done["changes"]}
        assert {ident: (one["kind"], one["action"]) for ident, one in found.items()} == {
            f"ada@{COM}": ("user", "update"),
            f"new@{COM}": ("user", "rename"),
            f"gone@{COM}": ("user", "delete"),
            f"fresh@{COM}": ("user", "create"),
            f"{COM} inbound": ("throttle", "create"),
        }
        assert (found[f"ada@{COM}"]["before"], found[f"ada@{COM}"]["after"]) == (
            {"name": "ada", "quota": 10},
            {"name": "Ada", "quota": 10},
        )
        assert found[f"new@{COM}"]["before"] == {"mail": f"old@{COM}", "name": "old"}
        assert found[f"new@{COM}"]["after"] == {"mail": f"new@{COM}", "name": "New"}
        assert (found[f"gone@{COM}"]["before"], found[f"gone@{COM}"]["after"]) == (
            {"state": "present"},
            {"state": "absent"},
        )
        assert found[f"fresh@{COM}"]["after"] == {"state": "present", "password": "<set>"}
        assert done["diff"] == {"prepared": done["plan_text"] + "\n"}
        lines = done["plan_text"].splitlines()
        assert any(line.startswith("done  ~ user") and line.endswith("name ada -> Ada") for line in lines), lines
        assert lines[-2:] == ["5 done", "checksum " + done["checksum"]]
        assert counts(done) == [2, 1, 1, 1, 1, 0, 0]
        writes = requests(sandbox, "/api/user/")
        assert f"POST /api/user/old@{COM}/change_email/new@{COM}" in writes
        assert done["summary"]["requests"]["DELETE"] == 1
        quiet = applied(sandbox, declared)
        assert counts(quiet) == [0, 0, 0, 0, 6, 0, 0]
        assert there(sandbox) == [f"{name}@{COM}" for name in ("ada", "fresh", "new")]


def test_deletions_come_last_and_in_reverse(backend):
    with panel(backend) as sandbox:
        sandbox.api("POST", f"/api/user/ada@{ORG}", password=PASSWORD)
        sandbox.api("POST", f"/api/alias/sales@{ORG}", members=f"ada@{ORG}")
        declared = {
            "domains": [{"domain": ORG, "state": "absent"}, {"domain": "new.example"}],
            "users": [{"mail": f"ada@{ORG}", "state": "absent"}, user("ada@new.example")],
            "aliases": [{"mail": f"sales@{ORG}", "state": "absent"}, {"mail": "sales@new.example"}],
        }
        applied(sandbox, declared)
        sent = [f"{one['method']} {one['path']}" for one in sandbox.writes()]
        assert sorted(sent[1:3]) == ["POST /api/alias/sales@new.example", "POST /api/user/ada@new.example"]
        assert sent[:1] + sent[3:] == [
            "POST /api/domain/new.example",
            f"DELETE /api/alias/sales@{ORG}",
            f"DELETE /api/user/ada@{ORG}",
            f"DELETE /api/domain/{ORG}",
        ]


def test_writes_run_side_by_side_but_an_ldap_domain_gets_one_account_after_the_other(backend):
    domains = [f"d{number}.example" for number in range(4)]
    declared = {
        "domains": [{"domain": domain} for domain in domains],
        "users": [user(f"{name}@{domain}") for name in ("zoe", "ada", "bob") for domain in domains],
    }
    with Sandbox(backend=backend) as sandbox:
        sandbox.latency(80)
        applied(sandbox, declared, concurrency=12)
        sent = [path.partition(" ")[2] for path in requests(sandbox, "/api/user/", "/api/domain/") if "POST" in path]
        for domain in domains:
            mine = [path.rpartition("/")[2] for path in sent if path.endswith(domain)]
            assert mine[0] == domain, "the domain comes first"
            assert set(mine[1:]) == {f"{name}@{domain}" for name in ("zoe", "ada", "bob")}
            if backend == "ldap":
                assert mine[1:] == [f"{name}@{domain}" for name in ("zoe", "ada", "bob")]


def test_addresses_that_a_server_gives_for_alias_domains_stay():
    ada, countess = "ada@example.com", "countess@example.com"
    declared = {
        "domains": [{"domain": "example.com", "alias_domains": ["example.net"]}],
        "users": [user(ada, aliases=[countess])],
    }
    with Sandbox(backend="ldap") as sandbox:
        applied(sandbox, declared)
        assert applied(sandbox, declared)["changed"] is False
        shown = sandbox.api("GET", f"/api/user/{ada}")["_data"]["shadowAddress"]
        assert shown == ["ada@example.net", countess]
        declared["users"] = [user(ada, aliases=[])]
        applied(sandbox, declared)
        assert applied(sandbox, declared)["changed"] is False
        assert sandbox.api("GET", f"/api/user/{ada}")["_data"]["shadowAddress"] == ["ada@example.net"]


#: numbered or made up by the server, or of that second
CHANCE = "id sid rid policy_id mlid maildir created modified password passwordlastchange".split()


def test_the_number_of_threads_changes_nothing_but_the_time(backend):
    declared = company(backend)
    declared["users"] += [user(f"x{number}@d{number}.example") for number in range(20)]
    declared["domains"] += [{"domain": f"d{number}.example"} for number in range(20)]
    ends, found = [], []
    with Sandbox(backend=backend) as sandbox:
        sums = [applied(sandbox, declared, check=True, concurrency=number)["checksum"] for number in (1, 16)]
    assert sums[0] == sums[1]
    for concurrency in (1, 16):
        with Sandbox(backend=backend) as sandbox:
            result = applied(sandbox, declared, concurrency=concurrency)
            found.append([result[name] for name in ("operations", "changes", "unverified")])
            found[-1].append(result["plan_text"].replace(sandbox.url, "").rpartition("checksum")[0])
            ends.append(
                {
                    table: sorted(str({name: row[name] for name in row if name not in CHANCE}) for row in rows)
                    for table, rows in sandbox.state().items()
                }
            )
    assert found[0] == found[1]
    assert ends[0] == ends[1]
    assert len(ends[0]["mailbox"]) == len(declared["users"])


def test_as_many_connections_are_kept_as_there_are_threads(caplog):
    with panel("sql") as sandbox, caplog.at_level(logging.WARNING):
        sandbox.seed([f"d{number}.example" for number in range(30)], 4)
        sandbox.latency(30)
        names = [f"user00000@d{number}.example" for number in range(30)]
        applied(sandbox, {"users": [{"mail": name, "quota": 5} for name in names]}, concurrency=16)
    assert caplog.messages == []
