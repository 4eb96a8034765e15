# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One account as LDIF: its text without secrets, and no failure taken for "there is none"."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    BadAnswer,
    NoSuchEndpoint,
    Rejected,
    ServerFault,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._support.ldif import LDIF
from tests.support.scripted import Answers

PATH = "/api/ldif/user/ada@example.com"


def run(answer):
    task = LDIF.start({"kind": "user", "name": "Ada@example.com"})
    task.run(Answers(**{PATH: answer}), check_mode=False)
    result = task.result()
    assert result.pop("changed") is False
    return result["ldif"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("dn: x\nuserPassword:: c2VjcmV0\nmail: a", "dn: x\nuserPassword:: ********\nmail: a"),
        ("userPassword: secret-1\n secret-2\n secret-3\nmail: a", "userPassword: ********\nmail: a"),
        ("USERPASSWORD;x:< file:///secret\nmail: a", "USERPASSWORD;x:< ********\nmail: a"),
        ("sambaNTPassword: secret", "sambaNTPassword: ********"),
        ("description: password: none", "description: password: none"),
        ("userPass\n word: secret\n -2\nmail: a\n b", "userPassword: ********\nmail: a\n b"),
        ("userPassword: secret\r\n -2\r\nmail: a\r\n b\r\n", "userPassword: ********\r\nmail: a\r\n b\r\n"),
        ("krbPrincipalKey:: c2VjcmV0", "krbPrincipalKey:: ********"),
        ("krbPrincipalName: ada@A", "krbPrincipalName: ada@A"),
        (
            "oathSecret: x\nipatokenOTPkey: y\ntotpSeed;binary: z",
            "oathSecret: ********\nipatokenOTPkey: ********\ntotpSeed;binary: ********",
        ),
        (
            "sambaPwdHistory: x\npwdHistory: x\nunicodePwd:: x",
            "sambaPwdHistory: ********\npwdHistory: ********\nunicodePwd:: ********",
        ),
        (
            "pwdChangedTime: 2\nkrbPasswordExpiration: 2\nsambaPwdLastSet: 2",
            "pwdChangedTime: 2\nkrbPasswordExpiration: 2\nsambaPwdLastSet: 2",
        ),
        ("2.5.4.35: x", "2.5.4.35: ********"),
        ("# userPassword: x\n# all of it", "# userPassword: ********\n# all of it"),
        (
            "accountSetting: totp_secret:x\naccountSetting: timezone:UTC",
            "accountSetting: ********\naccountSetting: timezone:UTC",
        ),
        (
            "accountSetting:: dG90cF9zZWNyZXQ6eA==\naccountSetting:: dGltZXpvbmU6VVRD\naccountSetting:: *",
            "accountSetting:: ********\naccountSetting:: dGltZXpvbmU6VVRD\naccountSetting:: *",
        ),
        ("accountSetting: minimum_password_length:8", "accountSetting: minimum_password_length:8"),
        (" begins with a blank\nmail: a", " begins with a blank\nmail: a"),
    ],
)
def test_lines_with_passwords_are_blanked_to_their_end(text, shown):
    assert run(text) == shown


@pytest.mark.parametrize("code", ["NO_SUCH_ACCOUNT", "INVALID_DOMAIN_NAME"])
def test_what_is_not_there_has_no_text(code):
    assert run(Rejected("no", code)) == ""


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Rejected("no", "PERMISSION_DENIED"), Rejected),
        (ServerFault("x", 500), ServerFault),
        ({"dn": "x"}, BadAnswer),
        (None, BadAnswer),
    ],
)
def test_failures_are_failures(answer, error):
    with pytest.raises(error):
        run(answer)


def test_sql_panels_have_none():
    with pytest.raises(NoSuchEndpoint, match="LDIF comes from LDAP panels only"):
        run(NoSuchEndpoint("404"))
