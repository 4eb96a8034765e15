# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nobody knows about mailing lists and LDIF exports (wire-facts 10, 11, 16b), as further switches."""

from __future__ import annotations

from tests.sandbox.shapes_base import Switch, same

SWITCHES: dict[str, Switch] = {
    "ml": same(
        "merged",
        "bare",
        "nested",
        "array",
        source="10.3: mlmmj's profile merged with the account's fields, alone, under a key of its own, or in an array",
    ),
    "ml_name": same("backend", "mlmmj", source="10.3: two sources have a name, and a PUT without it wipes one of them"),
    "ml_booleans": same("yesno", "json", "numbers", source="10.2: yes and no, or true and false, or 1 and 0"),
    "ml_lists": same("array", "string", source="10.2: arrays, or strings joined as they are sent"),
    "ml_size": same("string", "number", source="10.2: max_message_size '10240' or 10240; '' or 0 when unset"),
    "ml_subscribers": same("subscribers", "members", "hidden", source="10.3: the key of the subscribers"),
    "ml_subscriber_form": same(
        "objects", "strings", "by_subscription", source="10.3: {mail, subscription}, or addresses, or {normal: []}"
    ),
    "ml_newsletter": Switch(
        ("columns", "names", "hidden"),
        "columns",
        "hidden",
        "21: is_newsletter and description as columns, or under the names that are written",
    ),
    "ml_policy": same("sent", "posting", source="10.4.2: accessPolicy beats only_*_can_post in one request, or loses"),
    "ml_defaults": same("mlmmj", "document", source="10.2: defaults and headers as measured, or as REF22 has them"),
    "ml_missing": Switch(
        ("NO_SUCH_ACCOUNT", "ACCOUNT_NOT_EXIST"), "NO_SUCH_ACCOUNT", "ACCOUNT_NOT_EXIST", "10.4.4: writes to no list"
    ),
    "ml_delete_data": same("absent", "path", source="10.4.8: a deletion may answer with the path of the archive"),
    "mlmmjadmin": same("up", "refused", "crash", source="1.3, 10: mlmmjadmin is down: _msg with a repr, or HTTP 500"),
    "maillist_members": same(
        "members", "mailForwardingAddress", "hidden", source="11: the key of an unsubscribable list's members"
    ),
    "maillist_scope": same("own", "all", source="11: /api/maillist finds subscribable lists too, or not"),
    "ldif": same("json", "text", source="16b: the export as _data, or as the body itself"),
    "ldif_missing": same("NO_SUCH_ACCOUNT", "empty", source="16b: the export of what is not there"),
}

PRESETS: dict[str, dict[str, str]] = {
    "hiding": {"ml": "bare", "ml_subscribers": "hidden", "ml_newsletter": "hidden", "maillist_members": "hidden"},
    "old": {"ml_defaults": "document", "maillist_members": "mailForwardingAddress"},
    "strings": {
        "ml_name": "mlmmj",
        "ml_booleans": "json",
        "ml_lists": "string",
        "ml_size": "number",
        "ml_subscriber_form": "strings",
        "ml_newsletter": "names",
        "ml_policy": "posting",
        "ldif": "text",
    },
    "wrapped": {
        "ml": "nested",
        "ml_booleans": "numbers",
        "ml_subscribers": "members",
        "ml_subscriber_form": "by_subscription",
        "ml_delete_data": "path",
        "maillist_members": "mailForwardingAddress",
        "maillist_scope": "all",
        "ldif_missing": "empty",
    },
}
