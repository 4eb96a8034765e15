# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel as it will be: what is planned is known without asking, and nothing is written."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current, Found
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.plan import Operation
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.accounts import Target
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.admin import ADMIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.throttle import THROTTLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNKNOWN
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.overlay import Overlay


class Asked:
    """A client that says what it was asked for."""

    username = None

    def __init__(self, backend=None, **answers):
        self.backend_hint, self.answers, self.paths = backend, answers, []

    def get(self, path, _query=None):
        self.paths.append(path)
        return self.answers["_".join(path[:1])]


@pytest.mark.parametrize("backend", ["sql", "ldap", None])
def test_what_is_planned_is_known_without_asking(backend):
    client = Asked(backend)
    overlay = Overlay(client)
    overlay.add(DOMAIN, "new.example")
    overlay.add(USER, "a@new.example", Current("sql", {"language": "de_DE", "enabled": False, "transport": UNKNOWN}))
    overlay.add(USER, "b@old.example", Current("sql", {}), "was@old.example")

    made = overlay.get(USER, "a@new.example")
    assert made.values == {"language": "de_DE", "enabled": False, "transport": ""}, "nobody knows is as good as empty"
    assert overlay.get(DOMAIN, "new.example") is not None
    for resource, name in ((USER, "x@new.example"), (ALIAS, "a@new.example"), (USER, "was@old.example")):
        assert overlay.get(resource, name) is None
    assert overlay.names(USER, "new.example") == ["a@new.example"]
    assert overlay.admins("new.example") == (frozenset() if backend == "ldap" else None)
    assert overlay.setting(THROTTLE, target(THROTTLE, "new.example", "inbound")) is None
    assert overlay.addresses(WBLIST, target(WBLIST, "b@old.example", "inbound", "whitelist")) == Found()
    assert client.paths == []


def test_what_is_not_planned_is_asked_for():
    client = Asked("sql", admin={"username": "x@new.example"}, users=["was@old.example", "z@old.example"], throttle={})
    overlay = Overlay(client)
    overlay.add(DOMAIN, "new.example")
    overlay.add(USER, "b@old.example", Current("sql", {}), "was@old.example")

    assert overlay.get(ADMIN, "x@new.example") is not None, "a standalone admin belongs to no domain of the server"
    assert overlay.names(USER, "old.example") == ["b@old.example", "z@old.example"]
    assert overlay.setting(THROTTLE, target(THROTTLE, "old.example", "inbound")) is None
    assert [path[0] for path in client.paths] == ["admin", "users", "throttle"]


def test_what_changes_is_known_as_it_will_be():
    client = Asked("sql", user={"username": "c@b.example", "language": "de_DE"})
    overlay = Overlay(client)
    overlay.change(USER, "a@b.example", Current("sql", {"language": "fr_FR"}))
    assert overlay.get(USER, "a@b.example").value("language") == "fr_FR"
    assert overlay.get(USER, "c@b.example").value("language") == "de_DE"


def test_nothing_is_written_through_it():
    with pytest.raises(errors.WriteInCheckMode):
        Overlay(Asked()).write(Operation("DELETE", ("user", "a@b.example")))


def target(thing, *names):
    return Target(tuple(zip([option for option, _codec in thing.keys], names, strict=True)))
