# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that only ask: whether a password is right, and what an account looks like as LDIF."""

from __future__ import annotations

import base64
import json

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.playbook import DOORS, IN_PROCESS, MODULE, run_tasks, task

RIGHT, WRONG = "Right-Canary-4721", "Wrong-Canary-4722"
MAIL, ADMIN, DOMAIN = "ada@example.com", "admin@partner.example", "example.com"
ENV = {"RIGHT": RIGHT, "WRONG": WRONG}


def verify(password, **options):
    # ansible-core itself prints the lines around a task that failed, so no password may stand in the playbook
    secret = f"{{{{ lookup('ansible.builtin.env', '{password}') }}}}"
    return task("iredmail_verify_password", **{"account": MAIL, "password": secret, **options})


def ldif(kind, name):
    return task("iredmail_ldif_info", kind=kind, name=name)


def scene(sandbox):
    sandbox.api("POST", f"/api/user/{MAIL}", password=RIGHT, name="Ada")
    sandbox.api("POST", f"/api/admin/{ADMIN}", password=RIGHT)


# -- passwords


@pytest.mark.parametrize("door", DOORS)
def test_whether_a_password_is_right(sandbox: Sandbox, door):
    scene(sandbox)
    sandbox.api("POST", "/api/user/gone@example.com", password=RIGHT)
    sandbox.api("PUT", "/api/user/gone@example.com", accountStatus="disabled")
    before = sandbox.state()
    sandbox.readonly(True)
    asked = [
        (verify("RIGHT"), True),
        (verify("WRONG"), False),
        (verify("RIGHT", account=MAIL.upper()), True),
        (verify("RIGHT", kind="user", account=ADMIN), False),
        (verify("RIGHT", kind="admin", account=ADMIN), True),
        (verify("WRONG", kind="admin", account=ADMIN), False),
        (verify("RIGHT", account="nobody@example.com"), False),
        (verify("RIGHT", account="gone@example.com"), False),
        (dict(verify("RIGHT"), check_mode=True), True),
        (dict(verify("WRONG"), check_mode=True), False),
    ]
    run = run_tasks(sandbox, [one for one, _valid in asked], door, args=("--diff", "-vvv"), env=ENV)
    assert not any(result.get("failed") for result in run.results), run.output
    assert [result["valid"] for result in run.results] == [valid for _one, valid in asked]
    assert not any(result["changed"] for result in run.results)
    assert [one["path"] for one in sandbox.log()].count(f"/api/verify_password/user/{MAIL}") == 5
    shown = run.output + json.dumps(run.lines)
    assert MAIL in shown
    for secret in (RIGHT, WRONG, sandbox.password):
        assert secret not in shown
    after = sandbox.state()
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}


@pytest.mark.parametrize("door", DOORS)
def test_questions_about_passwords_that_fail(sandbox: Sandbox, door):
    scene(sandbox)
    path = "/api/verify_password/user/"
    sandbox.fault({"fail": "PERMISSION_DENIED"}, "POST", path + "denied@example.com")
    sandbox.fault({"fail": f"error near {RIGHT}"}, "POST", path + "echo@example.com")
    sandbox.fault({"status": 500}, "POST", path + "crash@example.com", times=None)
    sandbox.fault({"body": {"_success": False}}, "POST", path + "mute@example.com")
    names = ("denied", "echo", "crash", "mute")
    tasks = [verify("RIGHT", account=f"{name}@example.com") for name in names]
    tasks += [verify("NOTHING"), verify("RIGHT", account="ada"), verify("RIGHT", kind="alias")]
    run = run_tasks(sandbox, tasks, door, args=("-vvv",), env=ENV)
    sentences = ("global admin", "error near ********", "HTTP 500", "no reason", "is empty", "not an e-mail", "kind")
    for result, sentence in zip(run.results, sentences, strict=True):
        assert result["failed"]
        assert sentence in result["msg"]
        assert result.get("valid") is None
        assert not result["changed"]
    assert RIGHT not in run.output + json.dumps(run.lines)
    assert "Traceback" not in run.output


# -- LDIF


def entries(text):
    """LDIF unfolded, as lists of attribute and value."""
    return [
        [(name, value.lstrip()) for name, _colon, value in (line.partition(":") for line in entry.split("\n"))]
        for entry in text.replace("\n ", "").strip().split("\n\n")
    ]


@pytest.mark.parametrize(("shape", "door"), [("json", IN_PROCESS), ("text", IN_PROCESS), ("json", MODULE)])
@pytest.mark.parametrize("backend", ["ldap"])
def test_accounts_as_ldif(sandbox: Sandbox, door, shape):
    scene(sandbox)
    sandbox.api("PUT", f"/api/domain/{DOMAIN}", catchall="x@other.example", minPasswordLength=8)
    sandbox.api("POST", "/api/alias/team@example.com", members="x@other.example")
    sandbox.api("POST", "/api/maillist/all@example.com", name="Alle für alle", members=f"{MAIL},x@other.example")
    asked = [
        ("domain", DOMAIN),
        ("catchall", DOMAIN),
        ("user", MAIL),
        ("admin", ADMIN),
        ("alias", "team@example.com"),
        ("maillist", "all@example.com"),
    ]
    raw = [sandbox.api("GET", f"/api/ldif/{kind}/{name}")["_data"] for kind, name in asked]
    sandbox.shape(ldif=shape)
    sandbox.readonly(True)
    run = run_tasks(sandbox, [ldif(kind, name.upper()) for kind, name in asked], door, args=("-vvv",))
    shown = run.output + json.dumps(run.lines)
    for (kind, _name), text, result in zip(asked, raw, run.results, strict=True):
        assert not result.get("failed"), result
        assert not result["changed"]
        secrets = [value for entry in entries(text) for name, value in entry if name == "userPassword"]
        assert len(secrets) == (kind in ("user", "admin"))
        masked = [[(n, ": ********" if n == "userPassword" else v) for n, v in entry] for entry in entries(text)]
        assert entries(result["ldif"]) == masked
        for secret in secrets:
            stored = base64.b64decode(secret.removeprefix(":")).decode()
            assert stored.startswith("{SSHA512}")
            folded = [line.strip() for line in text.partition("userPassword::")[2].split("\n")[:2]]
            for piece in (secret, stored, *folded):
                assert len(piece) > 20
                assert piece not in shown
    assert "userPassword:: ********" in run.results[2]["ldif"]
    assert "minPasswordLength:8" in run.results[0]["ldif"]


@pytest.mark.parametrize("missing", ["NO_SUCH_ACCOUNT", "empty"])
@pytest.mark.parametrize("backend", ["ldap"])
def test_ldif_of_what_is_not_there_is_empty(sandbox: Sandbox, missing):
    sandbox.shape(ldif_missing=missing)
    sandbox.fault({"fail": "INVALID_DOMAIN_NAME"}, "GET", "/api/ldif/domain/gone.example")
    sandbox.fault({"fail": "PERMISSION_DENIED"}, "GET", "/api/ldif/user/denied@example.com")
    sandbox.fault({"body": {"_success": True, "_data": {"dn": "x"}}}, "GET", "/api/ldif/user/odd@example.com")
    asked = [("user", MAIL), ("domain", "nowhere.example"), ("catchall", DOMAIN), ("domain", "gone.example")]
    wrong = [("user", "denied@example.com"), ("user", "odd@example.com"), ("user", DOMAIN), ("domain", MAIL)]
    results = run_tasks(sandbox, [ldif(*one) for one in asked + wrong]).results
    assert [(one.get("failed", False), one.get("changed"), one["ldif"]) for one in results[:4]] == [
        (False, False, "")
    ] * 4
    sentences = ("PERMISSION_DENIED", "a dict where LDIF text", "not an e-mail", "domain")
    for result, sentence in zip(results[4:], sentences, strict=True):
        assert result["failed"]
        assert sentence in result["msg"]
        assert not result.get("ldif")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("backend", ["sql"])
def test_sql_panels_have_no_ldif(sandbox: Sandbox, door):
    scene(sandbox)
    for result in run_tasks(sandbox, [ldif("user", MAIL), ldif("domain", DOMAIN)], door).results:
        assert result["failed"]
        assert "LDIF comes from LDAP panels only" in result["msg"]
        assert not result["changed"]
