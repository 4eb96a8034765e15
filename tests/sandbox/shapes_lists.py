# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nobody knows about mailing lists and LDIF exports (panel/open-questions.md), as further switches."""

from __future__ import annotations

from tests.sandbox.shapes_base import Switch, same

SWITCHES: dict[str, Switch] = {
    "ml": same(
        "merged",
        "bare",
        "nested",
        "array",
        text="mlmmj's profile merged with the account's fields, alone, under a key of its own, or in an array",
        source="panel/mailing-lists.md#profile",
    ),
    "ml_name": same(
        "backend",
        "mlmmj",
        text="two sources have a name, and a PUT without it wipes one of them",
        source="panel/mailing-lists.md#profile",
    ),
    "ml_booleans": same(
        "yesno",
        "json",
        "numbers",
        text="yes and no, or true and false, or 1 and 0",
        source="panel/mailing-lists.md#yes-and-no",
    ),
    "ml_lists": same(
        "array", "string", text="arrays, or strings joined as they are sent", source="panel/mailing-lists.md#profile"
    ),
    "ml_size": same(
        "string",
        "number",
        text="max_message_size '10240' or 10240; '' or 0 when unset",
        source="panel/mailing-lists.md#texts",
    ),
    "ml_subscribers": same(
        "subscribers", "members", "hidden", text="the key of the subscribers", source="panel/mailing-lists.md#profile"
    ),
    "ml_subscriber_form": same(
        "objects",
        "strings",
        "by_subscription",
        text="{mail, subscription}, or addresses, or {normal: []}",
        source="panel/mailing-lists.md#profile",
    ),
    "ml_newsletter": Switch(
        ("columns", "names", "hidden"),
        "columns",
        "hidden",
        "is_newsletter and description as columns, or under the names that are written",
        "panel/mailing-lists.md#account",
    ),
    "ml_policy": same(
        "sent",
        "posting",
        text="with bk_iredmail, accessPolicy beats only_*_can_post in one request, or loses",
        source="panel/mailing-lists.md#access-policy-and-flags",
    ),
    "ml_backend": same(
        "bk_none",
        "bk_iredmail",
        text="mlmmjadmin writes files only, or accounts too: a PUT wipes the name, only_*_can_post set the policy, "
        "unknown owners are dropped, codes are its own",
        source="panel/mlmmjadmin.md#backends",
    ),
    "ml_existing": same(
        "ALREADY_EXISTS",
        "initialised",
        text="a POST for a list that is there is refused, or initialises it again",
        source="panel/mlmmjadmin.md#a-directory-that-is-there",
    ),
    "mlmmjadmin_release": same(
        "3.6.3",
        "3.6.1",
        "3.1.5",
        "3.1.4",
        "1.7",
        "1.1",
        "1.0",
        text="headers of its own, HTTP 500 for a second colon in a header up to 3.6.1, moderated along with "
        "only_moderator_can_post up to 3.1.4",
        source="panel/mlmmjadmin.md#default-headers",
    ),
    "domain_lists": same(
        "deleted",
        "kept",
        text="the files of the lists of a deleted domain",
        source="panel/mlmmjadmin.md#a-directory-that-is-there",
    ),
    "ml_delete_data": same(
        "absent",
        "path",
        text="a deletion may answer with the path of the archive",
        source="panel/mailing-lists.md#deletion",
    ),
    "mlmmjadmin": same(
        "up",
        "refused",
        "crash",
        text="mlmmjadmin is down: _msg with a repr, or HTTP 500",
        source="panel/transport.md#pages-that-are-no-answer",
    ),
    "maillist_members": same(
        "members",
        "mailForwardingAddress",
        "hidden",
        text="the key of an unsubscribable list's members",
        source="panel/maillists.md#members",
    ),
    "maillist_scope": same(
        "own", "all", text="/api/maillist finds subscribable lists too, or not", source="panel/maillists.md#endpoints"
    ),
    "ldif": same("json", "text", text="the export as _data, or as the body itself", source="panel/ldif.md#answer"),
    "ldif_missing": same(
        "NO_SUCH_ACCOUNT", "empty", text="the export of what is not there", source="panel/ldif.md#answer"
    ),
}

PRESETS: dict[str, dict[str, str]] = {
    "hiding": {"ml": "bare", "ml_subscribers": "hidden", "ml_newsletter": "hidden", "maillist_members": "hidden"},
    "old": {"mlmmjadmin_release": "1.7", "maillist_members": "mailForwardingAddress"},
    "strings": {
        "ml_name": "mlmmj",
        "ml_booleans": "json",
        "ml_lists": "string",
        "ml_size": "number",
        "ml_subscriber_form": "strings",
        "ml_newsletter": "names",
        "ml_backend": "bk_iredmail",
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
