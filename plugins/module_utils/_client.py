# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's manners: one lazy login, the envelope, what a failure means, what may be repeated."""

from __future__ import annotations

import json
import re
import threading
import time
from typing import Any, Callable, Dict, List, Mapping, Optional, Protocol

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    AnswerLost,
    BadAnswer,
    InputError,
    IRedMailError,
    LoginRefused,
    NoSuchEndpoint,
    NotSent,
    Rejected,
    ServerFault,
    SessionLost,
    WriteInCheckMode,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._transport import Answer, Path, Transport, api_path

LOGIN: Path = ("login",)
# wire-facts 1.4 and 2: the two spellings seen, compared after blanks become underscores
LOST_CODES = ("LOGIN_REQUIRED", "SESSION_EXPIRED")
REFUSED_CODES = ("INVALID_CREDENTIALS", "INVALID_USERNAME", "EMPTY_PASSWORD")
ADDRESS_CODES = ("NOT_AUTHORIZED", "NOT_ALLOWED_IP", "NOT_AUTHORIZED_API_CLIENT")


#: what would end a cookie, or begin another one or another header
_NO_COOKIE = re.compile("[^!-~]|[;,]")


class Foresight(Protocol):
    """See :mod:`._state_foresight`."""

    def answer(self, path: Path, ask: Callable[[], Any]) -> Any: ...


class Client:
    """One panel, one account.

    :param transport: what carries the requests
    :param session: a cookie ``name=value`` from ``iredmail_login``; then no login is made unless it is lost
    :param retries: extra tries of requests that are safe to repeat
    :param sleep: replaced by tests
    """

    def __init__(
        self,
        transport: Transport,
        username: Optional[str] = None,
        password: Optional[str] = None,
        session: Optional[str] = None,
        retries: int = 3,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = transport
        self.username = username.strip().lower() if username else None
        self._password = password
        self.retries = retries
        self.sleep = sleep
        self.read_only = False
        #: answers that are known without asking: what check mode expects of objects made in the same run
        self.foresight: Optional[Foresight] = None
        self.trace: List[str] = []
        self.counters: Dict[str, int] = {"logins": 0}
        self._lock = threading.RLock()
        self._logged_in = False
        self._login_number = 0
        self._refusal: Optional[IRedMailError] = None
        if session:
            name, found, value = session.partition("=")
            if not found or not name or not value or _NO_COOKIE.search(session):
                raise InputError("api_session is not a session returned by iredmail_login.")
            transport.set_cookie(name, value)
            self._logged_in = True
        elif not (username and password):
            raise InputError(
                "Credentials are missing: give api_username and api_password (or IREDMAIL_API_USERNAME and "
                "IREDMAIL_API_PASSWORD in the environment), or an api_session from iredmail_login."
            )

    @property
    def backend_hint(self) -> Optional[str]:
        """``sql`` or ``ldap`` from the cookie's name, ``iRedAdmin-Pro-<TYPE>`` (wire-facts 2), or None."""
        for name in self._transport.cookies():
            if name.lower().startswith("iredadmin"):
                kind = name.rsplit("-", 1)[-1].lower()
                if "ldap" in kind:
                    return "ldap"
                if "sql" in kind or kind == "mariadb":
                    return "sql"
        return None

    @property
    def session(self) -> str:
        """The cookie of this session, to be given to other tasks as ``api_session``."""
        cookies = self._transport.cookies()
        names = [name for name in cookies if name.lower().startswith("iredadmin")] or sorted(cookies)
        if not names:
            raise BadAnswer("The server accepted the login and set no session cookie.")
        return "%s=%s" % (names[0], cookies[names[0]])

    def forget_session(self) -> None:
        """Log in anew before the next request."""
        self._logged_in = False

    def get(self, path: Path, query: Optional[Mapping[str, str]] = None, after_crash: bool = True) -> Any:
        """Read; repeated on a passing fault. Returns ``_data``.

        :param after_crash: whether HTTP 500 is a reason to try once more; who has another way to ask needs no patience
        """

        def ask() -> Any:
            return self._exchange("GET", path, query, None, repeatable=True, after_crash=after_crash).get("_data")

        return ask() if self.foresight is None else self.foresight.answer(path, ask)

    def ask(self, path: Path, form: Mapping[str, str]) -> None:
        """A POST that changes nothing (``verify_password``): allowed in check mode, safe to repeat."""
        self._exchange("POST", path, None, form, repeatable=True)

    def write(self, method: str, path: Path, params: Mapping[str, str]) -> None:
        """Change something. Never repeated when the server may have carried it out: the caller reads back.

        DELETE parameters go into the query, since web.py reads no body there (wire-facts 1.2).

        :raises WriteInCheckMode: always, in check mode, before anything is sent
        """
        if self.read_only:
            raise WriteInCheckMode("A write (%s %s) was stopped: check mode is on." % (method, api_path(path)))
        if method == "DELETE":
            self._exchange(method, path, params or None, None, repeatable=False)
        else:
            self._exchange(method, path, None, params, repeatable=False)

    def login(self) -> None:
        """Log in unless that was done; a refusal is remembered and never tried again.

        :raises LoginRefused: wrong account or password
        """
        with self._lock:
            if self._logged_in:
                return
            if self._refusal:
                raise self._refusal
            if not (self.username and self._password):
                raise SessionLost(
                    "The server does not know this api_session (any more): it expires after 30 idle minutes and is "
                    "bound to the address it was made from. Run iredmail_login again, or give api_username and "
                    "api_password as well."
                )
            self._transport.forget_cookies()
            form = {"username": self.username, "password": self._password}
            try:
                self._patiently(lambda: self._once("POST", LOGIN, None, form), repeatable=True)
            except LoginRefused as refusal:
                self._refusal = refusal
                raise
            self.counters["logins"] += 1
            self._login_number += 1
            self._logged_in = True

    def _exchange(
        self,
        method: str,
        path: Path,
        query: Optional[Mapping[str, str]],
        form: Optional[Mapping[str, str]],
        repeatable: bool,
        after_crash: bool = True,
    ) -> Dict[str, Any]:
        """Send while logged in; log in again once if the session was lost: such a request was not carried out."""
        for last in (False, True):
            self.login()
            number = self._login_number
            try:
                return self._patiently(lambda: self._once(method, path, query, form), repeatable, after_crash)
            except SessionLost:
                with self._lock:  # of many threads that lose one session, the first renews it for all
                    self._logged_in = self._logged_in and self._login_number != number
                if last:
                    raise
        raise AssertionError("unreachable")

    def _patiently(
        self, send: Callable[[], Dict[str, Any]], repeatable: bool, after_crash: bool = True
    ) -> Dict[str, Any]:
        """Repeat what is safe to repeat: anything that never left, and requests that change nothing."""
        tries = 0
        while True:
            try:
                return send()
            except (NotSent, AnswerLost, ServerFault) as failure:
                limit = self.retries if failure.transient else min(int(after_crash), self.retries)
                if tries >= limit or (failure.maybe_done and not repeatable):
                    raise
                self.pause(tries)
                tries += 1

    def pause(self, tries: int) -> None:
        """Wait a quarter of a second, doubled each time, at most 8 seconds."""
        self.sleep(min(0.25 * 2**tries, 8.0))

    def _once(
        self, method: str, path: Path, query: Optional[Mapping[str, str]], form: Optional[Mapping[str, str]]
    ) -> Dict[str, Any]:
        shown = "%s %s" % (method, api_path(path))
        started = time.monotonic()
        outcome = "no answer"
        with self._lock:
            self.counters[method] = self.counters.get(method, 0) + 1
        try:
            answer = self._transport.send(method, path, query, form)
            outcome = "HTTP %d" % answer.status
            envelope = understand(shown, answer, self._transport.base, path == LOGIN)
            return envelope
        finally:
            self.trace.append("%s: %s, %.0f ms" % (shown, outcome, (time.monotonic() - started) * 1000))


def understand(shown: str, answer: Answer, base: str, is_login: bool) -> Dict[str, Any]:
    """Turn an answer into its envelope, or raise what it means (wire-facts 1.3, 1.4, 2).

    :param shown: the request in words, for messages
    :returns: the decoded object of a success
    """
    if answer.status in (301, 302, 303, 307, 308):
        if "login" in answer.location.rsplit("/", 1)[-1].lower() and not is_login:
            raise SessionLost("The panel sent %s to its login page, although the session was renewed." % shown)
        raise BadAnswer("%s was redirected to %s; use the final address as api_url." % (shown, answer.location))
    if answer.status in (404, 405):
        raise _no_endpoint(shown, answer, base, is_login)
    if answer.status >= 500:
        raise ServerFault(
            "The server failed on %s (HTTP %d); its log says why." % (shown, answer.status), answer.status
        )
    if answer.status != 200:
        raise BadAnswer(
            "%s was answered with HTTP %d by something before the panel; check api_url and its web server."
            % (shown, answer.status)
        )
    envelope = _decode(shown, answer)
    verdict = envelope.get("_success", envelope.get("success"))  # without underscore before 2.6/2.8 (wire-facts 1.3)
    if verdict is True:
        return envelope
    if verdict is not False:
        raise BadAnswer("The answer to %s has no _success; it is not the API's." % shown)
    message = envelope.get("_msg", envelope.get("msg"))
    text = message if isinstance(message, str) and message else "no reason given"
    raise _refusal(shown, text, is_login)


def _no_endpoint(shown: str, answer: Answer, base: str, is_login: bool) -> NoSuchEndpoint:
    if not is_login:
        return NoSuchEndpoint(
            "The panel does not know %s (HTTP %d): this release lacks it, or the name in it is not acceptable to it."
            % (shown, answer.status)
        )
    # web.py's own words for an unrouted path: the panel answers, its API does not (wire-facts 1.1)
    if answer.body.strip().lower() == b"not found":
        return NoSuchEndpoint(
            "The panel's API is switched off (HTTP 404 for %s/api/login): set ENABLE_RESTFUL_API = True in the "
            "panel's settings.py and restart it. If it is on, api_url is not the panel's address." % base
        )
    return NoSuchEndpoint(
        "There is no panel at %s (HTTP %d for /api/login): api_url is wrong; it looks like "
        "https://mail.example.com/iredadmin." % (base, answer.status)
    )


def _decode(shown: str, answer: Answer) -> Dict[str, Any]:
    try:
        text = answer.body.decode("utf-8")
        broken = False
    except UnicodeDecodeError:
        text = answer.body.decode("utf-8", "replace")
        broken = True
    try:
        envelope = json.loads(text)
    except ValueError:
        if "html" in answer.content_type.lower() or text.lstrip()[:1] == "<":
            # an expired session may answer with the login page (wire-facts 18.8); it did not run the request
            if "login" in text.lower() and not shown.endswith("/api/login"):
                raise SessionLost("The panel answered %s with its login page." % shown) from None
            raise BadAnswer("%s was answered with a web page, not by the API; check api_url." % shown) from None
        if "/api/ldif/" in shown and not broken and (text.strip() + "#").lower().startswith(("dn:", "version:", "#")):
            return {"_success": True, "_data": text}  # the export itself instead of an envelope (wire-facts 16b)
        raise BadAnswer("The answer to %s is not complete JSON." % shown) from None
    if not isinstance(envelope, dict):
        raise BadAnswer("The answer to %s is JSON, but not the API's." % shown)
    if broken and envelope.get("_success") is True and "_data" in envelope:
        raise BadAnswer("The answer to %s holds text that is not UTF-8, which cannot be compared safely." % shown)
    return envelope


def _refusal(shown: str, text: str, is_login: bool) -> IRedMailError:
    code = text.strip().upper().replace(" ", "_")
    if code in ADDRESS_CODES:
        return Rejected(
            "The server does not allow this client's IP address (%s): add it in the panel under System, Settings, "
            "'RESTful API is accessible only from specified IP addresses', or run the task on the mail host." % text,
            code,
        )
    if is_login:
        if code in REFUSED_CODES:
            return LoginRefused(
                "The login was refused (%s): api_username or api_password is wrong, or the account is disabled. It "
                "was tried once, since servers ban repeated failures." % text
            )
        return LoginRefused("The login was refused: %s." % text)
    if code in LOST_CODES:
        return SessionLost("The server answered %s with %s, although the session was renewed." % (shown, text))
    if code == "PERMISSION_DENIED":
        return Rejected("%s was refused (%s): the API account may not do this." % (shown, text), code)
    return Rejected("%s was refused: %s." % (shown, text), code)
