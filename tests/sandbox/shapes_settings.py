# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches for what Amavisd and iRedAPD keep: spam policies, throttles, greylisting, white- and blacklists.

One shape for both backends, since these tables are the same on either (panel/spam-policy.md#where-it-is-kept).
"""

from __future__ import annotations

from tests.sandbox.shapes_base import Switch, same

# What a GET answers where nothing is configured: JSON, or else the message of a failure
_NONE = ("{}", "null", "[]", "NO_SUCH_ACCOUNT")

SWITCHES: dict[str, Switch] = {
    "spampolicy": same(
        "row",
        "strings",
        "friendly",
        text="the row of table policy, or yes/no names",
        source="panel/spam-policy.md#profile",
    ),
    "spampolicy_put": same(
        "replace",
        "merge",
        text="what becomes of parameters that are not sent",
        source="panel/spam-policy.md#whole-or-in-part",
    ),
    "spampolicy_unset": same(*_NONE, text="no policy", source="panel/spam-policy.md#profile"),
    "throttle": same(
        "row",
        "strings",
        "array",
        "nested",
        text="a row, in an array, or under its kind",
        source="panel/throttle.md#profile",
    ),
    "throttle_off": same("deleted", "kept", text="what period=0 does to the row", source="panel/throttle.md#removal"),
    "throttle_blank": same(
        "deleted",
        "kept",
        text="a throttle with a period and no limit is not saved, or it is",
        source="panel/throttle.md#removal",
    ),
    "throttle_tracking": same(
        "deleted",
        "500",
        text="a POST for a throttle in use resets what has been counted, or crashes at the foreign key",
        source="panel/throttle.md#writing-resets-counters",
    ),
    "throttle_unset": same(*_NONE, text="no throttle", source="panel/throttle.md#profile"),
    "greylisting": same(
        "row",
        "strings",
        "array",
        "enable",
        "enabled",
        text="active 1 or 0, or {status: ...}",
        source="panel/greylisting.md#setting",
    ),
    "greylisting_unset": same(*_NONE, text="no setting", source="panel/greylisting.md#setting"),
    "greylist_whitelists": same(
        "strings", "rows", text="senders, or rows with comments", source="panel/greylisting.md#whitelists"
    ),
    "greylist_whitelists_unset": same(
        "[]", "null", "{}", "NO_SUCH_ACCOUNT", text="no sender", source="panel/open-questions.md#nothing-configured"
    ),
    "greylist_reset": same(
        "wipes",
        "keeps",
        text="AUTO-UPDATE rows when senders= resets the list",
        source="panel/greylisting.md#senders-that-a-cron-job-adds",
    ),
    "spf_rows": same(
        "separate",
        "shown",
        "shared",
        text="addresses of SPF domains in a table of their own, shown there, or AUTO-UPDATE",
        source="panel/greylisting.md#senders-that-a-cron-job-adds",
    ),
    "domain_settings": same(
        "deleted",
        "kept",
        text="policies, throttles, lists of a deleted domain",
        source="panel/endpoints-sql.md#deletion-of-a-domain",
    ),
    "user_settings": same(
        "kept",
        "deleted",
        text="policies, throttles, lists of a deleted user",
        source="panel/endpoints-sql.md#deletion-of-a-user",
    ),
    "renamed_settings": same(
        "moved",
        "left",
        text="policies, throttles, lists of somebody whose address changes go along, or stay at the old one",
        source="panel/endpoints-sql.md#change-of-address",
    ),
    "wblist": same(
        "strings",
        "rows",
        "object",
        text="addresses, objects with id, or both lists by their names",
        source="panel/wblist.md#profile",
    ),
    "wblist_unset": same(
        "[]", "null", "{}", "ACCOUNT_NOT_EXIST", text="no address, or no account", source="panel/wblist.md#profile"
    ),
}

PRESETS: dict[str, dict[str, str]] = {
    "hiding": {
        "spampolicy_unset": "null",
        "throttle_unset": "null",
        "greylisting": "enabled",
        "greylisting_unset": "null",
        "greylist_whitelists_unset": "null",
        "greylist_reset": "keeps",
        "domain_settings": "kept",
        "renamed_settings": "left",
        "wblist_unset": "null",
    },
    "old": {
        "spampolicy": "friendly",
        "spampolicy_unset": "NO_SUCH_ACCOUNT",
        "throttle": "nested",
        "throttle_off": "kept",
        "throttle_blank": "kept",
        "throttle_unset": "NO_SUCH_ACCOUNT",
        "greylisting": "enable",
        "greylisting_unset": "NO_SUCH_ACCOUNT",
        "greylist_whitelists": "rows",
        "greylist_whitelists_unset": "NO_SUCH_ACCOUNT",
        "spf_rows": "shared",
        "wblist_unset": "ACCOUNT_NOT_EXIST",
    },
    "strings": {
        "spampolicy": "strings",
        "spampolicy_put": "merge",
        "throttle": "strings",
        "greylisting": "strings",
        "user_settings": "deleted",
    },
    "wrapped": {
        "spampolicy": "friendly",
        "spampolicy_unset": "[]",
        "throttle": "array",
        "throttle_unset": "[]",
        "greylisting": "array",
        "greylisting_unset": "[]",
        "greylist_whitelists": "rows",
        "greylist_whitelists_unset": "{}",
        "greylist_reset": "keeps",
        "spf_rows": "shared",
        "wblist": "rows",
        "wblist_unset": "{}",
    },
}
