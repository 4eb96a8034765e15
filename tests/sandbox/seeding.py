# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many domains with many accounts, written past the API into the tables: what benchmarks start from.

They read like accounts that were made through the API, one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table, insert, literal, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from tests.sandbox import tables as t
from tests.sandbox.addresses import add_shadows
from tests.sandbox.panel import Panel, now
from tests.sandbox.passwords import hashed
from tests.sandbox.resources.user_services import new_services


def seed(
    panel: Panel,
    domains: int | Iterable[str] = 1,
    users: int = 1000,
    aliases: int = 0,
    members: int = 3,
    quota: int = 1024,
    password: str = "",
) -> dict[str, list[str]]:
    """Domains, each with the addresses of its users. Raises ValueError when there are such accounts already.

    ``domains`` is how many (domain0001.example ...) or their names; those that are there already are only filled.
    Of ``users`` and ``aliases`` there are that many in each domain. All users have the same password; without one they
    cannot log in.
    """
    if isinstance(domains, int):
        domains = [f"domain{number:04}.example" for number in range(1, domains + 1)]
    found = {name.lower(): [f"user{number:05}@{name.lower()}" for number in range(users)] for name in domains}
    try:
        _fill(panel, found, aliases, members, quota, password)
    except IntegrityError as problem:
        raise ValueError(f"there are such accounts already: {problem.orig}") from problem
    return found


def _fill(panel: Panel, found: dict[str, list[str]], aliases: int, members: int, quota: int, password: str) -> None:
    with panel.lock, panel.engine.begin() as db:
        _domains(db, panel, list(found))
        here = t.MAILBOX.c.domain.in_(list(found))
        before = list(db.execute(select(t.MAILBOX.c.username).where(here)).scalars())
        _users(db, panel, found, quota, hashed(password) if password else "{PLAIN}seeded")
        if aliases:
            _aliases(db, found, aliases, members)
        if panel.backend == "ldap":
            _services(db, list(found), before)
            for domain, mails in found.items():
                add_shadows(db, dict.fromkeys([*mails, *(_alias(index, domain) for index in range(aliases))], 1))


def _put(db: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.execute(insert(table), rows)


def _domains(db: Connection, panel: Panel, names: list[str]) -> None:
    there = set(db.execute(select(t.DOMAIN.c.domain)).scalars())
    new = [name for name in names if name not in there]
    _put(db, t.DOMAIN, [{"domain": name, "description": name, "settings": "", "created": now()} for name in new])
    if panel.backend == "ldap":
        entry = {"attribute": "enabledService", "value": "mail"}
        _put(db, t.LDAP_VALUES, [{**entry, "entry": name} for name in new])


def _users(db: Connection, panel: Panel, found: dict[str, list[str]], quota: int, password: str) -> None:
    common = {"password": password, "quota": quota, "created": now(), "passwordlastchange": now()}
    common |= {"storagebasedirectory": "/var/vmail", "storagenode": "vmail1"}
    rows, links = [], []
    for domain, mails in found.items():
        link = {"domain": domain, "dest_domain": domain, "is_forwarding": 1}
        for mail in mails:
            local = mail.partition("@")[0]
            row = {"username": mail, "domain": domain, "name": local}
            row["last_name"] = local if panel.backend == "ldap" else ""
            rows.append({**common, **row, "maildir": f"{domain}/{'/'.join(local[:3])}/{local}/"})
            links.append({**link, "address": mail, "forwarding": mail})
    _put(db, t.MAILBOX, rows)
    _put(db, t.FORWARDINGS, links)


def _aliases(db: Connection, found: dict[str, list[str]], number: int, members: int) -> None:
    rows, links = [], []
    for domain, mails in found.items():
        link = {"domain": domain, "dest_domain": domain, "is_list": 1}
        for index in range(number):
            address = _alias(index, domain)
            rows.append({"address": address, "domain": domain, "name": f"Alias {index}", "created": now()})
            chosen = {mails[(index * members + offset) % len(mails)] for offset in range(members)} if mails else set()
            links += [{**link, "address": address, "forwarding": mail} for mail in sorted(chosen)]
    _put(db, t.ALIAS, rows)
    _put(db, t.FORWARDINGS, links)


def _alias(index: int, domain: str) -> str:
    return f"alias{index:05}@{domain}"


def _services(db: Connection, domains: list[str], before: list[str]) -> None:
    """One statement for each service, which the database carries out for all users: there are 36 services."""
    columns = ["entry", "attribute", "value"]
    for service in new_services():
        rows = select(t.MAILBOX.c.username, literal("enabledService"), literal(service))
        rows = rows.where(t.MAILBOX.c.domain.in_(domains), t.MAILBOX.c.username.not_in(before))
        db.execute(insert(t.LDAP_VALUES).from_select(columns, rows))
