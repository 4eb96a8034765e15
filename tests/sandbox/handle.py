# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running sandbox as tests hold it."""

from __future__ import annotations

import secrets
import ssl
import time
from collections.abc import Iterable
from typing import Any

from werkzeug.test import Client

from tests.sandbox import scenes, snapshots
from tests.sandbox.app import OPERATOR, App
from tests.sandbox.faults import Fault
from tests.sandbox.panel import Panel
from tests.sandbox.seeding import seed
from tests.sandbox.serving import held, serve, start, stop
from tests.sandbox.snapshots import Snapshot


class Sandbox:
    """A panel on a free port of the loopback address, for a ``with`` block."""

    def __init__(
        self, backend: str = "sql", tls: tuple[str, str] | ssl.SSLContext | None = None, port: int = 0, **options: Any
    ) -> None:
        """``options`` are those of :class:`Panel`."""
        self.password = options.pop("password", "Sandbox-" + secrets.token_hex(8) + "-A1")
        self.panel = Panel(backend, password=self.password, **options)
        self.backend, self.username = backend, self.panel.admin
        self._tls = tls
        self._server = serve(self.panel, port=port, tls=tls)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_port}{self.panel.prefix}"
        self._client = Client(App(self.panel))

    def __enter__(self) -> Sandbox:
        """Start to answer."""
        self._thread = start(self._server)
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop; whoever still waits for a delayed answer never gets one."""
        self._stop()
        self.panel.engine.dispose()

    def _stop(self) -> None:
        self.panel.stopped.set()
        stop(self._server)
        self._thread.join()

    def restart(self, away: float = 0.0) -> None:
        """Stop and go on at the same port, as a server does that is updated; for ``away`` seconds nobody is there.

        What is stored stays, sessions too. Connections break, and what is not yet carried out never is.
        """
        host, port = self._server.server_address[:2]
        self._stop()
        with held(host, port):
            self.quiet()
            time.sleep(away)
            self.panel.stopped.clear()
            self._server = serve(self.panel, host, port, self._tls)
        self._thread = start(self._server)

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._server.connections)  # type: ignore[attr-defined]

    def quiet(self, patience: float = 5.0) -> bool:
        """Wait until no connection is open, so that nothing is carried out any more; False after so many seconds."""
        end = time.monotonic() + patience
        while self.connections:
            if time.monotonic() > end:
                return False
            time.sleep(0.005)
        return True

    def log(self) -> list[dict[str, Any]]:
        """Every request since the log was cleared."""
        with self.panel.lock:
            return list(self.panel.log)

    def writes(self) -> list[dict[str, Any]]:
        """The requests that asked to change something."""
        return [entry for entry in self.log() if entry["write"]]

    def losses(self) -> list[dict[str, Any]]:
        """Those that took accounts away: ``n``, ``method``, ``path``, and in ``lost`` each ``{kind, name}``."""
        return self.panel.losses()

    def most_at_once(self) -> int:
        """How many requests one client had at once, at most, since the log was cleared."""
        return self.panel.most_at_once()

    def clear_log(self) -> None:
        """Forget the requests so far."""
        self.panel.clear_log()

    def violations(self) -> list[str]:
        """What was against the document, since the sandbox was started."""
        with self.panel.lock:
            return list(self.panel.violations)

    def clear_violations(self) -> None:
        """Forget the violations: for tests that mean to violate."""
        with self.panel.lock:
            self.panel.violations.clear()

    def fault(
        self,
        action: dict[str, Any],
        method: str | None = None,
        path: str = "*",
        times: int | None = 1,
        skip: int = 0,
    ) -> None:
        """Set a fault; see ``ACTIONS`` of faults.py."""
        self.panel.faults.add(Fault(action, method, path, times, skip))

    def clear_faults(self) -> None:
        """Unset all faults."""
        self.panel.faults.clear()

    def latency(self, milliseconds: float) -> None:
        """Wait this long before each answer."""
        self.panel.wait(milliseconds)

    def readonly(self, on: bool) -> None:
        """Refuse writes and count them as violations."""
        self.panel.read_only = on

    def shape(self, **values: str) -> None:
        """Turn switches of shapes.py."""
        self.panel.shapes.set(**values)

    def reset(self) -> None:
        """An empty panel again."""
        self.panel.reset()

    def snapshot(self) -> Snapshot:
        """What is stored, to be restored."""
        return snapshots.take(self.panel)

    def restore(self, snapshot: Snapshot) -> None:
        """What was stored then, and an empty log: quicker than a reset, and any number of times."""
        snapshots.restore(self.panel, snapshot)

    def lose_files(self, mail: str) -> None:
        """Take the files of a list away; its account stays."""
        scenes.lose_files(self.panel, mail)

    def leave_files(self, mail: str) -> None:
        """Take the account of a list away; its files stay."""
        scenes.leave_files(self.panel, mail)

    def use_throttle(self, account: str, kind: str) -> None:
        """Count a mail for a throttle, whose account is ``@.``, ``@<domain>`` or an address."""
        scenes.use_throttle(self.panel, account, kind)

    def moderate(self, alias: str, policy: str = "", moderators: Iterable[str] = ()) -> None:
        """Say who may write to an alias, where the API has no parameter for it."""
        scenes.moderate(self.panel, alias, policy, moderators)

    def state(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table."""
        return self.panel.state()

    def expire_sessions(self) -> None:
        """Log everybody out."""
        self.panel.sessions.expire()

    def jump(self, seconds: float) -> None:
        """Put the panel's clock forward, or back, as far as sessions go."""
        self.panel.sessions.jump(seconds)

    def api(self, method: str, path: str, **params: Any) -> Any:
        """An operator's request: neither in the log nor held against the document. Returns the decoded JSON."""
        where = "query_string" if method in ("GET", "DELETE") else "data"
        arguments: dict[str, Any] = {where: params, "method": method, "headers": {OPERATOR: "yes"}}
        return self._client.open(self.panel.prefix + path, **arguments).get_json(force=True)

    def seed(self, domains: int | Iterable[str] = 1, users_per_domain: int = 1000, **more: Any) -> dict[str, list[str]]:
        """Fill many domains at once, past the API; ``more`` are the other options of seeding.py. Users by domain."""
        return seed(self.panel, domains, users_per_domain, **more)
