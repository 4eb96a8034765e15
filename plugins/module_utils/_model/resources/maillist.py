# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unsubscribable mailing lists, which only LDAP panels have (panel/maillists.md)."""

from __future__ import annotations

from dataclasses import replace

from ..accounts import AccountName
from ..addresses import Address
from ..codecs import Enum, Items
from ..descriptors import Reading, Resource
from ..fields import LDAP, SQL, both, field
from ..sources import UNREADABLE, Key
from .common import NAME, POLICIES

MAILLIST = Resource(
    name="maillist",
    plural="maillists",
    identity="mail",
    identity_codec=AccountName(),
    path=("maillist", "{id}"),
    id_keys={SQL: "address", LDAP: "mail"},
    absent_codes=frozenset({"NO_SUCH_ACCOUNT"}),
    list_path=(),
    list_query={},
    # a panel may find subscribable lists here too (panel/maillists.md#endpoints)
    reading=Reading(not_with=("enabledService", "mlmmj")),
    only=LDAP,
    delete_flags=(("archive", "archive"),),
    fields=(
        replace(NAME, initial=both("")),
        field(
            "access_policy",
            Enum(*POLICIES),
            "accessPolicy",
            (),
            Key("accessPolicy", Enum(*POLICIES, synonyms={"": "public"})),
            post=True,
            ldap_missing="public",
            clearable=False,
        ),
        field(
            "members",
            Items(Address()),
            "members",
            (),
            ("members", "mailForwardingAddress"),
            post=True,
            delta="Member",
            # they are no attribute of the list, so a panel may well not show them: no members are not "none"
            # (panel/maillists.md#members)
            ldap_missing=UNREADABLE,
            initial=both(frozenset()),
        ),
    ),
)
