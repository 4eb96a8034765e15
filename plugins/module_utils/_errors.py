# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, told in one sentence each.

Two facts decide what the layers above may do after a failure: whether the server may have carried the request out
(``maybe_done``) and whether a later try can end differently (``transient``). ``reason`` is the name of the class, for
programs: ``missing_domain``.

* IRedMailError
    * InputError: the options are wrong, or ask for what cannot be; nothing was sent
        * MissingDomain
        * MissingAccount
        * AccountInUse
    * NotSent (transient)
    * TlsError
    * AnswerLost (maybe_done, transient)
    * ServerFault (maybe_done; transient but for HTTP 500)
    * BadAnswer (maybe_done)
        * NotListed
    * NoSuchEndpoint
        * Unroutable
    * LoginRefused
    * SessionLost
    * Rejected
    * NotVerified
    * LostFiles
    * Interrupted
    * WriteInCheckMode
    * WriteForbidden
"""

from __future__ import annotations

import re

# what terminals obey or hide, and no text needs; of the control characters a line break and a tab are harmless
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """A text that may hold words of a server, for a terminal: control characters are shown, and not obeyed."""
    return _UNPRINTABLE.sub(lambda match: match.group().encode("unicode_escape").decode("ascii"), text)


class IRedMailError(Exception):
    """A failure a user can read: what happened, and what to do about it."""

    maybe_done = False
    transient = False
    reason = "failed"

    def __init_subclass__(cls) -> None:
        cls.reason = re.sub("(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()

    def __str__(self) -> str:
        return printable(super().__str__())


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
        self.transient = status != 500


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
