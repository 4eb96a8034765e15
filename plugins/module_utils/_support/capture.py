# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One example of each answer of a panel, redacted: for a report, and as a fixture of tests. Sends reads only."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Mapping, Optional, Pattern, Tuple, cast

from .._api.client import Client
from .._api.envelope import read_json
from .._api.transport import Answer, Transport
from .._engine.panel import Panel
from .._errors import IRedMailError
from .._model.addresses import ADDRESS, DOMAIN
from .._model.catalog import ACCOUNTS, IN_DOMAIN
from .._model.descriptors import Resource
from .._model.paths import Path, api_path
from .._model.resources.maillist import MAILLIST
from .._model.resources.user import USER
from .._version import VERSION
from .redaction import Redactor

#: of the form of captures
FORMAT = 1
# domains that are searched for an example of a kind, and addresses that are tried where the panel lists none
DOMAINS_TRIED, NAMES_TRIED = 5, 10
# entries that are kept of a list endpoint's answer, and of any other list
LISTED, NESTED = 2, 50
# characters that are kept of an answer which is no JSON
PAGE = 500
# keys that name an object, whatever else of it looks like a name
_IDENTITIES = ("domain", "domainName", "mail", "username", "address")
_DIRECTIONS = ("inbound", "outbound")


@dataclass
class Entry:
    """One request and what came back."""

    path: Path
    query: Optional[Mapping[str, str]]
    listing: bool
    answer: Optional[Answer] = None
    failure: str = ""


class Recorder:
    """Stands before a transport and keeps the last answer: the client tells only what it understood of it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.last: Tuple[Path, Optional[Answer]] = ((), None)

    def send(
        self, method: str, path: Path, query: Optional[Mapping[str, str]], form: Optional[Mapping[str, str]]
    ) -> Answer:
        self.last = (path, None)
        answer = self._transport.send(method, path, query, form)
        self.last = (path, answer)
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Capture:
    """Reads the examples; a request that fails is part of the result and stops nothing."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._panel = Panel(client, read_only=True)
        self._entries: List[Entry] = []
        self._recorder: Optional[Recorder] = None
        # no panel has these
        mark = "capture-probe-" + uuid.uuid4().hex[:12]
        self._no_domain = mark + ".invalid"
        self._mark = mark

    def run(self) -> Dict[str, Any]:
        """Send the requests and return what came back, redacted."""
        client = self._client
        before = client._transport  # pylint: disable=protected-access
        self._recorder = Recorder(before)
        client._transport = cast(Transport, self._recorder)  # pylint: disable=protected-access
        try:
            found = self._look_around()
        finally:
            client._transport = before  # pylint: disable=protected-access
        return self._redacted(found)

    def _look_around(self) -> List[str]:
        """Read everything; returns the examples, the domain first."""
        named = self._names(("domains",), {"name_only": "yes"}, DOMAIN)
        everywhere = self._names(("domains",), None, DOMAIN)
        everywhere = named or everywhere
        account = self._client.username
        if account and not everywhere:
            everywhere = [account.rpartition("@")[2]]
        found = self._objects(everywhere) if everywhere else [""]
        if account:
            self._look(("admin", account))
        for name in ["global"] + [name for name in found[:2] if name]:
            self._settings(name)
        self._look(("greylisting", "all"))
        self._unknown(found[0] or self._no_domain)
        return found

    def _objects(self, everywhere: List[str]) -> List[str]:
        """A domain and one of each kind of account in a domain, users first; blank what there is none of."""
        domain, user = self._example(USER.plural, everywhere)
        domain = domain or everywhere[0]
        here_first = [domain] + [one for one in everywhere if one != domain]
        self._look(("domain", domain))
        found = [domain, self._account(USER, user, everywhere)]
        for resource in IN_DOMAIN:
            if resource is not USER:
                _domain, name = self._example(resource.plural, here_first)
                found.append(self._account(resource, name, everywhere))
        # no endpoint lists those of this kind; the panel may show the others here too (panel/maillists.md#endpoints)
        self._account(MAILLIST, "", everywhere)
        return found

    def _look(self, path: Path, query: Optional[Mapping[str, str]] = None, listing: bool = False) -> Any:
        """Send one GET and keep its answer; returns the data, None after a failure."""
        entry = Entry(path, query, listing)
        self._entries.append(entry)
        data = None
        try:
            data = self._panel.raw(path, query)
        except IRedMailError as failure:
            entry.failure = type(failure).__name__
        if self._recorder and self._recorder.last[0] == path:
            entry.answer = self._recorder.last[1]
        return data

    def _names(self, path: Path, query: Optional[Mapping[str, str]], form: Pattern[str]) -> List[str]:
        return list(dict.fromkeys(names_in(self._look(path, query, listing=True), form)))

    def _example(self, plural: str, everywhere: List[str]) -> Tuple[str, str]:
        """The first domain with an account of a kind, and that account; kept are that domain's lists, or the first's.

        :returns: blanks if there is none
        """
        start = len(self._entries)
        for domain in everywhere[:DOMAINS_TRIED]:
            latest = len(self._entries)
            named = self._names((plural, domain), {"email_only": "yes"}, ADDRESS)
            names = self._names((plural, domain), None, ADDRESS)
            if named or names:
                del self._entries[start:latest]
                return domain, (named or names)[0]
            if latest > start:
                del self._entries[latest:]
        return "", ""

    def _account(self, resource: Resource, name: str, everywhere: List[str]) -> str:
        """Read an account; where the panel lists none (HTTP 500 in some releases), one that other answers speak of."""
        names = [name] if name else self._likely(everywhere)
        start = len(self._entries)
        for number, one in enumerate(names):
            data = self._look((resource.name, one), resource.reading.query)
            if number:
                del self._entries[start:-1]
            if data is not None or self._entries[-1].failure == "NoSuchEndpoint":
                return one if data is not None else ""
        return name

    def _likely(self, everywhere: List[str]) -> List[str]:
        """Addresses in the panel's domains that answers so far speak of, the latest first."""
        found = [self._client.username or ""]
        for entry in reversed(self._entries):
            found += names_in(_decoded(entry.answer), ADDRESS, everywhere=True)
        found.append("postmaster@" + everywhere[0])
        return [name for name in dict.fromkeys(found) if name.rpartition("@")[2] in everywhere][:NAMES_TRIED]

    def _settings(self, account: str) -> None:
        scope = ("global",) if account == "global" else ("user" if "@" in account else "domain", account)
        self._look(("spampolicy",) + scope)
        for direction in _DIRECTIONS:
            self._look(("throttle", account, direction))
        self._look(("greylisting", account))
        self._look(("greylisting", account, "whitelists"))
        for direction in _DIRECTIONS:
            for kind in ("whitelist", "blacklist"):
                self._look(("wblist", direction, kind, account))

    def _unknown(self, domain: str) -> None:
        """What the panel says of things that are not there, and of settings that nobody made."""
        nobody = "%s@%s" % (self._mark, domain)
        self._look(("domain", self._no_domain))
        for resource in IN_DOMAIN:
            self._look((resource.plural, self._no_domain), {"email_only": "yes"})
        for resource in ACCOUNTS:
            self._look((resource.name, nobody))
        self._settings(nobody)

    def _redacted(self, found: List[str]) -> Dict[str, Any]:
        redactor = Redactor()
        answers = [_decoded(entry.answer) for entry in self._entries]
        redactor.pin(self._no_domain, "no-such-domain.example")
        for domain, shown in (
            (found[0] if found else "", "domain1.example"),
            (self._no_domain, "no-such-domain.example"),
        ):
            redactor.pin("%s@%s" % (self._mark, domain), "no-such-account@" + shown)
        for name in found:  # so that these get the first numbers
            redactor.text(name)
        for answer in answers:
            redactor.learn(answer)
        return {
            "format": FORMAT,
            "version": VERSION,
            "release": "unknown",
            "backend": self._client.backend_hint or "unknown",
            "requests": [_shown(entry, answer, redactor) for entry, answer in zip(self._entries, answers)],
        }


def names_in(data: Any, form: Pattern[str], everywhere: bool = False) -> Iterator[str]:
    """Every name of a form in an answer of whatever shape, likeliest first within each object; lower case.

    :param everywhere: also those which are not what an object is called
    """
    if isinstance(data, str):
        if form.match(data):
            yield data.lower()
    elif isinstance(data, list):
        for item in data:
            yield from names_in(item, form, everywhere)
    elif isinstance(data, dict):
        for name in data:
            yield from names_in(name, form)
        for key in _IDENTITIES:
            value = data.get(key)
            yield from names_in(value, form) if not isinstance(value, dict) else ()
        for key, value in data.items():
            if isinstance(value, dict) or (everywhere and key not in _IDENTITIES):
                yield from names_in(value, form, everywhere)


def _decoded(answer: Optional[Answer]) -> Any:
    """What came back: the JSON if it is that, else the beginning of the text."""
    if answer is None:
        return None
    text = answer.body.decode("utf-8", "replace")
    try:
        return read_json(text)
    except ValueError:
        return text[:PAGE]


def shortened(value: Any, limit: int) -> Any:
    """An answer of which lists, and objects that are keyed by names, have only their first entries."""
    if isinstance(value, list):
        return [shortened(item, NESTED) for item in value[:limit]]
    if isinstance(value, dict):
        named = [key for key in value if "@" in key or "." in key]
        return {key: shortened(item, NESTED) for key, item in value.items() if key not in named[limit:]}
    return value


def _shown(entry: Entry, answer: Any, redactor: Redactor) -> Dict[str, Any]:
    path = tuple(redactor.text(part) if "@" in part or "." in part else part for part in entry.path)
    query = "&".join("%s=%s" % pair for pair in (entry.query or {}).items())
    whole, answer = answer, _cut(answer, LISTED if entry.listing else NESTED)
    shown = {
        "request": "GET " + api_path(path) + ("?" + query if query else ""),
        "ok": not entry.failure,
        "status": entry.answer.status if entry.answer else None,
        "content_type": redactor.text(entry.answer.content_type) if entry.answer else None,
        "answer": redactor.value(answer),
    }
    if entry.failure:
        shown["failure"] = entry.failure
    if answer != whole:
        shown["cut"] = True
    return shown


def _cut(answer: Any, limit: int) -> Any:
    """The envelope with its data shortened."""
    if not isinstance(answer, dict):
        return shortened(answer, limit)
    return {key: shortened(value, limit) for key, value in answer.items()}
