# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spam policies (panel/spam-policy.md): friendly yes/no names, or the row of Amavisd's table ``policy``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator, Mapping, Optional, Tuple

from ..accounts import Account
from ..codecs import TRUE_WORDS, Flag, Pattern, first
from ..descriptors import Setting
from ..fields import Field, both
from ..numbers import Score, finite
from ..sources import MISSING, Key

#: a tag level that Amavisd reaches with any mail
VERY_LOW = -10


class Filled(Flag):
    """A column that says yes by holding anything."""

    def from_wire(self, raw: Any) -> bool:
        value = first(raw)
        if value is not None and not isinstance(value, str):
            raise ValueError("it is a %s where text is expected" % type(value).__name__)
        return bool(value)


class VeryLow(Flag):
    """A tag level so low that headers are always inserted; Amavisd's own default is 2."""

    def from_wire(self, raw: Any) -> bool:
        value = first(raw)
        return value not in (None, "") and finite(value) <= VERY_LOW


@dataclass(frozen=True)
class Quarantine(Key):
    """Where what is found goes, unless the account is a lover of it (panel/spam-policy.md#parameters).

    That it is not looked for at all is an option of its own.
    """

    lover: str = ""

    def find(self, profile: Mapping[str, Any]) -> Any:
        loves = str(first(profile.get(self.lover))).lower() in TRUE_WORDS
        found = super().find(profile)
        return "" if loves and found is not MISSING else found


def _flag(option: str, column: Optional[Key] = None, default: bool = False) -> Field:
    """``default`` is the document's, for what is not sent."""
    places: Tuple[Key, ...] = (Key(option),) + ((column,) if column else ())
    return Field(option, Flag(), update=option, sql=places, initial=both(default))


#: texts by which the panel says yes (panel/spam-policy.md#parameters)
_YES = {
    "spam_quarantine_to": "spam-quarantine",
    "virus_quarantine_to": "virus-quarantine",
    "banned_quarantine_to": "banned-quarantine",
    "bad_header_quarantine_to": "bad-header-quarantine",
    "spam_subject_tag2": "[SPAM]",
}


def _unsaid(row: Mapping[str, Any]) -> Iterator[Tuple[str, Any]]:
    """What somebody put into the row of Amavisd's table that is neither yes nor no, nor the one score."""
    for key, text in _YES.items():
        value = first(row.get(key))
        if value not in (None, "") and str(value).strip() != text:
            yield key, value
    header, score, kill = (_level(row, "spam_%s_level" % name) for name in ("tag", "tag2", "kill"))
    if header is not None and header > VERY_LOW:
        yield "spam_tag_level", header
    if kill is not None and kill != score:
        yield "spam_kill_level", kill


def _level(row: Mapping[str, Any], key: str) -> Optional[float]:
    value = first(row.get(key))
    try:
        return None if value in (None, "") else float(finite(value))
    except ValueError:
        return None


SPAMPOLICY = Setting(
    name="spampolicy",
    plural="spampolicies",
    keys=(("account", Account()),),
    path=("spampolicy", "{scope}"),
    method="PUT",
    whole=True,
    unsaid=_unsaid,
    fields=(
        _flag("bypass_spam_checks"),
        _flag("bypass_virus_checks"),
        _flag("bypass_banned_checks"),
        _flag("bypass_header_checks"),
        _flag("quarantine_spam", Quarantine("spam_quarantine_to", Filled(), "spam_lover")),
        _flag("quarantine_virus", Quarantine("virus_quarantine_to", Filled(), "virus_lover"), default=True),
        _flag("quarantine_banned", Quarantine("banned_quarantine_to", Filled(), "banned_files_lover")),
        _flag("quarantine_bad_header", Quarantine("bad_header_quarantine_to", Filled(), "bad_header_lover")),
        _flag("prefix_spam_in_subject", Key("spam_subject_tag2", Filled())),
        _flag("always_insert_x_spam_headers", Key("spam_tag_level", VeryLow())),
        Field(
            "spam_score",
            Score(),
            update="spam_score",
            sql=(Key("spam_score"), Key("spam_tag2_level")),
            sql_missing=Score.empty,
            initial=both(Score.empty),
        ),
        Field(
            "banned_rulenames",
            # the first of them that fits decides, so their order is kept; the column holds 64 characters
            Pattern(r"(?=.{1,64}\Z)\w[\w.-]*(,\w[\w.-]*)*", "is not a list of rules, of at most 64 characters: A,B"),
            update="banned_rulenames",
            sql=(Key("banned_rulenames"),),
            sql_missing="",
            initial=both(""),
            since="SQL-4.9/LDAP-5.0",
        ),
    ),
)
