# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A panel with some of everything, as people would have made it in the course of years."""

from __future__ import annotations

from typing import Any

from tests.sandbox.handle import Sandbox
from tests.support.common import COM, ORG, PASSWORD

HASH = "{SSHA512}c2NlbmU="
PLAIN = "plain.example"


def furnish(sandbox: Sandbox) -> None:
    """Fill a panel; every value is one that its requests can carry."""

    def send(method: str, path: str, **params: Any) -> None:
        answer = sandbox.api(method, "/api/" + path, **params)
        assert answer["_success"], (method, path, answer)

    ldap = sandbox.backend == "ldap"
    _domains(send, ldap)
    _users(send, ldap)
    _aliases(send, ldap)
    _lists(send)
    if ldap:
        send("POST", f"maillist/all@{COM}", name="Alle für alle", members=f"ada@{COM},x@other.example")
    _settings(send)


def entangle(sandbox: Sandbox) -> None:
    """Accounts that refer to others of their domain which come later, and in circles."""
    for path, parameter, value in (
        (f"user/ada@{COM}", "addForwarding", f"sales@{COM}"),
        (f"user/bob@{COM}", "addForwarding", f"zoe@{COM}"),
        (f"alias/empty@{COM}", "addMember", f"shop@{COM},team@{COM}"),
    ):
        assert sandbox.api("PUT", "/api/" + path, **{parameter: value})["_success"]


def _domains(send: Any, ldap: bool) -> None:
    send("POST", f"domain/{COM}", name="Example & Söhne", quota=102400, defaultQuota=512, numberOfUsers=50)
    send("PUT", f"domain/{COM}", minPasswordLength=8, maxPasswordLength=40, maxUserQuota=4096, numberOfAliases=20)
    send("PUT", f"domain/{COM}", senderBcc="audit@other.example", recipientBcc="in@other.example")
    send("PUT", f"domain/{COM}", catchall="x@other.example,ada@example.com", outboundRelay="[relay.example]:587")
    send("PUT", f"domain/{COM}", aliasDomains="example.net,example.eu", language="de_DE")
    send("PUT", f"domain/{COM}", disableDomainProfile="bcc,relay", disableUserProfile="throttle")
    send("PUT", f"domain/{COM}", disableUserPreference="quarantine", addService="self-service")
    send("POST", f"domain/{ORG}", name="", numberOfLists=5)
    send("PUT", f"domain/{ORG}", is_backupmx="yes", primarymx="192.0.2.25", accountStatus="disabled")
    send("POST", f"domain/{PLAIN}")
    if ldap:
        send("PUT", f"domain/{PLAIN}", services="mail,domainalias,vendor-feature")


def _users(send: Any, ldap: bool) -> None:
    send("POST", f"user/ada@{COM}", name="Ada Lovelace", password=PASSWORD, quota=1024, language="en_US")
    send("PUT", f"user/ada@{COM}", gn="Ada", sn="Lovelace", employeeid="A-1", addAlias=f"a@{COM},al@example.net")
    send("PUT", f"user/ada@{COM}", senderBcc="audit@other.example", transport="lmtp:unix:private/dovecot-lmtp")
    send("POST", f"user/bob@{COM}", password=PASSWORD, quota=2048, mailboxFormat="mdbox", mailboxFolder="Mail")
    send("POST", f"user/zoe@{COM}", password=PASSWORD, maildir="/srv/mail/example.com/zoe/")
    send("PUT", f"user/bob@{COM}", forwarding=f"x@other.example,ada@{COM}")
    send("PUT", f"user/zoe@{COM}", forwarding=f"bob@{COM},zoe@{COM}", accountStatus="disabled")
    send("PUT", f"user/bob@{COM}", removeService="pop3,pop3secured,pop3tls")
    if ldap:
        send("PUT", f"user/zoe@{COM}", telephoneNumber="+49 30 1,+49 30 2", mobile="+49 170 1", addService="vpn")
    send("POST", f"user/root@{ORG}", password=PASSWORD, name="Root")
    send("PUT", f"user/root@{ORG}", isGlobalAdmin="yes")
    send("POST", f"user/ed@{ORG}", password=PASSWORD)
    send("POST", "admin/admin@partner.invalid.example", password=PASSWORD, name="Partner", maxUsers=5, language="en_US")
    send("PUT", f"domain/admins/{COM}", addAdmin=f"bob@{COM},ed@{ORG}")
    send("PUT", f"domain/admins/{ORG}", addAdmin="admin@partner.invalid.example")


def _aliases(send: Any, ldap: bool) -> None:
    policy = {} if ldap else {"accessPolicy": "membersonly"}
    send("POST", f"alias/sales@{COM}", name="Sales", members=f"ada@{COM},x@other.example", **policy)
    send("POST", f"alias/empty@{COM}")
    send("PUT", f"alias/empty@{COM}", accountStatus="disabled")
    send("POST", f"alias/shop@{COM}", members=f"sales@{COM},bob@{COM}")


def _lists(send: Any) -> None:
    send("POST", f"ml/team@{COM}", name="Team", only_moderator_can_post="yes", subscribers=f"ada@{COM}")
    send(
        "PUT",
        f"ml/team@{COM}",
        name="Team",
        owner=f"ada@{COM}",
        moderators=f"ada@{COM},bob@{COM}",
        custom_headers="X-Team: blue\nX-Floor: 3",
        remove_headers="X-Spam",
        subject_prefix="[Team] ",
        footer_text="Bye\nbye",
        max_message_size=10240,
        extra_addresses=f"crew@{COM}",
        add_subscribers=f"bob@{COM},x@other.example",
        require_confirm="no",
        accessPolicy="moderatorsonly",
    )
    send("POST", f"ml/news@{COM}", is_newsletter="yes", newsletter_description="News", disable_archive="yes")
    send("PUT", f"ml/news@{COM}", name="", accountStatus="disabled", moderate_subscription="no")
    send("POST", f"ml/plain@{ORG}")


def _settings(send: Any) -> None:
    send("PUT", "spampolicy/global", bypass_header_checks="yes", quarantine_banned="yes", spam_score="5.5")
    send("PUT", f"spampolicy/domain/{COM}", bypass_spam_checks="yes", quarantine_virus="no", spam_score="4")
    send("PUT", f"spampolicy/user/ada@{COM}", quarantine_virus="yes")  # all as by default, and yet it overrides
    send("POST", "throttle/global/outbound", period=3600, max_msgs=100)
    send("POST", f"throttle/{COM}/inbound", period=60, max_msgs=0, msg_size=1048576)
    send("POST", f"throttle/bob@{COM}/outbound", period=60, max_msgs=20)
    send("POST", "greylisting/global", status="enable")
    send("POST", f"greylisting/{COM}", status="disable")
    send("POST", f"greylisting/{PLAIN}/whitelists", addSenders="192.0.2.0/24,@friend.example")
    send("POST", "greylisting/whitelist_spf_domains", addDomains="provider.example")
    send("POST", "wblist/inbound/whitelist/global", addresses="@good.example,192.0.2.1")
    send("POST", f"wblist/inbound/blacklist/{COM}", addresses="@bad.example,spam@*")
    send("POST", f"wblist/outbound/blacklist/ada@{COM}", addresses="rival@other.example")
