# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who manages a domain."""

from __future__ import annotations

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.people import ADA, BOB, DOMAIN, PARTNER, PRESETS, other_panel, params, populate, thrice
from tests.support.playbook import DOORS, run_tasks, task


@pytest.fixture(autouse=True)
def people(request):
    """Two users and a standalone admin, where the test starts from the usual sandbox."""
    if "sandbox" in request.fixturenames:
        populate(request.getfixturevalue("sandbox"))


def admins(**options):
    return task("iredmail_domain_admins", **{"domain": DOMAIN, **options})


def managers(sandbox):
    return sorted(row["username"] for row in sandbox.state()["domain_admins"] if row["domain"] == DOMAIN)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("backend", ["ldap"])
def test_exact_admins_where_they_are_shown(sandbox: Sandbox, door):
    done = thrice(
        sandbox,
        [
            admins(admins=[ADA, PARTNER]),
            admins(add_admins=[BOB, PARTNER], remove_admins=[ADA]),
            admins(admins=[BOB.upper(), ADA]),
            admins(admins=[]),
            admins(addAdmin=[BOB]),
            admins(state="absent"),
            admins(add_admins=[], remove_admins=[ADA]),
        ],
        door,
    )
    assert [params(result) for result in done] == [
        [{"addAdmin": f"{ADA},{PARTNER}"}],
        [{"addAdmin": BOB, "removeAdmin": ADA}],
        [{"addAdmin": ADA, "removeAdmin": PARTNER}],
        [{"removeAdmin": f"{ADA},{BOB}"}],
        [{"addAdmin": BOB}],
        [{"removeAllAdmins": ""}],
        [],
    ]
    assert [result["domain_admins"]["admins"] for result in done] == [
        [ADA, PARTNER],
        [PARTNER, BOB],
        [ADA, BOB],
        [],
        [BOB],
        [],
        [],
    ]
    assert done[1]["diff"]["before"] == {"admins": [ADA, PARTNER]}
    assert done[1]["diff"]["after"] == {"admins": [PARTNER, BOB]}
    assert managers(sandbox) == []


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("backend", ["sql"])
def test_deltas_where_accounts_have_to_be_asked(sandbox: Sandbox, door):
    done = thrice(
        sandbox,
        [
            admins(add_admins=[ADA, PARTNER]),
            admins(add_admins=[BOB, PARTNER], remove_admins=[ADA]),
            admins(remove_admins=[BOB, "nobody@example.com"]),
            admins(state="absent"),
        ],
        door,
        always=(3,),
    )
    assert [params(result) for result in done] == [
        [{"addAdmin": f"{ADA},{PARTNER}"}],
        [{"addAdmin": BOB, "removeAdmin": ADA}],
        [{"removeAdmin": BOB}],
        [{"removeAllAdmins": ""}],
    ]
    assert [result["unverified"] for result in done] == [[], [], [], ["admins"]]
    assert done[0]["domain_admins"] == {"domain": DOMAIN, "admins": [ADA, PARTNER]}
    assert done[3]["diff"]["before"] == {"admins": "<unknown>"}
    assert "does not show" in done[3]["warnings"][0]
    assert managers(sandbox) == []


@pytest.mark.parametrize("backend", ["sql"])
def test_an_exact_list_is_refused_where_it_cannot_be_compared(sandbox: Sandbox):
    sandbox.api("PUT", f"/api/domain/admins/{DOMAIN}", addAdmin=ADA)
    run = run_tasks(
        sandbox, [admins(admins=[BOB]), admins(admins=[]), task("iredmail_domain_admins_info", domain=DOMAIN)]
    )
    for result in run.results:
        assert result["failed"]
        assert "does not show who manages a domain" in result["msg"]
    assert "add_admins and remove_admins" in run.results[0]["msg"]
    assert sandbox.writes() == []
    assert managers(sandbox) == [ADA]


@pytest.mark.parametrize("preset", PRESETS)
def test_admins_on_panels_that_answer_in_other_shapes(backend, preset):
    with other_panel(backend, preset) as sandbox:
        steps = [admins(add_admins=[ADA, PARTNER]), admins(add_admins=[BOB], remove_admins=[PARTNER])]
        if backend == "ldap":
            steps += [admins(admins=[PARTNER])]
        thrice(sandbox, steps)
        assert managers(sandbox) == ([PARTNER] if backend == "ldap" else [ADA, BOB])


def test_accounts_that_do_not_exist(sandbox: Sandbox, backend):
    strict, warn = run_tasks(
        sandbox, [admins(add_admins=["nobody@example.com"], verify=verify) for verify in ("strict", "warn")]
    ).results
    assert strict["failed"]
    if backend == "sql":  # found out by asking them
        for result in (strict, warn):
            assert "no account nobody@example.com" in result["msg"]
        assert sandbox.writes() == []
    else:  # found out afterwards; check mode asks
        assert "did not carry it out for nobody@example.com" in strict["msg"]
        assert any("did not carry it out" in text for text in warn["warnings"])
        assert (warn["unverified"], warn["domain_admins"]["admins"]) == (["admins"], [])


def test_check_mode_before_anything_is_there(sandbox: Sandbox):
    """Earlier tasks of a play may be going to make them: that is told, and is no failure."""
    tasks = [admins(add_admins=["new@example.com"]), admins(domain="new.example", add_admins=[ADA])]
    tasks += [task("iredmail_domain_users", domain="new.example", enabled=True)]
    account, domain, everybody = run_tasks(sandbox, [dict(one, check_mode=True) for one in tasks]).results
    for result, sentence in (
        (account, "there is no account new@example.com"),
        (domain, "there is no domain new.example"),
        (everybody, "there is no domain new.example"),
    ):
        assert not result.get("failed"), result["msg"]
        assert any(sentence in text and "Unless it is made before" in text for text in result["warnings"])
    assert (account["changed"], domain["changed"], everybody["changed"]) == (True, True, False)
    assert sandbox.writes() == []


def test_a_global_admin_manages_every_domain_anyway(sandbox: Sandbox, backend):
    sandbox.api("PUT", f"/api/user/{ADA}", isGlobalAdmin="yes")
    added, removed = run_tasks(sandbox, [admins(add_admins=[ADA, BOB]), admins(remove_admins=[ADA])]).results
    assert params(added) == [{"addAdmin": BOB if backend == "sql" else f"{ADA},{BOB}"}]
    assert params(removed) == ([] if backend == "sql" else [{"removeAdmin": ADA}])
    for result in (added, removed):
        assert any("is a global admin" in text for text in result.get("warnings", [])) is (backend == "sql")
    assert managers(sandbox) == [BOB]


def test_what_cannot_be_meant_for_admins(sandbox: Sandbox):
    run = run_tasks(
        sandbox,
        [
            admins(),
            admins(state="absent", remove_admins=[ADA]),
            admins(admins=[ADA], add_admins=[BOB]),
            admins(add_admins=[ADA], remove_admins=[ADA]),
            admins(add_admins=["ada"]),
            admins(domain="nowhere.example", add_admins=[ADA]),
            admins(domain="nowhere.example", state="absent"),
        ],
    )
    assert [result.get("failed", False) for result in run.results] == [True] * 6 + [False]
    sentences = [
        "one of admins, add_admins",
        "state: present",
        "mutually exclusive",
        "both",
        "not an e-mail",
        "no domain nowhere.example",
    ]
    for sentence, result in zip(sentences, run.results, strict=False):
        assert sentence in result["msg"]
    assert not run.results[6]["changed"]
    assert sandbox.writes() == []


def test_a_failed_read_says_nothing_about_admins(sandbox: Sandbox, backend):
    path = f"/api/domain/{DOMAIN}" if backend == "ldap" else f"/api/user/{ADA}"
    sandbox.fault({"fail": "PERMISSION_DENIED"}, "GET", path, times=None)
    sandbox.fault({"status": 500}, "GET", f"/api/domain/{DOMAIN}", times=None)
    for result in run_tasks(sandbox, [admins(add_admins=[ADA]), admins(state="absent")]).results:
        assert result["failed"]
        assert not result["changed"]
    assert sandbox.writes() == []


def test_admins_whose_fate_is_unknown_or_who_are_ignored(sandbox: Sandbox):
    sandbox.fault({"drop": "after"}, "PUT", f"/api/domain/admins/{DOMAIN}")
    sandbox.fault({"ignore": ["removeAdmin"]}, "PUT", f"/api/domain/admins/{DOMAIN}")
    lost, ignored = run_tasks(sandbox, [admins(add_admins=[ADA]), admins(remove_admins=[ADA])]).results
    assert not lost.get("failed"), lost
    assert lost["changed"]
    assert ignored["failed"]
    assert f"did not carry it out for {ADA}" in ignored["msg"]
    assert len(sandbox.writes()) == 2, "a write that was carried out was sent again"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("backend", ["ldap"])
def test_reading_admins(sandbox: Sandbox, door):
    info = task("iredmail_domain_admins_info", domain=DOMAIN.upper())
    nowhere = task("iredmail_domain_admins_info", domain="nowhere.example")
    run = run_tasks(sandbox, [info, admins(admins=[ADA, PARTNER]), info, nowhere], door)
    assert not any(result.get("failed") for result in run.results)
    none, _written, two, unknown = run.results
    assert (none["domain_admins"], none["changed"], unknown["domain_admins"]) == ([], False, [])
    assert two["domain_admins"] == [{"domain": DOMAIN, "admins": [ADA, PARTNER]}]


def test_accounts_tell_what_they_manage(sandbox: Sandbox):
    run = run_tasks(
        sandbox,
        [
            admins(add_admins=[ADA, PARTNER]),
            task("iredmail_user_info", mail=ADA),
            task("iredmail_admin_info", mail=PARTNER),
            task("iredmail_admin_info", mail="nobody@partner.example"),
        ],
    )
    _written, user, admin, nobody = run.results
    assert [one["managed_domains"] for one in user["users"] + admin["admins"]] == [[DOMAIN], [DOMAIN]]
    assert "password" not in admin["admins"][0]
    assert nobody["admins"] == []
