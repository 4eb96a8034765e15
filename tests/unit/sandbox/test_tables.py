# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's tables are iRedMail's: columns, types, keys and defaults, as docs/panel has them."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, Date, DateTime, Float, Integer, String, Text, UniqueConstraint, insert
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from tests.sandbox import tables as t
from tests.sandbox.__main__ import main
from tests.sandbox.columns import Bytes
from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD, ROOT
from tests.support.sandbox.accounts import ADA, OK, populated, rows

# Run time, or nothing of the API's; and the sandbox's own
WITHOUT, OWN = {"greylisting_tracking", "wblist_rdns"}, {"ldap_values", "mlmmj", "mlmmj_subscribers"}
KINDS: dict[str, Any] = {
    "varchar": String,
    "char": String,
    "text": Text,
    "int": Integer,
    "tinyint": Integer,
    "mediumint": Integer,
    "bigint": (Integer, BigInteger),
    "float": Float,
    "date": Date,
    "datetime": DateTime,
    "timestamp": DateTime,
    "varbinary": Bytes,
}
# Unique together, which the lists of columns do not show (panel/sql.md#uniqueness)
TOGETHER = {
    ("forwardings", ("address", "forwarding")),
    ("maillist_owners", ("address", "owner")),
    ("moderators", ("address", "moderator")),
    ("throttle", ("account", "kind")),
    ("greylisting", ("account", "sender")),
    ("greylisting_whitelists", ("account", "sender")),
    ("greylisting_whitelist_domain_spf", ("account", "sender")),
}
# The columns that the lists name below each table only
ENDS = {
    "created": ("datetime", "1970-01-01 01:01:01", ""),
    "modified": ("datetime", "1970-01-01 01:01:01", ""),
    "expired": ("datetime", "9999-12-31 00:00:00", ""),
    "active": ("tinyint(1)", "1", ""),
}
Told = tuple[str, str, str]


def documented() -> dict[str, dict[str, Told]]:
    """Of each table the columns, each with type, default and key."""
    found: dict[str, dict[str, Told]] = {}
    for page in ("columns-vmail", "columns-settings"):
        text = (ROOT / "docs" / "panel" / f"{page}.md").read_text()
        for part in re.split(r"^##+ ", text, flags=re.MULTILINE)[1:]:
            name, _line, rest = part.partition("\n")
            columns: dict[str, Told] = {}
            for line in re.findall(r"^\| (`.*)\|$", rest, re.MULTILINE):
                column, kind, default, key = (cell.strip(" `") for cell in line.split("|"))
                columns[column] = (kind, default.strip("'"), key)
            ends = rest.partition("\nAnd ")[2].partition("(")[0]
            columns |= {column: ENDS[column] for column in re.findall(r"`(\w+)`", ends)}
            on_off = re.findall(r"`(enable[\w-]+)`", rest.partition("On/off")[2])
            columns |= dict.fromkeys(on_off, ("tinyint(1)", "1", ""))
            if columns:
                found[name.strip()] = columns
    return found


DOCUMENTED = documented()
COLUMNS = [(table, column) for table in DOCUMENTED if table not in WITHOUT for column in DOCUMENTED[table]]


def test_there_are_the_tables() -> None:
    assert len(COLUMNS) > 250
    assert set(DOCUMENTED) - WITHOUT == set(t.META.tables) - OWN
    for table in set(DOCUMENTED) - WITHOUT:
        assert set(DOCUMENTED[table]) == set(t.META.tables[table].columns.keys()), table


@pytest.mark.parametrize(("table", "name"), COLUMNS)
def test_columns(table: str, name: str) -> None:
    kind, default, key = DOCUMENTED[table][name]
    column = t.META.tables[table].columns[name]

    assert isinstance(column.type, KINDS[re.split(r"\W", kind)[0]])
    if kind.startswith(("varchar", "char")):
        assert f"({column.type.length})" in kind  # type: ignore[attr-defined]
    assert bool(column.nullable) == ("may be NULL" in kind)
    if key[:3] not in ("PRI", "UNI") and default not in ("none", "current_timestamp()"):  # keys are always given
        assert default_of(column) == default


def default_of(column: Column[Any]) -> str:
    """The default as the lists show it; what only PostgreSQL has otherwise is NULL."""
    if column.default is None or column.info.get("prose"):
        return "NULL"
    value = column.default.arg  # type: ignore[attr-defined]
    if isinstance(value, datetime.datetime):
        return f"{value}"
    return str(value)


def test_keys() -> None:
    together = set()
    for table in t.META.tables.values():
        if table.name in OWN:
            continue
        keys = [tuple(key.columns.keys()) for key in table.constraints if isinstance(key, UniqueConstraint)]
        together |= {(table.name, key) for key in keys if len(key) > 1}
        told = {name: key.split()[0] if key else "" for name, (_kind, _default, key) in DOCUMENTED[table.name].items()}
        alone = {key[0] for key in keys if len(key) == 1}
        assert alone == {name for name, key in told.items() if key == "UNI"}, table.name
        if table.name != "deleted_mailboxes":  # which has no primary key, and SQLAlchemy must have one
            assert set(table.primary_key.columns.keys()) == {name for name, key in told.items() if key == "PRI"}
    assert together == TOGETHER


def test_bytes_are_bytes() -> None:
    for dialect, kind in ((mysql.dialect(), "VARBINARY(255)"), (postgresql.dialect(), "BYTEA")):
        for table in (t.USERS, t.MAILADDR):
            assert f"email {kind} NOT NULL" in str(CreateTable(table).compile(dialect=dialect))


def test_bytes_are_text_to_the_panel() -> None:
    with populated("sql") as sandbox:
        path = f"/api/wblist/inbound/whitelist/{ADA}"
        assert sandbox.api("POST", path, addresses="a@x.example") == OK
        assert sandbox.api("GET", path)["_data"] == ["a@x.example"]
        with sandbox.panel.engine.connect() as db:
            kinds = [
                row[0]
                for row in db.exec_driver_sql(
                    "select typeof(email) from users union all select typeof(email) from mailaddr"
                )
            ]
        assert set(kinds) == {"blob"}
        assert sandbox.api("POST", f"/api/user/{ADA}/change_email/new@example.org") == OK
        assert sandbox.api("GET", path.replace(ADA, "new@example.org"))["_data"] == ["a@x.example"]


def test_users_of_amavisd_have_policy_1_until_they_get_another() -> None:
    with Sandbox() as sandbox:
        assert sandbox.api("POST", "/api/wblist/inbound/whitelist/example.org", addresses="a@x.example") == OK
        assert [row["policy_id"] for row in rows(sandbox, "users", email="@example.org")] == [1]


def test_dates_are_dates() -> None:
    with populated("sql") as sandbox:
        assert sandbox.api("GET", f"/api/user/{ADA}")["_data"]["birthday"] == "0001-01-01"
        sandbox.api("DELETE", f"/api/user/{ADA}/keep_mailbox_days/1")
        (kept,) = rows(sandbox, "deleted_mailboxes")
        tomorrow = datetime.date.today() + datetime.timedelta(1)
        assert kept["delete_date"] == str(tomorrow)
        assert kept["timestamp"].startswith(str(datetime.datetime.now(datetime.UTC).year))


@pytest.mark.parametrize("table", ["domain", "mailbox", "admin", "maillists"])
def test_prose_is_never_null_on_postgresql(table: str) -> None:
    """Each listener belongs to one column; the value is the same that the default of the database would be."""
    found = t.META.tables[table]
    statements = [listener.statement for listener in found.dispatch.after_create]  # type: ignore[attr-defined]
    prose = [name for name in DOCUMENTED[table] if name in ("settings", "description", "disclaimer")]
    assert statements == [f"ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL" for name in prose]

    class Context:
        dialect = postgresql.dialect()

    for name in prose:
        assert found.columns[name].default.arg(Context()) == ""  # type: ignore[union-attr]


def test_what_is_unique_is_so() -> None:
    with Sandbox() as sandbox, sandbox.panel.engine.begin() as db:
        for name, key in TOGETHER:
            row = dict.fromkeys(key, "a")
            db.execute(insert(t.META.tables[name]).values(**row))
            with pytest.raises(IntegrityError), db.begin_nested():
                db.execute(insert(t.META.tables[name]).values(**row))


def test_a_throttle_in_use_cannot_be_deleted() -> None:
    with Sandbox() as sandbox, sandbox.panel.engine.begin() as db:
        db.execute(insert(t.THROTTLE).values(id=1, account="@."))
        db.execute(insert(t.THROTTLE_TRACKING).values(tid=1))
        with pytest.raises(IntegrityError), db.begin_nested():
            db.execute(t.THROTTLE.delete())


def test_a_throttle_in_use_is_restored() -> None:
    with Sandbox() as sandbox:
        sandbox.api("POST", "/api/throttle/example.org/inbound", period="60", max_msgs="1")
        sandbox.use_throttle("@example.org", "inbound")
        before = sandbox.snapshot()
        sandbox.api("POST", "/api/throttle/example.org/inbound", period="60", max_msgs="2")
        assert sandbox.snapshot() != before
        sandbox.restore(before)
        assert sandbox.snapshot() == before


def test_an_alias_address_in_an_alias_domain_is_stored_below_a_domain() -> None:
    """Postfix ignores a row whose domain is no row of table domain (panel/sql.md#forwardings)."""
    with populated("sql") as sandbox:
        sandbox.api("PUT", "/api/domain/example.org", aliasDomains="example.net")
        sandbox.api("PUT", f"/api/user/{ADA}", aliases="a@example.net", password=PASSWORD)
        (link,) = rows(sandbox, "forwardings", is_alias=1)
        assert (link["address"], link["domain"], link["dest_domain"]) == ("a@example.net", "example.org", "example.org")
        domains = {row["domain"] for row in rows(sandbox, "domain")}
        assert {row["domain"] for row in rows(sandbox, "forwardings")} <= domains


@pytest.mark.parametrize(
    ("database", "sentence"),
    [
        ("nonsense", "the database nonsense is no URL of SQLAlchemy: Could not parse"),
        ("elsewhere://a:secret@b/c", "the database elsewhere://a:***@b/c is no URL of SQLAlchemy: Can't load plugin"),
        ("sqlite:////nowhere/at/all.db", "the database sqlite:////nowhere/at/all.db cannot be used: unable to open"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_one_sentence(database: str, sentence: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--database", database])
    assert str(ended.value).startswith(sentence)
    assert "\n" not in str(ended.value)
    assert "secret" not in str(ended.value)


def test_a_driver_that_is_missing_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_arguments: Any, **_options: Any) -> None:
        raise ModuleNotFoundError("No module named 'pymysql'", name="pymysql")

    monkeypatch.setattr("tests.sandbox.panel.create_engine", missing)
    with pytest.raises(SystemExit) as ended:
        main(["--database", "mysql+pymysql://vmail:secret@localhost/vmail"])
    expected = "the database mysql+pymysql://vmail:***@localhost/vmail needs the Python package pymysql, which is not"
    assert str(ended.value) == expected + " installed"
