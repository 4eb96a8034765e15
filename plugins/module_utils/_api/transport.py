# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP, and nothing of the API: the only file that knows ``requests``."""

from __future__ import annotations

import os
import socket
import ssl
import traceback
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Dict, Mapping, NamedTuple, Optional, Union
from urllib.parse import quote, urlencode, urlsplit

from .._errors import AnswerLost, InputError, IRedMailError, NotSent, TlsError
from .._model.paths import Path, api_path
from .moment import MOMENT, note_moments
from .reasons import PERHAPS_TLS, advice, foreign_words, innermost, is_plain, is_refusal, reason_of

REQUESTS_IMPORT_ERROR: Optional[str]
try:
    import requests
    from requests.adapters import HTTPAdapter
    from requests.utils import get_environ_proxies, prepend_scheme_if_needed, select_proxy
    from urllib3 import disable_warnings
    from urllib3.exceptions import HTTPError, InsecureRequestWarning
    from urllib3.util import parse_url

    REQUESTS_IMPORT_ERROR = None
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
    HTTPAdapter = object  # type: ignore[misc,assignment]

#: the only path whose answer may set cookies
LOGIN: Path = ("login",)


class Answer(NamedTuple):
    """What came back: status, content type, undecoded body, and where a redirect points."""

    status: int
    content_type: str
    body: bytes
    location: str


class _Adapter(HTTPAdapter):
    """Connections that note whether a request has left."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        note_moments(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*args, **options)
        note_moments(manager)
        return manager


class Transport:
    """One keep-alive session to one panel.

    :param api_url: the panel, e.g. ``https://mail.example.com/iredadmin``
    :param timeout: seconds a request may take, from its connection to the last byte of its answer
    :param pool: connections that may be open at once
    :ivar is_blind: whoever answers is taken for the panel
    :raises InputError: the URL, a certificate path or the proxy of the environment cannot be used
    """

    def __init__(
        self,
        api_url: str,
        timeout: float = 60,
        validate_certs: bool = True,
        ca_path: Optional[str] = None,
        client_cert: Optional[str] = None,
        client_key: Optional[str] = None,
        pool: int = 8,
    ) -> None:
        self.base = clean_url(api_url)
        self.timeout = timeout
        for option, value in (("ca_path", ca_path), ("client_cert", client_cert), ("client_key", client_key)):
            if value and not os.path.exists(value):
                raise InputError("%s: there is no file %s on the host where this task runs." % (option, value))
        session = requests.Session()
        # The environment is read here, once: `requests` would do it for every request, let REQUESTS_CA_BUNDLE
        # win over our own TLS options, and send credentials from ~/.netrc.
        session.trust_env = False
        # The panel sets a cookie on every answer. Of many threads, one may get an answer that was begun with a session
        # that is lost by then; its cookie must not replace that of the login made meanwhile.
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.proxies = dict(get_environ_proxies(self.base))
        # Not even what a redirect names is looked at by `requests`, which fails on an address that is none.
        session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]
        session.headers.update({"Accept": "application/json", "User-Agent": "mailstate.iredmail"})
        adapter = _Adapter(pool_connections=1, pool_maxsize=pool)
        _check_proxy(self.base, session.proxies, adapter)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        self._session = session
        self._cookies: Dict[str, str] = {}
        # only a plain no switches it off, nothing that is just empty
        self._verify: Union[bool, str] = False if validate_certs is False else ca_path or _bundle(self.base) or True
        self.is_blind = self._verify is False and self.base.startswith("https:")
        if self.is_blind:
            disable_warnings(InsecureRequestWarning)  # one for each request; of the task there is one of ours
        if client_cert:
            _check_pair(client_cert, client_key)
        self._cert = (client_cert, client_key) if client_cert and client_key else client_cert

    def send(
        self, method: str, path: Path, query: Optional[Mapping[str, str]], form: Optional[Mapping[str, str]]
    ) -> Answer:
        """Send one request and return its answer; redirects are never followed.

        See panel/transport.md#pages-that-are-no-answer.

        :raises NotSent: no connection could be made, so nothing has left
        :raises TlsError: the certificate or the handshake was refused
        :raises AnswerLost: it may have left, and the answer did not come, or not all of it
        """
        # '@' stays as it is, everything else is encoded (panel/transport.md#paths): nothing in a name can become a path
        try:
            url = self.base + "/api/" + "/".join(quote(part, safe="@") for part in path)
            if query:
                url += "?" + urlencode(query)
            body = None if form is None else urlencode(form)
        except UnicodeEncodeError:
            raise InputError("An option holds something that is not text (no valid UTF-8); nothing was sent.") from None
        headers = {} if form is None else {"Content-Type": "application/x-www-form-urlencoded"}
        cookies = self._cookies
        if cookies:
            headers["Cookie"] = "; ".join("%s=%s" % pair for pair in cookies.items())
        request = "%s %s" % (method, api_path(path))
        MOMENT.begin(self.timeout)
        try:
            answer = self._session.request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=self.timeout,
                verify=self._verify,
                cert=self._cert,
                allow_redirects=False,
            )
        # a length of many digits is an OverflowError somewhere below
        except (
            requests.exceptions.RequestException,
            HTTPError,
            HTTPException,
            OSError,
            ValueError,
            OverflowError,
        ) as error:
            raise (self._lost(request, error) if MOMENT.left else self._not_sent(request, error)) from error
        if getattr(answer.raw, "length_remaining", None):  # urllib3 1 does not mind
            raise AnswerLost("The answer to %s broke off." % request)
        if path == LOGIN:
            self._cookies = {cookie.name: cookie.value or "" for cookie in answer.cookies}
        return Answer(
            answer.status_code,
            answer.headers.get("Content-Type", ""),
            answer.content,
            answer.headers.get("Location", ""),
        )

    def _not_sent(self, request: str, error: Exception) -> IRedMailError:
        """The failure of a request of which no byte has left."""
        reason = reason_of(error)
        if isinstance(error, requests.exceptions.SSLError) or isinstance(innermost(error), ssl.SSLError):
            return self._refused_tls(error)
        if MOMENT.is_late or isinstance(error, requests.exceptions.Timeout):
            return NotSent("%s did not answer within %s seconds." % (self.base, _number(self.timeout)))
        if isinstance(error, requests.exceptions.ProxyError):
            return NotSent("The proxy for %s did not connect: %s." % (self.base, reason))
        if "resolve" in str(error).lower() or isinstance(innermost(error), socket.gaierror):
            host = urlsplit(self.base).hostname
            return NotSent("The host %s is not known here (%s). Check its name in api_url." % (host, reason))
        if isinstance(error, requests.exceptions.ConnectionError):
            sentence = "%s cannot be reached: %s. Check api_url, and that the panel listens there."
            return NotSent(sentence % (self.base, reason))
        return NotSent("%s could not be sent: %s." % (request, reason))

    def _lost(self, request: str, error: Exception) -> IRedMailError:
        """The failure of a request that may have reached the panel; only a refused certificate says that it has not."""
        inner = innermost(error)
        if isinstance(inner, ssl.SSLError) and not MOMENT.answered and is_refusal(inner):
            return self._refused_tls(error)
        if MOMENT.is_late or isinstance(error, requests.exceptions.Timeout):
            sentence = "%s took longer than %s seconds (api_timeout) to answer %s."
            return AnswerLost(sentence % (self.base, _number(self.timeout), request))
        foreign = foreign_words(inner)
        if foreign:
            return AnswerLost("What answered %s at %s %s" % (request, self.base, foreign))
        if MOMENT.answered:
            return AnswerLost("The answer to %s broke off." % request)
        hint = PERHAPS_TLS if request.endswith(api_path(LOGIN)) and self.base.startswith("http:") else ""
        return AnswerLost("The connection to %s was lost during %s.%s" % (self.base, request, hint))

    def _refused_tls(self, error: Exception) -> TlsError:
        inner = innermost(error)
        if is_plain(inner):
            sentence = "What answers at %s does not speak TLS (%s). Give the port of https in api_url."
            return TlsError(sentence % (self.base, reason_of(error)))
        return TlsError("TLS to %s was refused: %s. %s" % (self.base, reason_of(error), advice(error)))

    def cookies(self) -> Dict[str, str]:
        """The cookies held now, by name: those of the last login."""
        return dict(self._cookies)

    def set_cookie(self, name: str, value: str) -> None:
        """Replace all cookies by this one."""
        self._cookies = {name: value}

    def forget_cookies(self) -> None:
        """Drop all cookies."""
        self._cookies = {}


def _bundle(base: str) -> Optional[str]:
    """The CA certificates that the environment names, for whom they matter.

    :raises InputError: there are none
    """
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        path = os.environ.get(name)
        if path:
            if base.startswith("https:") and not os.path.exists(path):
                raise InputError(
                    "%s in the environment: there is no file %s on the host where this task runs." % (name, path)
                )
            return path
    return None


def _check_proxy(base: str, proxies: Any, adapter: _Adapter) -> None:
    """Let nobody else meet a proxy that is none: the errors of libraries show its value, and with that a password.

    :raises InputError: the proxy that the environment names cannot be used
    """
    proxy = select_proxy(base, proxies)
    if not proxy:
        return
    wanted = ["%s_proxy" % key for key in (urlsplit(base).scheme, "all") if proxies.get(key) == proxy]
    names = [name for name in os.environ if name.lower() in wanted and os.environ[name] == proxy]
    name = "%s in the environment" % names[0] if names else "The proxy of the environment"
    try:
        urlsplit(proxy)  # it and urllib3 do not fail on the same
        address = prepend_scheme_if_needed(proxy, "http")  # type: ignore[no-untyped-call]
        (parse_url(address).host or ".").encode("idna")  # as it would be looked up
        adapter.proxy_manager_for(address)
    except requests.exceptions.InvalidSchema:
        raise InputError("%s: a SOCKS proxy needs PySocks on the host where this task runs." % name) from None
    except (requests.exceptions.RequestException, HTTPError, ValueError, TypeError, AssertionError):
        raise InputError(
            "%s is not the address of a proxy; write it like http://proxy.example.com:3128. In its user and password, "
            "a sign like / # ? @ or [ is written as %%2F %%23 %%3F %%40 or %%5B." % name
        ) from None


def clean_url(api_url: str) -> str:
    """The panel's address without ``/api`` and trailing slashes.

    :raises InputError: it is not an http(s) address, or carries credentials
    """
    text = api_url.strip().rstrip("/")
    if not text.isprintable() or " " in text:
        raise InputError("api_url holds a blank or a line break.")
    try:
        parts = urlsplit(text)
        if parts.path.endswith("/api"):  # and not a host of that name
            text = text[: -len("/api")].rstrip("/")
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        port_is_fine = False
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_fine or parts.query or parts.fragment:
        raise InputError(
            "api_url is not the address of a panel; write it like https://mail.example.com/iredadmin "
            "('/api' is appended)."
        )
    if parts.username or parts.password:
        raise InputError("api_url carries credentials; give them as api_username and api_password.")
    return text


def _check_pair(cert: str, key: Optional[str]) -> None:
    """:raises InputError: it is no certificate with its key. Nobody is there to be asked for a passphrase."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(cert, key, password=lambda: "")
    except (OSError, ValueError):  # of both kinds are the errors of ssl
        raise InputError(
            "client_cert%s: no certificate with its key, without a passphrase, can be read from there."
            % (" and client_key" if key else "")
        ) from None


def _number(value: float) -> str:
    return "%g" % value
