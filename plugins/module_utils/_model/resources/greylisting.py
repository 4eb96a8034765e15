# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Greylisting (panel/greylisting.md): a setting, and senders it does not apply to."""

from __future__ import annotations

from ..accounts import Account
from ..addresses import DomainName, Sender
from ..codecs import Flag, Items
from ..descriptors import AddressSet, Setting
from ..fields import Field, ListField
from ..sources import Key

_KEYS = (("account", Account()),)

GREYLISTING = Setting(
    name="greylisting",
    plural="greylistings",
    keys=_KEYS,
    path=("greylisting", "{account}"),
    method="POST",
    where={"sender": "@."},
    fields=(
        Field(
            "enabled",
            Flag("enable", "disable"),
            update="status",
            sql=(Key("status"), Key("active")),
            aliases=("status",),
        ),
    ),
)
WHITELIST = AddressSet(
    name="greylisting",
    plural="greylistings",
    keys=_KEYS,
    path=("greylisting", "{account}", "whitelists"),
    field=ListField("whitelist", Items(Sender()), add="addSenders", remove="removeSenders", aliases=("senders",)),
    adding=("POST", "addSenders"),
    removing=("POST", "removeSenders"),
    clearing=False,
    by_cron=True,  # panel/greylisting.md#senders-that-a-cron-job-adds
)
# There is no GET (panel/greylisting.md#spf-domains)
SPF_DOMAINS = ListField("domains", Items(DomainName()), update="domains", add="addDomains", remove="removeDomains")
SPF_PATH = ("greylisting", "whitelist_spf_domains")
