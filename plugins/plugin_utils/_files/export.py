# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An exported state -> one file per domain, one for what belongs to no domain, and a manifest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.items import domain_of
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import BY_NAME, PRUNABLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._version import VERSION

from .reader import MANIFEST, NO_MANIFEST, identity_of, listed_files
from .yaml_writer import write_yaml

GLOBAL = "global.yml"
SCHEMA = "https://raw.githubusercontent.com/mailstate/iredmail/main/docs/state.schema.json"
_STATE_HEAD = "# yaml-language-server: $schema=%s\n" % SCHEMA
_MANIFEST_HEAD = "# What the role mail_export wrote here, and what it could not read. It is no state file.\n"
#: kinds that belong to no domain. The domain of a standalone admin is not one of the server's
_WITHOUT_DOMAIN = ("admins", "greylisting_spf_domains")
_NAME = re.compile(r"[\w-]+\.[\w.-]+")
#: what tells an entry of ``not_exported`` from others
_NOTE = ("kind", "id", "reason")
Lists = dict[str, list[Any]]
Entries = dict[str, dict[str, Any]]
Note = dict[str, Any]


def files_of(
    exported: Mapping[str, Any], domains: Sequence[str] = (), kinds: Sequence[str] = (), manifest: str = ""
) -> list[dict[str, str]]:
    """Name and content of each file, the manifest last. The same export always gives the same files.

    :param exported: what `iredmail_state_info` returned
    :param domains: the domains that were asked for; then what belongs to none of them has no file
    :param kinds: the kinds that were asked for
    :param manifest: the content of the one that is there; what it says of files that are not written now stays
    :raises InputError: it is no export, or the manifest cannot be read
    """
    state = exported.get("state")
    if not isinstance(state, Mapping) or exported.get("failed"):
        raise InputError("this is not what iredmail_state_info returns when it succeeds.")
    lists = _by_file(state, bool(domains))
    asked = {"domains": list(domains), "kinds": list(kinds)}
    files = {name: state_file(lists[name]) for name in lists}
    entries = {
        name: {
            "name": name,
            "sha256": _digest(files[name]),
            **{kind: len(found) for kind, found in lists[name].items()},
        }
        for name in lists
    }
    notes = list(exported.get("not_exported") or ())
    if domains and manifest:
        entries, notes = _joined(manifest, entries, notes)
    said = {
        "collection": "mailstate.iredmail " + VERSION,
        **{option: names for option, names in asked.items() if names},
        "files": list(entries.values()),
        "not_exported": notes,
    }
    files[MANIFEST] = _MANIFEST_HEAD + write_yaml(said)
    return [{"name": name, "content": content} for name, content in files.items()]


def state_file(lists: Mapping[str, Any]) -> str:
    """The content of a new state file."""
    return _STATE_HEAD + _spaced(write_yaml(lists))


def _joined(manifest: str, entries: Entries, notes: list[Note]) -> tuple[Entries, list[Note]]:
    """What an export of some domains says, and what the manifest said of all else.

    :raises InputError: it cannot be read
    """
    try:
        files = listed_files(manifest)
        older = yaml.safe_load(manifest).get("not_exported") or ()
        kept = [one for one in older if "%s.yml" % domain_of(str(one["id"]).partition(" ")[0]) not in entries]
        found: dict[tuple[str, ...], set[str]] = {}
        for one in (*kept, *notes):
            found.setdefault(tuple(str(one[name]) for name in _NOTE), set()).update(one["options"])
        order = list(BY_NAME)
        merged = [dict(zip(_NOTE, key, strict=True), options=sorted(found[key])) for key in found]
        merged.sort(key=lambda one: (order.index(str(one["kind"])), one["id"] != "*", one["id"]))
        notes = [{name: one[name] for name in ("kind", "id", "options", "reason")} for one in merged]
        return dict(sorted({**files, **entries}.items())), notes
    except NO_MANIFEST as error:
        sentence = "%s cannot be read (%s); mend it, or export to another directory."
        raise InputError(sentence % (MANIFEST, type(error).__name__)) from None


def _digest(content: str) -> str:
    """What tells whether somebody edited a file since."""
    return hashlib.sha256(content.encode()).hexdigest()


def _by_file(state: Mapping[str, Any], some: bool) -> dict[str, Lists]:
    """The lists of each file. Kinds that are exported completely are there also when empty, so that pruning works."""
    known = [kind for kind in BY_NAME if kind in state]
    complete = [kind for kind in known if kind in PRUNABLE and kind != "domains"]
    found: dict[str, Lists] = {}
    for kind in known:
        order = {option: place for place, option in enumerate(BY_NAME[kind].options())}
        for item in state[kind]:
            name = _file_of(kind, item)
            lists = found.setdefault(name, {} if name == GLOBAL else {one: [] for one in complete})
            ordered = sorted(item, key=lambda option: order.get(option, len(order)))
            lists.setdefault(kind, []).append({option: item[option] for option in ordered})
    missing = {kind for kind in known if kind in PRUNABLE and not any(kind in lists for lists in found.values())}
    if missing:
        found.setdefault(GLOBAL, {}).update({kind: [] for kind in missing})
    if some:
        found.pop(GLOBAL, None)
    return {name: {kind: found[name][kind] for kind in known if kind in found[name]} for name in sorted(found)}


def _file_of(kind: str, item: Mapping[str, Any]) -> str:
    domain = "" if kind in _WITHOUT_DOMAIN else domain_of(str(item[identity_of(kind)[0]]))
    if not domain:
        return GLOBAL
    if not _NAME.fullmatch(domain):
        raise InputError("there is a domain called %r, which is not a name for a file." % domain)
    return domain + ".yml"


def _spaced(text: str) -> str:
    """An empty line between the lists."""
    return re.sub(r"(?<!---)\n(?=[a-z_]+:)", "\n\n", text)
