# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One account as LDIF, which only LDAP panels can tell (panel/ldif.md)."""

from __future__ import annotations

import base64
import re
from typing import Any, Dict, List, Optional

from .._api.client import Client
from .._engine.panel import Panel
from .._engine.task import HIDDEN, Params, Task, reading_module
from .._errors import BadAnswer, NoSuchEndpoint, Rejected
from .._model.accounts import AccountName, DomainKey
from .._model.codecs import accept_name
from .._model.resources.domain import DOMAIN

KINDS = ("domain", "catchall", "admin", "user", "maillist", "alias")
# passwords, their history and hashes, keys of Kerberos, one-time codes and certificates, in whatever schema
_SECRET = re.compile(
    r"passw|pwd|secret|token|credential|cookie|hash|salt|key|otp|seed|pkcs12|private|^pin$"
    r"|^2\.5\.4\.35$|^2\.16\.840\.1\.113719\.1\.301\.4\.(39|27)\.1$",
    re.IGNORECASE,
)
# what is said of them: 'pwdChangedTime', 'passwordExpiration', 'sambaPwdLastSet'
_ABOUT_SECRETS = re.compile(
    r"(time|change|changed|lastset|expiration|expired|policy|subentry|length|age|count)$", re.IGNORECASE
)
_LINE = re.compile(
    r"(?P<start>(?:#\s*)?(?P<name>[a-z0-9.-]+)(?:;[a-z0-9;.-]*)?:[:<]?)(?P<value>.*)\Z", re.I | re.DOTALL
)
# 'accountSetting: totp_secret:ABC'
_SETTING = re.compile(r"\s*(?P<name>[A-Za-z0-9_-]+)[:=]")


def without_secrets(text: str) -> str:
    """An LDIF with the values of secret attributes blanked; all other lines stay as they are folded."""
    lines: List[str] = []
    for line in text.split("\n"):
        # a line goes on in those that begin with a blank, and may break anywhere, also in the name
        if line.startswith(" ") and lines:
            lines[-1] += "\n" + line
        else:
            lines.append(line)
    return "\n".join(map(_blanked, lines))


def _blanked(line: str) -> str:
    match = _LINE.match(re.sub("\r?\n ", "", line))
    if not match or not (_is_secret(match.group("name")) or _holds_secret(match.group("start"), match.group("value"))):
        return line
    return match.group("start") + " " + HIDDEN + ("\r" if line.endswith("\r") else "")


def _is_secret(name: str) -> bool:
    return bool(_SECRET.search(name)) and not _ABOUT_SECRETS.search(name)


def _holds_secret(start: str, value: str) -> bool:
    """Whether a value of ``accountSetting`` is one, which has a name before its value."""
    if not start.lower().startswith("accountsetting"):
        return False
    if start.endswith("::"):
        try:
            value = base64.b64decode(value).decode("utf-8", "replace")
        except ValueError:
            return True
    match = _SETTING.match(value)
    return bool(match) and _is_secret(match.group("name") if match else "")


class LdifTask(Task):
    """Ask the panel for the text, and take the secrets out."""

    def __init__(self, params: Params) -> None:
        self.kind = params["kind"]
        codec = DomainKey() if self.kind in ("domain", "catchall") else AccountName()
        self.path = ("ldif", self.kind, accept_name("name", codec, params["name"]))
        self.subject = "ldif %s %s" % (self.kind, self.path[2])
        self.text: Optional[str] = None

    def run(self, client: Client, check_mode: bool) -> None:
        try:
            text = Panel(client, read_only=True).raw(self.path)
        except NoSuchEndpoint as failure:
            raise NoSuchEndpoint("LDIF comes from LDAP panels only, and this one has none (%s)" % failure) from None
        except Rejected as refusal:
            if refusal.code not in DOMAIN.absent_codes:
                raise
            text = ""  # so do panels that export nothing of what is not there (panel/ldif.md#answer: unknown)
        if not isinstance(text, str):
            raise BadAnswer("the panel answered with a %s where LDIF text is expected." % type(text).__name__)
        self.text = without_secrets(text)

    def result(self) -> Dict[str, Any]:
        return {"changed": False, "ldif": self.text}


LDIF = reading_module(
    LdifTask,
    kind={"type": "str", "choices": list(KINDS), "required": True},
    name={"type": "str", "required": True},
)
