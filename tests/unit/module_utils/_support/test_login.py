# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging in once, for the tasks that follow."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError, LoginRefused
from ansible_collections.mailstate.iredmail.plugins.module_utils._support.login import LOGIN
from tests.support.scripted import Answers

ACCOUNT = {"api_username": "root@example.com", "api_password": "secret-1"}


def test_a_new_session_is_made_even_if_there_is_one():
    task, client = LOGIN.start(ACCOUNT), Answers()
    task.run(client, check_mode=True)
    assert client.done == ["forget", "login"]
    assert task.result() == {"changed": False, "session": client.session}


def test_a_refused_login_has_no_session():
    task = LOGIN.start(ACCOUNT)
    with pytest.raises(LoginRefused):
        task.run(Answers(login=LoginRefused("no")), check_mode=False)
    assert task.result() == {"changed": False, "session": None}


@pytest.mark.parametrize("missing", sorted(ACCOUNT))
def test_a_session_alone_is_not_enough(missing):
    with pytest.raises(InputError, match="needs api_username and api_password"):
        LOGIN.start({**ACCOUNT, missing: None, "api_session": "iRedAdmin-Pro-LDAP=x"})
