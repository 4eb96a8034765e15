# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes as the API document lists them, with their parameters: what a strict reader holds a request against."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.sandbox.wire import DOMAIN, MAIL, Sent, domain_of

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tests.sandbox.panel import Panel
    from tests.sandbox.sessions import Session

YES_NO = ("yes", "no")
STATUS = ("active", "disabled")
ACTIVE = {"enable", "active", "yes", "1"}
_PIECES = {
    "mail": MAIL,
    "new": MAIL,
    "domain": DOMAIN,
    "number": r"-?\d+",
    "account": f"global|{MAIL}|{DOMAIN}",
    "direction": "inbound|outbound",
    "list": "whitelist|blacklist",
}


class RefusedError(Exception):
    """A logical failure: HTTP 200 with ``_success`` false and this ``_msg`` (panel/transport.md#verdict)."""


class CrashError(Exception):
    """The panel's code dies as it is known to: HTTP 500 with an HTML page."""


@dataclass(frozen=True)
class Route:
    """One endpoint. Parameter names as documented; ``ldap`` and ``sql`` are those of one backend only.

    ``verbatim`` are texts whose outer blanks are kept. Normal admins may call it for the domains they manage: or not at
    all (``global_only``), or as the handler itself decides (``own_rights``).
    """

    method: str
    template: str
    pattern: re.Pattern[str]
    handler: Callable[[Call], Any]
    parameters: frozenset[str]
    lists: frozenset[str]
    settings: frozenset[str]
    verbatim: frozenset[str]
    choices: dict[str, tuple[str, ...]]
    ldap: frozenset[str]
    sql: frozenset[str]
    conflicts: tuple[tuple[str, str], ...]
    needs: tuple[tuple[str, str], ...]
    backend: str | None
    anyone: bool
    global_only: bool
    own_rights: bool

    def complaints(self, sent: Sent, backend: str) -> list[str]:
        """What in the parameters of a request is against the document."""
        found = list(sent.complaints)
        for name, value in sent.params.items():
            if name not in self.parameters:
                found.append(f"there is no parameter {name}")
            elif (name in self.ldap and backend != "ldap") or (name in self.sql and backend != "sql"):
                found.append(f"parameter {name} does not exist on {backend} backends")
            if name in self.choices and value not in self.choices[name]:
                found.append(f"{name}={value} is none of {', '.join(self.choices[name])}")
            if name in self.lists and name in sent.query:
                found.append(f"the list {name} is in the query string, which is limited to some 8000 bytes")
            if name in self.lists and value:
                items = value.split(",")
                if any(item != item.strip() or not item for item in items) or len(set(items)) != len(items):
                    found.append(f"the list {name}={value} has blanks, empty or repeated items")
            elif value != value.strip() and "password" not in name and name not in self.verbatim:
                found.append(f"blanks around the value of {name} are cut off")
            if name in self.settings and re.search("[;:]", value):
                found.append(f"a colon or semicolon in {name} breaks the settings of the account")
        for one, other in self.conflicts:
            if one in sent.params and other in sent.params:
                found.append(f"{one} conflicts with {other}")
        found += [
            f"{one} needs {other}" for one, other in self.needs if one in sent.params and other not in sent.params
        ]
        return found


ROUTES: list[Route] = []


def route(
    method: str,
    template: str,
    text: str = "",
    lists: str = "",
    choices: dict[str, tuple[str, ...]] | None = None,
    settings: str = "",
    verbatim: str = "",
    ldap: str = "",
    sql: str = "",
    conflicts: Iterable[tuple[str, str]] = (),
    needs: Iterable[tuple[str, str]] = (),
    backend: str | None = None,
    anyone: bool = False,
    global_only: bool = False,
    own_rights: bool = False,
) -> Callable[[Callable[[Call], Any]], Callable[[Call], Any]]:
    """Register a handler for an endpoint; ``text``, ``lists`` and ``choices`` name its parameters."""
    # \w is a letter of any script, as in the panel's own patterns (panel/transport.md#paths)
    pattern = re.compile(
        re.sub(r"<(\w+)>", lambda match: f"(?P<{match[1]}>{_PIECES[match[1]]})", template), re.IGNORECASE
    )

    def register(handler: Callable[[Call], Any]) -> Callable[[Call], Any]:
        ROUTES.append(
            Route(
                method=method,
                template=template,
                pattern=pattern,
                handler=handler,
                parameters=frozenset(text.split()) | frozenset(lists.split()) | frozenset(choices or {}),
                lists=frozenset(lists.split()),
                settings=frozenset(settings.split()),
                verbatim=frozenset(verbatim.split()),
                choices=choices or {},
                ldap=frozenset(ldap.split()),
                sql=frozenset(sql.split()),
                conflicts=tuple(conflicts),
                needs=tuple(needs),
                backend=backend,
                anyone=anyone,
                global_only=global_only,
                own_rights=own_rights,
            )
        )
        return handler

    return register


def find(method: str, path: str, backend: str) -> tuple[Route | None, dict[str, str], int]:
    """The route of a request with the pieces of its path, or else the HTTP status to answer with."""
    status = 404
    for route in ROUTES:
        match = route.pattern.fullmatch(path)
        if match and route.backend in (None, backend):
            if route.method == method:
                return route, match.groupdict(), 200
            status = 405
    return None, {}, status


@dataclass
class Call:
    """One request on its way through a handler."""

    panel: Panel
    db: Connection
    route: Route
    path: dict[str, str]
    params: dict[str, str]
    session: Session
    ruined: list[dict[str, str]] = field(default_factory=list)

    @property
    def ldap(self) -> bool:
        """Whether this is an LDAP panel."""
        return self.panel.backend == "ldap"

    @property
    def mail(self) -> str:
        """The address in the path, lower-cased."""
        return self.path["mail"].lower()

    @property
    def domain(self) -> str:
        """The domain in the path, or that of the address in it."""
        return self.path["domain"].lower() if "domain" in self.path else domain_of(self.mail)

    def ruin(self, kind: str, name: str, text: str) -> None:
        """Note that an account is still there and as good as lost, which no client should have asked for."""
        self.ruined.append({"kind": kind, "name": name})
        if self.session.id != "operator":
            self.panel.violate(f"{self.route.method} {self.route.template}: {text}")

    def has(self, *names: str) -> bool:
        """Whether any of these parameters was sent, blank or not."""
        return any(name in self.params for name in names)

    def text(self, name: str) -> str:
        """A parameter without blanks around it; the empty string when it was not sent."""
        return self.params.get(name, "").strip()

    def number(self, name: str) -> int:
        """A parameter as a number; what is none is 0."""
        text = self.text(name)
        return int(text) if re.fullmatch(r"-?\d+", text) else 0

    def status(self) -> int:
        """accountStatus as stored: whatever is no known word for active disables (panel/values.md#account-status)."""
        return int(self.text("accountStatus") in (ACTIVE | {"on"} if self.ldap else ACTIVE))

    def items(self, name: str, lower: bool = True) -> list[str]:
        """A comma list: lower-cased, blanks cut off at its ends, repeated items dropped (panel/transport.md#lists)."""
        text = self.text(name)
        return list(dict.fromkeys(filter(None, (text.lower() if lower else text).split(","))))

    def deltas(self, reset: str, add: str, remove: str, current: Iterable[str], lower: bool = True) -> set[str] | None:
        """What a list shall be after this request; None when it is not spoken of. The reset form wins."""
        if self.has(reset):
            return set(self.items(reset, lower))
        if self.has(add, remove):
            return (set(current) | set(self.items(add, lower))) - set(self.items(remove, lower))
        return None

    def shown(self, query: str) -> bool:
        """Whether a query switch such as email_only is set."""
        return self.params.get(query) == "yes"
