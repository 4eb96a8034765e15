# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles and lists of shapes that nobody knows: a clear failure, never "ok" or absence, and nothing is written."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._model.catalog import IN_DOMAIN, RESOURCES
from tests.sandbox.handle import Sandbox
from tests.support.playbook import run_tasks, task

pytestmark = pytest.mark.both_doors

MAIL = "ada@example.com"
#: what a GET might answer that is no profile
PROFILES = [
    None,
    [],
    {},
    5,
    True,
    "ada@example.com",
    [1, 2],
    [{}],
    {"colour": "blue"},
    {"profile": {"mail": MAIL}},
    {"data": []},
    {"mail": ["someone.else@example.com"], "accountStatus": ["active"]},
    {
        "username": "someone.else@example.com",
        "address": "someone.else@example.com",
        "domain": "other.example",
        "active": 1,
    },
]
#: what a list might answer that is not a list of names
LISTS = [5, True, "ada@example.com", [1, 2], [None], [{"colour": "blue"}], [[1, 2]]]


def identity(resource):
    return {"domain": "example.com"} if resource == "domain" else {"mail": MAIL}


def tasks_of(resource):
    """Creation, change, deletion and a look, each of them with one read first."""
    more = {"password": "Correct-Horse-7-Battery"} if resource in ("user", "admin") else {}
    option = {"description": "X"} if resource == "domain" else {"name": "X"}
    return [
        task(f"iredmail_{resource}", **identity(resource), **option, **more),
        task(f"iredmail_{resource}", **identity(resource), state="absent"),
        task(f"iredmail_{resource}_info", **identity(resource)),
    ]


def complain(sandbox, run, number):
    assert len(run.results) == number
    for result in run.results:
        assert result.get("failed"), result
        assert not result["changed"]
        assert result.get("operations", []) == []
        assert "Traceback" not in result["msg"]
        assert "this is a bug" not in result["msg"]
    assert sandbox.writes() == []


@pytest.mark.parametrize("resource", [one.name for one in RESOURCES])
def test_a_profile_of_unknown_shape(sandbox: Sandbox, resource):
    name = "example.com" if resource == "domain" else MAIL
    tasks = tasks_of(resource) * len(PROFILES)
    for data in PROFILES:
        body = {"body": {"_success": True, "_data": data}}
        sandbox.fault(body, method="GET", path=f"/api/{resource}/{name}", times=len(tasks_of(resource)))
    sandbox.clear_log()
    complain(sandbox, run_tasks(sandbox, tasks), len(tasks))


@pytest.mark.parametrize(("resource", "path"), [(one.name, one.plural) for one in IN_DOMAIN])
def test_a_list_of_unknown_shape(sandbox: Sandbox, resource, path):
    tasks = [task(f"iredmail_{resource}_info", domain="example.com")] * len(LISTS)
    for data in LISTS:
        sandbox.fault({"body": {"_success": True, "_data": data}}, method="GET", path=f"/api/{path}/example.com")
    sandbox.clear_log()
    complain(sandbox, run_tasks(sandbox, tasks), len(tasks))


@pytest.mark.parametrize("door", ["in_process", "module"])
def test_a_field_of_unknown_shape_concerns_only_who_declares_it(sandbox: Sandbox, backend, door):
    """A profile is readable, and the quota in it is not."""
    sandbox.api("POST", f"/api/user/{MAIL}", name="Ada", password="Correct-Horse-7-Battery", quota="10")
    data = sandbox.api("GET", f"/api/user/{MAIL}")["_data"]
    data["quota" if backend == "sql" else "mailQuota"] = {"soft": 1}
    sandbox.fault({"body": {"_success": True, "_data": data}}, method="GET", path=f"/api/user/{MAIL}", times=None)
    sandbox.clear_log()
    declared, left_alone = run_tasks(
        sandbox,
        [task("iredmail_user", mail=MAIL, quota=20), task("iredmail_user", mail=MAIL, name="Ada")],
        door,
    ).results
    assert declared["failed"]
    assert "quota is shown by the panel in a form this collection does not know" in declared["msg"]
    assert not left_alone.get("failed"), left_alone["msg"]
    assert not left_alone["changed"]
    assert sandbox.writes() == []
