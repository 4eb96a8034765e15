# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Standalone admins (panel/admins.md#standalone-admins). There is no list of them."""

from __future__ import annotations

from dataclasses import replace

from ..accounts import AccountName
from ..codecs import Denied, Flag
from ..descriptors import Conflict, Resource
from ..fields import LDAP, SQL, Field, both, field
from ..numbers import Number, SizeWithUnit
from ..sources import Lacks, Quantity
from .common import ENABLED, LANGUAGE, NAME

#: the options that limit what a normal admin may create
LIMITS = ("max_domains", "max_quota", "max_users", "max_aliases", "max_lists")


def _limit(option: str, parameter: str, key: str) -> Field:
    """How much a normal admin may create; 0 is unlimited (panel/admins.md#limits)."""
    return field(option, Number(-1), parameter, "settings." + key, "accountSetting." + key, post=True, initial=both(0))


def _allowed(option: str, parameter: str, key: str, service: str) -> Field:
    return field(
        option,
        Denied(),
        parameter,
        "settings." + key,
        Lacks("disabledService", Flag(), word=service),
        post=True,
        aliases=(),
        initial=both(True),
        since="SQL-2.9/LDAP-3.1",
    )


def _only_normal(option: str, limits: bool) -> Conflict:
    """What limits a normal admin: an option as something, or as nothing/false."""
    return Conflict(
        (("global_admin", True), (option, limits)),
        "%s limits a normal admin; for a global admin the panel would silently discard it."
        % (option if limits else option + ": false"),
        there=("global_admin",),
    )


ADMIN = Resource(
    name="admin",
    plural="admins",
    identity="mail",
    identity_codec=AccountName(),
    path=("admin", "{id}"),
    id_keys={SQL: "username", LDAP: "mail"},
    absent_codes=frozenset({"NO_SUCH_ACCOUNT"}),
    list_path=(),
    list_query={},
    creates_with=(("password",),),
    verify="admin",
    facts=("managed_domains",),
    conflicts=(
        *(_only_normal(option, True) for option in LIMITS),
        *(_only_normal(option, False) for option in ("allow_mail_log", "allow_quarantine")),
    ),
    fields=(
        replace(NAME, initial=both("")),
        replace(ENABLED, create="accountStatus"),
        LANGUAGE,
        field(
            "global_admin",
            Flag(),
            "isGlobalAdmin",
            "isglobaladmin",
            "domainGlobalAdmin",
            post=True,
            ldap_missing=False,
            initial=both(False),
        ),
        _limit("max_domains", "maxDomains", "create_max_domains"),
        field(
            "max_quota",
            SizeWithUnit("quotaUnit"),
            "maxQuota",
            Quantity("settings.create_max_quota"),
            Quantity("accountSetting.create_max_quota"),
            post=True,
            initial=both(0),
        ),
        _limit("max_users", "maxUsers", "create_max_users"),
        _limit("max_aliases", "maxAliases", "create_max_aliases"),
        _limit("max_lists", "maxLists", "create_max_lists"),
        _allowed("allow_mail_log", "disableViewingMailLog", "disable_viewing_mail_log", "view_mail_log"),
        _allowed(
            "allow_quarantine",
            "disableManagingQuarantinedMails",
            "disable_managing_quarantined_mails",
            "manage_quarantined_mails",
        ),
    ),
)
