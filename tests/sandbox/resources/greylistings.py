# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Greylisting in iRedAPD's database, with one shape for both backends (panel/greylisting.md).

``all`` and ``whitelist_spf_domains`` are no accounts: without a dot, they match neither a domain nor an address.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from tests.sandbox import tables as t
from tests.sandbox.resources.accounts import GLOBAL, WBLIST_ONLY, account_of, add_row, priority_of, texts, unset, valid
from tests.sandbox.routing import Call, route
from tests.sandbox.rows import every, one, remove
from tests.sandbox.wire import is_domain

_AUTO = "AUTO-UPDATE: "
# What the panel's helper takes for "on" elsewhere (panel/values.md#account-status); anything else is off
_ON = ("enable", "active", "yes", "on", "1")


@route("GET", "/api/greylisting/all", global_only=True)
def settings(call: Call) -> Any:
    """Every account's setting, with the account; an empty array when there are none (panel/greylisting.md#setting)."""
    rows = every(call.db, t.GREYLISTING, "account", sender=GLOBAL)
    return [_shown(call, row, {"account": row["account"]}) for row in rows]


@route("GET", "/api/greylisting/<account>")
def setting(call: Call) -> Any:
    """The row for all senders, or what it says."""
    row = one(call.db, t.GREYLISTING, account=account_of(call), sender=GLOBAL)
    if row is None:
        return unset(call, "greylisting_unset")
    shown = _shown(call, row, {})
    return [shown] if call.panel.shapes("greylisting", "array") else shown


@route("POST", "/api/greylisting/<account>", choices={"status": ("enable", "disable")})
def set_setting(call: Call) -> None:
    """Delete and insert (panel/greylisting.md#setting). Without a status nothing happens (inferred)."""
    account = account_of(call)
    if call.has("status"):
        key = {"account": account, "sender": GLOBAL}
        remove(call.db, t.GREYLISTING, **key)
        values = {"priority": priority_of(account), "active": int(call.text("status").lower() in _ON)}
        call.db.execute(insert(t.GREYLISTING).values(**key, **values))


@route("DELETE", "/api/greylisting/<account>")
def delete(call: Call) -> None:
    """Back to what the next account in line has; succeeds when there was nothing (panel/greylisting.md#setting)."""
    remove(call.db, t.GREYLISTING, account=account_of(call), sender=GLOBAL)


@route("GET", "/api/greylisting/<account>/whitelists")
def whitelist(call: Call) -> Any:
    """Senders or rows; those of SPF domains among them, as far as their switch goes."""
    account = account_of(call)
    rows = every(call.db, t.GREYLISTING_WHITELISTS, "sender", account=account)
    if call.panel.shapes("spf_rows", "shown"):
        rows += every(call.db, t.GREYLISTING_WHITELIST_DOMAIN_SPF, "sender", account=account)
    if not rows:
        return unset(call, "greylist_whitelists_unset")
    return rows if call.panel.shapes("greylist_whitelists", "rows") else [row["sender"] for row in rows]


@route(
    "POST",
    "/api/greylisting/<account>/whitelists",
    lists="senders addSenders removeSenders",
    conflicts=[("senders", "addSenders"), ("senders", "removeSenders")],
)
def set_whitelist(call: Call) -> None:
    """Drops invalid senders silently. A reset wipes AUTO-UPDATE rows or keeps them: a switch.

    See panel/greylisting.md#senders-that-a-cron-job-adds.
    """
    account = account_of(call)
    rows = every(call.db, t.GREYLISTING_WHITELISTS, "sender", account=account)
    wanted = call.deltas("senders", "addSenders", "removeSenders", [row["sender"] for row in rows])
    if wanted is None:
        return
    reset = call.has("senders")
    if reset and call.panel.shapes("greylist_reset", "wipes"):
        remove(call.db, t.GREYLISTING_WHITELISTS, account=account)
        rows = []
    elif reset:
        wanted |= {row["sender"] for row in rows if row["comment"].startswith(_AUTO)}
    here = {row["sender"] for row in rows}
    for sender in here - wanted:
        remove(call.db, t.GREYLISTING_WHITELISTS, account=account, sender=sender)
    for sender in valid(sorted(wanted - here), WBLIST_ONLY):
        call.db.execute(insert(t.GREYLISTING_WHITELISTS).values(account=account, sender=sender, comment=""))


@route(
    "POST",
    "/api/greylisting/whitelist_spf_domains",
    lists="domains addDomains removeDomains",
    conflicts=[("domains", "addDomains"), ("domains", "removeDomains")],
    global_only=True,
)
def whitelist_domains(call: Call) -> None:
    """Write-only: there is no GET. Skips invalid domains (inferred), and does what the cron job would do next."""
    here = {row["domain"] for row in every(call.db, t.GREYLISTING_WHITELIST_DOMAINS, "domain")}
    wanted = call.deltas("domains", "addDomains", "removeDomains", here)
    if wanted is None:
        return
    for domain in here - wanted:
        remove(call.db, t.GREYLISTING_WHITELIST_DOMAINS, domain=domain)
        remove(call.db, t.GREYLISTING_WHITELISTS, comment=_AUTO + domain)
        remove(call.db, t.GREYLISTING_WHITELIST_DOMAIN_SPF, comment=_AUTO + domain)
    for domain in sorted(filter(is_domain, wanted - here)):
        _whitelist_addresses(call, domain, add_row(call, t.GREYLISTING_WHITELIST_DOMAINS, domain=domain))


def _whitelist_addresses(call: Call, domain: str, number: int) -> None:
    """What the cron job finds in the DNS: one made-up address for each domain, of the network for documentation."""
    shared = call.panel.shapes("spf_rows", "shared")
    table = t.GREYLISTING_WHITELISTS if shared else t.GREYLISTING_WHITELIST_DOMAIN_SPF
    row = {"account": GLOBAL, "sender": f"2001:db8::{number:x}"}
    if not one(call.db, table, **row):
        call.db.execute(insert(table).values(**row, comment=_AUTO + domain))


def _shown(call: Call, row: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    shape = call.panel.shapes["greylisting"]
    if shape == "enable":
        return {**known, "status": "enable" if row["active"] else "disable"}
    if shape == "enabled":
        return {**known, "status": "enabled" if row["active"] else "disabled"}
    return texts(row) if shape == "strings" else row
