# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subscribers of mailing lists: one version at a time, invited or not, shown in whatever shape."""

from __future__ import annotations

import pytest

from tests.sandbox.handle import Sandbox
from tests.sandbox.shapes import PRESETS
from tests.support.ml_steps import ADA, BOB, EVE, KIM, MAIL, ml, on, params, play, refused, subscribed
from tests.support.playbook import DOORS, run_tasks, task
from tests.support.setting_cases import requests


@on("default", "old", "wrapped")
def test_subscribers_of_one_version_at_a_time(sandbox: Sandbox, preset):
    sandbox.shape(**PRESETS[preset])
    digest = {"subscription": "digest"}
    steps = [
        ml(subscribers=[ADA, BOB]),
        ml(add_subscribers=[EVE, BOB], remove_subscribers=[ADA, KIM]),
        ml(**digest, add_subscribers=[KIM]),
        ml(subscribers=[BOB, ADA]),
        ml(**digest, subscribers=[EVE, ADA]),
        ml(subscription="nomail", add_subscribers=["ZOE@other.example"]),
    ]
    results = play(sandbox, *steps)
    sent = {"subscription": "normal", "require_confirm": "no"}
    assert params(results[0]) == [{**sent, "subscribers": f"{ADA},{BOB}"}]
    assert params(results[1]) == [{**sent, "add_subscribers": EVE, "remove_subscribers": ADA}]
    assert params(results[2]) == [{**sent, **digest, "add_subscribers": KIM}]
    assert params(results[3]) == [{**sent, "add_subscribers": ADA, "remove_subscribers": EVE}]
    assert params(results[4]) == [{**sent, **digest, "add_subscribers": f"{ADA},{EVE}", "remove_subscribers": KIM}]
    assert results[4]["ml"]["subscribers"] == [ADA, EVE]
    everybody = {("ada", "normal"), ("bob", "normal"), ("ada", "digest"), ("eve", "digest"), ("zoe", "nomail")}
    assert subscribed(sandbox) == everybody
    # whoever is removed leaves every version; whoever is not of this one stays
    removed = play(sandbox, ml(remove_subscribers=[EVE, ADA]), ml(subscribers=[]))
    assert [params(one) for one in removed] == [[{"remove_subscribers": ADA}], [{"remove_subscribers": BOB}]]
    assert subscribed(sandbox) == {("eve", "digest"), ("zoe", "nomail")}


@on("strings")
def test_subscribers_that_are_shown_without_their_version(sandbox: Sandbox, preset):
    """They count as normal; of another version nothing is known once somebody subscribes."""
    sandbox.shape(**PRESETS[preset])
    digest = ml(subscription="digest", add_subscribers=[KIM])
    results = run_tasks(sandbox, [ml(), digest, digest, ml(subscribers=[ADA]), ml(subscribers=[ADA])]).results
    assert not any(one.get("failed") for one in results), results
    assert [one["changed"] for one in results] == [True, True, True, True, False]
    assert [one["unverified"] for one in results] == [[], ["subscribers"], ["subscribers"], [], []]
    assert "not shown by this panel" in results[2]["warnings"][0]
    assert params(results[3])[0] | {"add_subscribers": ADA, "remove_subscribers": KIM} == params(results[3])[0]
    assert subscribed(sandbox) == {("ada", "normal")}


@on("hiding")
def test_subscribers_that_are_not_shown(sandbox: Sandbox, preset):
    sandbox.shape(**PRESETS[preset])
    sandbox.api("POST", f"/api/ml/{MAIL}", subscribers=KIM, require_confirm="no")
    exact, delta = ml(subscribers=[ADA, BOB]), ml(add_subscribers=[EVE], remove_subscribers=[ADA])
    skip = ml(subscribers=[], unreadable="skip")
    real, again = play(sandbox, exact, delta, skip, quiet=False)
    assert [one["unverified"] for one in real + again] == [["subscribers"], ["subscribers"], []] * 2
    sent = {"subscription": "normal", "require_confirm": "no"}
    assert params(again[0]) == params(real[0]) == [{**sent, "add_subscribers": f"{ADA},{BOB}"}]
    assert params(again[1]) == params(real[1]) == [{**sent, "add_subscribers": EVE, "remove_subscribers": ADA}]
    # whom it cannot see, an exact list cannot remove; it does not pretend to
    assert (params(real[2]), subscribed(sandbox)) == ([], {(name, "normal") for name in ("bob", "eve", "kim")})
    assert "remove_subscribers" in refused(sandbox, ml(subscribers=[]))[0]
    created = run_tasks(sandbox, [ml("new@example.com", subscribers=[ADA])]).only
    assert (len(created["operations"]), created["unverified"]) == (1, ["subscribers"])


@on("default", "wrapped")
@pytest.mark.parametrize("door", DOORS)
def test_those_who_must_confirm_are_invited_until_they_do(sandbox: Sandbox, door, preset):
    sandbox.shape(**PRESETS[preset])
    invite = {"require_confirm": True}
    invited, loud = play(sandbox, ml(**invite, subscribers=[ADA]), ml(), door=door, quiet=False)
    asked = {"subscription": "normal", "require_confirm": "yes"}
    assert requests(invited[0]["operations"]) == [("POST", f"/api/ml/{MAIL}", {**asked, "subscribers": ADA})]
    assert requests(loud[0]["operations"]) == [("PUT", f"/api/ml/{MAIL}", {**asked, "add_subscribers": ADA})]
    for result in (invited[0], loud[0]):
        assert result["unverified"] == ["subscribers"]
        assert "asked to confirm" in result["warnings"][0]
    assert (loud[1]["changed"], subscribed(sandbox)) == (False, set())
    sandbox.api("PUT", f"/api/ml/{MAIL}", add_subscribers=ADA, require_confirm="no")
    confirmed, mixed = (ml(**invite, subscribers=[ADA]), ml(**invite, subscribers=[BOB]))
    (known, both), (_quiet, later) = play(sandbox, confirmed, mixed, door=door, quiet=False)
    assert (known["operations"], known["unverified"], known.get("warnings")) == ([], [], None)
    assert params(both) == [{**asked, "add_subscribers": BOB, "remove_subscribers": ADA}]
    assert (params(later), subscribed(sandbox)) == ([{**asked, "add_subscribers": BOB}], set())
    removed = run_tasks(sandbox, [ml(**invite, remove_subscribers=[BOB])], door).only
    assert (removed["changed"], removed["unverified"]) == (False, [])


def test_nothing_is_concluded_from_subscribers_in_a_shape_never_seen(sandbox: Sandbox):
    shapes = [
        [1, 2],
        [ADA, None],
        [[ADA, "normal"]],
        [{"address": ADA}],
        [{"mail": [ADA, BOB]}],
        {"weekly": [ADA]},
        {"normal": [{"mail": ADA}]},
        {"normal": 5},
        5,
        True,
    ]
    for number, shape in enumerate(shapes):
        path = f"/api/ml/d{number}@example.com"
        sandbox.api("POST", path)
        profile = sandbox.api("GET", path)["_data"]
        body = {"_success": True, "_data": profile | {"subscribers": shape}}
        sandbox.fault({"body": body}, "GET", path, times=None)
    names = [f"d{number}@example.com" for number in range(len(shapes))]
    exact = refused(sandbox, *(ml(name, subscribers=[ADA]) for name in names))
    delta = refused(sandbox, *(ml(name, add_subscribers=[ADA], footer_text="Bye") for name in names))
    for message in exact + delta:
        assert "subscribers is shown by the panel in a form this collection does not know" in message
    result = run_tasks(sandbox, [ml(names[0]), task("iredmail_ml_info", mail=names[0])]).results
    assert [one["changed"] for one in result] == [False, False]  # who does not ask for them is not held up
    assert result[1]["mls"][0]["subscribers"] is None
