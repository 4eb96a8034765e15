# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Known secrets, blanked wherever they occur in a report: the last line of defence, since results hold none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import HIDDEN, SHORT, blank
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import quoted

NAMES = frozenset(("api_password", "api_session", "password", "password_hash"))
#: of a secret that may be part of a word, this beginning is looked for first: a state has as many secrets as users
_HEAD = SHORT


class Secrets:
    """Learns secrets and blanks them."""

    def __init__(self) -> None:
        self._short: set[str] = set()
        self._long: dict[str, dict[int, set[str]]] = {}

    def learn(self, value: Any) -> None:
        """Note the secrets among arguments of a task, at any depth."""
        if isinstance(value, Mapping):
            for name, item in value.items():
                if name in NAMES and isinstance(item, str):
                    self.add(item)
                else:
                    self.learn(item)
        elif isinstance(value, (list, tuple)):
            for item in value:
                self.learn(item)

    def add(self, secret: str) -> None:
        """Note one secret; of a session, what stands after its cookie's name is one too."""
        secret = str(secret)
        name, _sign, rest = secret.partition("=")
        texts = {secret, secret.strip(), rest if name.isidentifier() else ""}
        forms = {form for text in texts for form in quoted(text)}
        for text in forms - {HIDDEN}:
            if len(text) < _HEAD:
                self._short.add(text)
            else:
                self._long.setdefault(text[:_HEAD], {}).setdefault(len(text), set()).add(text)

    def scrub(self, value: Any) -> Any:
        """The same without secrets, in keys as well."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Mapping):
            return {self.scrub(key): self.scrub(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.scrub(item) for item in value]
        return value

    def _text(self, text: str) -> str:
        found: set[str] = set()
        for at in range(len(text) - _HEAD + 1) if self._long else ():
            for length, secrets in self._long.get(text[at : at + _HEAD], {}).items():
                found |= {text[at : at + length]} & secrets
        for secret in sorted(found | self._short_in(text), key=len, reverse=True):
            text = blank(text, secret)
        return text

    def _short_in(self, text: str) -> set[str]:
        """Which of the short secrets begin anywhere in a text; at one place it may be several."""
        if not self._short:
            return set()
        lengths = {len(secret) for secret in self._short}
        return {text[at : at + length] for length in lengths for at in range(len(text) - length + 1)} & self._short
