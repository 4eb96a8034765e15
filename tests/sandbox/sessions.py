# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Login sessions as the panel's framework keeps them (panel/login.md#sessions)."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass

TIMEOUT = 1800  # seconds since the last access


@dataclass
class Session:
    """One cookie's worth; ``username`` is empty until a login succeeded."""

    id: str
    ip: str
    username: str = ""
    global_admin: bool = False
    seen: float = 0.0


class Sessions:
    """All of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Session] = {}
        self._ahead = 0.0

    def take(self, identifier: str | None, ip: str) -> tuple[Session, bool]:
        """The session of a cookie and whether its address changed; an unknown or stale one is replaced silently."""
        with self._lock:
            now = time.monotonic() + self._ahead
            session = self._known.get(identifier or "")
            moved = session is not None and session.ip != ip
            if session is None or moved or now - session.seen > TIMEOUT:
                self._known.pop(identifier or "", None)
                session = Session(secrets.token_hex(20), ip)
                self._known[session.id] = session
            session.seen = now
            return session, moved

    def drop(self, session: Session) -> None:
        """Forget a session."""
        with self._lock:
            self._known.pop(session.id, None)

    def jump(self, seconds: float) -> None:
        """Put the clock forward by so many seconds, or back: sessions count their idle time by it."""
        with self._lock:
            self._ahead += seconds

    def expire(self) -> None:
        """Forget all sessions."""
        with self._lock:
            self._known.clear()
