# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tasks of a process share a client."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller import in_process
from tests.support.scripted import BASE

GIVEN = {
    "api_url": BASE,
    "api_username": "root@example.com",
    "api_password": "secret-1",
    "api_timeout": 60,
    "api_retries": 3,
    "validate_certs": True,
}


@pytest.fixture(autouse=True)
def clients(monkeypatch):
    monkeypatch.setattr(in_process, "_CLIENTS", {})


def test_equal_connections_share_a_client():
    assert in_process.shared_client(GIVEN) is in_process.shared_client(dict(GIVEN, mail="ada@example.com"))
    assert in_process.shared_client(GIVEN) is not in_process.shared_client(dict(GIVEN, api_timeout=5))


def test_a_client_that_is_locked_is_another_one_for_each_switch(monkeypatch):
    free, locked = in_process.shared_client(GIVEN), dict(GIVEN, api_read_only=True)
    by_option = in_process.shared_client(locked)
    monkeypatch.setenv("IREDMAIL_READ_ONLY", "true")
    by_environment = in_process.shared_client(locked)
    found = [client.locked_by for client in (free, by_option, by_environment)]
    assert found == [None, "api_read_only", "IREDMAIL_READ_ONLY in the environment"]
