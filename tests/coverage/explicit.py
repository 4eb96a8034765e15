# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What no descriptor says: calls with code of their own, what is not sent and why, what is no parameter."""

from __future__ import annotations

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.connection import connection_spec
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.paths import api_path
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain_admins import ADMINS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain_users import FIELDS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.greylisting import (
    SPF_DOMAINS,
    SPF_PATH,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._support.ldif import KINDS as LDIF_KINDS
from tests.coverage.derived import EVERY, Use, update_uses

_ADMINS = "PUT /api/domain/admins/<domain>"
_USERS = "PUT /api/users/<domain>"
_SPF = "POST " + api_path(SPF_PATH)
_SPF_MODULE = "iredmail_greylisting_spf_domains"
_SENDERS = tuple(f"POST /api/greylisting/{account}/whitelists" for account in ("global", "<domain>", "<mail>"))
_LDIF = {kind: "<domain>" if kind in ("domain", "catchall") else "<mail>" for kind in LDIF_KINDS}

#: beside what the descriptors say
EXPLICIT = [
    Use("POST /api/login", "", EVERY, note="unless `api_session` is given"),
    Use("POST /api/login", "", "iredmail_login"),
    Use("POST /api/login", "username", EVERY, "api_username"),
    Use("POST /api/login", "password", EVERY, "api_password"),
    *(
        Use(
            "POST /api/domain/<domain>",
            parameter,
            "iredmail_domain",
            option,
            "goes with the PUT that follows: POST ignores it",
        )
        for parameter, option in (("senderBcc", "sender_bcc"), ("recipientBcc", "recipient_bcc"))
    ),
    # delegation
    Use("GET /api/domain/<domain>", "", "iredmail_domain_admins", "domain"),
    Use("GET /api/domain/<domain>", "", "iredmail_domain_admins_info", "domain"),
    Use(_ADMINS, "", "iredmail_domain_admins", "domain"),
    *update_uses(_ADMINS, "iredmail_domain_admins", ADMINS),
    Use(_ADMINS, "removeAllAdmins", "iredmail_domain_admins", "state: absent"),
    # all users of a domain
    Use("GET /api/users/<domain>", "", "iredmail_domain_users", "domain"),
    Use("GET /api/users/<domain>", "", "iredmail_domain_users_info", "domain"),
    Use(_USERS, "", "iredmail_domain_users", "domain"),
    *(use for one in FIELDS for use in update_uses(_USERS, "iredmail_domain_users", one)),
    Use(_USERS, "password", "iredmail_domain_users", "password"),
    Use(_USERS, "password", "iredmail_domain_users", "update_password: always"),
    # questions
    *(
        use
        for kind in ("user", "admin")
        for call in (f"POST /api/verify_password/{kind}/<mail>",)
        for use in (
            Use(call, "", "iredmail_verify_password", "account"),
            Use(call, "", "iredmail_verify_password", f"kind: {kind}"),
            Use(call, "password", "iredmail_verify_password", "password"),
        )
    ),
    *(
        Use(f"GET /api/ldif/{kind}/{name}", "", "iredmail_ldif_info", option)
        for kind, name in _LDIF.items()
        for option in ("kind", "name")
    ),
    Use("GET /api/domains", "", "iredmail_server_info"),
    # greylisting
    *(
        Use(
            call,
            "senders",
            "iredmail_greylisting",
            "whitelist",
            "the difference is sent as addSenders and removeSenders",
        )
        for call in _SENDERS
    ),
    Use(_SPF, "", _SPF_MODULE),
    Use(_SPF, str(SPF_DOMAINS.update), _SPF_MODULE, SPF_DOMAINS.option),
    Use(_SPF, str(SPF_DOMAINS.update), _SPF_MODULE, "state: absent", "blank for absent"),
    Use(_SPF, str(SPF_DOMAINS.add), _SPF_MODULE, "add_" + SPF_DOMAINS.option),
    Use(_SPF, str(SPF_DOMAINS.remove), _SPF_MODULE, "remove_" + SPF_DOMAINS.option),
]

#: what the documents list and no module sends: the reason
ABSENT = {
    ("PUT /api/domain/<domain>", "removeAllServices"): (
        "gone with SQL-2.9/LDAP-3.1, which has `services` instead; `iredmail_domain.services: []` turns all off"
    ),
    ("GET /api/greylisting/all", ""): (
        "`iredmail_greylisting_info` asks for one account; how this list looks is not documented, so that only "
        "`iredmail_server_info.capture` reads it"
    ),
}

#: what modules send and the documents do not list: where it comes from
BEYOND: dict[tuple[str, str], str] = {
    (f"PUT /api/spampolicy/{scope}", "banned_rulenames"): "in the vendor's document of 2021-04, which the others lack"
    for scope in ("global", "domain/<domain>", "user/<mail>")
}

#: options that travel in no parameter, and stand in no path
LOCAL = {
    "state": "`present` or `absent`: which calls are made",
    "verify": "how strictly the server is asked afterwards whether it did what it was told",
    "unreadable": "what happens to options that the panel does not show",
    "update_password": "when a password is sent",
    "capture": "whether one example of every answer is returned, with every name replaced",
} | dict.fromkeys(sorted(set(connection_spec()) - {"api_username", "api_password"}), "how the panel is reached")
