# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the exceptions of HTTP libraries do not tell: whether a request has left, and how much of its time is left.

Connections note it as it happens. Behind a proxy, urllib3 gives one class of error to a refused tunnel and to an answer
that never came, so nothing can be concluded from classes.
"""

from __future__ import annotations

import http.client
import io
import socket
import threading
import time
from typing import Any, Dict


class Moment(threading.local):
    """How far the present request of this thread has come.

    :ivar deadline: when it must be over
    :ivar connecting: whether a connection is being made: name, proxy, tunnel and TLS included
    :ivar left: whether a byte of it may be on the way to the panel
    :ivar answered: whether a byte of its answer was read
    """

    def __init__(self) -> None:
        self.deadline = 0.0
        self.connecting = self.left = self.answered = False

    def begin(self, timeout: float) -> None:
        """A request begins, which may take so many seconds."""
        self.deadline = time.monotonic() + timeout
        self.connecting = self.left = self.answered = False

    @property
    def is_late(self) -> bool:
        """Whether its time is over."""
        return time.monotonic() >= self.deadline

    def remaining(self) -> float:
        """The seconds that it may still take.

        :raises socket.timeout: none
        """
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise socket.timeout("timed out")
        return seconds


MOMENT = Moment()


class _Timed(io.RawIOBase):
    """The bytes of an answer, each of which must come before the deadline: the time-out of a socket is for one read."""

    def __init__(self, raw: Any, sock: Any) -> None:
        super().__init__()
        self._raw, self._sock = raw, sock

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def readinto(self, buffer: Any) -> Any:
        self._sock.settimeout(MOMENT.remaining())
        count = self._raw.readinto(buffer)
        if count and not MOMENT.connecting:
            MOMENT.answered = True
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Reply(http.client.HTTPResponse):
    """An answer that is read so, and that of a proxy to CONNECT."""

    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Timed(self.fp.detach(), sock))


class _Noted:
    """What a connection of urllib3 notes; in front of its own class."""

    response_class = _Reply
    sock: Any
    auto_open: Any
    timeout: Any

    def _new_conn(self) -> Any:
        self.timeout = MOMENT.remaining()
        sock = super()._new_conn()  # type: ignore[misc]
        sock.settimeout(MOMENT.remaining())
        return sock

    def connect(self) -> None:
        MOMENT.connecting = True
        try:
            super().connect()  # type: ignore[misc]
        finally:
            MOMENT.connecting = False

    def send(self, data: Any) -> None:
        if self.sock is None and self.auto_open:
            self.connect()
        if not MOMENT.connecting:  # what a tunnel is asked for with is no request
            MOMENT.left = True
        if self.sock is not None:
            self.sock.settimeout(MOMENT.remaining())
        super().send(data)  # type: ignore[misc]


def note_moments(manager: Any) -> None:
    """Have the connections of a pool manager of urllib3 note how far they are.

    :param manager: for a proxy or not; its connections may be those of a SOCKS proxy
    """
    classes: Dict[str, Any] = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _noting(pool) for scheme, pool in classes.items()}


def _noting(pool: Any) -> Any:
    connection = pool.ConnectionCls
    if issubclass(connection, _Noted):
        return pool
    noted = type(connection.__name__, (_Noted, connection), {})
    return type(pool.__name__, (pool,), {"ConnectionCls": noted})
