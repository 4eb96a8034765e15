# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings and sets as items, and the notes about what is not exported."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current, decode_set
from ansible_collections.mailstate.iredmail.plugins.module_utils._export.items import ItemMaker, Notes
from ansible_collections.mailstate.iredmail.plugins.module_utils._export.settings import Question
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.accounts import Target
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import SQL
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.greylisting import WHITELIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.spampolicy import SPAMPOLICY
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.throttle import THROTTLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE

ME = "me@example.com"


def test_settings_always_say_something():
    maker = ItemMaker(Notes(), whole=False)
    target = Target((("account", ME),))
    default = {one.option: one.after_create(SQL) for one in SPAMPOLICY.fields}
    assert maker.setting(SPAMPOLICY, target, None) == {}
    assert maker.setting(SPAMPOLICY, target, Current(SQL, default)) == default
    other = Current(SQL, dict(default, quarantine_virus=False))
    assert maker.setting(SPAMPOLICY, target, other) == {"quarantine_virus": False}
    limits = Current(SQL, {"period": 60, "msg_size": -1, "max_msgs": 0, "max_quota": -1})
    assert maker.setting(THROTTLE, target, limits) == {"period": 60, "max_msgs": 0}


def test_a_setting_without_what_it_needs_is_left_out():
    notes = Notes()
    current = Current(SQL, {"period": UNREADABLE, "msg_size": 1, "max_msgs": 0, "max_quota": -1})
    assert ItemMaker(notes, whole=False).setting(THROTTLE, Target((("account", ME),)), current) == {}
    assert [(note["kind"], note["options"]) for note in notes.listed()] == [("throttles", ["period"])]


def test_addresses_are_complete_or_noted():
    notes = Notes()
    maker, target, one = ItemMaker(notes, whole=False), Target((("account", ME),)), WHITELIST.field
    assert maker.addresses("greylistings", one, target, frozenset()) == {}
    good = frozenset({"192.0.2.1", "@x.example"})
    assert maker.addresses("greylistings", one, target, good) == {"whitelist": ["192.0.2.1", "@x.example"]}
    assert notes.listed() == []
    assert maker.addresses("greylistings", one, target, good | {"what is this"}) == {}
    assert [note["id"] for note in notes.listed()] == [ME]


@pytest.mark.parametrize(
    ("account", "shown", "option"),
    [
        ("global", ["192.0.2.1"], "add_whitelist"),
        ("global", [{"sender": "192.0.2.1", "comment": ""}], "whitelist"),
        (ME, ["192.0.2.1"], "whitelist"),
    ],
)
def test_senders_that_may_be_of_the_cron_job_are_no_exact_list(account, shown, option):
    notes, target = Notes(), Target((("account", account),))
    answer = decode_set(WHITELIST, target, shown)
    item = Question("greylistings", target, WHITELIST).item(ItemMaker(notes, whole=False), answer)
    assert item == {option: ["192.0.2.1"]}
    assert [note["options"] for note in notes.listed()] == [["whitelist"]] * (option == "add_whitelist")


def test_a_blacklist_of_everybody_is_exact():
    target = Target((("account", "global"), ("direction", "inbound"), ("list", "blacklist")))
    answer = decode_set(WBLIST, target, ["192.0.2.1"])
    item = Question("wblists", target, WBLIST).item(ItemMaker(Notes(), whole=False), answer)
    assert item == {"addresses": ["192.0.2.1"]}


# -- notes


def test_notes_are_joined_and_sorted():
    notes = Notes()
    for mail in ("b@x.example", "a@x.example"):
        notes.seen("users", mail)
        notes.hidden("users", mail, "sender_bcc")
        notes.hidden("users", mail, "aliases")
    notes.hidden("users", "b@x.example", "name")
    notes.single("users", "a@x.example", "Gone.")
    notes.general("wblists", "No list.")
    notes.general("users", "Secret.", "password")
    shown = [(note["kind"], note["id"], note["options"]) for note in notes.listed()]
    assert shown == [
        ("users", "*", ["aliases", "sender_bcc"]),
        ("users", "*", ["password"]),
        ("users", "a@x.example", []),
        ("users", "b@x.example", ["name"]),
        ("wblists", "*", []),
    ]
