# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields that several resources share."""

from __future__ import annotations

from ..addresses import Address
from ..codecs import Flag, Pattern, Text
from ..fields import SQL, Field, both, field
from ..sources import Matching

#: ``accountStatus``: anything but "active" disables (panel/values.md#account-status). POST creates active accounts
#: (panel/users.md#creation).
ENABLED = field("enabled", Flag("active", "disabled"), "accountStatus", "active", "accountStatus", initial=both(True))
NAME = field("name", Text(), "name", "name", "cn", post=True, initial={SQL: ""})
LANGUAGE_CODE = Pattern("[a-z]{2}_[A-Z]{2}", "is not a language of the panel; write it like en_US")
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
