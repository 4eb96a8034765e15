# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWX as the tests of this folder have it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.support.awx.collection import Unavailable, awx_collections
from tests.support.awx.role import PRUNE, setup
from tests.support.awx.stand_in import Controller


@pytest.fixture(scope="module")
def collections() -> str:
    """Where Ansible finds awx.awx and this collection."""
    try:
        return os.pathsep.join([str(awx_collections()), os.environ["ANSIBLE_COLLECTIONS_PATH"]])
    except Unavailable as error:
        pytest.skip(f"the collection awx.awx cannot be had: {error}")


@pytest.fixture
def controller() -> Iterator[Controller]:
    """An AWX without anything in it but organizations."""
    with Controller() as running:
        yield running
        assert running.tokens == {}


@pytest.fixture(scope="module")
def made(collections: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Controller]:
    """An AWX that the role has set up; tests look at it and leave it as it is."""
    with Controller() as running:
        run = setup(running, collections, tmp_path_factory.mktemp("made"), "-vvv", awx_setup_state_variables=PRUNE)
        assert run.code == 0, run.output
        yield running
