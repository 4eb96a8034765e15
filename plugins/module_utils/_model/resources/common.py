# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields that several resources share."""

from __future__ import annotations

from typing import Any, Iterable

from ..addresses import Address
from ..codecs import Flag, Pattern, Text, Word
from ..fields import SQL, Field, both, field
from ..sources import Matching

#: the translations of the open-source edition, of which the panel has at least most (panel/values.md#language)
LANGUAGES = (
    "bg_BG cs_CZ da_DK de_DE en_US es_ES fi_FI fr_FR hu_HU it_IT ja_JP ko_KR lv_LV nl_NL pl_PL pt_BR ro_RO ru_RU sl_SI "
    "sv_SE vi_VN zh_CN zh_TW"
).split()


class Language(Pattern):
    """A language of the panel's pages. One that the panel does not have leaves an account without any."""

    def __init__(self) -> None:
        super().__init__("[a-z]{2}_[A-Z]{2}", "is not a language of the panel; write it like en_US")

    def doubt(self, value: Any) -> str:
        if value in LANGUAGES:
            return ""
        return "%s is probably no language of the panel, which would store none; known are %s" % (
            value,
            ", ".join(LANGUAGES),
        )


class Service(Word):
    """The name of a service. LDAP panels take any (panel/users.md#services)."""

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__(known, r"[A-Za-z0-9_\-]+", "is not a service name")


#: ``accountStatus``: anything but "active" disables (panel/values.md#account-status). POST creates active accounts
#: (panel/users.md#creation).
ENABLED = field("enabled", Flag("active", "disabled"), "accountStatus", "active", "accountStatus", initial=both(True))
NAME = field("name", Text(), "name", "name", "cn", post=True, initial={SQL: ""})
LANGUAGE_CODE = Language()
LANGUAGE = field("language", LANGUAGE_CODE, "language", "language", "preferredLanguage", post=True, clearable=False)
TRANSPORT = field("transport", Text(), "transport", "transport", "mtaTransport", clearable=False)
#: who may send to an alias or a list (panel/aliases.md#access-policy)
POLICIES = ("public", "domain", "subdomain", "membersonly", "moderatorsonly")


def bcc(option: str, parameter: str, attribute: str, since: str = "") -> Field:
    """A BCC address. Nobody knows its key on SQL, so any likely one will do, and then those of old code.

    See panel/open-questions.md#keys-on-sql and panel/user-profiles.md#bcc-on-sql.
    """
    likely = Matching(pattern="(?i)sender.*bcc" if option == "sender_bcc" else "(?i)(recipient|rcpt).*bcc")
    of_old = Matching(pattern=r"\A%sbcc_(bcc_)?addr" % option[0])
    places = (option, likely, of_old)
    return field(option, Address(), parameter, places, (attribute, likely), initial=both(""), since=since)
