# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server comes from any declaration to any other one in one run, and then there is nothing to do."""

from __future__ import annotations

from random import Random, randrange

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.random_states import RUNS
from tests.support.state_apply import apply, told
from tests.support.transitions import State, transition

pytestmark = pytest.mark.both_backends

OPTIONS = {"max_deletions": 999, "max_delete_percent": 100.0}


def comes_to_be(sandbox: Sandbox, declared: State) -> None:
    """In one run, as check mode foresees it; a second run has nothing to do."""
    plan = apply(sandbox, declared, check=True, **OPTIONS)
    done = apply(sandbox, declared, **OPTIONS)
    assert not done.get("failed"), done["msg"]
    assert told(done) == told(plan)
    again = apply(sandbox, declared, **OPTIONS)
    assert not again.get("failed"), again["msg"]
    assert told(again) == []


def test_a_server_comes_from_one_declaration_to_another(backend):
    first = randrange(2**32)
    with Sandbox(backend=backend) as sandbox:
        for seed in range(first, first + max(RUNS // 5, 1)):
            print(f"seed {seed}")  # the last one is that of a failure
            sandbox.reset()
            for declared in transition(Random(seed), backend == "ldap"):
                comes_to_be(sandbox, declared)
            assert sandbox.violations() == []
