# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an answer means: the envelope of a success, or the failure that it tells of (panel/transport.md#answers)."""

from __future__ import annotations

import json
import math
import re
from html import unescape
from typing import Any, Dict
from urllib.parse import urljoin

from .._errors import BadAnswer, IRedMailError, LoginRefused, NoSuchEndpoint, Rejected, ServerFault, SessionLost, remedy
from .._model.paths import Path, api_path
from .transport import LOGIN, Answer

#: how paths begin whose answer may be bare text
LDIF: Path = ("ldif",)
#: what only the envelope of iRedMail Enterprise Edition has (panel/transport.md#envelope)
OF_EE = frozenset({"data", "_parameter"})
#: words of web servers of which a port got plain HTTP that is for TLS; nginx, Apache and Go answer so with HTTP 400
TO_TLS = re.compile(rb"https (port|server|scheme)|ssl-enabled", re.IGNORECASE)
TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
#: so much of a title is shown
LONG = 60
# panel/login.md#not-logged-in: the two spellings seen, compared after blanks become underscores
LOST_CODES = ("LOGIN_REQUIRED", "SESSION_EXPIRED")
REFUSED_CODES = ("INVALID_CREDENTIALS", "INVALID_USERNAME", "EMPTY_PASSWORD")
ADDRESS_CODES = ("NOT_AUTHORIZED", "NOT_ALLOWED_IP", "NOT_AUTHORIZED_API_CLIENT")


def understand(method: str, path: Path, answer: Answer, base: str) -> Dict[str, Any]:
    """Turn an answer into its envelope, or raise what it means (panel/transport.md#answers).

    :param method, path: the request; ``base`` the panel's address
    :returns: the decoded object of a success
    """
    shown, is_login = "%s %s" % (method, api_path(path)), path == LOGIN
    if answer.status in (301, 302, 303, 307, 308):
        if "login" in answer.location.rsplit("/", 1)[-1].lower() and not is_login:
            raise SessionLost("The panel sent %s to its login page, although the session was renewed." % shown)
        if not answer.location:
            raise BadAnswer("%s was redirected, and not told where to (HTTP %d)." % (shown, answer.status))
        raise BadAnswer("%s was redirected to %s" % (shown, _final(path, answer.location, base)))
    if answer.status in (404, 405):
        raise _no_endpoint(shown, answer, base, is_login)
    if answer.status >= 500:
        raise ServerFault("The server failed on %s (%s); its log says why." % (shown, _status(answer)), answer.status)
    if answer.status == 400 and base.startswith("http:") and TO_TLS.search(answer.body):
        raise BadAnswer("What answers at %s speaks TLS, and was spoken to without. Begin api_url with https." % base)
    if answer.status != 200:
        raise BadAnswer(
            "%s was answered with %s by something before the panel; check api_url and its web server."
            % (shown, _status(answer))
        )
    envelope = _decode(shown, path, answer)
    if "_data" not in envelope and OF_EE & set(envelope):
        raise BadAnswer(
            "%s was answered by iRedMail Enterprise Edition, whose API is another one. This collection manages "
            "iRedAdmin-Pro: check api_url." % shown
        )
    verdict = envelope.get("_success", envelope.get("success"))  # of old: panel/transport.md#envelope
    if verdict is True:
        return envelope
    if verdict is not False:
        raise BadAnswer("The answer to %s has no _success; it is not the API's: check api_url." % shown)
    message = envelope.get("_msg", envelope.get("msg"))
    # of several lines, the later ones would look like lines of ours
    text = " ".join(message.split()) if isinstance(message, str) else ""
    raise _refusal(shown, path, text or "no reason given")


def _final(path: Path, location: str, base: str) -> str:
    """Where a redirect leads, as a panel's address, and what to do about it."""
    try:
        target, end = urljoin(base + api_path(path), location), api_path(path)
    except ValueError:
        return "%s, which is no address; check the web server before the panel." % location
    if target.rstrip("/") == base + end:
        return "%s, which is the same address to the API; check the web server before the panel." % target
    if target.rstrip("/").endswith(end):
        return "%s; use this address as api_url." % target.rstrip("/")[: -len(end)]
    return "%s, which is not an address of the API; check api_url." % target


def _no_endpoint(shown: str, answer: Answer, base: str, is_login: bool) -> NoSuchEndpoint:
    if not is_login:
        return NoSuchEndpoint(
            "The panel does not know %s (HTTP %d): this release lacks it, or the name in it is not acceptable to it."
            % (shown, answer.status)
        )
    # web.py's own words for an unrouted path: the panel answers, its API does not (panel/transport.md#base-url)
    if answer.body.strip().lower() == b"not found":
        return NoSuchEndpoint(
            "The panel's API is switched off (HTTP 404 for %s/api/login): set ENABLE_RESTFUL_API = True in the "
            "panel's settings.py and restart it. If it is on, api_url is not the panel's address, or this is the free "
            "iRedAdmin, which has no API." % base
        )
    return NoSuchEndpoint(
        "A web server answers at %s, and there is no panel (%s for /api/login): api_url is wrong; it looks like "
        "https://mail.example.com/iredadmin." % (base, _status(answer))
    )


def _status(answer: Answer) -> str:
    """The status of an answer, with what the page calls itself."""
    name = _title(answer)
    return "HTTP %d" % answer.status + (", " + name if name and str(answer.status) not in name else "")


def _title(answer: Answer) -> str:
    """What a page calls itself, in quotes; empty if it is none, or has no title."""
    found = TITLE.search(answer.body[:9999].decode("utf-8", "replace"))
    words = " ".join(unescape(found.group(1)).split()).replace('"', "'") if found else ""
    return '"%s"' % (words if len(words) <= LONG else words[:LONG] + "...") if words else ""


def read_json(text: str) -> Any:
    """JSON, and nothing that only Python takes for it.

    :raises ValueError: it is not; or it is nested, or has numbers of so many digits, that no panel can have meant it
    """
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite, parse_int=_whole)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _no_number(name: str) -> float:
    raise ValueError("%s is not a number" % name)


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _no_number(text)


def _whole(text: str) -> int:
    # no column holds more, and Python would fail later, where such a number is written or becomes a float
    return int(text) if len(text) <= 300 else int(_no_number(text[:9] + "..."))


def _decode(shown: str, path: Path, answer: Answer) -> Dict[str, Any]:
    try:
        text = answer.body.decode("utf-8")
        broken = False
    except UnicodeDecodeError:
        text = answer.body.decode("utf-8", "replace")
        broken = True
    try:
        envelope = read_json(text)
    except ValueError:
        if "html" in answer.content_type.lower() or text.lstrip()[:1] == "<":
            # an expired session may answer with the login page (panel/login.md#not-logged-in); it ran no request
            if "login" in text.lower() and path != LOGIN:
                raise SessionLost("The panel answered %s with its login page." % shown) from None
            page = " ".join(filter(None, ("a web page", _title(answer))))
            raise BadAnswer("%s was answered with %s, not by the API; check api_url." % (shown, page)) from None
        if path[:1] == LDIF and not broken and (text.strip() + "#").lower().startswith(("dn:", "version:", "#")):
            return {"_success": True, "_data": text}  # the export itself instead of an envelope (panel/ldif.md#answer)
        if text.lstrip()[:1] not in ("{", "["):
            what = "holds text and no JSON" if text.strip() else "is empty"
            raise BadAnswer("The answer to %s %s; it is not the API's: check api_url." % (shown, what)) from None
        raise BadAnswer("The answer to %s is not complete JSON." % shown) from None
    if not isinstance(envelope, dict):
        raise BadAnswer("The answer to %s is JSON, but not the API's: check api_url." % shown)
    if broken and envelope.get("_success") is True and "_data" in envelope:
        raise BadAnswer("The answer to %s holds text that is not UTF-8, which cannot be compared safely." % shown)
    return envelope


def _refusal(shown: str, path: Path, text: str) -> IRedMailError:
    code = text.strip().upper().replace(" ", "_")
    if code in ADDRESS_CODES:
        return Rejected(
            "The server does not allow this client's IP address (%s): add it in the panel under System, Settings, "
            "'RESTful API is accessible only from specified IP addresses', or run the task on the mail host. Behind "
            "another proxy, the panel sees the address of that." % text,
            code,
        )
    if path == LOGIN:
        if code in REFUSED_CODES:
            return LoginRefused(
                "The login was refused (%s): api_username or api_password is wrong, or the account is disabled. It "
                "was tried once, since servers ban repeated failures." % text
            )
        return LoginRefused("The login was refused: %s." % text)
    if code in LOST_CODES:
        return SessionLost("The server answered %s with %s, although the session was renewed." % (shown, text))
    # of a domain it says what its name is
    known = "" if code == "INVALID_DOMAIN_NAME" and path[0] == "domain" else remedy(code)
    return Rejected("%s was refused: %s.%s" % (shown, text, known), code)
