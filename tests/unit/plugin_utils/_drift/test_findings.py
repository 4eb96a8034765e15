# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Equal findings are one, a cause and what comes of it are one, and the heaviest is the first."""

from __future__ import annotations

from typing import Any

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.entry import DRIFT, FAILED, REPAIRED, Entry
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.findings import findings_of
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.report import Report
from tests.support.drift_nights import seven

MISSING, EXTRA = {"state": ("absent", "present")}, {"state": ("present", "absent")}


def found(*entries: Entry) -> list[tuple[str, list[str]]]:
    return [(one.title, one.sentences) for one in findings_of(document(*entries))]


def document(*entries: Entry) -> dict[str, Any]:
    report = Report("2026-11-21T03:00:00Z")
    for one in entries:
        report.add(one)
    return report.document(None, True)


def user(name: str, status: str = DRIFT, changes: Any = None, **more: Any) -> Entry:
    return Entry("user", name + "@example.com", "s", status, changes or {"quota": (4096, 1024)}, **more)


def test_the_heaviest_comes_first_and_what_was_not_looked_at_before_the_rest():
    assert [(one.heading, one.title) for one in findings_of(seven())] == [
        ("Security", "info@example.com"),
        ("Security", "mallory@example.com"),
        ("Security", "example.com inbound blacklist"),
        ("Not looked at", "team@example.org"),
        ("Lost mail", "example.org"),
        ("Lost mail", "rosa@example.com"),
        ("The rest", "ada@example.com"),
    ]


def test_what_was_put_back_comes_last_whatever_it_was():
    entries = [user("x", REPAIRED, EXTRA, declared=False), user("ada")]
    assert [one.heading for one in findings_of(document(*entries))] == ["The rest", "Put back"]


def test_equal_findings_are_one():
    assert found(*map(user, "abc")) == [("3 mailboxes", ["quota is 4 GB, declared 1 GB"])]
    different = [user(name, changes={"quota": (4096 + at, 1024)}) for at, name in enumerate("abc")]
    assert found(*different) == [("3 mailboxes", ["quota"])]
    assert len(found(*map(user, "ab"))) == 2
    assert len(found(*map(user, "abc"), user("d", changes={"name": ("a", "b")}))) == 2
    assert len(found(*(Entry("user", name, "s", FAILED, note="HTTP 500") for name in "abcd"))) == 1


def test_a_person_who_is_missing_and_what_lost_her_are_one():
    lists = [
        Entry(
            "alias",
            f"{name}@example.com",
            "s",
            DRIFT,
            {"members": (["b@example.com"], ["b@example.com", "rosa@example.com"])},
        )
        for name in ("info", "sales")
    ]
    (one,) = findings_of(document(user("rosa", changes=MISSING), *lists))
    assert (one.title, one.weight) == ("rosa@example.com", "lost_mail")
    assert one.sentences == ["missing on the server", "with it: alias info@example.com, alias sales@example.com"]


def test_somebody_who_is_nobodys_and_what_has_him_are_one():
    alias = Entry("alias", "info@example.com", "s", DRIFT, {"members": (["m@example.com"], [])})
    (one,) = findings_of(document(user("m", changes=EXTRA, declared=False), alias))
    assert (one.title, len(one.effects)) == ("m@example.com", 1)


def test_a_difference_that_has_another_reason_too_stays_by_itself():
    changes = {"members": (["x@evil.example"], ["rosa@example.com"])}
    assert len(found(user("rosa", changes=MISSING), Entry("alias", "info@example.com", "s", DRIFT, changes))) == 2


def test_what_goes_with_a_domain_is_one_with_it():
    entries = [Entry("domain", "example.com", "s", DRIFT, MISSING), *(user(name, changes=MISSING) for name in "abcd")]
    (one,) = findings_of(document(*entries))
    assert (one.title, len(one.effects)) == ("example.com", 4)


def test_another_server_explains_nothing():
    alias = Entry("alias", "info@example.com", "other", DRIFT, {"members": ([], ["rosa@example.com"])})
    assert len(found(user("rosa", changes=MISSING), alias)) == 2
