# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An address wherever it stands: as a target of mail, and in every table when it changes or goes."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint, delete, insert, or_, select
from sqlalchemy.engine import Connection

from tests.sandbox import tables as t
from tests.sandbox.rows import alias_addresses_below, change, every, is_hosted, is_taken, one, remove
from tests.sandbox.wire import domain_of, is_mail


def deliverable(db: Connection, addresses: Iterable[str], domain: str, dropped: str = "own") -> set[str]:
    """Addresses without what the panel silently drops: no addresses, and unknown ones of the same domain.

    That are the ``own`` ones (panel/users.md#forwarding). Or those of all ``local`` domains and alias domains; or, when
    all are ``kept``, none.
    """

    def reaches(mail: str) -> bool:
        place = domain_of(mail)
        if dropped == "kept" or is_taken(db, mail):
            return True
        if dropped == "own":
            return place != domain
        alias_domain = one(db, t.ALIAS_DOMAIN, alias_domain=place)
        if alias_domain:
            return is_taken(db, mail.rpartition("@")[0] + "@" + alias_domain["target_domain"])
        return not is_hosted(db, place)

    return {mail for mail in addresses if is_mail(mail) and reaches(mail)}


def forget_mailbox(db: Connection, mail: str) -> None:
    """Delete everything that names a mailbox (panel/users.md#deletion)."""
    for table in (t.MAILBOX, t.DOMAIN_ADMINS, t.SENDER_BCC_USER, t.RECIPIENT_BCC_USER, t.USED_QUOTA, t.LAST_LOGIN):
        remove(db, table, username=mail)
    for table in (t.SENDER_BCC_USER, t.RECIPIENT_BCC_USER, t.SENDER_BCC_DOMAIN, t.RECIPIENT_BCC_DOMAIN):
        remove(db, table, bcc_address=mail)
    db.execute(delete(t.FORWARDINGS).where(or_(t.FORWARDINGS.c.address == mail, t.FORWARDINGS.c.forwarding == mail)))
    remove(db, t.MODERATORS, moderator=mail)
    remove(db, t.SENDER_RELAYHOST, account=mail)
    remove(db, t.LDAP_VALUES, entry=mail)


# What Amavisd and iRedAPD keep of an account, in databases of their own
_SETTINGS = (
    (t.USERS, "email"),
    (t.POLICY, "policy_name"),
    (t.THROTTLE, "account"),
    (t.GREYLISTING, "account"),
    (t.GREYLISTING_WHITELISTS, "account"),
)


def rename(db: Connection, old: str, new: str, with_settings: bool) -> None:
    """Put a new address wherever the old one stands (panel/endpoints-sql.md#change-of-address).

    Where both cannot be, what was left at the new one gives way (a guess): settings of somebody who is gone, or a
    forwarding to nobody. Without the settings these stay at the old address, and what is at the new one counts.
    """
    places = [
        *t.ACCOUNT_TABLES,
        (t.FORWARDINGS, "address"),
        (t.FORWARDINGS, "forwarding"),
        (t.MODERATORS, "address"),
        (t.MODERATORS, "moderator"),
        (t.MAILLIST_OWNERS, "owner"),
        (t.DOMAIN_ADMINS, "username"),
        (t.USED_QUOTA, "username"),
        (t.LAST_LOGIN, "username"),
        (t.SENDER_RELAYHOST, "account"),
        (t.LDAP_VALUES, "entry"),
        *(_SETTINGS if with_settings else ()),
    ]
    for table in (t.SENDER_BCC_USER, t.RECIPIENT_BCC_USER):
        places += [(table, "username"), (table, "bcc_address")]
    places += [(t.SENDER_BCC_DOMAIN, "bcc_address"), (t.RECIPIENT_BCC_DOMAIN, "bcc_address")]
    for table, column in places:
        for row in every(db, table, column, **{column: old}):
            for key in _unique(table):
                if column in key:
                    remove(db, table, **{name: row[name] for name in key} | {column: new})
        change(db, table, {column: new}, **{column: old})


@functools.cache
def _unique(table: Table) -> list[tuple[str, ...]]:
    keys = [found for found in table.constraints if isinstance(found, (PrimaryKeyConstraint, UniqueConstraint))]
    return [tuple(column.name for column in key.columns) for key in keys]


def own_shadows(db: Connection, mail: str) -> set[str]:
    """An account's address in each alias domain of its domain, whether the account has it or not."""
    others = every(db, t.ALIAS_DOMAIN, "alias_domain", target_domain=domain_of(mail))
    return {_within(mail, row["alias_domain"]) for row in others}


def add_shadows(db: Connection, accounts: Mapping[str, int], alias_domain: str = "") -> None:
    """Give accounts of one domain their addresses in an alias domain, or in all that there are.

    So it is on LDAP (panel/domains.md#alias-domains). The accounts come with their status. An address that somebody
    has already is silently left out.
    """
    domain = domain_of(next(iter(accounts), ""))
    there = [row["alias_domain"] for row in every(db, t.ALIAS_DOMAIN, "alias_domain", target_domain=domain)]
    common = {"domain": domain, "dest_domain": domain, "is_alias": 1}
    for name in [alias_domain] if alias_domain else there:
        address = t.FORWARDINGS.c.address
        taken = set(db.execute(select(address).where(address.endswith("@" + name, autoescape=True))).scalars())
        links = [
            {**common, "address": _within(mail, name), "forwarding": mail, "active": active}
            for mail, active in accounts.items()
            if _within(mail, name) not in taken
        ]
        if links:
            db.execute(insert(t.FORWARDINGS), links)


def add_shadows_below(db: Connection, domain: str, alias_domain: str) -> None:
    """The same for all accounts of a domain, when the alias domain is new."""
    accounts = {
        row[key]: row["active"] for table, key in t.ACCOUNT_TABLES for row in every(db, table, key, domain=domain)
    }
    add_shadows(db, accounts, alias_domain)


def remove_shadows_below(db: Connection, domain: str, alias_domain: str) -> None:
    """Take them away with an alias domain; other alias addresses in it, which somebody asked for, stay (a guess)."""
    for mail, addresses in alias_addresses_below(db, domain).items():
        if _within(mail, alias_domain) in addresses:
            remove(db, t.FORWARDINGS, address=_within(mail, alias_domain), forwarding=mail, is_alias=1)


def move_shadows(db: Connection, old: str, new: str) -> None:
    """Let those that an account has follow its new address; where that is somebody's in an alias domain, it goes."""
    for address in own_shadows(db, old):
        where = {"address": address, "forwarding": new, "is_alias": 1}
        moved = _within(new, domain_of(address))
        if is_taken(db, moved):
            remove(db, t.FORWARDINGS, **where)
        else:
            change(db, t.FORWARDINGS, {"address": moved}, **where)


def _within(mail: str, domain: str) -> str:
    return f"{mail.rpartition('@')[0]}@{domain}"
