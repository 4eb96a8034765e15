# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The soak notices what is broken: each of its invariants, broken by hand."""

from __future__ import annotations

import copy
import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.history import name_of
from tests.soak import figures, growth, invariants
from tests.soak.invariants import Deed
from tests.soak.rounds import Round
from tests.soak.scripts import OTHERS, Script, drawn, scripts
from tests.support.canary import forms_of
from tests.support.common import COM, PASSWORD
from tests.support.drift_report import sample

ADA, BOB = f"ada@{COM}", f"bob@{COM}"
FORMS = forms_of({"declared password": PASSWORD})
STATE = {"users": [{"mail": ADA, "quota": "5MB"}, {"mail": BOB, "state": "absent"}]}


def entry(method: str, path: str, lost: str = "", **params: str) -> dict[str, Any]:
    """A request in the log of the panel."""
    gone = [{"kind": "user", "name": lost}] if lost else []
    return {"method": method, "path": path, "params": params, "write": True, "lost": gone, "success": True}


def operation(method: str, path: str, **params: str) -> dict[str, Any]:
    return {"method": method, "path": path, "params": params}


def deed() -> Deed:
    """A user changed and one deleted, as planned and approved."""
    operations = [operation("PUT", f"/api/user/{ADA}", quota="5"), operation("DELETE", f"/api/user/{BOB}")]
    changes = [{"action": "update", "kind": "user", "id": ADA}, {"action": "delete", "kind": "user", "id": BOB}]
    plan = {"checksum": "1234", "changes": changes, "operations": operations, "changed": True}
    log = [entry("PUT", f"/api/user/{ADA}", quota="5"), entry("DELETE", f"/api/user/{BOB}", lost=BOB)]
    return Deed("somebody", "state", STATE, plan, copy.deepcopy(plan), log)


def found(one: Deed) -> list[str]:
    return [*invariants.of_all(one, FORMS), *invariants.as_planned(one)]


def test_a_script_follows_from_its_number() -> None:
    several = [drawn(scripts, number) for number in range(20)]
    assert several[7] == drawn(scripts, 7)
    assert len({repr(one) for one in several}) == 20
    assert {one.backend for one in several} == {"sql", "ldap"}
    assert len({one.other for one in several} & set(OTHERS)) > 2
    for name in Script.__dataclass_fields__:
        assert any(getattr(one, name) for one in several), name


def test_what_was_done_as_planned_is_fine() -> None:
    assert found(deed()) == []


def test_a_loss_that_was_not_planned_is_noticed() -> None:
    one = deed()
    one.entries[0]["lost"] = [{"kind": "user", "name": ADA}]
    assert found(one) == [f"somebody, state: user {ADA} was lost by PUT /api/user/{ADA}, unplanned"]


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (entry("DELETE", f"/api/user/{ADA}"), "DELETE"),
        (entry("PUT", f"/api/user/{ADA}", quota="7"), "['quota']"),
        (entry("PUT", f"/api/user/{ADA}", quota="5", name="Ada"), "['name', 'quota']"),
        (entry("PUT", f"/api/user/{BOB}"), f"PUT /api/user/{BOB}"),
    ],
)
def test_a_write_that_was_not_approved_is_noticed(extra: dict[str, Any], words: str) -> None:
    one = deed()
    one.entries.append(extra)
    (sentence, _planned) = found(one)
    assert words in sentence
    assert sentence.endswith("was written, unapproved")


def test_any_write_without_an_approved_plan_is_noticed() -> None:
    for plan in (None, {"operations": deed().result["operations"]}):
        one = deed()
        one.plan = plan
        assert sum(sentence.endswith("unapproved") for sentence in invariants.of_all(one, FORMS)) == 2
        assert sum(sentence.endswith("unplanned") for sentence in invariants.of_all(one, FORMS)) == 1


def test_what_is_put_back_may_be_written_and_deletes_nothing() -> None:
    one = deed()
    one.result["failures"] = [{"code": "put_back"}]
    one.entries.append(entry("POST", f"/api/alias/{BOB}"))
    assert list(invariants.writes(one)) == []
    one.entries.append(entry("DELETE", f"/api/alias/{BOB}"))
    assert len(list(invariants.writes(one))) == 1


def test_what_a_failed_renaming_gives_back_may_be_written() -> None:
    one, taken_off = deed(), operation("PUT", f"/api/user/{BOB}", removeAlias=ADA)
    assert one.plan
    one.plan["operations"] = [*one.plan["operations"], taken_off]
    one.entries.append(entry("PUT", f"/api/user/{BOB}", addAlias=ADA))
    assert len(list(invariants.writes(one))) == 1, "nothing failed"
    one.result["failed"] = True
    assert list(invariants.writes(one)) == []
    for another in (entry("PUT", f"/api/user/{BOB}", addAlias=BOB), entry("PUT", f"/api/user/{ADA}", addAlias=ADA)):
        one.entries[-1] = another
        assert len(list(invariants.writes(one))) == 1


def test_what_breaks_meanwhile_is_noticed() -> None:
    def restart(_away: float) -> None:
        raise OSError("in use")

    script = dataclasses.replace(drawn(scripts, 1), by_hand=[], jump=None, restart=(0.0, 0.0))
    one = Round(script, SimpleNamespace(restart=restart), None, None, [])
    one.meanwhile().join()
    assert "OSError: in use" in one.problems[0]


def test_what_is_told_and_was_never_sent_is_noticed() -> None:
    one = deed()
    sent = one.entries.pop(0)
    assert "never sent" in found(one)[0]
    assert list(invariants.truth(one, restarted=True)) == []
    one.nobodys.append(sent)
    assert list(invariants.truth(one, restarted=False)) == []


def test_a_change_that_is_not_told_is_noticed() -> None:
    one = deed()
    one.result["changed"] = False
    assert found(one) == ["somebody, state: changed is False, with 2 operations"]


def test_a_check_that_is_not_the_real_run_is_noticed() -> None:
    failed, other, refused = deed(), deed(), deed()
    failed.result.update(failed=True, msg="it broke.")
    assert found(failed) == ["somebody, state: failed although nothing was wrong: it broke."]
    for words in invariants.TAKEN:
        failed.result["msg"] = f"user {ADA}{words}..."
        assert found(failed) == [], "nobody could know that"
    del other.result["operations"][1]
    assert [sentence.partition(" [")[0] for sentence in found(other)] == ["somebody, state: planned"]
    refused.plan, refused.entries, refused.result = {"failed": True}, [], {"changed": False}
    assert found(refused) == ["somebody, state: check mode refuses the plan, and it was carried out"]


def test_a_second_run_that_does_something_is_noticed() -> None:
    one = Deed("somebody", "state", STATE, None, {"changed": False, "operations": []})
    assert list(invariants.silent(one)) == []
    for broken in (deed(), Deed("somebody", "state", STATE, None, {"failed": True, "msg": "No."})):
        assert len(list(invariants.silent(broken))) == 1


@pytest.mark.parametrize("content", [PASSWORD, "Traceback (most recent call last)", "a bug of mailstate.iredmail"])
def test_secrets_and_confessions_are_noticed_wherever_they_are(content: str) -> None:
    one = deed()
    one.result["msg"] = f"near '{content}'"
    assert len(found(one)) == 1
    assert len(list(invariants.secrets("a file", content.encode(), FORMS))) == 1


def test_a_controller_that_crashed_is_noticed() -> None:
    assert list(invariants.of_all(Deed("somebody", "plan", {}, None, {"crash": "KeyError"}), FORMS)) == [
        "somebody, plan: KeyError"
    ]


def test_who_wrote_is_told_by_the_login() -> None:
    login = {"path": "/api/login", "params": {"username": "root@admin.example"}, "session": "1", "write": False}
    mine, nobodys = dict(entry("PUT", "/api/a"), session="1"), dict(entry("PUT", "/api/b", name="B"), session="2")
    told = invariants.sorted_out([login, mine, nobodys], {"me": "root@admin.example"})
    assert told == {"me": [login, mine], "nobody": [nobodys]}
    assert len(list(invariants.of_nobody(told["nobody"]))) == 1
    for harmless in ({"success": False}, {"params": {}}):
        assert list(invariants.of_nobody([{**nobodys, **harmless}])) == []


def test_a_report_that_is_not_right_is_noticed() -> None:
    one = Deed("somebody", "drift", {}, None, {})
    assert list(invariants.report(one, sample(), applied=None)) == []
    assert len(list(invariants.report(one, sample(), applied={}))) == 1, "what was just applied differs"
    future, formless = sample(), sample()
    future["summary"]["previous"] = "2031-01-01T00:00:00Z"
    del formless["summary"]["complete"]
    for broken in (future, formless):
        assert len(list(invariants.report(one, broken, applied=None))) == 1
    name = name_of(sample())
    for history, wrong in (([name], 0), ([], 1), ([name] * 6, 1)):
        one.result["history"] = history
        assert len(list(invariants.report(one, sample(), applied=None))) == wrong


def test_what_is_declared_absent_and_stays_is_no_part_of_a_report():
    users = [{"mail": ADA}, {"mail": BOB, "state": "absent"}]
    state = {"users": users, "throttles": [{"account": ADA, "state": "absent"}]}
    stays = {"warnings": [f"user {one} stays: prune.protect matches {one}." for one in (ADA, BOB)]}
    assert invariants.without_what_stays(state, stays) == {**state, "users": users[:1]}
    for applied in (None, {}, {"warnings": [f"user {BOB} is odd."]}):
        assert invariants.without_what_stays(state, applied) == state


def samples(number: int = 100, **each: float) -> list[dict[str, int]]:
    """Measurements in which something grows by so much each round."""
    still = {"memory": 40 * 1024, "files": 5, "connections": 0, "threads": 1}
    return [{name: int(value + each.get(name, 0) * count) for name, value in still.items()} for count in range(number)]


def test_leaks_are_noticed() -> None:
    assert growth.leaks("somebody", samples(memory=100)) == []
    for name in growth.NAMES[1:]:
        (sentence,) = growth.leaks("somebody", samples(**{name: 0.05}))
        assert name in sentence
    (sentence,) = growth.leaks("somebody", samples(memory=200))
    assert sentence == "somebody: memory grew by 14.6 MiB in 75 rounds after the warm-up"
    assert growth.leaks("somebody", samples(number=40, memory=10000)) == [], "too few to tell"


def test_what_comes_before_the_warm_up_is_no_leak() -> None:
    filled = [dict(one, memory=10 * 1024, connections=3) for one in samples(20)] + samples(80)
    assert growth.leaks("somebody", filled) == []


def test_a_process_is_measured() -> None:
    before = growth.measured()
    with open("/dev/null", encoding="ascii"):
        assert growth.measured()["files"] == before["files"] + 1
    assert before["memory"] > 10 * 1024
    assert before["threads"] >= 1


def test_the_figures_are_a_table() -> None:
    counts = figures.Counter({"rounds": 1234})
    made = figures.figures_of(7, 3600.0, counts, {"somebody": samples(), "nobody": []}, 2)
    told = figures.table(made)
    assert "| rounds | 1,234 |" in told
    assert "| what was wrong | 2 |" in told
    assert "| somebody | 40.0, 40.0 | 5, 5 | 0, 0 | 1, 1 |" in told
    assert (made["seed"], made["minutes"]) == (7, 60.0)
