# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All rows, in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator

from tests.reliability.language import Row, Section
from tests.reliability.rows.answers import ANSWERS
from tests.reliability.rows.connection import CONNECTION
from tests.reliability.rows.controllers import CONTROLLERS
from tests.reliability.rows.false_success import FALSE_SUCCESS
from tests.reliability.rows.parts import PARTS
from tests.reliability.rows.server import SERVER
from tests.reliability.rows.session import SESSION

SECTIONS: tuple[Section, ...] = (SERVER, CONNECTION, SESSION, ANSWERS, FALSE_SUCCESS, PARTS, CONTROLLERS)


def rows() -> Iterator[Row]:
    """The rows of all sections."""
    for section in SECTIONS:
        yield from section.rows
