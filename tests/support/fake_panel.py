# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A panel without requests: a dict of what is there, in option values, and a record of what is written.

It takes parameters apart with the descriptors that engines make them with, so it says nothing about the wire; the
sandbox does, which knows no descriptors.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import replace
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current, Found, after_post
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.panel import Panel
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.plan import Operation
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    IRedMailError,
    MissingDomain,
    NotListed,
    Rejected,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.accounts import Target
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.catalog import ADDRESS_SETS, RESOURCES, SETTINGS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.descriptors import AddressSet, Resource, Setting
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import SQL
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.paths import Path, api_path
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain_users import FIELDS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.greylisting import WHITELIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER

Admins = frozenset[str] | None
KINDS = (*SETTINGS, *ADDRESS_SETS, WHITELIST)
#: lists of addresses that stand in files of mlmmj, not in tables (panel/mailing-lists.md#extra-addresses)
IN_FILES = ("extra_addresses", "subscription_moderators")


class Server:
    """What is there, and what becomes of requests. It takes the place of a client.

    :ivar things: by path: a ``Current``, a ``Found``, or an error that reading it raises
    :ivar admins: of each domain, None where the panel does not show them
    :ivar has_session: a session was given, so that nobody knows who is logged in
    :ivar left: what is listed, and is not there when it is asked for
    :ivar never_shows_own: nobody's own address is shown among the forwardings
    :ivar confirms_nobody: no password of a user is ever right, but for those of global admins
    :ivar keeps_blank: a throttle without any limit is saved like any other
    :ivar ignores: options that writes do not store, although they succeed
    :ivar words: by option, the only items that a list can hold
    :ivar writes: what was sent; ``pauses`` are the waits between tries
    """

    def __init__(self, backend: str = SQL, username: str | None = "root@admin.example", retries: int = 1) -> None:
        self.backend_hint, self.username, self.retries = backend, username, retries
        self.has_session = False
        self.never_shows_own = self.keeps_blank = False
        self.confirms_nobody = False
        self.own_shown: bool | None = None
        self.confirms: dict[str, bool] = {}
        self.things: dict[Path, Any] = {}
        self.admins: dict[str, Admins] = {}
        self.passwords: dict[str, str] = {}
        self.left: set[Path] = set()
        self.ignores: set[str] = set()
        self.words: dict[str, frozenset[str]] = {}
        self.writes: list[str] = []
        self.reads: list[str] = []
        self.pauses: list[int] = []
        self.counters: dict[str, int] = {}
        self._fates: list[tuple[IRedMailError | None, bool]] = []
        self._known: dict[Path, Setting | AddressSet] = {}

    @property
    def account(self) -> str | None:
        return None if self.has_session else self.username

    def has(self, resource: Resource, identity: str, **values: Any) -> Current:
        """Put an object there, which holds what a new one holds but for these values."""
        made = after_post(resource, self.backend_hint, identity, {}).changed(values)
        self.things[resource.at(identity)] = made
        if resource is DOMAIN:
            self.admins.setdefault(identity, frozenset())
        return made

    def next_write(self, error: IRedMailError | None, done: bool) -> None:
        """What becomes of the next write that is not spoken for yet: an answer or an error, and whether it is done."""
        self._fates.append((error, done))

    def forget_fates(self) -> None:
        """Carry out all that is written from now on."""
        self._fates = []

    def login(self) -> None:
        """There is nobody to refuse it."""

    def pause(self, tries: int) -> None:
        self.pauses.append(tries)

    # -- what panels ask

    def read(self, path: Path, descriptor: Any = None) -> Any:
        self.reads.append(api_path(path))
        if isinstance(descriptor, (Setting, AddressSet)):
            self._known[path] = descriptor
        found = self.things.get(path)
        if isinstance(found, Exception):
            raise found
        return found

    def write(self, operation: Operation) -> None:
        params = "&".join(f"{name}={value}" for name, value in operation.params.items())
        self.writes.append(f"{operation.method} {api_path(operation.path)} {params}".rstrip())
        error, done = self._fates.pop(0) if self._fates else (None, True)
        if done:
            self._carry_out(operation.method, operation.path, operation.params)
        if error is not None:
            raise error

    # -- what requests do

    def _carry_out(self, method: str, path: Path, params: dict[str, str]) -> None:
        known = self._known.get(path) or next((one for one in KINDS if _leads_to(one.path, path)), None)
        if known is not None:
            return self._configure(known, method, path, params)
        if path[:2] == ("domain", "admins"):
            return self._delegate(path[2], params)
        if path[0] == "users":
            for place in [place for place in self.things if place[0] == "user" and place[1].endswith("@" + path[1])]:
                self.things[place] = self.things[place].changed(self._values(FIELDS, self.things[place], params))
            return None
        (resource,) = [one for one in RESOURCES if one.at(path[1]) == path[:2]] or [None]
        return self._change(resource, method, path, params) if resource else None

    def _change(self, resource: Resource, method: str, path: Path, params: dict[str, str]) -> None:
        place, there = path[:2], path[:2] in {*self.things, *self.left}
        if method == "DELETE":
            self.things.pop(place, None)
            self.left.discard(place)
        elif path[2:3] == ("change_email",):
            self._rename(place, resource.at(path[3]), path[1], path[3])
        elif there == (method == "POST"):
            code = "ALREADY_EXISTS" if there else "NO_SUCH_ACCOUNT"
            raise Rejected(f"{method} {api_path(path)} was refused: {code}.", code)
        else:
            there_is = self.things[place] if there else self.has(resource, path[1])
            self.things[place] = there_is.changed(self._values(resource.fields, there_is, params))
            if "password" in params:
                self.passwords[path[1]] = params["password"]

    def _rename(self, place: Path, new_place: Path, old: str, new: str) -> None:
        """The new address takes the place of the old one in every table (panel/endpoints-sql.md#change-of-address)."""
        self.things[new_place] = self.things.pop(place)
        for where, thing in self.things.items():
            values = thing.values.items() if isinstance(thing, Current) else ()
            renamed = {
                option: value - {old} | {new}
                for option, value in values
                if option not in IN_FILES and isinstance(value, frozenset) and old in value
            }
            if renamed:
                self.things[where] = thing.changed(renamed)

    def _configure(self, kind: Setting | AddressSet, method: str, path: Path, params: dict[str, str]) -> None:
        if method == "DELETE":
            self.things.pop(path, None)
        elif isinstance(kind, Setting):
            before = self.things.get(path) or Current(SQL, {one.option: one.after_create(SQL) for one in kind.fields})
            after = before.changed(self._values(kind.fields, before, params))
            gone = kind.is_unset(after.values) or (kind.says_nothing(after.values) and not self.keeps_blank)
            self.things[path] = None if gone else after
        elif kind.field.option not in self.ignores:
            own, automatic, *_rest = self.things.get(path) or Found()
            for (verb, parameter), adds in ((kind.adding, True), (kind.removing, False)):
                if verb == method and parameter in params:
                    items = kind.field.codec.from_wire(params[parameter])
                    own = own | items if adds else own - items
            self.things[path] = Found(own, automatic)

    def _delegate(self, domain: str, params: dict[str, str]) -> None:
        names = self.admins[domain]
        if names is None or "admins" in self.ignores:
            return
        if "removeAllAdmins" in params:
            names = frozenset()
        added, removed = (frozenset(params.get(key, "").split(",")) - {""} for key in ("addAdmin", "removeAdmin"))
        self.admins[domain] = (names | added) - removed

    def _values(self, fields: Iterable[Any], current: Current, params: dict[str, str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for one in fields:
            for does, parameter in one.parameters.items():
                if parameter not in params or one.option in self.ignores:
                    continue
                value = one.codec.from_wire(params[parameter])
                if one.option in self.words:
                    value &= self.words[one.option]
                if does in ("add", "remove"):
                    before = values.get(one.option, current.value(one.option))
                    value = before | value if does == "add" else before - value
                values[one.option] = value
        return values


def _leads_to(pattern: Path, path: Path) -> bool:
    """Whether a path is one of a setting, or of a set of addresses."""
    scoped = "{scope}" in pattern
    lengths = {len(pattern), len(pattern) + scoped}
    return len(path) in lengths and all(
        part == known for known, part in zip(pattern, path, strict=False) if not known.startswith("{")
    )


class FakePanel(Panel):
    """A panel of such a server; what it is not made for fails, since there is no client."""

    def __init__(self, server: Server, read_only: bool = False) -> None:
        super().__init__(server, read_only)  # type: ignore[arg-type]
        self.server = server

    def get(
        self,
        resource: Resource,
        identity: str,
        absent: frozenset[str] = frozenset(),
        options: Set[str] | None = None,
    ) -> Current | None:
        found = self.server.read(resource.at(identity))
        if found is None:
            return None
        copy = replace(found, values=dict(found.values), vocabulary=dict(self.server.words), no_place={})
        forwarding = copy.value("forwarding")
        if isinstance(forwarding, frozenset):
            copy.own_shown = True if identity in forwarding else None
            if self.server.never_shows_own:
                others = forwarding - {identity}
                copy.values["forwarding"], copy.own_shown = others or forwarding, None if others else False
            if copy.own_shown:
                self.own_shown = True
        return copy

    def names(self, resource: Resource, domain: str = "", disabled_only: bool = False) -> list[str] | None:
        self._listed(resource, domain)
        if disabled_only:
            self.server.reads[-1] += "?disabled_only=yes"
        if domain and DOMAIN.at(domain) not in self.server.things:
            return None
        prefix, suffix = resource.path[0], "@" + domain if domain else ""
        places = {place for place, thing in self.server.things.items() if thing is not None} | self.server.left
        here = [place for place in places if place[0] == prefix and len(place) == 2]
        return sorted(place[1] for place in here if place[1].endswith(suffix))

    def listing(self, resource: Resource, domain: str) -> Any:
        found = self._listed(resource, domain)
        if found is None:
            raise NotListed(f"there is no list of {resource.plural}.")
        return found

    def _listed(self, resource: Resource, domain: str) -> Any:
        return self.server.read(resource.list_at(domain))

    def setting(self, setting: Setting, target: Target) -> Current | None:
        found: Current | None = self.server.read(target.at(setting.path), setting)
        return found

    def addresses(self, kind: AddressSet, target: Target) -> Found:
        return self.server.read(target.at(kind.path), kind) or Found()

    def admins(self, domain: str) -> Admins:
        self.server.read(DOMAIN.at(domain))
        if domain not in self.server.admins:
            raise MissingDomain(f"there is no domain {domain}.")
        return self.server.admins[domain]

    def verify_password(self, kind: str, mail: str, password: str) -> bool:
        self.server.reads.append(f"/api/verify_password/{kind}/{mail}")
        account = self.server.things.get(USER.at(mail))
        enabled = account is not None and account.values.get("enabled") is not False
        if self.server.confirms_nobody and account is not None and account.values.get("global_admin") is not True:
            return False
        return enabled and self.server.passwords.get(mail) == password

    def write(self, operation: Operation) -> None:
        if self.read_only:
            super().write(operation)
        self.server.write(operation)
