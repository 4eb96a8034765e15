# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail aliases (panel/aliases.md)."""

from __future__ import annotations

from dataclasses import replace

from ..accounts import AccountName
from ..addresses import Address
from ..codecs import Enum, Items
from ..descriptors import Resource
from ..fields import LDAP, SQL, both, field
from .common import ENABLED, NAME, POLICIES

ALIAS = Resource(
    name="alias",
    plural="aliases",
    identity="mail",
    identity_codec=AccountName(),
    path=("alias", "{id}"),
    id_keys={SQL: "address", LDAP: "mail"},
    absent_codes=frozenset({"NO_SUCH_ACCOUNT"}),
    list_path=("aliases", "{domain}"),
    list_query={"email_only": "yes"},
    rename=True,
    fields=(
        NAME,
        replace(ENABLED, since="SQL-3.3/LDAP-3.5"),
        field(
            "access_policy",
            # '' is public, and a new alias may show either; allowedonly is an old moderatorsonly
            # (panel/aliases.md#access-policy)
            Enum(*POLICIES, "membersandmoderatorsonly", synonyms={"": "public", "allowedonly": "moderatorsonly"}),
            "accessPolicy",
            ("accesspolicy", "accessPolicy"),
            post=True,
            clearable=False,
            only=SQL,
            initial={SQL: "public"},
        ),
        field(
            "members",
            Items(Address()),
            "members",
            ("members", "goto"),
            ("members", "mailForwardingAddress"),
            post=True,
            delta="Member",
            initial=both(frozenset()),
        ),
    ),
)
