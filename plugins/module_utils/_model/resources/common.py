# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields that several resources share."""

from __future__ import annotations

from ..addresses import Address
from ..codecs import Flag, Pattern, Text
from ..descriptors import SQL, Field, both
from ..sources import Key, Matching

#: ``accountStatus``: anything but "active" disables (panel/values.md#account-status). POST creates active accounts
#: (panel/users.md#creation).
ENABLED = Field(
    "enabled",
    Flag("active", "disabled"),
    update="accountStatus",
    sql=(Key("active"),),
    ldap=(Key("accountStatus"),),
    aliases=("accountStatus",),
    initial=both(True),
)

NAME = Field("name", Text(), create="name", update="name", sql=(Key("name"),), ldap=(Key("cn"),), initial={SQL: ""})

LANGUAGE_CODE = Pattern("[a-z]{2}_[A-Z]{2}", "is not a language of the panel; write it like en_US")

LANGUAGE = Field(
    "language",
    LANGUAGE_CODE,
    create="language",
    update="language",
    sql=(Key("language"),),
    ldap=(Key("preferredLanguage"),),
    clearable=False,
)

#: who may send to an alias or a list (panel/aliases.md#access-policy)
POLICIES = ("public", "domain", "subdomain", "membersonly", "moderatorsonly")

TRANSPORT = Field(
    "transport", Text(), update="transport", sql=(Key("transport"),), ldap=(Key("mtaTransport"),), clearable=False
)


def bcc(option: str, parameter: str, attribute: str, since: str = "") -> Field:
    """A BCC address. Nobody knows its key on SQL, so any likely one will do (panel/open-questions.md#keys-on-sql)."""
    likely = Matching(pattern="(?i)sender.*bcc" if option == "sender_bcc" else "(?i)(recipient|rcpt).*bcc")
    return Field(
        option,
        Address(),
        update=parameter,
        sql=(Key(option), likely),
        ldap=(Key(attribute), likely),
        aliases=(parameter,),
        initial=both(""),
        since=since,
    )
