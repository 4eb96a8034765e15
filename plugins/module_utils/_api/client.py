# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's manners: one lazy login, and what may be repeated."""

from __future__ import annotations

import re
import threading
import time
from typing import Any, Callable, Dict, List, Mapping, Optional

from .._errors import (
    AnswerLost,
    BadAnswer,
    InputError,
    IRedMailError,
    LoginRefused,
    NotSent,
    Rejected,
    ServerFault,
    SessionLost,
    WriteForbidden,
    WriteInCheckMode,
)
from .._model.paths import Path, api_path
from .envelope import understand
from .interrupt import Interrupt
from .transport import LOGIN, Transport

#: what would end a cookie, or begin another one or another header
_NO_COOKIE = re.compile("[^!-~]|[;,]")


class Client:
    """One panel, one account.

    :param transport: what carries the requests
    :param session: a cookie ``name=value`` from ``iredmail_login``; then no login is made unless it is lost
    :param retries: extra tries of requests that are safe to repeat
    :param sleep: replaced by tests
    :param locked_by: what the user has switched on to forbid every write, as a sentence names it
    """

    def __init__(
        self,
        transport: Transport,
        username: Optional[str] = None,
        password: Optional[str] = None,
        session: Optional[str] = None,
        retries: int = 3,
        sleep: Optional[Callable[[float], None]] = None,
        locked_by: Optional[str] = None,
    ) -> None:
        self._transport = transport
        self.username = username.strip().lower() if username else None
        self._password = password
        self.retries = retries
        self.interrupt = Interrupt()
        self._sleep = sleep
        self.read_only = False
        #: what was learned of the panel meanwhile: whether it shows an account's own address among its forwardings
        self.own_shown: Optional[bool] = None
        #: and whether it confirms passwords, by what has them
        self.confirms: Dict[str, bool] = {}
        self.locked_by = locked_by
        self.trace: List[str] = []
        self.counters: Dict[str, int] = {"logins": 0}
        self._lock = threading.RLock()
        self._logged_in = False
        self._login_number = 0
        self._has_session = bool(session)
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
    def account(self) -> Optional[str]:
        """The account in use; None for a session that was given, since it does not tell whose it is."""
        return None if self._has_session and not self._login_number else self.username

    @property
    def address(self) -> str:
        """Where the panel is, without ``/api``."""
        return self._transport.base

    @property
    def backend_hint(self) -> Optional[str]:
        """``sql`` or ``ldap`` from the cookie's name, ``iRedAdmin-Pro-<TYPE>`` (panel/login.md#cookie), or None."""
        for name in self._transport.cookies():
            if name.lower().startswith("iredadmin"):
                kind = name.rsplit("-", 1)[-1].lower()
                if "ldap" in kind:
                    return "ldap"
                if "sql" in kind or kind == "mariadb":
                    return "sql"
        return None

    @property
    def is_blind(self) -> bool:
        """Whether whoever answers is taken for the panel."""
        return self._transport.is_blind

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

        :param after_crash: whether HTTP 500 is a reason to try once more; not where there is another way to ask
        """
        return self._exchange("GET", path, query, None, repeatable=True, after_crash=after_crash).get("_data")

    def ask(self, path: Path, form: Mapping[str, str]) -> None:
        """A POST that changes nothing: allowed in check mode, safe to repeat."""
        self._exchange("POST", path, None, form, repeatable=True)

    def verify_password(self, kind: str, mail: str, password: str) -> bool:
        """Whether a password is the account's; denied of a disabled one (panel/login.md#verifying-a-password).

        :raises Rejected: it may not be asked
        """
        try:
            self.ask(("verify_password", kind, mail), {"password": password})
        except Rejected as refusal:
            if refusal.code != "INVALID_CREDENTIALS":
                raise
            return False
        return True

    def write(self, method: str, path: Path, params: Mapping[str, str]) -> None:
        """Change something. Never repeated when the server may have carried it out: the caller reads back.

        DELETE parameters go into the query, since web.py reads no body there (panel/transport.md#delete).

        :raises WriteInCheckMode: always, in check mode, before anything is sent
        :raises WriteForbidden: the user has forbidden it
        """
        shown = "%s %s" % (method, api_path(path))
        if self.read_only:
            raise WriteInCheckMode("A write (%s) was stopped: check mode is on." % shown)
        if self.locked_by:
            raise WriteForbidden(
                "%s was not sent: %s forbids every write. Take it out to let this run change the server, or use check "
                "mode to see what it would change." % (shown, self.locked_by)
            )
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
                self._with_retries(lambda: self._once("POST", LOGIN, None, form), repeatable=True)
            except IRedMailError as failure:
                self._refusal = failure if isinstance(failure, LoginRefused) else None
                failure.maybe_done = False  # what waits for the login was not sent
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
                return self._with_retries(lambda: self._once(method, path, query, form), repeatable, after_crash)
            except SessionLost:
                with self._lock:  # of many threads that lose one session, the first renews it for all
                    self._logged_in = self._logged_in and self._login_number != number
                if last:
                    raise
        raise AssertionError("unreachable")

    def _with_retries(
        self, send: Callable[[], Dict[str, Any]], repeatable: bool, after_crash: bool = True
    ) -> Dict[str, Any]:
        """The one place where a request is repeated (retried), with all reasons for it.

        Those are: that it never left, and of requests that change nothing also a lost answer and a failing server.
        """
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
        seconds = min(0.25 * 2**tries, 8.0)
        if self._sleep is None:
            self.interrupt.sleep(seconds)
        else:
            self._sleep(seconds)

    def _once(
        self, method: str, path: Path, query: Optional[Mapping[str, str]], form: Optional[Mapping[str, str]]
    ) -> Dict[str, Any]:
        self.interrupt.check()
        shown = "%s %s" % (method, api_path(path))
        started = time.monotonic()
        outcome = "no answer"
        with self._lock:
            self.counters[method] = self.counters.get(method, 0) + 1
        try:
            answer = self._transport.send(method, path, query, form)
            outcome = "HTTP %d" % answer.status
            envelope = understand(method, path, answer, self._transport.base)
            return envelope
        finally:
            self.trace.append("%s: %s, %.0f ms" % (shown, outcome, (time.monotonic() - started) * 1000))
