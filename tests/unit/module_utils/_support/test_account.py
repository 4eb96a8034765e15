# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a password is an account's: yes, no, or an error; nothing else counts as no."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import BadAnswer, InputError, Rejected
from ansible_collections.mailstate.iredmail.plugins.module_utils._support.account import VERIFY_PASSWORD
from tests.support.scripted import Answers

ASKED = {"account": "Ada@Example.com", "kind": "user", "password": "secret-1"}
PATH = "/api/verify_password/user/ada@example.com"


def run(answer=None):
    task, client = VERIFY_PASSWORD.start(ASKED), Answers()
    if answer is not None:
        client.answers[PATH] = answer
    task.run(client, check_mode=True)
    assert client.asked == [(PATH, {"password": "secret-1"})]
    return task.result()


def test_yes_and_no():
    assert run() == {"changed": False, "valid": True}
    assert run(Rejected("no", "INVALID_CREDENTIALS")) == {"changed": False, "valid": False}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Rejected("no", "NO_SUCH_ACCOUNT"), Rejected),
        (Rejected("no", "PERMISSION_DENIED"), InputError),
        (BadAnswer("odd"), BadAnswer),
    ],
)
def test_anything_else_is_an_error(answer, error):
    with pytest.raises(error):
        run(answer)


def test_a_normal_admin_is_told_in_the_panels_own_word():
    with pytest.raises(InputError, match=r"PERMISSION_DENIED.*only a global admin may verify passwords"):
        run(Rejected("no", "PERMISSION_DENIED"))


def test_what_is_no_account_is_not_asked_for():
    with pytest.raises(InputError, match="account"):
        VERIFY_PASSWORD.start({**ASKED, "account": "ada"})
