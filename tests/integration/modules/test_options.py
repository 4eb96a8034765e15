# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option: create, update, clear and omit; predicted, applied, and quiet the second time; at the server too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tests.sandbox.handle import Sandbox
from tests.sandbox.shapes import PRESETS
from tests.support.cases import BOTH, CASES, STAGES, identity
from tests.support.common import PASSWORD
from tests.support.playbook import DOORS, IN_PROCESS, MODULE, run_in_turn, run_tasks, task

pytestmark = pytest.mark.both_backends


def cases_of(resource, backend, stage, hidden_options=frozenset()):
    """The options that have this stage, each with the value it must show afterwards."""
    for case in CASES[resource]:
        stages = {one.name: one for one in case.stages()}
        if backend in case.backends and case.option not in hidden_options and stage in stages:
            yield case, stages[stage].shown


def options_of(resource, case, stage):
    options = identity(resource, case)
    if resource in ("user", "admin"):
        options |= {"password": PASSWORD, "update_password": "on_create"}
    return options | next(one.options for one in case.stages() if one.name == stage)


def tasks_of(resource, backend, stage, hidden_options=frozenset()):
    """One task, and one object, for every option that has this stage; and the value it must show afterwards."""
    expected = list(cases_of(resource, backend, stage, hidden_options))
    return [
        task("iredmail_" + resource, case.option, **options_of(resource, case, stage)) for case, _value in expected
    ], expected


def hidden(operations):
    """What the server logged, with the passwords blanked as results blank them."""
    return [
        {
            "method": one["method"],
            "path": one["path"],
            "params": {name: "********" if name == "password" else text for name, text in one["params"].items()},
        }
        for one in operations
    ]


def as_shown(value, case):
    if not isinstance(value, list):
        return value
    return sorted(item for item in value if not case.among or item in case.among)


# what the preset "hiding" does not show
HIDDEN = {
    ("user", "sql"): {"sender_bcc", "recipient_bcc", "aliases"},
    ("user", "ldap"): {"sender_bcc", "recipient_bcc", "aliases", "mailbox_format", "mailbox_folder"},
    ("domain", "sql"): {"sender_bcc", "recipient_bcc", "outbound_relay", "alias_domains"},
    ("domain", "ldap"): {"sender_bcc", "recipient_bcc", "outbound_relay", "alias_domains"},
    ("maillist", "ldap"): {"members"},
    ("ml", "sql"): {"enabled", "access_policy", "is_newsletter", "newsletter_description"},
    ("ml", "ldap"): {"enabled", "access_policy"},
}
# shown there without the account's own address: test_lifecycle.py; not shown, so they cannot be cleared: test_mls.py
HALF_HIDDEN = {"forwarding", "forwarding_keep_copy", "subscribers"}
# every preset but the usual one, and but for another product
ALIKE = [name for name in PRESETS if name not in ("default", "ee")]
# a resource with no option on a backend does not exist there
LIVING = [
    (resource, backend)
    for resource, cases in CASES.items()
    for backend in BOTH
    if any(backend in case.backends for case in cases)
]


def left_to_matrix(pairs: Iterable[tuple[str, str]], left: Callable[[tuple[str, str]], bool]) -> list[Any]:
    """All of them; those that are left to the matrix are marked."""
    return [pytest.param(*pair, marks=pytest.mark.matrix) if left(pair) else pair for pair in pairs]


def usual(pairs: Iterable[tuple[str, str]]) -> list[Any]:
    """`make test` has of LDAP those that differ most, and what SQL does not have."""
    return left_to_matrix(pairs, lambda pair: pair[1] == "ldap" and pair[0] in ("admin", "alias", "domain", "ml"))


def one_of(pairs: Iterable[tuple[str, str]]) -> list[Any]:
    """`make test` has the first that the matrix shows to be like the others: users on SQL."""
    return left_to_matrix(pairs, lambda pair: pair != ("user", "sql"))


@pytest.mark.parametrize(("resource", "backend"), usual(LIVING))
def test_every_option_through_its_life(sandbox: Sandbox, backend, resource):
    live(sandbox, backend, resource)


@pytest.mark.matrix
@pytest.mark.parametrize(("resource", "backend"), LIVING)
def test_all_options_together_in_runs_of_their_own(sandbox: Sandbox, backend, resource):
    door = MODULE if backend == "sql" or resource == "maillist" else IN_PROCESS
    for stage in STAGES:
        chosen = [one for one in cases_of(resource, backend, stage) if not one[0].alone]
        if not chosen:
            continue  # not everything has lists to add to
        options = dict(identity(resource, CASES[resource][0]))
        for case, _value in chosen:
            options |= options_of(resource, case, stage) | identity(resource, CASES[resource][0])
        tasks = [task("iredmail_" + resource, stage, **options)]
        sandbox.clear_log()
        sandbox.readonly(True)
        check = run_tasks(sandbox, tasks, door, check=True, args=("--diff",)).only
        assert sandbox.writes() == [], "check mode wrote"
        sandbox.readonly(False)
        real = run_tasks(sandbox, tasks, door).only
        written = sandbox.writes()
        sandbox.clear_log()
        again = run_tasks(sandbox, tasks, door).only
        assert sandbox.writes() == [], "the second run wrote"
        for case, value in chosen:
            compare(f"{stage} {case.option}", resource, case, value, check, real, again)
        assert real["changed"] is (stage != "omit")
        assert hidden(written) == real["operations"], "what was told is not what was sent"


# old panels may say of accounts that are not there what any says of a bad address, so none is created there
UNCLEAR = {("gpl-codes", "user", "sql"), ("gpl-codes", "admin", "sql")}


@pytest.mark.other_presets
@pytest.mark.parametrize(
    "preset", [name if name == "hiding" else pytest.param(name, marks=pytest.mark.matrix) for name in ALIKE]
)
@pytest.mark.parametrize(("resource", "backend"), one_of(LIVING))
def test_the_same_on_panels_that_answer_in_other_shapes(backend, resource, preset):
    if (preset, resource, backend) in UNCLEAR:
        pytest.skip("test_what_may_be_a_bad_address_is_not_taken_for_a_missing_account")
    with Sandbox(backend=backend, preset=preset) as sandbox:
        sandbox.api("POST", "/api/domain/example.com", name="Example")
        hidden = HIDDEN.get((resource, backend), set()) | HALF_HIDDEN
        live(sandbox, backend, resource, hidden if preset == "hiding" else frozenset())
        assert sandbox.violations() == []


@pytest.mark.parametrize("backend", ["sql"])
def test_what_may_be_a_bad_address_is_not_taken_for_a_missing_account(sandbox: Sandbox, backend):
    """Nothing is concluded, created or deleted; what is there can be managed (panel/codes.md#not-found)."""
    sandbox.api("POST", "/api/user/old@example.com", password=PASSWORD, name="Old")
    sandbox.api("POST", "/api/admin/old@admins.example", password=PASSWORD, name="Old")
    sandbox.shape(**PRESETS["gpl-codes"])
    unclear, known = [], []
    for module, domain in (("iredmail_user", "example.com"), ("iredmail_admin", "admins.example")):
        new, old = {"mail": f"new@{domain}"}, {"mail": f"old@{domain}"}
        unclear += [task(module, **new, name="New", password=PASSWORD), task(module, **new, state="absent")]
        unclear.append(task(module + "_info", **new))
        known += [task(module, **old, name="Newer"), task(module, **old, state="absent")]
    unclear.append(task("iredmail_state", declared={"users": [{"mail": "new@example.com", "password": PASSWORD}]}))
    sandbox.clear_log()
    results = run_tasks(sandbox, unclear + known).results
    for result in results[: len(unclear)]:
        assert (result["failed"], result["changed"], result.get("operations", [])) == (True, False, [])
        assert "INVALID_MAIL. Old panels say so of an account that is not there" in result["msg"]
    # that it is gone cannot be proved either
    assert [one.get("failed", False) for one in results[len(unclear) :]] == [False, True, False, True]
    assert [f"{one['method']} {one['path']}" for one in sandbox.writes()] == [
        f"{method} /api/{mail}"
        for mail in ("user/old@example.com", "admin/old@admins.example")
        for method in ("PUT", "DELETE")
    ]


# an LDAP entry without one of these may just as well have none
LOOKS_EMPTY = {"sender_bcc", "recipient_bcc", "aliases", "outbound_relay", "alias_domains"}


@pytest.mark.parametrize(("resource", "backend"), one_of(one for one in HIDDEN if one != ("domain", "ldap")))
def test_what_is_hidden_is_sent_every_time(backend, resource):
    tried = HIDDEN[resource, backend] - (LOOKS_EMPTY if backend == "ldap" else set())
    others = {case.option for case in CASES[resource]} - tried
    with Sandbox(backend=backend, preset="hiding") as sandbox:
        sandbox.api("POST", "/api/domain/example.com", name="Example")
        for stage in ("create", "update", "clear"):
            tasks, expected = tasks_of(resource, backend, stage, others)
            check = run_tasks(sandbox, tasks, check=True)
            once, twice = run_tasks(sandbox, tasks), run_tasks(sandbox, tasks)
            for (case, _value), predicted, applied, again in zip(
                expected, check.results, once.results, twice.results, strict=True
            ):
                where = f"{stage} {case.option}: {applied.get('msg')}"
                # that something is hidden shows only once the object is there
                known = slice(1) if stage == "create" else slice(None)
                assert predicted["operations"][known] == applied["operations"][known] != [], where
                assert [one["method"] for one in again["operations"]] == ["PUT"], where
                assert set(applied["unverified"]) - {"password"} == {case.option} == set(again["unverified"]), where
                assert applied[resource][case.option] is again[resource][case.option] is None, where
                assert any(case.option in text for text in again["warnings"]), where
        assert sandbox.violations() == []


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("check", [False, True])
def test_a_sql_panel_has_no_unsubscribable_lists(door, check):
    with Sandbox(backend="sql") as sandbox:
        sandbox.api("POST", "/api/domain/example.com", name="Example")
        tasks = [
            task("iredmail_maillist", mail="all@example.com", name="All"),
            task("iredmail_maillist", mail="all@example.com", state="absent"),
            task("iredmail_maillist_info", mail="all@example.com"),
        ]
        for result in run_tasks(sandbox, tasks, door, check=check).results:
            assert result["failed"]
            assert "LDAP panels only" in result["msg"]
            assert (result["changed"], result.get("operations", [])) == (False, [])
        assert sandbox.writes() == []


def live(sandbox, backend, resource, hidden_options=frozenset()):
    """Every option on an object of its own: predicted, applied, and quiet the second time, in one run."""
    tasks, expected = [], []
    for stage in STAGES:
        for one, (case, value) in zip(*tasks_of(resource, backend, stage, hidden_options), strict=True):
            tasks.append(one)
            expected.append((stage, case, value))
    sandbox.clear_log()
    told = []
    results = run_in_turn(sandbox, tasks, args=("--diff",))
    for (stage, case, value), (check, real, again) in zip(expected, results, strict=True):
        compare(f"{stage} {case.option}", resource, case, value, check, real, again)
        assert real["changed"] is (stage != "omit"), (stage, case.option)
        told += real["operations"]
    assert hidden(sandbox.writes()) == told, "what was told is not what was sent"


def compare(where, resource, case, value, check, real, again):
    for result in (check, real, again):
        assert not result.get("failed"), (where, result.get("msg"))
    assert check["operations"] == real["operations"], where
    assert check["diff"] == real["diff"], where
    assert check["changed"] == real["changed"] == bool(real["operations"]), where
    assert not again["changed"], (where, again["operations"])
    if value is not None:
        assert as_shown(real[resource][case.option], case) == as_shown(value, case), where
        assert as_shown(again[resource][case.option], case) == as_shown(value, case), where
