# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a result tells about an object; above all, what is never taken for "in sync"."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import KINDS
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.in_process import validate
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.collect import (
    BAD,
    OK,
    UNREACHABLE,
    Event,
    server_of,
    take,
)
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.report import Report

PLUGINS = "ansible_collections.mailstate.iredmail.plugins"
SERVER, MAIL = "https://mail.example.com/iredadmin", "ada@example.com"
NOW = "2026-11-21T03:00:00Z"


def event(module: str, result: dict[str, Any], outcome: str = OK, check: bool = True, **more: Any) -> Event:
    return Event(
        module, "localhost", "A task", result, more.pop("args", {"mail": MAIL}), SERVER, check, outcome, **more
    )


def user(before: dict[str, Any], after: dict[str, Any], mail: str = MAIL, **more: Any) -> dict[str, Any]:
    header = f"user {mail}"
    diff = {"before": before, "after": after, "before_header": header, "after_header": header}
    return {"changed": before != after, "user": {"mail": mail}, "unverified": [], "diff": diff, **more}


def report(*events: Event) -> dict[str, Any]:
    found = Report(NOW)
    for one in events:
        take(found, one)
    return found.document(NOW, True)


def only(*events: Event) -> dict[str, Any]:
    (one,) = report(*events)["objects"]
    return one


def status(*events: Event) -> tuple[str, list[str]]:
    one = only(*events)
    return one["status"], [change["field"] for change in one["changes"]]


CREATED = ({"state": "absent"}, {"state": "present", "quota": 1, "password": "<set>"})


@pytest.mark.parametrize(
    ("result", "checked", "applied"),
    [
        (user({"quota": 1}, {"quota": 1}), "in_sync", "in_sync"),
        (user({"quota": 1}, {"quota": 2}), "drift", "repaired"),
        (user(*CREATED, unverified=["password"]), "drift", "repaired"),
        (user({"state": "present"}, {"state": "absent"}), "drift", "repaired"),
        # the panel showed that it is another one
        (user({"password": "<set>"}, {"password": "<changed>"}, unverified=["password"]), "drift", "repaired"),
        # sent without being looked at
        (user({"password": "<unknown>"}, {"password": "<changed>"}, unverified=["password"]), *["unknown"] * 2),
        (user({"password": "<unknown>"}, {"password": "<unknown>"}, unverified=["password"]), "unknown", "unknown"),
        (user({"sender_bcc": "<unknown>"}, {"sender_bcc": "a@b.cd"}, unverified=["sender_bcc"]), *["unknown"] * 2),
        # one option differs for certain, of another nobody knows
        (user({"bcc": "<unknown>", "quota": 1}, {"bcc": "a@b.cd", "quota": 2}, unverified=["bcc"]), "drift", "unknown"),
        # verify: warn, and the server did not take it
        (user({"quota": 1}, {"quota": 2}, unverified=["quota"]), "drift", "unknown"),
    ],
)
def test_what_differences_mean(result, checked, applied):
    assert only(event("user", result))["status"] == checked
    assert only(event("user", result, check=False))["status"] == applied


def test_what_is_not_shown_and_not_sent_is_unknown():
    args = {"mail": MAIL, "sender_bcc": "a@b.cd", "quota": 5, "name": None, "unreadable": "skip"}
    shown = {"mail": MAIL, "sender_bcc": None, "quota": 5, "name": None}
    result = dict(user({"quota": 5}, {"quota": 5}), user=shown, invocation={"module_args": args})
    one = only(event("user", result))
    assert one["status"] == "unknown"
    assert one["message"].endswith(": sender_bcc.")


@pytest.mark.parametrize("unreadable", ["send", "skip"])
def test_what_no_panel_shows_is_unknown(unreadable):
    header = {"before_header": "greylisting_spf_domains global", "after_header": "greylisting_spf_domains global"}
    sent = {"before": {"domains": "<unknown>"}, "after": {"add_domains": ["a.example"]}}
    diff = dict(sent if unreadable == "send" else {"before": {}, "after": {}}, **header)
    result = {"changed": True, "unverified": [], "warnings": ["not shown"], "diff": diff}
    assert only(event("greylisting_spf_domains", result))["status"] == "unknown"


def test_all_users_of_a_domain_show_those_who_differ():
    before = {"enabled": {"a@b.cd": True, "c@b.cd": False}}
    after = {"enabled": {"a@b.cd": True, "c@b.cd": True}}
    header = {"before_header": "domain_users b.cd", "after_header": "domain_users b.cd"}
    result = {"changed": True, "unverified": [], "diff": dict(before=before, after=after, **header)}
    one = only(event("domain_users", result, args={"domain": "b.cd"}))
    assert one["changes"] == [{"field": "enabled", "before": {"c@b.cd": False}, "after": {"c@b.cd": True}}]
    assert (one["id"], one["domain"]) == ("b.cd", "b.cd")


@pytest.mark.parametrize("module", ["user", "user_info", "wblist", "login", "state", "state_info"])
@pytest.mark.parametrize("outcome", [BAD, UNREACHABLE])
def test_a_failure_is_a_failure(module, outcome):
    one = only(event(module, {"msg": "GET failed"}, outcome, args={"mail": MAIL}))
    assert one["status"] == "failed"
    assert "GET failed" in one["message"]


@pytest.mark.parametrize("module", ["user", "user_info", "state"])
def test_a_failure_that_the_task_does_not_call_one_is_one(module):
    result = {"changed": False, "failed": False, "failed_when_result": False, "msg": "GET failed"}
    assert only(event(module, result, args={"mail": MAIL}))["status"] == "failed"


def test_what_only_reads_is_no_object():
    assert report(event("user_info", {"users": [], "changed": False}))["summary"]["objects"] == 0


NAMES = {"mail": " Ada@Example.com", "domain": "Example.COM", "account": "Ada@example.com"}


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_an_object_has_the_name_that_the_engine_gives_it(kind):
    """Also where the result does not tell it, since the task failed: tasks on one object must come together."""
    module = importlib.import_module(f"{PLUGINS}.modules.iredmail_{kind}").MODULE
    needed = [name for name, option in module.spec()["argument_spec"].items() if option.get("required")]
    more = {
        "greylisting_spf_domains": {"add_domains": ["a.example"]},
        "domain_users": {"enabled": True},
        "domain_admins": {"add_admins": [MAIL]},
    }
    choices = {"direction": "outbound", "list": "whitelist"}
    args = {**{name: choices.get(name) or NAMES[name] for name in needed}, **more.get(kind, {})}
    given = validate(module, dict(args, api_url=SERVER)).validated_parameters
    header = module.start(given).result()["diff"]["before_header"]
    assert f"{kind} {only(event(kind, {'msg': 'GET failed'}, BAD, args=args))['id']}" == header


def test_no_log_tells_the_status_and_nothing_else():
    result = {"censored": "hidden", "changed": True}
    args = {"mail": MAIL, "password": "x"}
    events = [event("user", result, args=args, ordinal=number) for number in (1, 2)]
    document = report(*events, event("user", dict(result, failed=True), BAD, args=args, ordinal=3))
    assert [one["status"] for one in document["objects"]] == ["failed", "drift", "drift"]
    assert all(one["changes"] == [] for one in document["objects"])
    assert MAIL not in str(document)


@pytest.mark.parametrize("changed", [True, False])
def test_no_log_with_terms_of_its_own_tells_nothing(changed):
    hidden = event("user", {"censored": "hidden", "changed": changed}, args={"mail": MAIL}, opaque=True)
    assert only(hidden)["status"] == "unknown"
    failed = event("user", {"censored": "hidden", "failed": True}, BAD, args={"mail": MAIL}, opaque=True)
    assert only(failed)["status"] == "failed"


def test_a_background_task_is_unknown():
    assert only(event("user", {"ansible_job_id": "j1", "started": 1}, args={"mail": MAIL}))["status"] == "unknown"


# -- a whole state


def state(**more: Any) -> dict[str, Any]:
    change = {"kind": "user", "id": MAIL, "action": "update", "declared": True}
    result = {
        "changed": True,
        "changes": [
            dict(change, before={"quota": 1}, after={"quota": 2}),
            dict(change, id="old@example.com", declared=False, before={"state": "present"}, after={"state": "absent"}),
        ],
        "in_sync": {"users": 9997, "domains": 3},
        "failures": [],
        "unverified": [],
        "operations": [{"method": "PUT"}],
        "summary": {"not_tried": 0},
    }
    return dict(result, **more)


def test_a_state_is_counted_and_only_what_differs_is_listed():
    document = report(event("state", state()))
    assert [(one["id"], one["status"], one["declared"]) for one in document["objects"]] == [
        ("old@example.com", "drift", False),  # looks like security
        (MAIL, "drift", True),
    ]
    summary = document["summary"]
    assert summary["by_kind"]["user"] == {"failed": 0, "drift": 2, "unknown": 0, "repaired": 0, "in_sync": 9997}
    assert summary["by_kind"]["domain"]["in_sync"] == 3
    assert summary["objects"] == 2 + 9997 + 3


def test_a_plan_and_its_application_count_once():
    document = report(event("state", state()), event("state", state(in_sync={"users": 9997}), check=False))
    assert document["mode"] == "apply"
    assert document["summary"]["by_kind"]["user"]["in_sync"] == 9997
    assert [one["status"] for one in document["objects"]] == ["repaired", "repaired"]


def test_two_states_count_together():
    parts = [event("state", state(), args={"src": name}) for name in ("a", "b")]
    assert report(*parts)["summary"]["by_kind"]["user"]["in_sync"] == 2 * 9997


def test_what_a_refused_run_has_not_written_is_still_drift():
    document = report(event("state", state(operations=[], changed=False, msg="a brake"), BAD, check=False))
    assert [(one["kind"], one["status"]) for one in document["objects"]] == [
        ("user", "drift"),
        ("state", "failed"),
        ("user", "drift"),
    ]
    for one in (document["objects"][0], document["objects"][2]):
        assert "Nothing was written" in one["message"]
        assert "Nothing was written" in one["sentences"][-1]


def test_a_state_tells_its_domains_and_where_each_item_stands():
    forward = {"kind": "user", "id": MAIL, "action": "update", "declared": True, "place": "mail/a.yml:7"}
    weights = {}
    for target in ("b@example.org", "b@evil.example"):
        change = dict(forward, before={"forwarding": [target]}, after={"forwarding": []})
        one = only(event("state", state(changes=[change], domains=["example.com", "example.org"])))
        assert one["place"] == "mail/a.yml:7"
        weights[target] = one["weight"]
    assert weights == {"b@example.org": "rest", "b@evil.example": "security"}


def test_failures_of_a_state_are_named_one_by_one():
    failures = [{"kind": "user", "id": MAIL, "msg": "HTTP 500"}, {"kind": "ml", "id": "l@b.cd", "msg": "HTTP 502"}]
    summary = {"not_tried": 4}
    document = report(event("state", state(failures=failures, msg="two failed", summary=summary), BAD, check=False))
    found = {one["id"]: (one["status"], one["message"]) for one in document["objects"]}
    assert found[MAIL] == ("failed", "HTTP 500")
    assert found["l@b.cd"] == ("failed", "HTTP 502")
    assert found["A task"][0] == "unknown"
    assert found["A task"][1].startswith("4 objects were not tried")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("cannot_be_declared", "under a name that cannot be declared"),
        ("another_spelling", "in another spelling of its domain"),
        ("of_another_domain", "in a domain to which it does not belong"),
    ],
)
def test_what_no_declaration_can_speak_of_is_drift_without_a_remedy(reason, words):
    found = {"kind": "user", "id": "e.vil@b.cd", "reason": reason}
    one = only(event("state", state(changes=[], in_sync={}, undeclared=[found])))
    assert (one["status"], one["declared"], one["weight"]) == ("drift", False, "security")
    assert words in one["message"]
    assert words in one["sentences"][-1]
    assert (one["repair"], one["adopt"]) == ("", "")
    usual = only(event("state", state(changes=[], in_sync={}, undeclared=[dict(found, reason="reported")])))
    assert "" not in (usual["repair"], usual["adopt"])


def test_a_domain_that_could_not_be_listed_cannot_be_compared():
    found = {"kind": "domain", "id": "b.cd", "options": ["aliases", "max_users", "users"]}
    one = only(event("state", state(changes=[], in_sync={}, doubtful=[found])))
    assert one["status"] == "unknown"
    assert "whether it is so: max_users." in one["message"]
    assert one["message"].endswith("nobody knows whether all of it is declared: aliases, users.")


def doubtful(kind: str, ident: str, option: str) -> dict[str, Any]:
    return {"kind": kind, "id": ident, "options": [option]}


def test_what_a_state_cannot_vouch_for_is_unknown():
    found = [
        doubtful("user", MAIL, "sender_bcc"),
        doubtful("throttle", "b.cd outbound", "max_msgs"),
        doubtful("greylisting_spf_domains", "", "domains"),
    ]
    change = {"kind": "user", "id": MAIL, "declared": True, "before": {"sender_bcc": "<unknown>"}, "after": {}}
    only_one = {"kind": "greylisting_spf_domains", "id": "", "before": {"domains": "<unknown>"}, "after": {}}
    document = report(event("state", state(changes=[change, only_one], doubtful=found)))
    assert [(one["kind"], one["id"], one["status"]) for one in document["objects"]] == [
        ("greylisting_spf_domains", "global", "unknown"),
        ("throttle", "b.cd outbound", "unknown"),
        ("user", MAIL, "unknown"),
    ]


def test_what_a_state_has_left_alone_unseen_is_unknown():
    document = report(event("state", state(changes=[], doubtful=[doubtful("user", MAIL, "sender_bcc")])))
    assert [(one["id"], one["status"]) for one in document["objects"]] == [(MAIL, "unknown")]
    assert document["objects"][0]["message"].endswith(": sender_bcc.")


# -- several results on one object


DRIFTED, OTHER, FINE = ({"quota": 1}, {"quota": 2}), ({"name": "x"}, {"name": "y"}), ({"quota": 2}, {"quota": 2})


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((DRIFTED, True), (DRIFTED, False), ("repaired", ["quota"])),
        ((DRIFTED, True), (OTHER, False), ("drift", ["name", "quota"])),
        ((DRIFTED, True), (FINE, True), ("drift", ["quota"])),
        ((DRIFTED, False), (FINE, False), ("repaired", ["quota"])),
        ((DRIFTED, False), (OTHER, True), ("drift", ["name", "quota"])),
        ((FINE, True), (FINE, True), ("in_sync", [])),
    ],
)
def test_the_worse_counts(first, second, expected):
    assert status(*(event("user", user(*change), check=check) for change, check in (first, second))) == expected


def test_a_failure_stays():
    fine = event("user", user(*FINE))
    bad = event("user", {"msg": "GET failed"}, BAD)
    assert status(bad, fine)[0] == status(fine, bad)[0] == "failed"


def test_servers_are_kept_apart():
    one = event("user", user(*DRIFTED))
    two = Event("user", "h", "t", user(*FINE), {"mail": MAIL}, "https://other.example", True)
    assert [(o["server"], o["status"]) for o in report(one, two)["objects"]] == [
        (SERVER, "drift"),
        ("https://other.example", "in_sync"),
    ]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://mail.example.com/iredadmin/", "https://mail.example.com/iredadmin"),
        ("https://root:secret@MAIL.example.com:8443/iredadmin?token=x#y", "https://mail.example.com:8443/iredadmin"),
        ("http://[::1]:80/", "http://[::1]:80"),
        ("https://[broken/", "unknown"),
        ("https://mail.example.com:port/", "unknown"),
        ("{{ panel }}", "unknown"),
        ("https://{{ panel }}/", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_server_has_no_credentials(url, shown):
    assert server_of(url) == shown
