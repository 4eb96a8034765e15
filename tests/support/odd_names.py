# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts and domains under names that the API would not have made: something else than the panel wrote them."""

from __future__ import annotations

from sqlalchemy import String, func, update

from tests.sandbox import tables
from tests.sandbox.handle import Sandbox


def call_it(sandbox: Sandbox, old: str, new: str) -> None:
    """Give what is there another name, wherever that stands in the tables; of a domain, also after an @."""
    with sandbox.panel.lock, sandbox.panel.engine.begin() as db:
        for table in tables.META.sorted_tables:
            for column in table.c:
                if isinstance(column.type, String):
                    db.execute(update(table).where(column == old).values({column.name: new}))
                    if "@" not in old:
                        ending = column.like("%@" + old)
                        db.execute(update(table).where(ending).values({column.name: func.replace(column, old, new)}))
