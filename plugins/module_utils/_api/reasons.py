# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the errors of a network say, once what libraries have wrapped them in is taken off."""

from __future__ import annotations

import re
import ssl
from http.client import BadStatusLine

#: what TLS makes of an answer that is none of its own
_PLAIN = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST")
#: what a TLS alert speaks of by which a server refuses who we are; with TLS 1.3 it comes after our handshake is over
_REFUSALS = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED", "HANDSHAKE_FAILURE", "DECRYPT_ERROR")
#: what certificates were allowed to lack before Python 3.13, which asks for all that RFC 5280 does
_STRICT = ("key identifier", "key usage", "basic constraints")
#: the place in the source of Python from which an error of TLS comes
_SOURCE = re.compile(r"\s*\(_ssl\.c:\d+\)")
#: how an alert of TLS begins, also as Python shows it
_ALERT = ("\x15\x03", "\\x15\\x03")
#: to whoever speaks plain HTTP and gets no answer
PERHAPS_TLS = " If that port speaks TLS, api_url begins with https."


def advice(error: Exception) -> str:
    """An alert comes from the server, which did not like us; anything else is that we did not like the server."""
    text = str(error).lower()
    if "alert" in text:
        return "The server refused this client: it may want a certificate (client_cert, client_key), or another one."
    if any(word in text for word in _STRICT):
        return "Python 3.13 and newer want what is missing there: issue the certificate anew, or that of its CA."
    return "Give the CA that signed the server's certificate as ca_path (validate_certs: false would accept anybody)."


def is_refusal(error: ssl.SSLError) -> bool:
    """Whether it is an alert by which the server refuses our certificate, or that we have none."""
    reason = str(error.reason or "")
    return "ALERT" in reason and any(word in reason for word in _REFUSALS)


def is_plain(error: BaseException) -> bool:
    """Whether something answered a handshake that does not speak TLS."""
    return getattr(error, "reason", None) in _PLAIN


def foreign_words(error: BaseException) -> str:
    """The rest of a sentence on something that answered a request and does not speak HTTP; empty if it does."""
    if not isinstance(error, BadStatusLine) or isinstance(error, ConnectionError):  # one of its kind is no answer
        return ""
    line = str(getattr(error, "line", "")).strip("'\"")
    if line[:4] == "HTTP"[: len(line)]:
        return ""  # it does, and broke off
    if any(alert in line for alert in _ALERT):
        return "speaks TLS, and was spoken to without. Begin api_url with https."
    return "does not speak HTTP: it is another service. Give the port of the panel's web server in api_url."


def innermost(error: BaseException) -> BaseException:
    """The error that urllib3 and requests have wrapped, each in its own way."""
    for _depth in range(8):
        inner = [getattr(error, "reason", None), getattr(error, "original_error", None), *error.args[::-1]]
        causes = [one for one in inner if isinstance(one, BaseException)]
        if not causes:
            break
        error = causes[0]
    return error


def reason_of(error: Exception) -> str:
    """The innermost words of a nested urllib3 error: 'Connection refused' rather than its wrapping."""
    text = _SOURCE.sub("", str(innermost(error)))
    if "] " in text:
        text = text.split("] ", 1)[1]
    elif ": " in text and "Error(" not in text:
        text = text.rsplit(": ", 1)[-1]
    if text.count(")") > text.count("("):  # of a wrapping that was taken off
        text = text.rstrip(")")
    return text.strip().rstrip(".") or type(error).__name__
