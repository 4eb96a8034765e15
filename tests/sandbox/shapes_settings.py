# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches for what Amavisd and iRedAPD keep: spam policies, throttles, greylisting, white- and blacklists.

One shape for both backends, since these tables are the same on either (wire-facts 13 to 16).
"""

from __future__ import annotations

from tests.sandbox.shapes_base import Switch, same

# What a GET answers where nothing is configured: JSON, or else the message of a failure
_NONE = ("{}", "null", "[]", "NO_SUCH_ACCOUNT")

SWITCHES: dict[str, Switch] = {
    "spampolicy": same("row", "strings", "friendly", source="13, 18 #9: the row of table policy, or yes/no names"),
    "spampolicy_put": same("replace", "merge", source="13, 18 #11: what becomes of parameters that are not sent"),
    "spampolicy_unset": same(*_NONE, source="13, 18 #10: no policy"),
    "throttle": same("row", "strings", "array", "nested", source="14, 18 #9: a row, in an array, or under its kind"),
    "throttle_off": same("deleted", "kept", source="14, 18 #12: what period=0 does to the row"),
    "throttle_unset": same(*_NONE, source="14, 18 #10: no throttle"),
    "greylisting": same(
        "row", "strings", "array", "enable", "enabled", source="16.1, 18 #9: active 1 or 0, or {status: ...}"
    ),
    "greylisting_unset": same(*_NONE, source="16.1, 18 #10: no setting"),
    "greylist_whitelists": same("strings", "rows", source="16.2, 18 #9: senders, or rows with comments"),
    "greylist_whitelists_unset": same("[]", "null", "{}", "NO_SUCH_ACCOUNT", source="16.2, 18 #10: no sender"),
    "greylist_reset": same("wipes", "keeps", source="16.2: AUTO-UPDATE rows when senders= resets the list"),
    "spf_rows": same(
        "separate",
        "shown",
        "shared",
        source="16.2, backend-schemas 7: addresses of SPF domains in a table of their own, shown there, or AUTO-UPDATE",
    ),
    "domain_settings": same(
        "deleted", "kept", source="4.6, backend-schemas 7: policies, throttles, lists of a deleted domain"
    ),
    "wblist": same("strings", "rows", "object", source="15, 18 #9: addresses, objects with id, or under its name"),
    "wblist_unset": same("[]", "null", "{}", "ACCOUNT_NOT_EXIST", source="15, 18 #10: no address, or no account"),
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
        "wblist_unset": "null",
    },
    "old": {
        "spampolicy": "friendly",
        "spampolicy_unset": "NO_SUCH_ACCOUNT",
        "throttle": "nested",
        "throttle_off": "kept",
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
