# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One panel: its database, its sessions, its switches, and the record of what was asked of it."""

from __future__ import annotations

import datetime
import threading
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event, insert, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import StaticPool

from tests.sandbox import tables
from tests.sandbox.crowd import Crowd
from tests.sandbox.faults import Faults
from tests.sandbox.passwords import hashed
from tests.sandbox.sessions import Sessions
from tests.sandbox.shapes import Shapes

if TYPE_CHECKING:
    from tests.sandbox.snapshots import Snapshot

# What an installation of iRedMail starts with in Amavisd's table (panel/sql.md#amavisd)
_SHIPPED_POLICY = {
    "policy_name": "@.",
    "spam_lover": "Y",
    "virus_lover": "N",
    "banned_files_lover": "N",
    "bad_header_lover": "Y",
    "bypass_virus_checks": "N",
    "bypass_spam_checks": "N",
    "bypass_banned_checks": "N",
    "bypass_header_checks": "N",
    "spam_quarantine_to": "",
    "virus_quarantine_to": "virus-quarantine",
    "banned_quarantine_to": "banned-quarantine",
    "bad_header_quarantine_to": "",
}


class Panel:
    """Everything behind the URL. The lock makes requests happen one after the other, as far as the database goes."""

    def __init__(
        self,
        backend: str = "sql",
        database: str = "sqlite://",
        admin: str = "postmaster@example.com",
        password: str = "",
        preset: str = "default",
        shapes: dict[str, str] | None = None,
        prefix: str = "/iredadmin",
        api_disabled: bool = False,
        allow_client: list[str] | None = None,
    ) -> None:
        """Create the tables and the first global admin.

        Raises ValueError for an unknown backend or shape, and for a database that cannot be used.
        """
        if backend not in ("sql", "ldap"):
            raise ValueError(f"{backend} is no backend; there are sql and ldap")
        self.backend = backend
        self.admin, self.password = admin.lower(), password
        self.prefix = prefix
        self.api_disabled = api_disabled
        self.allow_client = allow_client
        self.shapes = Shapes(backend, preset, **(shapes or {}))
        self.sessions = Sessions()
        self.crowd = Crowd()
        self.faults = Faults()
        self.latency = 0.0
        self.read_only = False
        self.lock = threading.RLock()
        self.stopped = threading.Event()
        self.engine = _engine(database)
        self.log: list[dict[str, Any]] = []
        self.violations: list[str] = []
        self.refused_logins: dict[str, int] = {}
        self.snapshots: list[Snapshot] = []  # those of /_sandbox/
        try:
            self.reset()
        except DBAPIError as problem:
            raise ValueError(f"the database {_shown(database)} cannot be used: {problem.orig}") from problem

    @property
    def cookie(self) -> str:
        """The name of the session cookie (panel/login.md#cookie)."""
        kind = {"postgresql": "PGSQL"}.get(self.engine.dialect.name, "MYSQL")
        return self.shapes["cookie"] or "iRedAdmin-Pro-" + ("LDAP" if self.backend == "ldap" else kind)

    def reset(self) -> None:
        """An installation as on its first day; switches and sessions stay."""
        with self.lock:
            tables.META.drop_all(self.engine)
            tables.META.create_all(self.engine)
            with self.engine.begin() as db:
                admin = {"username": self.admin, "password": hashed(self.password), "name": "Postmaster"}
                db.execute(insert(tables.ADMIN).values(created=now(), **admin))
                db.execute(insert(tables.DOMAIN_ADMINS).values(username=self.admin, domain="ALL", created=now()))
                policy = db.execute(insert(tables.POLICY).values(**_SHIPPED_POLICY)).inserted_primary_key
                number = policy[0] if policy else 0
                db.execute(insert(tables.USERS).values(priority=0, policy_id=number, email="@."))
            self.refused_logins.clear()
            self.clear_log()

    def wait(self, milliseconds: float) -> None:
        """Wait this long before each answer. Raises ValueError for what is no time."""
        if not 0 <= milliseconds < 86_400_000:
            raise ValueError(f"{milliseconds} is not a number of milliseconds")
        self.latency = milliseconds / 1000

    def clear_log(self) -> None:
        """Forget what was asked; violations stay."""
        with self.lock:
            self.log.clear()

    def losses(self) -> list[dict[str, Any]]:
        """The requests in the log that took accounts away."""
        names = ("n", "method", "path", "lost")
        with self.lock:
            return [{name: entry[name] for name in names} for entry in self.log if entry["lost"]]

    def most_at_once(self) -> int:
        """How many requests in the log one client had at once, at most."""
        with self.lock:
            return max((entry["at_once"] for entry in self.log), default=0)

    def violate(self, text: str) -> None:
        """Record that a request was against the document."""
        with self.lock:
            self.violations.append(text)

    def state(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table."""
        with self.lock, self.engine.begin() as db:
            return {
                name: [
                    {key: plain(value) for key, value in row.items()} for row in db.execute(select(table)).mappings()
                ]
                for name, table in tables.META.tables.items()
            }


def _engine(database: str) -> Engine:
    """The database. Raises ValueError, in one sentence, for what is no URL and for a driver that is missing."""
    try:
        if database in ("sqlite://", "sqlite:///:memory:"):
            engine = create_engine(database, poolclass=StaticPool, connect_args={"check_same_thread": False})
        else:
            engine = create_engine(database, pool_pre_ping=True)
    except ArgumentError as problem:  # also an unknown kind of database
        raise ValueError(f"the database {_shown(database)} is no URL of SQLAlchemy: {problem}") from problem
    except ImportError as problem:
        raise ValueError(
            f"the database {_shown(database)} needs the Python package {problem.name}, which is not installed"
        ) from problem
    if engine.dialect.name == "sqlite":  # which has foreign keys, but does not look at them
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys=ON"))
    return engine


def _shown(database: str) -> str:
    """A database's URL without its password."""
    try:
        return make_url(database).render_as_string(hide_password=True)
    except ArgumentError:
        return database


def now() -> datetime.datetime:
    """The time as iRedMail stores it: UTC, whole seconds."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0, tzinfo=None)


def plain(value: Any) -> Any:
    """A column's value as JSON can hold it."""
    return str(value) if isinstance(value, datetime.date) else value
