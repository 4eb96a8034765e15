# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of a panel without what they tell of people: the form stays, what is not known to be harmless is replaced.

Kept are the structure, keys, numbers, booleans, nulls, punctuation and the words below. Everything else becomes a name
that means nothing, the same one wherever it occurs.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any, Dict, FrozenSet, Iterator, Match, Set

from .._engine.task import HIDDEN
from .._model.addresses import ADDRESS
from .._model.catalog import RESOURCES, SETTINGS
from .._model.codecs import FALSE_WORDS, TRUE_WORDS
from .._model.numbers import UNITS
from .._model.sources import Key

#: words of the API, the panel and mail software; nobody is told by them. Compared in lower case.
WORDS = frozenset(TRUE_WORDS + FALSE_WORDS + tuple(unit.lower() for unit in UNITS)) | frozenset(
    """
    null default global all inbound outbound external whitelist blacklist
    public domain subdomain membersonly moderatorsonly membersandmoderatorsonly allowedonly normal digest nomail
    mail smtp smtpsecured smtptls pop3 pop3secured pop3tls imap imapsecured imaptls managesieve managesievesecured
    managesievetls sieve sievesecured sievetls deliver lda lmtp sogo sogowebmail sogocalendar sogoactivesync internal
    doveadm lib-storage indexer-worker dsync quota-status recipientbcc senderbcc domainbcc forward shadowaddress
    displayedinglobaladdressbook domainadmin domainalias self-service catchall mlmmj mlmmjadmin
    bcc relay aliases throttle greylisting wblist spampolicy backupmx password_policies advanced forwarding
    personal_info quarantine rcvd_mails view_mail_log manage_quarantined_mails
    maildir mdbox sdbox dovecot lmtps virtual maildrop error discard unix inet private dovecot-lmtp var vmail vmail1
    spam-quarantine virus-quarantine banned-quarantine bad-header-quarantine clean-quarantine spam virus banned
    top inetorgperson organizationalperson person posixaccount shadowaccount amavisaccount organizationalunit
    maildomain mailuser mailadmin mailalias maillist mailexternaluser
    dn ou dc cn uid o domainname domains users groups externals domainadmins
    precedence bulk list list-id list-post list-help list-owner list-archive list-subscribe list-unsubscribe reply-to
    x-mailing-list dkim-signature authentication-results mailto subject subscribe unsubscribe auto-update
    application text html json plain charset utf-8 doctype head body title h1 p
    not found internal server method allowed
    no_such_account no_such_domain no_such_endpoint no_such_file account_not_exist already_exists domain_exists
    invalid_domain_name invalid_domain invalid_mail invalid_email invalid_account invalid_account_type invalid_username
    invalid_credentials invalid_policy empty_password login required login_required session_expired
    permission_denied not_authorized not_authorized_api_client not_allowed_ip no_records unsupported
    """.split()
)
# 'name' and its like hold what people wrote: not even a word of the above is certain to be one there
PERSONAL = re.compile(
    r"name$|^(cn|sn|gn|uid|o|ou|l|st|title|initials|address)$|phone|mobile|fax|pager|employee|postal|postcode|zip|"
    r"street|city|birth|descr|comment|footer|signature|photo|organi[sz]ation|department|manager",
    re.IGNORECASE,
)
_SECRET = re.compile(r"passw|pwd|secret|token|hash|salt|cookie|credential|otp|(api|krb|private)\w*key", re.IGNORECASE)
_ABOUT_SECRETS = re.compile(r"length|change|polic", re.IGNORECASE)
_SETTINGS = re.compile(r"settings?$", re.IGNORECASE)
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_;\-]*\Z|\d+\Z")
_NUMBER = re.compile(r"-?\d{1,19}(\.\d+)?\Z")
_LANGUAGE = re.compile(r"[a-z]{2}_[A-Z]{2}\Z")
_TIME = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?\Z|\d{14}(\.\d+)?Z\Z")
_SOME_TIME = "20010203040506"
# what stands between words; '-' and '_' are parts of words
_MARKS = r"\s!\"#$%&'()*+,./:;<=>?@\[\]\\^`{|}~"
_WORD = "[^" + _MARKS + "]+"
_ENDS = r"\s@,;:<>()\[\]\"'=/|?&\\"
_AROUND = "[^" + _ENDS + "]*"
_LOCAL = re.compile("(?<![^" + _ENDS + "])(" + _AROUND + ")@")
_TOKEN = re.compile(
    # from the beginning of what may stand before the @, or nothing does: anywhere else it was looked for already
    "(?P<address>(?:(?<![^" + _ENDS + "])" + _AROUND + ")?@" + _AROUND + ")"
    r"|(?P<ip>(?<![\w.])\d{1,3}(?:\.(?:\d{1,3}|\*)){3}(?![\w.])|(?<![\w.])(?:\d{1,3}\.){1,3}\*(?:\.\*)*)"
    r"|(?P<ip6>(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?:\.\d{1,3}){0,3}(?![\w:]))"
    r"|(?P<domain>(?<![\w\-])(?<![\w\-]\.)(?:[\w\-]+\.)+(?:xn--[\w\-]+|[^\W\d_]{2,})(?![\w\-]))"
    # a further word may not be the beginning of one of the above
    "|(?P<words>" + _WORD + "(?:[ \t]+" + _WORD + r"(?=[\s,;<>()\[\]\"'=/|?&\\:]|\Z)(?!:\S))*)"
)


class Redactor:
    """Replaces consistently; one for everything that belongs together."""

    def __init__(self) -> None:
        self._keys = known_keys()
        self._names: Set[str] = set()
        self._pinned: Dict[str, str] = {}
        self._found: Dict[str, Dict[str, str]] = {}

    def learn(self, raw: Any, key: str = "") -> None:
        """Note who there is, so that an object which is keyed by a plain name does not show it."""
        if isinstance(raw, dict):
            for name, item in raw.items():
                self.learn(name)
                self.learn(item, name)
        elif isinstance(raw, list):
            for item in raw:
                self.learn(item, key)
        elif isinstance(raw, str):
            self._names.update(local.lower() for local in _LOCAL.findall(raw))
            if PERSONAL.search(key):
                self._names.add(raw.strip().lower())

    def pin(self, name: str, shown: str) -> None:
        """Show an address or a domain under this name."""
        self._pinned[name.lower()] = shown

    def value(self, raw: Any, key: str = "", secret: bool = False) -> Any:
        """A JSON value without what it tells; ``key`` is the one that it stands under, in lists that of the list."""
        secret = secret or bool(_SECRET.search(key) and not _ABOUT_SECRETS.search(key))
        if isinstance(raw, dict):
            shown: Dict[str, Any] = {}
            for name, item in raw.items():
                new = self._key(name)
                while new in shown:
                    new += "_"
                shown[new] = self.value(item, name, secret)
            return shown
        if isinstance(raw, list):
            return [self.value(item, key, secret) for item in raw]
        if raw is None or isinstance(raw, bool) or raw == "":
            return raw
        if secret:
            return HIDDEN
        if isinstance(raw, str):
            return self._settings(raw) if _SETTINGS.search(key) else self.text(raw, key)
        return type(raw)(1) if PERSONAL.search(key) else raw

    def text(self, raw: str, key: str = "") -> str:
        """A text without what it tells: addresses and domains within it replaced, and all unknown words."""
        if ADDRESS.match(raw):
            return self._address(raw)
        if PERSONAL.search(key):
            match = _TOKEN.match(raw)
            whole = bool(match and match.end() == len(raw) and match.lastgroup not in ("words", None))
            return self._token(match) if match and whole else self._name("text", raw)
        if _NUMBER.match(raw) or _LANGUAGE.match(raw):
            return raw
        if _TIME.match(raw):
            digits = iter(_SOME_TIME)
            return re.sub(r"\d", lambda _digit: next(digits, "0"), raw)
        return _TOKEN.sub(self._token, raw)

    def _key(self, name: str) -> str:
        is_name = name.lower() in self._names and name not in self._keys and name.lower() not in WORDS
        if not _KEY.match(name):
            return self.text(name)
        return self._name("text", name) if is_name else name

    def _settings(self, raw: str) -> str:
        """``key:value;key:value;`` (panel/values.md#settings)."""
        shown = []
        for piece in raw.split(";"):
            name, colon, item = piece.partition(":")
            if colon and _KEY.match(name):
                shown.append(self._key(name) + ":" + str(self.value(item, name)))
            else:
                shown.append(self.text(piece))
        return ";".join(shown)

    def _token(self, match: Match[str]) -> str:
        raw = match.group()
        if match.lastgroup == "address":
            return self._address(raw)
        if match.lastgroup == "domain":
            return self._domain(raw)
        if match.lastgroup == "ip":
            return "192.0.2.*" if "*" in raw else self._ip(raw)
        if match.lastgroup == "ip6":
            try:
                ipaddress.IPv6Address(raw)
            except ValueError:
                return raw if not re.search(r"\w", raw) else self._name("text", raw)
            return self._name("2001:db8::", raw.lower())
        return self._words(raw, match)

    def _words(self, raw: str, match: Match[str]) -> str:
        """Some words with blanks between: kept if all are known. Numbers only next to a colon, as ports and sizes."""
        start, end = match.span()
        before, after = match.string[max(0, start - 1) : start], match.string[end : end + 1]
        if re.match(r"-?\d+\Z", raw):
            kept = (before in (":", "=") and len(raw) <= 5) or (after == ":" and not before)
            return raw if kept else self._name("text", raw)
        known = all(word.lower() in WORDS or not re.search(r"\w", word) for word in raw.split())
        return raw if known or _LANGUAGE.match(raw) else self._name("text", raw)

    def _address(self, raw: str) -> str:
        """``ada@example.com``, also ``ada+list@``, ``@example.com``, ``@.example.com``, ``@.`` and ``ada@*``."""
        if raw.lower() in self._pinned:
            return self._pinned[raw.lower()]
        local, _at, host = raw.rpartition("@")
        base, plus, extension = local.partition("+")
        if not base:
            base, plus, extension = local, "", ""
        dots = re.sub(r"[^.*].*", "", host)
        name = host[len(dots) :].rstrip(".")
        user = self._name("user", (base + "@" + name).lower()) if base else ""
        if extension and extension.lower() not in WORDS:
            extension = self._name("text", extension)
        return user + plus + extension + "@" + dots + (self._domain(name) if name else "")

    def _domain(self, raw: str) -> str:
        return self._pinned.get(raw.lower()) or self._name("domain", raw.lower(), ".example")

    def _ip(self, raw: str) -> str:
        number = int(self._name("ip", raw)[2:]) - 1
        # RFC 5737; a panel with more addresses than that shows some of them under the same one
        return "%s.%d" % (("192.0.2", "198.51.100", "203.0.113")[number // 254 % 3], number % 254 + 1)

    def _name(self, kind: str, raw: str, ending: str = "") -> str:
        """The replacement of one thing of a kind, numbered as they come."""
        known = self._found.setdefault(kind, {})
        if raw not in known:
            known[raw] = "%s%d%s" % (kind, len(known) + 1, ending)
        return known[raw]


def known_keys() -> FrozenSet[str]:
    """Keys that the collection reads, which are kept even if somebody is called so."""
    found = {"settings", "accountSetting", "ldif", "created", "modified", "expired", "info"}
    for thing in RESOURCES + SETTINGS:
        found.update(getattr(thing, "facts", ()), getattr(thing, "id_keys", {}).values())
        for one in thing.fields:
            found.add(one.option)
            for place in one.sql + one.ldap:
                found.update(_keys_of(place))
    return frozenset(found - {""})


def _keys_of(place: Key) -> Iterator[str]:
    yield from place.path.split(".")
    yield from getattr(place, "pieces", ())
