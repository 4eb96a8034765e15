# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about a difference: the command that puts the server back, or the YAML that takes it into the files."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.result import CHANGED, NOT_SHOWN, SET
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.addresses import own_in_other_domains
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import KINDS

from .._files.reader import identity_of
from .._files.yaml_writer import write_yaml
from .entry import DRIFT, Entry

_PLURALS = {kind.name: kind.plural for kind in KINDS}
#: the options that name an object, by kind
IDENTITY = {kind.name: identity_of(kind.plural) for kind in KINDS}
_APPLY = "ansible-playbook mailstate.iredmail.apply"
#: the server gives an account more of these than can be asked for
_OWN_CHOICE = ("services", "maildir", "mailbox_folder", "mailbox_format")
_PLAIN = re.compile(r"[\w.+@-]+")
#: to delete one of these takes nothing else along
_SINGLE = ("user", "alias", "ml", "maillist", "admin")
_DOMAIN = "domain"


@dataclass(frozen=True)
class Remedy:
    """What is known of how the declared state is applied.

    :ivar sources: where it is declared, as the user says it; none: as the task said it
    :ivar hosts: the host of the inventory from which the panel is reached, unless it is the only one
    """

    sources: Sequence[str] = ()
    hosts: frozenset[str] = field(default_factory=frozenset)

    def command(self, entry: Entry) -> str:
        """The command that makes the server as it is declared; empty where there is nothing to put back."""
        if entry.status != DRIFT or entry.kind not in _PLURALS or entry.odd:
            return ""
        limit = " --limit %s" % shlex.quote(entry.host) if len(self.hosts) > 1 and entry.host else ""
        if not entry.declared:
            if entry.kind not in (*_SINGLE, _DOMAIN) or not _PLAIN.fullmatch(entry.ident):
                return ""
            where = shlex.quote(entry.host or "localhost")
            what = shlex.quote("%s=%s state=absent" % (*IDENTITY[entry.kind], entry.ident))
            # a domain takes along all that is in it: whoever copies that looks first
            look = " --check --diff" if entry.kind == _DOMAIN else ""
            return "ansible %s -m mailstate.iredmail.iredmail_%s -a %s%s" % (where, entry.kind, what, look)
        sources = self.sources or entry.sources
        return "%s -e %s%s" % (_APPLY, _source(sources), limit) if sources else ""

    def adoption(self, entry: Entry) -> str:
        """What to write into the files so that the server may stay as it is; empty if that cannot be said."""
        if entry.status != DRIFT or entry.kind not in _PLURALS or entry.odd:
            return ""
        named = _named(entry)
        if not named and IDENTITY[entry.kind]:
            return ""
        values = {"state": "absent"} if entry.missing else _values(entry)
        if not values and not entry.extra:
            return ""
        return write_yaml({_PLURALS[entry.kind]: [{**named, **values}]}).removeprefix("---\n")


def _source(paths: Sequence[str]) -> str:
    """The variable with where the state is declared, for a shell."""
    first, *others = paths
    if not others and not set(first) & set(" '\"={}"):
        return "mail_state_src=%s" % shlex.quote(first)
    value = list(paths) if others else first
    return shlex.quote(json.dumps({"mail_state_src": value}, ensure_ascii=False))


def _named(entry: Entry) -> dict[str, str]:
    """The options that name an object; none where its name does not tell them."""
    options, words = IDENTITY[entry.kind], entry.ident.split(" ")
    return dict(zip(options, words, strict=True)) if len(words) == len(options) else {}


def _values(entry: Entry) -> dict[str, Any]:
    """What the server has, as far as the panel shows it."""
    known = {*IDENTITY[entry.kind], *_OWN_CHOICE}
    found = {option: value for option, value in sorted(entry.shown.items()) if option not in known}
    for option, (before, _after) in sorted(entry.changes.items()):
        if option == "state" or before is None or isinstance(before, dict) or before in (SET, CHANGED, NOT_SHOWN):
            continue
        found[option] = list(before) if isinstance(before, (list, tuple)) else before
    if not entry.declared and _given_for_alias_domains(entry.ident, found.get("aliases")):
        del found["aliases"]
    return found


def _given_for_alias_domains(ident: str, addresses: Any) -> bool:
    """Whether each address is the account's own in another domain (panel/domains.md#alias-domains).

    An LDAP server gives a user one for each alias domain of its domain. Those come and go by themselves, so they are
    not to be declared. A list with others in it is left whole, since an exact one takes away what it does not name.
    """
    found = {str(address) for address in addresses or ()}
    return bool(found) and own_in_other_domains([ident], found) == found
