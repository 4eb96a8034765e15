# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What looks like security, what loses mail, and what is neither."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.entry import DRIFT, IN_SYNC, UNKNOWN, Entry
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.weight import (
    LOST_MAIL,
    REST,
    SECURITY,
    weight_of,
)

OWN = {"example.com", "example.org"}
MISSING, EXTRA = ("absent", "present"), ("present", "absent")


def weight(kind: str, ident: str = "a@example.com", declared: bool = True, **changes: Any) -> str:
    return weight_of(Entry(kind, ident, "s", DRIFT, changes, declared=declared), OWN)


@pytest.mark.parametrize("option", ["forwarding", "sender_bcc", "recipient_bcc", "catchall", "members", "owners"])
def test_an_outsider_who_reads_along_is_security(option):
    kind = {"members": "alias", "owners": "ml", "catchall": "domain"}.get(option, "user")
    ident = "example.com" if kind == "domain" else "a@example.com"
    assert weight(kind, ident, **{option: (["x@evil.example", "b@example.com"], ["b@example.com"])}) == SECURITY
    # and one who is missing there, or was declared, is none
    assert weight(kind, ident, **{option: (["b@example.com"], ["b@example.com", "x@evil.example"])}) == REST


@pytest.mark.parametrize("option", ["sender_bcc", "recipient_bcc"])
def test_a_copy_is_security_whoever_gets_it(option):
    assert weight("user", **{option: ("b@example.com", None)}) == SECURITY
    assert weight("user", **{option: ("x@evil.example", "")}) == SECURITY
    assert weight("user", **{option: ("", "b@example.com")}) == REST


@pytest.mark.parametrize("option", ["members", "forwarding", "catchall"])
def test_a_colleague_is_none(option):
    assert weight("user", **{option: (["b@example.org", "c@example.com"], ["c@example.com"])}) == REST


@pytest.mark.parametrize("kind", ["user", "admin"])
def test_an_account_that_is_nobodys(kind):
    assert weight(kind, declared=False, state=EXTRA) == SECURITY
    assert weight(kind, state=EXTRA) == SECURITY  # somebody who left is there again
    assert weight(kind, enabled=(True, False)) == SECURITY
    assert weight("alias", declared=False, state=EXTRA) == REST


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        ("user", {"global_admin": (True, False)}, SECURITY),
        ("user", {"global_admin": (False, True)}, REST),
        ("domain_admins", {"admins": (["a@b.cd", "x@b.cd"], ["a@b.cd"])}, SECURITY),
        ("domain_admins", {"admins": (["a@b.cd"], ["a@b.cd", "x@b.cd"])}, REST),
        ("domain", {"transport": ("smtp:[evil.example]", "")}, SECURITY),
        ("domain", {"transport": ("", "smtp:[relay.example]")}, REST),
        ("domain", {"outbound_relay": ("[evil.example]", "[relay.example]")}, SECURITY),
        ("domain", {"backup_mx": (True, False)}, SECURITY),
    ],
)
def test_rights_and_ways_of_mail(kind, changes, expected):
    assert weight(kind, "example.com", **changes) == expected


@pytest.mark.parametrize(
    ("kind", "ident", "changes", "expected"),
    [
        ("greylisting", "example.com", {"enabled": (False, True)}, SECURITY),
        ("greylisting", "example.com", {"enabled": (True, False)}, REST),
        ("greylisting", "example.com", {"whitelist": (["1.2.3.4"], [])}, SECURITY),
        ("greylisting", "example.com", {"whitelist": ([], ["1.2.3.4"])}, REST),
        ("greylisting", "example.com", {"state": MISSING, "enabled": (None, True)}, SECURITY),
        ("greylisting", "example.com", {"state": MISSING, "enabled": (None, False)}, REST),
        ("greylisting_spf_domains", "global", {"domains": (["evil.example"], [])}, SECURITY),
        ("throttle", "example.com outbound", {"max_msgs": (1000, 100)}, SECURITY),
        ("throttle", "example.com outbound", {"max_msgs": (0, 100)}, SECURITY),
        ("throttle", "example.com outbound", {"max_msgs": (10, 100)}, REST),
        ("throttle", "example.com outbound", {"max_msgs": (10, 0)}, REST),
        ("throttle", "example.com outbound", {"period": (60, 3600)}, SECURITY),
        ("throttle", "example.com outbound", {"period": (7200, 3600)}, REST),
        ("throttle", "example.com outbound", {"state": MISSING, "max_msgs": (None, 100)}, SECURITY),
        ("throttle", "example.com outbound", {"state": MISSING, "max_msgs": (None, 0)}, REST),
        ("wblist", "example.com inbound blacklist", {"addresses": ([], ["@bad.example"])}, SECURITY),
        ("wblist", "example.com inbound blacklist", {"addresses": (["@bad.example"], [])}, REST),
        ("wblist", "example.com inbound whitelist", {"addresses": (["@bad.example"], [])}, SECURITY),
        ("wblist", "example.com inbound whitelist", {"addresses": ([], ["@good.example"])}, REST),
        ("spampolicy", "global", {"bypass_virus_checks": (True, False)}, SECURITY),
        ("spampolicy", "global", {"quarantine_virus": (False, True)}, SECURITY),
        ("spampolicy", "global", {"spam_score": (9.0, 6.3)}, SECURITY),
        ("spampolicy", "global", {"spam_score": (5.0, 6.3)}, REST),
    ],
)
def test_what_keeps_others_out(kind, ident, changes, expected):
    assert weight(kind, ident, **changes) == expected


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        *[(kind, {"state": MISSING}, LOST_MAIL) for kind in ("domain", "user", "alias", "ml", "maillist")],
        ("admin", {"state": MISSING}, REST),
        *[(kind, {"enabled": (False, True)}, LOST_MAIL) for kind in ("domain", "user", "alias", "ml")],
        ("admin", {"enabled": (False, True)}, REST),
        ("alias", {"members": ([], ["a@example.com"])}, LOST_MAIL),
        ("alias", {"members": (["b@example.com"], ["a@example.com"])}, REST),
        ("maillist", {"members": (None, ["a@example.com"])}, LOST_MAIL),
        ("ml", {"subscribers": ([], ["a@example.com"])}, LOST_MAIL),
        ("user", {"services": (["imap"], ["imap", "deliver"])}, LOST_MAIL),
        ("user", {"services": (["deliver"], ["imap", "deliver"])}, REST),
        ("user", {"quota": (1, 2)}, REST),
    ],
)
def test_mail_that_is_lost(kind, changes, expected):
    assert weight(kind, "example.com" if kind == "domain" else "a@example.com", **changes) == expected


@pytest.mark.parametrize("status", [UNKNOWN, IN_SYNC])
def test_of_what_is_not_known_nothing_is_concluded(status):
    assert weight_of(Entry("user", "a@b.cd", "s", status, {"state": EXTRA}), OWN) == REST
    assert weight_of(Entry("user", "a@b.cd", "s", DRIFT, {"sender_bcc": ("<unknown>", "b@b.cd")}), OWN) == REST


def test_an_alias_that_is_nobodys_is_security_if_an_outsider_is_in_it():
    for member, expected in (("b@example.org", REST), ("x@evil.example", SECURITY)):
        entry = Entry("alias", "a@example.com", "s", DRIFT, {"state": EXTRA}, declared=False)
        entry.shown = {"members": ["c@example.com", member]}
        assert weight_of(entry, OWN) == expected
