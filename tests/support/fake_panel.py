# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A panel that is a dict, for unit tests of the engines: no HTTP, no profiles, values only.

It is made from the descriptors, so it shows what an engine does, and not whether a descriptor is right: that is for the
sandbox to show.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current, Found, after_post
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.listing import Listing
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.panel import Panel
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.plan import Operation
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    IRedMailError,
    MissingDomain,
    Rejected,
    ServerFault,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.accounts import Target
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.catalog import RESOURCES
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.descriptors import AddressSet, Resource, Setting
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import ListField
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.paths import Path
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNKNOWN
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.overlay import Overlay

BY_PATH = {one.path[0]: one for one in RESOURCES}


class FakePanel(Panel):
    """Objects, settings and sets of addresses by name.

    :ivar objects: by kind and name; ``settings`` and ``sets`` by their whole path
    :ivar managers: the admins of each domain that shows them
    :ivar written: every operation that arrived, whatever became of it
    :ivar replies: for each write to come, what happens to it: ``None``, it is carried out; an error (see :func:`lost`);
        ``ignored``, it is accepted and not carried out
    :ivar unreadable: raised by every read that follows a write
    """

    retries = 2

    def __init__(
        self, client: Any = None, read_only: bool = False, backend: str = "sql", username: str = "root@example.com"
    ) -> None:
        self.read_only, self.backend, self.account = read_only, backend, username
        self.objects: dict[tuple[str, str], Current] = {}
        self.settings: dict[Path, Current] = {}
        self.sets: dict[Path, Found] = {}
        self.managers: dict[str, frozenset[str]] = {}
        self.passwords: dict[str, str] = {}
        self.written: list[Operation] = []
        self.replies: list[Any] = []
        self.unreadable: IRedMailError | None = None

    @property
    def username(self) -> str | None:
        return self.account

    @property
    def backend_hint(self) -> str | None:
        return self.backend

    def login(self) -> None:
        pass

    def pause(self, tries: int) -> None:
        pass

    def put(self, resource: Resource, ident: str, /, **values: Any) -> None:
        """Have an object: as a new one, with these values."""
        new = after_post(resource, self.backend, ident, {})
        empty = {one.option: one.codec.empty for one in resource.fields if new.value(one.option) is UNKNOWN}
        self.objects[resource.name, ident] = new.changed({**empty, **values})

    # -- reading

    def get(self, resource: Resource, identity: str, absent: frozenset[str] = frozenset()) -> Current | None:
        self._may_read()
        return self.objects.get((resource.name, identity))

    def profile(self, resource: Resource, identity: str, absent: frozenset[str] = frozenset()) -> Any:
        raise NotImplementedError("it has no profiles")

    def names(self, resource: Resource, domain: str = "", disabled_only: bool = False) -> list[str] | None:
        self._may_read()
        if domain and ("domain", domain) not in self.objects:
            return None
        names = [name for kind, name in self.objects if kind == resource.name]
        return sorted(name for name in names if not domain or name.endswith("@" + domain))

    def listing(self, resource: Resource, domain: str) -> Listing:
        raise ServerFault("this panel crashes on detailed lists.", 500)

    def setting(self, setting: Setting, target: Target) -> Current | None:
        self._may_read()
        return self.settings.get(target.at(setting.path))

    def addresses(self, kind: AddressSet, target: Target) -> Found:
        self._may_read()
        return self.sets.get(target.at(kind.path), Found())

    def admins(self, domain: str) -> frozenset[str] | None:
        self._may_read()
        if ("domain", domain) not in self.objects:
            raise MissingDomain(f"there is no domain {domain}.")
        return self.managers.get(domain)

    def verify_password(self, kind: str, mail: str, password: str) -> bool:
        self._may_read()
        return self.passwords.get(mail) == password

    def _may_read(self) -> None:
        if self.unreadable is not None and self.written:
            raise self.unreadable

    # -- writing

    def write(self, operation: Operation) -> None:
        assert not self.read_only, "nothing is written while planning"
        self.written.append(operation)
        reply = self.replies.pop(0) if self.replies else None
        if reply == "ignored":
            return
        if reply is None or getattr(reply, "done", False):
            self._carry_out(operation)
        if reply is not None:
            raise reply

    def _carry_out(self, operation: Operation) -> None:
        path, params = operation.path, operation.params
        resource = BY_PATH.get(path[0])
        if path[:2] == ("domain", "admins"):
            self._delegate(path[2], params)
        elif resource is None:
            self._set(operation)
        elif operation.method == "DELETE":
            del self.objects[resource.name, path[1]]
        elif path[2:3] == ("change_email",):
            self.objects[resource.name, path[3]] = self.objects.pop((resource.name, path[1]))
        else:
            if operation.method == "POST":
                if (resource.name, path[1]) in self.objects:
                    raise Rejected("It was refused: ALREADY_EXISTS.", "ALREADY_EXISTS")
                self.put(resource, path[1])
            current = self.objects[resource.name, path[1]]
            self.objects[resource.name, path[1]] = current.changed(_values(resource.fields, params, current))
            self.passwords.update({path[1]: params["password"]} if "password" in params else {})

    def _delegate(self, domain: str, params: dict[str, str]) -> None:
        names = frozenset() if "removeAllAdmins" in params else self.managers.get(domain, frozenset())
        added, removed = (
            frozenset(filter(None, params.get(key, "").split(","))) for key in ("addAdmin", "removeAdmin")
        )
        if domain in self.managers:  # elsewhere nobody shows it
            self.managers[domain] = (names | added) - removed

    def _set(self, operation: Operation) -> None:
        """All users of a domain, or the addresses of a set; settings are had by ``settings``."""
        path, params = operation.path, operation.params
        if path[0] == "users":
            user = BY_PATH["user"]
            for (kind, name), current in list(self.objects.items()):
                if kind == "user" and name.endswith("@" + path[1]):
                    self.objects[kind, name] = current.changed(_values(user.fields, params, current))
            return
        items = {key: frozenset(text.split(",")) for key, text in params.items()}
        found = self.sets.get(path, Found()).own
        if operation.method == "DELETE":
            found = frozenset()
        for key, named in items.items():
            removes = key.startswith("remove") or operation.method == "PUT"
            found = found - named if removes else found | named
        self.sets[path] = Found(found)


class PlannedPanel(Overlay, FakePanel):
    """The same panel as it will be: what a plan is made with."""

    def __init__(self, panel: FakePanel) -> None:
        super().__init__(panel)  # type: ignore[arg-type]
        self.backend, self.account = panel.backend, panel.account
        self.objects, self.settings, self.sets = panel.objects, panel.settings, panel.sets
        self.managers, self.passwords = panel.managers, panel.passwords


def lost(error: IRedMailError, done: bool) -> IRedMailError:
    """An error of a write that was carried out, or was not."""
    error.done = done  # type: ignore[attr-defined]
    return error


def _values(fields: Any, params: dict[str, str], current: Current) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for one in fields:
        parameters = one.parameters
        for does in ("create", "update"):
            text = params.get(parameters.get(does, ""))
            if text is not None:
                values[one.option] = one.codec.from_wire(text)
        if isinstance(one, ListField) and (one.add in params or one.remove in params):
            items = current.value(one.option) | one.codec.from_wire(params.get(one.add or "", ""))
            values[one.option] = items - one.codec.from_wire(params.get(one.remove or "", ""))
    return values
