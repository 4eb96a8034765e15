# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of bare sockets, which breaks where no web server would; it may play a proxy, and speak TLS."""

from __future__ import annotations

import os
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

Ending = Callable[[Any], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n" + b'{"_success":true}'


def read_request(sock: Any) -> bytes:
    """A request with its body; nothing if the client has gone."""
    text = b""
    while b"\r\n\r\n" not in text:
        more = sock.recv(65536)
        if not more:
            return b""
        text += more
    head, _, body = text.partition(b"\r\n\r\n")
    length = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while length and len(body) < length[0]:
        body += sock.recv(65536)
    return head + b"\r\n\r\n" + body


class RawServer:
    """Reads each request, and ends as it is told.

    :param ending: what is done with the connection once a request was read; it is closed afterwards
    :param tls: what to speak TLS with
    :param tunnel: what is answered to CONNECT; then this is a proxy, and after a 200 the panel behind it as well
    :param greeting: what is done before anything is read, instead of all that
    :ivar requests: what was read, without CONNECT
    """

    def __init__(
        self,
        ending: Ending | None = None,
        tls: ssl.SSLContext | None = None,
        tunnel: Ending | None = None,
        greeting: Ending | None = None,
    ) -> None:
        self._ending, self._tls, self._tunnel, self._greeting = ending, tls, tunnel, greeting
        self.requests: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> RawServer:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stopped.set()
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            sock, _address = self._socket.accept()
            if self.stopped.is_set():
                return sock.close()
            threading.Thread(target=self._talk, args=(sock,), daemon=True).start()

    def _talk(self, sock: Any) -> None:
        try:
            if self._greeting:
                return self._greeting(sock)
            if self._tunnel:
                read_request(sock)
                self._tunnel(sock)
            if self._tls:
                sock = self._tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
                self._shake_hands(sock)
            while request := read_request(sock):
                self.requests.append(request)
                if not self._ending:
                    sock.sendall(OK)
                    continue
                return self._ending(sock)
        except OSError:
            pass
        finally:
            sock.close()

    @staticmethod
    def _shake_hands(sock: Any) -> None:
        try:
            sock.do_handshake()
        except ssl.SSLError:
            with socket.socket(fileno=sock.detach()) as bare:  # what was not read would turn the alert into a reset
                while bare.recv(65536):
                    pass
            raise


def send(data: bytes) -> Ending:
    """Answers with this and no more."""
    return lambda sock: sock.sendall(data)


def close(sock: Any) -> None:
    """Answers nothing."""


def reset(sock: Any) -> None:
    """Answers with a RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang(sock: Any) -> None:
    """Answers nothing for longer than anybody waits."""
    time.sleep(5)


def scramble(sock: Any) -> None:
    """Goes on with what is no TLS."""
    os.write(sock.fileno(), b"HTTP/1.1 400 Bad Request\r\n\r\n")


def drip(data: bytes, pause: float = 0.1) -> Ending:
    """Answers a byte at a time."""

    def ending(sock: Any) -> None:
        for one in data:
            sock.sendall(bytes([one]))
            time.sleep(pause)

    return ending
