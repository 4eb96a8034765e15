# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Known secrets are blanked in a report, and nothing else is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.entry import Entry
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.formats import FORMATS
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.report import Report
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.secrets import Secrets
from tests.support.drift_report import END, SCHEMA, START
from tests.support.growth import grows_evenly
from tests.support.inputs import strings


def test_known_secrets_are_blanked_wherever_they_are():
    secrets = Secrets()
    declared = {"users": [{"mail": "a@b.cd", "password": "Canary/Four711"}, {"password_hash": "{PLAIN}Canary2"}]}
    secrets.learn({"api_password": "Pw-1", "api_session": "iRedAdmin=Session-4711", "declared": declared})
    secrets.learn({"password": None, "api_password": ""})
    report = Report(START)
    text = "x Canary/Four711 y Canary%2FFour711 {PLAIN}Canary2 Session-4711 Pw-1"
    report.add(Entry("user", "drift " + text, text, "drift", {text: (text, [{text: text}])}, text))
    document = report.document(END, True, secrets.scrub)
    for form, (_file, render) in FORMATS.items():
        for secret in ("Canary", "Session-4711", "Pw-1"):
            assert secret not in render(document), (form, secret)
    assert document["objects"][0]["status"] == "drift"


def test_a_secret_that_is_a_word_of_the_schema_spoils_nothing():
    secrets = Secrets()
    secrets.learn([{"password": word} for word in ("drift", "user", "status", "field", "kind")])
    report = Report(START)
    report.add(Entry("user", "a@b.cd", "https://b.cd", "drift", {"quota": (1, 2)}, "drift"))
    document = report.document(END, True, secrets.scrub)
    Draft202012Validator(SCHEMA).validate(document)
    assert document["objects"][0]["message"] == "********"


def test_a_short_secret_is_blanked_where_it_stands_alone():
    secrets = Secrets()
    secrets.learn([{"password": one} for one in ("a", "mail", "4711")])
    text = "a mail to ada@mail.example or mailbox 4711, of 4711@b.cd; 'a', 'mail'"
    shown = "a ******** to ada@mail.example or mailbox ********, of 4711@b.cd; '********', '********'"
    assert secrets.scrub({"a": [text, "a", "an"]}) == {"********": [shown, "********", "an"]}


def test_the_work_grows_with_the_length_of_a_text():
    secrets = Secrets()
    passwords = [f"pass-{one}" * 2 for one in range(1000)] + ["x" * one for one in range(8)]
    secrets.learn([{"password": one} for one in passwords])
    assert grows_evenly(lambda size: lambda: secrets.scrub("pass-77 xx " * size), 500)


def test_a_secret_that_is_no_utf_8_is_blanked_in_all_forms():
    secrets = Secrets()
    secrets.learn({"api_password": "Canary-p\udce4ss", "password": "Canary\x07-4711"})
    text = "Canary-p\udce4ss Canary-p\\udce4ss Canary-p%ED%B3%A4ss Canary\x07-4711 Canary\\x07-4711"
    assert secrets.scrub(text) == "******** ******** ******** ******** ********"


def test_a_secret_is_blanked_however_a_server_quotes_it():
    secrets = Secrets()
    secrets.learn({"password": "it's\"Größe\\9", "api_session": "iRedAdmin=ab/cd'4711"})
    text = "it\\'s\"Größe\\\\9 "
    text += "it\\'s\"Gr\\xc3\\xb6\\xc3\\x9fe\\\\9 "
    text += "it's\\\"Gr\\u00f6\\u00dfe\\\\9 ab%2Fcd%274711 ab/cd\\'4711"
    assert secrets.scrub(text) == "******** ******** ******** ******** ********"


@given(st.lists(strings(8, 12), max_size=5), strings(), strings())
def test_no_secret_is_left(passwords, before, after):
    secrets = Secrets()
    secrets.learn({"declared": [{"password": one} for one in passwords]})
    for one in passwords:
        if not set(one) & set("*"):
            assert one not in secrets.scrub(before + one + after)
