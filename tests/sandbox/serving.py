# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server: Werkzeug's, with connections that are kept alive."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any

from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

from tests.sandbox.app import CUT, App, DroppedError
from tests.sandbox.panel import Panel

#: seconds in which a port that somebody else has got must come free
PATIENCE = 30.0


class Handler(WSGIRequestHandler):
    """Quiet, HTTP/1.1, and it keeps connections: the application always reads a request to its end.

    Werkzeug's own handler closes every connection and swallows what follows on it.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def handle(self) -> None:
        """Answer all requests of a connection, once both sides trust each other."""
        if isinstance(self.connection, ssl.SSLSocket) and not self._is_trusted(self.connection):
            return
        served = self.server.connections  # type: ignore[attr-defined]
        served.add(self.connection)
        try:
            super().handle()
        finally:
            served.discard(self.connection)

    def finish(self) -> None:
        """Nobody is there any more, perhaps."""
        with contextlib.suppress(ConnectionError):
            super().finish()

    @staticmethod
    def _is_trusted(connection: ssl.SSLSocket) -> bool:
        try:
            connection.do_handshake()
            return True
        except OSError:
            # who was refused has perhaps sent a request already; unread, it would make the end of the connection
            # overtake the reason
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
                connection.settimeout(5)
                while connection.recv(4096):
                    pass
            return False

    def run_wsgi(self) -> None:
        """Answer one request."""
        try:
            parts, status, headers = run_wsgi_app(self.server.app, self.make_environ(), buffered=True)
        except (DroppedError, ClientDisconnected):
            self.close_connection = True
            with contextlib.suppress(OSError):  # the client was first
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        code, _space, text = status.partition(" ")
        self.send_response(int(code), text)
        cut = headers.pop(CUT, None)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        body = b"".join(parts)
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.wfile.flush()
        if cut:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: the sandbox keeps its own record."""


def serve(
    panel: Panel, host: str = "127.0.0.1", port: int = 0, tls: tuple[str, str] | ssl.SSLContext | None = None
) -> BaseWSGIServer:
    """A server that is bound and not yet running.

    ``tls`` is a certificate's file and its key's, or a context, which may ask for certificates of clients.
    """
    server = make_server(host, port, App(panel), threaded=True, request_handler=Handler, ssl_context=tls)
    server.daemon_threads = True  # type: ignore[attr-defined]
    server.connections = set()  # type: ignore[attr-defined]  # those that are open, with a thread each
    if tls:  # shake hands in the thread of the connection: a slow client must not keep the others waiting
        server.socket.do_handshake_on_connect = False  # type: ignore[attr-defined]
    return server


def stop(server: BaseWSGIServer) -> None:
    """Take no connection any more, and break those that there are."""
    server.shutdown()
    server.server_close()
    for connection in list(server.connections):  # type: ignore[attr-defined]
        with contextlib.suppress(OSError):  # it has ended by itself
            connection.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def held(host: str, port: int) -> Iterator[None]:
    """Nobody listens on a port meanwhile, and nobody gets it but a server that is made here.

    A connection of another process may have got it as its own end right before; then that is waited for, for so long
    as ``PATIENCE`` says, and OSError is raised.
    """
    end = time.monotonic() + PATIENCE
    with socket.socket() as placeholder:
        placeholder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        while True:
            try:
                placeholder.bind((host, port))
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
        yield


def start(server: BaseWSGIServer) -> threading.Thread:
    """Run a server in a thread of its own."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    return thread
