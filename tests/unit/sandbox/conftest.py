# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox for the tests of a file, fresh for each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.sandbox.web import Web, fresh


@pytest.fixture(scope="module")
def kept() -> Iterator[Sandbox]:
    """An SQL panel for all tests."""
    with Sandbox() as running:
        yield running


@pytest.fixture
def sandbox(kept: Sandbox) -> Sandbox:
    """It, for one test."""
    return fresh(kept)


@pytest.fixture
def web(sandbox: Sandbox) -> Iterator[Web]:
    """A client that is logged in."""
    with Web(sandbox) as client:
        yield client
