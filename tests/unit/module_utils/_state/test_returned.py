# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run over a state returns, whatever became of it."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.findings import Finding
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.returned import Told, changes_of
from tests.support.common import COM, ORG, user
from tests.support.fake_panel import Server
from tests.support.fake_state import carried_out, planned

ADA, BOB, CY = (f"{name}@{COM}" for name in ("ada", "bob", "cy"))
USED = {"GET": 3, "POST": 2, "logins": 1}


@pytest.fixture
def server():
    made = Server()
    made.has(DOMAIN, COM)
    made.has(USER, BOB, name="Bob")
    made.has(USER, CY, name="Cy")
    return made


def told(planner, changes, **more):
    inside, pruning = planner.deletions.inside, planner.pruning
    wishes = {"panel": "https://p", "findings": [], "checksum": "abc", "refused": False, **more}
    return Told(planner.steps, inside, planner.in_sync, pruning.undeclared, planner.warnings, changes, **wishes)


def test_a_domain_that_could_not_be_listed_is_doubtful(server):
    planner = planned(server, {"domains": [{"domain": COM}]})
    unlisted = [(ORG, "users"), (ORG, "aliases"), (COM, "users")]
    found = told(planner, [], unlisted=unlisted).result(USED, 1.0, tried=False)["doubtful"]
    assert sorted(found, key=lambda one: one["id"]) == [
        {"kind": "domain", "id": COM, "options": ["users"]},
        {"kind": "domain", "id": ORG, "options": ["aliases", "users"]},
    ]
    assert told(planner, []).result(USED, 1.0, tried=False)["doubtful"] == []


DECLARED = {
    "domains": [{"domain": COM}],
    "users": [user(ADA), {"mail": BOB, "state": "absent"}, {"mail": CY, "name": "Cy"}],
}


def test_a_plan_and_what_became_of_it(server):
    planner = planned(server, DECLARED)
    changes = changes_of(planner.steps, planner.deletions.inside)
    assert [(one["id"], one["action"], one["place"]) for one in changes] == [
        (ADA, "create", f"users[0] ({ADA})"),
        (BOB, "delete", f"users[1] ({BOB})"),
    ]
    assert changes[1]["about"] == {"name": "Bob"}
    plan = told(planner, changes).result(USED, 1.234, tried=False)
    assert (plan["changed"], plan["changes"]) == (True, changes)
    assert plan["diff"] == {"prepared": plan["plan_text"] + "\n"}
    assert plan["plan_text"].splitlines()[0] == "1 to delete, 1 to create; 2 unchanged. Panel: https://p"
    assert plan["plan_text"].splitlines()[-1] == "checksum abc"
    carried_out(server, planner)
    done = told(planner, changes).result(USED, 1.234, tried=True)
    assert done["plan_text"].splitlines()[-2] == "2 done"
    assert done["summary"] == {
        "created": 1,
        "updated": 0,
        "deleted": 1,
        "renamed": 0,
        "unchanged": 2,
        "failed": 0,
        "not_tried": 0,
        "takes_along": {},
        "logins": 1,
        "requests": {"GET": 3, "POST": 1},
        "seconds": 1.23,
    }


def test_what_goes_along_with_a_domain_is_named_and_counted_apart(server):
    planner = planned(server, {"domains": [{"domain": COM, "state": "absent"}]})
    changes = changes_of(planner.steps, planner.deletions.inside)
    kinds = changes[0]["takes_along"]
    summary = told(planner, changes).result(USED, 0.0, tried=True)["summary"]
    assert kinds == {"users": sorted(planner.deletions.inside[COM]["users"])}
    assert BOB in kinds["users"]
    assert (summary["deleted"], summary["takes_along"]) == (1, {"users": len(kinds["users"])})


def test_a_refusal_ends_with_its_reason_and_counts_nothing(server):
    planner = planned(server, DECLARED)
    changes = changes_of(planner.steps, planner.deletions.inside)
    reason = "too much goes; nothing was written:\nthis\nthat"
    found = told(planner, changes, refused=True, reason=reason, checksum=None)
    result = found.result(USED, 0.0, tried=False)
    assert result["plan_text"].splitlines()[-1] == "Refused, nothing was written: too much goes."
    assert "checksum" not in result["plan_text"]
    assert "checksum" not in result
    assert (result["changed"], result["operations"], result["summary"]["created"]) == (False, [], 0)
    assert result["changes"] == changes


def test_a_contradiction_stands_in_the_text(server):
    planner = planned(server, DECLARED)
    changes = changes_of(planner.steps, planner.deletions.inside)
    found = [
        Finding("code", "error", "alias", "all@" + COM, "members", "mail/a.yml:3", "members: ada goes."),
        Finding("code", "warning", "alias", "few@" + COM, "members", "mail/a.yml:9", "members: bob goes."),
    ]
    wishes = {"refused": True, "findings": found, "checksum": None}
    wishes["reason"] = "it contradicts itself, so nothing was written. all"
    result = told(planner, changes, **wishes).result(USED, 0.0, tried=False)
    text = result["plan_text"]
    assert [one["message"] for one in result["findings"]] == ["members: ada goes.", "members: bob goes."]
    assert set(result["findings"][0]) == {"code", "severity", "kind", "id", "option", "place", "message"}
    assert text.splitlines()[0].startswith("1 to delete, 1 to create, 1 contradiction; 2 unchanged.")
    assert text.splitlines()[-4:] == [
        f"! mail/a.yml:3: alias all@{COM}  members: ada goes.",
        "",
        f"by domain: {COM} 1 -, 1 +",
        "Refused, nothing was written: it contradicts itself. all",
    ]


def test_nothing_is_told_of_what_was_not_planned(server):
    planner = planned(server, {"users": []})
    result = told(planner, [], panel="", refused=True).result({}, 0.0, tried=False)
    assert (result["plan_text"], result["diff"], result["changes"]) == ("", {"prepared": ""}, [])


def test_an_item_that_failed_is_in_the_text(server):
    planner = planned(server, {"users": [user("eve@no.example")]})
    result = told(planner, []).result({}, 0.0, tried=False)
    assert "! user eve@no.example  there is no domain no.example" in result["plan_text"]
    assert result["failures"][0]["code"] == "missing_domain"
