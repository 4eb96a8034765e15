# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hashes: what the panel takes, what it verifies, and what nobody can log in with (panel/users.md#password-hash)."""

from __future__ import annotations

import base64
import hashlib

import pytest

from tests.sandbox.handle import Sandbox
from tests.sandbox.passwords import SCHEMES
from tests.support.common import PASSWORD
from tests.support.sandbox.accounts import ADA, BOB, OK, populated
from tests.support.sandbox.web import Web

USER, SALT = f"/api/user/{ADA}", b"saltsalt"
_SHA, _SHA512 = hashlib.sha1, hashlib.sha512


def encoded(digest: bytes) -> str:
    """Bytes as they stand in a hash."""
    return base64.b64encode(digest).decode()


def stored_as(scheme: str, digest: str) -> str:
    """A hash with its scheme in braces."""
    return "{" + scheme + "}" + digest


#: a hash of PASSWORD in every scheme that the sandbox computes
VERIFIED = {
    "PLAIN": PASSWORD,
    "PLAIN-MD5": hashlib.md5(PASSWORD.encode()).hexdigest(),
    "SHA": encoded(_SHA(PASSWORD.encode()).digest()),
    "SSHA": encoded(_SHA(PASSWORD.encode() + SALT).digest() + SALT),
    "SHA512": encoded(_SHA512(PASSWORD.encode()).digest()),
    "SSHA512": encoded(_SHA512(PASSWORD.encode() + SALT).digest() + SALT),
}
#: what Dovecot knows, and the panel's check does not
NEWER = ("ARGON2I", "ARGON2ID", "BLF-CRYPT", "PBKDF2", "SCRAM-SHA-256", "SHA256", "SSHA256", "SHA256-CRYPT")


def msg(web: Web, path: str, method: str = "POST", **params: str) -> str | None:
    """The code of a refusal; None where there was none."""
    answer = web.ask(method, path, data=params).json()
    return None if answer["_success"] else str(answer["_msg"])


def verified(web: Web, password: str) -> str | None:
    """What is said about a password of the user."""
    return msg(web, f"/api/verify_password/user/{ADA}", password=password)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_of_the_check(web: Web, sandbox: Sandbox, scheme: str) -> None:
    stored = stored_as(scheme, VERIFIED.get(scheme, "$6$salt$digest"))
    assert msg(web, USER, password_hash=stored) is None
    assert verified(web, "Wrong-1!") == "INVALID_CREDENTIALS"
    assert verified(web, PASSWORD) == (None if scheme in VERIFIED else "INVALID_CREDENTIALS")
    dead = scheme == "BCRYPT"
    assert [one["lost"] for one in sandbox.losses()] == [[{"kind": "user", "name": ADA}]] * dead
    assert ["Dovecot does not know {BCRYPT}" in text for text in sandbox.violations()] == [True] * dead


def test_an_admin_among_users_logs_in_with_a_hash(web: Web, sandbox: Sandbox) -> None:
    for scheme, digest in VERIFIED.items():
        sandbox.api("POST", USER, password=PASSWORD)
        sandbox.api("PUT", USER, password_hash=stored_as(scheme.lower(), digest), isGlobalAdmin="yes")
        assert web.login(username=ADA, password=PASSWORD).json() == {"_success": True}, scheme


@pytest.mark.parametrize("scheme", NEWER)
def test_newer_schemes_do_not_pass_the_check(web: Web, sandbox: Sandbox, scheme: str) -> None:
    for text in (stored_as(scheme, "$argon2id$v=19$x"), stored_as(scheme, "")):
        assert msg(web, USER, password_hash=text) == "INVALID_PASSWORD_SCHEME"
    assert sandbox.state()["mailbox"] == []
    assert msg(web, USER, password=PASSWORD) is None
    assert msg(web, USER, "PUT", password_hash=stored_as(scheme, "$v=19$x")) == "INVALID_PASSWORD_SCHEME"
    assert verified(web, PASSWORD) is None, "the old one stands"


@pytest.mark.parametrize("text", ["{SSHA}no base64!", "{SHA512}####", "{SSHA512}c2hvcnQ=", "{SHA}", "SSHA", "{MD5 }x"])
def test_nonsense_is_refused_or_never_right(web: Web, sandbox: Sandbox, text: str) -> None:
    refused = msg(web, USER, password_hash=text)
    if refused is None:
        assert verified(web, PASSWORD) == "INVALID_CREDENTIALS"
    else:
        assert refused == "INVALID_PASSWORD_SCHEME"
    assert sandbox.violations() == []


@pytest.mark.parametrize("backend", ["sql", "ldap"])
def test_whose_password_is_verified(backend: str) -> None:
    """panel/login.md#verifying-a-password: in the open-source edition that of no ordinary user."""

    def answers(mail: str, kind: str = "user") -> list[bool]:
        path = f"/api/verify_password/{kind}/{mail}"
        return [panel.api("POST", path, password=text)["_success"] for text in (PASSWORD, "Wrong-1!")]

    with populated(backend) as panel:
        panel.api("POST", "/api/admin/a@x.example", password=PASSWORD)
        panel.api("PUT", f"/api/user/{BOB}", isGlobalAdmin="yes")
        panel.api("PUT", "/api/domain/admins/example.org", addAdmin=ADA)
        assert [answers(ADA), answers(BOB), answers("a@x.example", "admin")] == [[True, False]] * 3
        panel.shape(verify_password="global_admins")
        assert [answers(ADA), answers(BOB)] == [[False, False], [True, False]]
        assert answers("a@x.example", "admin") == [True, False], "standalone admins are no users"
        refused = panel.api("POST", f"/api/verify_password/user/{ADA}", password=PASSWORD)
        assert refused == {"_success": False, "_msg": "INVALID_CREDENTIALS"}, "as for a wrong one"
        assert panel.api("PUT", f"/api/user/{ADA}", isGlobalAdmin="yes") == OK
        assert answers(ADA) == [True, False]
