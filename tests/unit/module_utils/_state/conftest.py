# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of whole states begin with."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from tests.support.common import COM
from tests.support.fake_panel import Server


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Server:
    """A panel with one domain; a module may name another kind of it as SERVER."""
    made: Server = getattr(request.module, "SERVER", Server)()
    made.has(DOMAIN, COM)
    return made
