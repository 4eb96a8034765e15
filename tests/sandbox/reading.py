# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a profile looks in an answer: the two personalities, and the shapes that nobody knows."""

from __future__ import annotations

from typing import Any

from tests.sandbox import settings
from tests.sandbox.routing import Call, CrashError

# API_HIDDEN_*_PROFILES (panel/values.md#hidden-passwords)
_SECRETS = ("password", "userPassword")
# Where the entries of accounts are in the directory (panel/ldap.md#entries)
USER, ALIAS, LIST, EXTERNAL = "ou=Users", "ou=Aliases", "ou=Groups", "ou=Externals"
ADMIN = "o=domainAdmins"
_SUFFIX = "dc=example,dc=com"


def settings_of(call: Call, values: dict[str, Any]) -> Any:
    """Settings as a dict, as the stored string, or as ``key:value`` pairs."""
    values = {key: value for key, value in values.items() if value}
    if call.panel.shapes("settings", "string"):
        return settings.text_of(values)
    if call.panel.shapes("settings", "pairs"):
        return settings.pairs_of(values)
    return values


def sql_profile(call: Call, row: dict[str, Any], computed: dict[str, Any]) -> dict[str, Any]:
    """A row with computed keys, without secrets; scalars native, as strings, or as arrays of strings."""
    profile = {key: value for key, value in {**row, **computed}.items() if key not in _SECRETS}
    shape = call.panel.shapes["scalars"]
    if shape != "native":
        for key, value in profile.items():
            if isinstance(value, (int, str)):
                profile[key] = [str(value)] if shape == "arrays" else str(value)
    return profile


def ldap_profile(attributes: dict[str, Any], plain: dict[str, Any]) -> dict[str, Any]:
    """LDAP attributes: arrays of strings, those without a value missing; ``plain`` keys stay as they are."""
    profile: dict[str, Any] = {}
    for key, value in attributes.items():
        if value is None:
            continue
        found = [str(one) for one in (value if isinstance(value, (list, tuple)) else [value]) if one not in ("", None)]
        if found:
            profile[key] = found
    profile.update({key: value for key, value in plain.items() if value is not None})
    return profile


def wrap(call: Call, profile: dict[str, Any], name: str, kind: str = USER) -> dict[str, Any]:
    """Bare, or as the functions behind LDAP panels return it (panel/values.md#ldap-attributes)."""
    if call.ldap and call.panel.shapes("wrapped", "ldif"):
        return {"dn": dn(name, kind), "ldif": profile}
    return profile


def dn(name: str, kind: str = USER) -> str:
    """The distinguished name of a domain, or of an account of some kind (panel/ldap.md#entries)."""
    if kind == ADMIN:
        return f"mail={name},{kind},{_SUFFIX}"
    base = f"domainName={name.rpartition('@')[2]},o=domains,{_SUFFIX}"
    if "@" not in name:
        return base
    return f"{'memberOfGroup' if kind == EXTERNAL else 'mail'}={name},{kind},{base}"


def keyed(call: Call, switch: str, value: Any) -> dict[str, Any]:
    """A value under the key that a switch names, or nothing when it is hidden."""
    return {} if call.panel.shapes(switch, "hidden") else {call.panel.shapes[switch]: value}


def bcc(call: Call, switch: str, sender: str, recipient: str) -> dict[str, Any]:
    """Both BCC addresses under the keys that a switch names for the sender's."""
    key = call.panel.shapes[switch]
    if key == "hidden":
        return {}
    if key.startswith("sbcc"):
        return _gpl_bcc(call, key, sender, recipient)
    return {key: sender, key.replace("sender", "recipient").replace("Sender", "Recipient"): recipient}


def _gpl_bcc(call: Call, key: str, sender: str, recipient: str) -> dict[str, Any]:
    """The names of older code on SQL, null where there is no row (panel/user-profiles.md#bcc-on-sql)."""
    user = key == "sbcc_bcc_address"
    if call.ldap:
        names = [f"{'user' if user else 'domain'}{side}BccAddress" for side in ("Sender", "Recipient")]
        return dict(zip(names, (sender, recipient), strict=True))
    found: dict[str, Any] = {}
    for letter, address in (("s", sender), ("r", recipient)):
        found[letter + key[1:]] = address or None
        found[f"{letter}bcc_active"] = 1 if address else None
        if user:
            found[f"{letter}bcc_username"] = call.mail if address else None
    return found


def listing(call: Call, profiles: dict[str, dict[str, Any]], switch: str, kind: str = USER) -> Any:
    """Profiles of several accounts: an array, an object by name, or pairs of DN and attributes.

    Nobody knows which (panel/open-questions.md#lists-of-profiles).
    """
    shape = call.panel.shapes[switch]
    if shape == "error":
        raise CrashError("a list endpoint crashes (panel/transport.md#pages-that-are-no-answer)")
    if shape == "dict":
        return profiles
    if shape == "pairs":
        return [[dn(name, kind), profile] for name, profile in profiles.items()]
    return list(profiles.values())


def names(call: Call, found: list[str]) -> list[str]:
    """Addresses only."""
    if call.panel.shapes("emails", "error"):
        raise CrashError("a list endpoint crashes (panel/transport.md#pages-that-are-no-answer)")
    return found
