# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spam policies and throttles of the sandbox, and who may set them (panel/spam-policy.md, panel/throttle.md)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, update

from tests.sandbox import tables as t
from tests.sandbox.handle import Sandbox
from tests.sandbox.shapes import PRESETS, SWITCHES, Shapes
from tests.support.sandbox.settings import GREYLISTING, POLICY, SENDERS, THROTTLE, WHITE, client, do, get


@pytest.fixture(params=["sql", "ldap"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Either backend: what is here has one shape for both."""
    with Sandbox(request.param) as running:
        yield running


def test_every_preset_names_choices_that_exist() -> None:
    for preset in PRESETS:
        assert Shapes("sql", preset)("throttle", Shapes("ldap", preset)["throttle"])
    assert {"spampolicy", "throttle", "greylisting", "wblist", "settings"} <= set(SWITCHES)


# Spam policies


def test_the_shipped_policy_is_there_out_of_the_box(sandbox: Sandbox) -> None:
    row = get(sandbox, "/api/spampolicy/global")
    assert (row["policy_name"], row["banned_quarantine_to"], row["spam_lover"]) == ("@.", "banned-quarantine", "Y")
    sandbox.shape(spampolicy="friendly")
    shown = get(sandbox, "/api/spampolicy/global")
    assert (shown["quarantine_banned"], shown["quarantine_spam"], shown["spam_score"]) == ("yes", "no", None)


def test_a_policy_stands_in_the_columns_of_amavisd(sandbox: Sandbox) -> None:
    on = {"quarantine_spam": "yes", "prefix_spam_in_subject": "yes", "always_insert_x_spam_headers": "yes"}
    do(sandbox, "PUT", POLICY, bypass_virus_checks="yes", quarantine_virus="no", spam_score="4.5", **on)
    row = get(sandbox, POLICY)
    assert {"policy_name": "u@a.com", "bypass_virus_checks": "Y", "bypass_spam_checks": "N"}.items() <= row.items()
    assert {"spam_quarantine_to": "spam-quarantine", "spam_lover": "N"}.items() <= row.items()
    assert {"virus_quarantine_to": "", "spam_subject_tag2": "[SPAM] ", "spam_tag_level": -100.0}.items() <= row.items()
    assert (row["spam_tag2_level"], row["spam_kill_level"]) == (4.5, 4.5)
    [user] = [user for user in sandbox.state()["users"] if user["email"] == "u@a.com"]
    assert (user["policy_id"], user["priority"]) == (row["id"], 10)
    sandbox.shape(spampolicy="strings")
    assert get(sandbox, POLICY)["spam_tag2_level"] == "4.5"
    assert get(sandbox, POLICY)["spam_subject_tag"] is None


@pytest.mark.parametrize(("choice", "kept"), [("replace", "no"), ("merge", "yes")])
def test_a_policy_is_replaced_or_merged(sandbox: Sandbox, choice: str, kept: str) -> None:
    sandbox.shape(spampolicy_put=choice, spampolicy="friendly")
    do(sandbox, "PUT", POLICY, bypass_spam_checks="yes", quarantine_virus="no", spam_score="4")
    do(sandbox, "PUT", POLICY, quarantine_banned="yes")
    shown = get(sandbox, POLICY)
    assert (shown["bypass_spam_checks"], shown["quarantine_banned"]) == (kept, "yes")
    assert shown["quarantine_virus"] == ("yes" if choice == "replace" else "no")
    assert shown["spam_score"] == (None if choice == "replace" else 4.0)
    do(sandbox, "PUT", POLICY, spam_score="", bypass_spam_checks="perhaps")
    assert (get(sandbox, POLICY)["spam_score"], get(sandbox, POLICY)["bypass_spam_checks"]) == (None, "no")


def test_a_deleted_policy_leaves_its_account(sandbox: Sandbox) -> None:
    path = "/api/spampolicy/domain/a.com"
    do(sandbox, "PUT", path)
    do(sandbox, "DELETE", path)
    do(sandbox, "DELETE", path)
    assert get(sandbox, path) == {}
    assert [(user["policy_id"], user["priority"]) for user in sandbox.state()["users"][1:]] == [(0, 5)]
    sandbox.shape(delete_missing="NO_SUCH_ACCOUNT")
    assert not sandbox.api("DELETE", path)["_success"]


# What is not set


@pytest.mark.parametrize(
    ("path", "switch"),
    [
        (POLICY, "spampolicy_unset"),
        (THROTTLE, "throttle_unset"),
        (GREYLISTING, "greylisting_unset"),
        (SENDERS, "greylist_whitelists_unset"),
        (WHITE, "wblist_unset"),
    ],
)
def test_nothing_has_many_forms(sandbox: Sandbox, path: str, switch: str) -> None:
    for choice, data in (("{}", {}), ("[]", []), ("null", None)):
        sandbox.shape(**{switch: choice})
        assert sandbox.api("GET", path) == {"_success": True, "_data": data}
    failure = SWITCHES[switch].choices[-1]
    sandbox.shape(**{switch: failure})
    assert sandbox.api("GET", path) == {"_success": False, "_msg": failure}


# Throttles


def test_a_throttle_is_a_row_of_numbers(sandbox: Sandbox) -> None:
    do(sandbox, "POST", "/api/throttle/a.com/inbound", period=3600, max_msgs=20, max_quota=0, msg_size="many")
    row = get(sandbox, "/api/throttle/a.com/inbound")
    assert isinstance(row.pop("id"), int)
    assert row == {
        "account": "@a.com",
        "kind": "inbound",
        "priority": 60,
        "period": 3600,
        "msg_size": -1,
        "max_msgs": 20,
        "max_quota": 0,
        "max_rcpts": -1,
    }
    assert get(sandbox, "/api/throttle/a.com/outbound") == {}
    do(sandbox, "POST", "/api/throttle/a.com/inbound", period=60, msg_size=0)
    row = get(sandbox, "/api/throttle/a.com/inbound")
    assert (row["msg_size"], row["max_msgs"]) == (0, -1)


def test_a_throttle_has_many_shapes(sandbox: Sandbox) -> None:
    do(sandbox, "POST", THROTTLE, period=60, max_msgs=1)
    row = get(sandbox, THROTTLE)
    sandbox.shape(throttle="strings")
    assert (get(sandbox, THROTTLE)["period"], get(sandbox, THROTTLE)["msg_size"]) == ("60", "-1")
    sandbox.shape(throttle="array")
    assert get(sandbox, THROTTLE) == [row]
    sandbox.shape(throttle="nested")
    assert get(sandbox, THROTTLE) == {"outbound": row}


def test_a_period_of_zero_switches_a_throttle_off(sandbox: Sandbox) -> None:
    do(sandbox, "POST", THROTTLE, period=60, max_msgs=1)
    do(sandbox, "POST", THROTTLE, period=0)
    assert get(sandbox, THROTTLE) == {}
    sandbox.shape(throttle_off="kept")
    do(sandbox, "POST", THROTTLE, period=0)
    assert get(sandbox, THROTTLE)["period"] == 0


@pytest.mark.parametrize("params", [{}, {"max_msgs": "", "max_quota": "", "msg_size": ""}, {"max_msgs": "-1"}])
def test_a_throttle_with_a_period_and_no_limit_is_not_saved(sandbox: Sandbox, params: dict[str, str]) -> None:
    do(sandbox, "POST", THROTTLE, period=60, **params)
    assert get(sandbox, THROTTLE) == {}
    do(sandbox, "POST", THROTTLE, period=60, max_msgs=1)
    do(sandbox, "POST", THROTTLE, period=60, **params)
    assert get(sandbox, THROTTLE) == {}
    sandbox.shape(throttle_blank="kept")
    do(sandbox, "POST", THROTTLE, period=60, **params)
    assert get(sandbox, THROTTLE)["period"] == 60


def test_a_throttle_in_use_is_counted_anew_or_meets_the_foreign_key(sandbox: Sandbox) -> None:
    do(sandbox, "POST", THROTTLE, period=60, max_msgs=1)
    before = get(sandbox, THROTTLE)
    sandbox.use_throttle("@.", "outbound")
    assert [row["tid"] for row in sandbox.state()["throttle_tracking"]] == [before["id"]]
    sandbox.shape(throttle_tracking="500")
    answer = client(sandbox).post("/iredadmin" + THROTTLE, data={"period": 60, "max_msgs": 2})
    assert answer.status_code == 500
    assert get(sandbox, THROTTLE) == before
    assert len(sandbox.state()["throttle_tracking"]) == 1
    sandbox.shape(throttle_tracking="deleted")
    do(sandbox, "POST", THROTTLE, period=60, max_msgs=2)
    assert get(sandbox, THROTTLE)["max_msgs"] == 2
    assert sandbox.state()["throttle_tracking"] == []
    assert sandbox.violations() == []
    with pytest.raises(ValueError, match="there is no outbound throttle"):
        sandbox.use_throttle("@x.example", "outbound")


def test_a_throttle_in_use_goes_with_its_domain(sandbox: Sandbox) -> None:
    sandbox.api("POST", "/api/domain/a.com")
    do(sandbox, "POST", "/api/throttle/u@a.com/inbound", period=60, max_msgs=1)
    sandbox.use_throttle("u@a.com", "inbound")
    do(sandbox, "DELETE", "/api/domain/a.com")
    assert sandbox.state()["throttle"] == sandbox.state()["throttle_tracking"] == []


def test_a_throttle_needs_a_period(sandbox: Sandbox) -> None:
    for params in ({}, {"max_msgs": 1}, {"period": "-1"}, {"period": "soon"}):
        assert sandbox.api("POST", THROTTLE, **params) == {"_success": False, "_msg": "INVALID_NUMBER"}
    client(sandbox).post("/iredadmin" + THROTTLE, data={"max_msgs": 1, "max_rcpts": 1})
    assert [text.partition(": ")[2] for text in sandbox.violations()] == [
        "there is no parameter max_rcpts",
        "max_msgs needs period",
    ]
    assert [entry["path"] for entry in sandbox.writes()] == [THROTTLE]


def test_a_post_forgets_what_no_parameter_sets(sandbox: Sandbox) -> None:
    do(sandbox, "POST", THROTTLE, period=60, max_msgs=1)
    with sandbox.panel.engine.begin() as db:
        db.execute(update(t.THROTTLE).values(max_rcpts=5))
    assert get(sandbox, THROTTLE)["max_rcpts"] == 5
    do(sandbox, "POST", THROTTLE, period=60, max_msgs=1)
    assert get(sandbox, THROTTLE)["max_rcpts"] == -1


# Rights


def test_normal_admins_set_what_is_of_their_domains(sandbox: Sandbox) -> None:
    admin = {"username": "boss@elsewhere.com", "password": "Sandbox-7c2f-A1"}
    sandbox.api("POST", "/api/domain/a.com")
    do(sandbox, "POST", "/api/admin/boss@elsewhere.com", name="Boss", password=admin["password"])
    with sandbox.panel.engine.begin() as db:
        db.execute(insert(t.DOMAIN_ADMINS).values(username=admin["username"], domain="a.com"))
    boss = client(sandbox, **admin)
    denied = {"_success": False, "_msg": "PERMISSION_DENIED"}
    for path in (WHITE, POLICY, GREYLISTING, GREYLISTING + "/whitelists", "/api/throttle/u@a.com/inbound"):
        assert boss.get("/iredadmin" + path).get_json()["_success"]
        assert boss.get("/iredadmin" + path.replace("a.com", "b.com")).get_json() == denied
    for path in (THROTTLE, SENDERS, "/api/greylisting/GLOBAL", "/api/greylisting/all", "/api/spampolicy/global"):
        assert boss.get("/iredadmin" + path).get_json() == denied
