# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sandboxes for tests: a fresh one of each backend, with the domain example.com in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.common import COM
from tests.support.scene import furnish


@pytest.fixture(params=["sql", "ldap"])
def backend(request: pytest.FixtureRequest) -> str:
    """Each of the backends."""
    return str(request.param)


@pytest.fixture
def sandbox(backend: str) -> Iterator[Any]:
    """A running sandbox; at its end no request may have violated the API document."""
    with Sandbox(backend=backend) as running:
        running.api("POST", "/api/domain/example.com", name="Example")
        yield running
        assert running.violations() == []


@pytest.fixture
def small(backend: str) -> Iterator[Sandbox]:
    """A panel with one domain and three users."""
    with Sandbox(backend=backend) as sandbox:
        sandbox.seed([COM], 3)
        sandbox.clear_log()
        yield sandbox


@pytest.fixture
def living(backend: str) -> Iterator[Sandbox]:
    """A panel that has been in use for years."""
    with Sandbox(backend=backend) as sandbox:
        furnish(sandbox)
        sandbox.clear_log()
        yield sandbox
        assert sandbox.violations() == []
