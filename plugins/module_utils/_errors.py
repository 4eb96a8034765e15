# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, told in one sentence each.

Three facts decide what the layers above may do after a failure: whether the server may have carried the request out
(``maybe_done``), whether it has done with it, so that it will not do so later (``answered``), and whether a later try
can end differently (``transient``). ``reason`` is the name of the class, for programs: ``missing_domain``.

* IRedMailError
    * InputError: the options are wrong, or ask for what cannot be; nothing was sent
        * MissingDomain
        * MissingAccount
        * AccountInUse
    * NotSent (transient)
    * TlsError
    * AnswerLost (maybe_done, transient)
    * ServerFault (maybe_done; HTTP 500 answered, and others transient)
    * BadAnswer (maybe_done)
        * NotListed
    * NoSuchEndpoint
        * Unroutable
    * LoginRefused
    * SessionLost
    * Rejected (answered)
    * NotVerified
    * LostFiles
    * Interrupted
    * WriteInCheckMode
    * WriteForbidden
"""

from __future__ import annotations

import html
import json
import re
from typing import FrozenSet
from urllib.parse import quote, quote_plus

# what terminals obey or hide, and no text needs; of the control characters a line break and a tab are harmless
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """A text that may hold words of a server, for a terminal: control characters are shown, and not obeyed."""
    return _UNPRINTABLE.sub(lambda match: match.group().encode("unicode_escape").decode("ascii"), text)


def one_line(text: str) -> str:
    """The same where nothing of it may look like a line of its own."""
    return printable(" ".join(text.splitlines()))


def quoted(secret: str) -> FrozenSet[str]:
    """A secret as it is, and as programs write it within other texts (panel/codes.md#exceptions)."""
    raw = secret.encode("utf-8", "surrogatepass")
    escaped = secret.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\'")
    found = {secret, " ".join(secret.split()), escaped, secret.replace("'", "''")}
    for text in tuple(found):  # a database repeats a statement, and Python what the database says
        marked = '"' + text  # beside which Python escapes every apostrophe
        ours = {repr(marked)[2:-1], ascii(marked)[2:-1], repr(marked.encode("utf-8", "surrogatepass"))[3:-1]}
        found |= ours | {one.replace("\\'", "'") for one in ours}
    found |= {json.dumps(secret, ensure_ascii=in_ascii)[1:-1] for in_ascii in (True, False)}
    found |= {quote(raw), quote(raw, safe=""), quote_plus(raw)}
    found |= {html.escape(secret), html.escape(secret, quote=False), html.escape(secret).replace("&#x27;", "&#39;")}
    found |= {printable(text) for text in found}
    return frozenset(found - {""})


#: what to do about the panel's codes that people meet (panel/codes.md#all-codes); each is a sentence without its end
REMEDIES = {
    "ALREADY_EXISTS": (
        "an account, a list, an alias address or a domain of this name is there: take another name, or delete "
        "or rename what has it"
    ),
    "CAN_NOT_BE_LOCAL_DOMAIN": (
        "a standalone admin has an address of a domain that is not on this server: take such an address, or "
        "make it a user and name that in iredmail_domain_admins, or give it global_admin"
    ),
    "DOMAIN_NAME_MISMATCH": (
        "an account keeps its domain when it is renamed: to move it, create another one there and copy the messages"
    ),
    "EXCEEDED_DOMAIN_ACCOUNT_LIMIT": (
        "the domain holds as many as it may: raise its max_users, max_aliases or max_lists, or delete what is "
        "not needed"
    ),
    "EXCEEDED_DOMAIN_QUOTA_SIZE": (
        "the domain does not have that much left: raise its quota, or give this account or others in it less"
    ),
    "EXCEEDED_LDAP_SERVER_SIZELIMIT": "there is more than the LDAP server returns at once: raise olcSizeLimit there",
    "EXCEED_LIMIT_ALIASES": "the API account may not make more aliases: raise its max_aliases (iredmail_admin)",
    "EXCEED_LIMIT_DOMAIN": "the API account may not make more domains: raise its max_domains (iredmail_admin)",
    "EXCEED_LIMIT_LISTS": "the API account may not make more lists: raise its max_lists (iredmail_admin)",
    "EXCEED_LIMIT_QUOTA": "the API account may not give away more quota: raise its max_quota (iredmail_admin)",
    "EXCEED_LIMIT_USERS": "the API account may not make more users: raise its max_users (iredmail_admin)",
    "INVALID_DOMAIN_NAME": (
        "there is no such domain, or it is an alias domain, which holds no accounts: use the domain that it "
        "is an alias of, or give a user there the address as one of its aliases"
    ),
    "INVALID_MAIL": (
        "the panel does not take the address: before the @ of a new account it wants letters, digits and . _ - only"
    ),
    "INVALID_PASSWORD_SCHEME": (
        "the panel does not know the scheme of password_hash: it begins with one in braces, such as "
        "{SSHA512}, {SSHA}, {CRYPT} or {SHA512-CRYPT}"
    ),
    "NOT_ALLOWED": "the domain may hold none of these: its max_users, max_aliases or max_lists is -1",
    "PERMISSION_DENIED": "the API account may not do this",
    "PERMISSION_DENIED_UPDATE_GLOBAL_ADMIN_PROFILE": (
        "nobody but a global admin may change one: use such an api_username"
    ),
    "PW_EMPTY": "give a password that is not empty",
    "PW_GREATER_THAN_MAX_LENGTH": "take a shorter password, or raise max_password_length of the domain",
    "PW_MISMATCH": "the panel was given two passwords that differ",
    "PW_NON_ASCII": "take a password of ASCII characters only",
    "PW_NO_DIGIT_NUMBER": "put a digit into the password",
    "PW_NO_LETTER": "put a letter into the password",
    "PW_NO_SPECIAL_CHAR": "put a character that is neither a letter nor a digit into the password",
    "PW_NO_UPPERCASE": "put an upper-case letter into the password",
    "PW_SHORTER_THAN_MIN_LENGTH": "take a longer password, or lower min_password_length of the domain and of the panel",
    "SERVER_DOWN": "the panel cannot reach its database or LDAP server",
}


def remedy(code: str) -> str:
    """What to do about a code, as a sentence after that which names it; empty for a code that explains itself.

    :param code: of the panel, in upper case; several are joined by commas (panel/codes.md#several-in-one)
    """
    known = [REMEDIES[one] for one in dict.fromkeys(code.split(",")) if one in REMEDIES]
    text = "; ".join(known)
    return " %s%s." % (text[0].upper(), text[1:]) if text else ""


class IRedMailError(Exception):
    """A failure a user can read: what happened, and what to do about it."""

    maybe_done = False
    answered = False
    transient = False
    reason = "failed"

    def __init_subclass__(cls) -> None:
        cls.reason = re.sub("(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()

    def __str__(self) -> str:
        return printable(super().__str__())

    def saying(self, sentence: str, maybe_done: bool) -> IRedMailError:
        """The same failure with one more sentence, and with what is known of the request by now."""
        told = Exception.__new__(type(self))
        told.__dict__.update(self.__dict__, maybe_done=maybe_done)
        told.args = ("%s %s" % (self, sentence),)
        return told


class InputError(IRedMailError):
    """The options themselves are wrong, or ask for what the server cannot do; nothing was sent."""


class MissingDomain(InputError):
    """There is no such domain."""


class MissingAccount(InputError):
    """There is no such account."""


class AccountInUse(InputError):
    """It would lock out the account that is logged in, or may do so."""


class NotSent(IRedMailError):
    """The server could not be reached; the request never left."""

    transient = True


class TlsError(IRedMailError):
    """The TLS handshake was refused, by us or by the server."""


class AnswerLost(IRedMailError):
    """The request was sent and no answer came: the server may have carried it out."""

    maybe_done = True
    transient = True


class ServerFault(IRedMailError):
    """HTTP 5xx: the server may have carried the request out before it failed."""

    maybe_done = True

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status
        # web.py answers 500 for a crash, which is seldom cured by waiting (panel/transport.md#pages-that-are-no-answer)
        self.answered = status == 500
        self.transient = not self.answered


class BadAnswer(IRedMailError):
    """An answer that is not the API's: HTML, broken JSON, an unknown shape."""

    maybe_done = True


class NotListed(BadAnswer):
    """What the objects of a domain are could not be read."""


class NoSuchEndpoint(IRedMailError):
    """404 or 405: the API is off, the address is wrong, or the panel lacks the endpoint."""


class Unroutable(NoSuchEndpoint):
    """The name of one object is none that the panel routes, so it cannot be asked for; nothing was sent."""


class LoginRefused(IRedMailError):
    """The account or its password is wrong. Never tried twice: servers ban repeated failures."""


class SessionLost(IRedMailError):
    """The server does not take us for logged in (any more); the request was not carried out."""


class Rejected(IRedMailError):
    """The API said ``_success: false``; ``code`` is its ``_msg`` in upper case."""

    answered = True

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class NotVerified(IRedMailError):
    """The server accepted a write and does not show it (panel/open-questions.md#silent-drops)."""


class LostFiles(IRedMailError):
    """The account of a mailing list stands, and the files are gone that hold what it is like."""


class Interrupted(IRedMailError):
    """The run is to end: the request was not begun."""


class WriteInCheckMode(IRedMailError):
    """A write was attempted in check mode: a bug of this collection, stopped before it left."""


class WriteForbidden(IRedMailError):
    """A write was asked for while ``api_read_only`` is on; it was stopped before it left."""
