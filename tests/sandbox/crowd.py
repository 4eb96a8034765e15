# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests each client has at once: a panel has five workers (panel/transport.md#several-requests-at-once)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Crowd:
    """The requests that are being answered, by the address of their client, as the panel sees it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside: Counter[str] = Counter()

    @contextmanager
    def joined(self, client: str) -> Iterator[int]:
        """Count a request until its answer is known: how many there are from this client, with it.

        It is over before its first byte is sent, so a client that waits for an answer is never counted twice.
        """
        with self._lock:
            self._inside[client] += 1
            number = self._inside[client]
        try:
            yield number
        finally:
            with self._lock:
                self._inside[client] -= 1
