# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ceilings, scopes and steps of a whole state, apart from any server."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current, Found
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.panel import Panel
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.plan import Operation
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.result import Outcome
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.accounts import Target
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.admin import ADMIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.throttle import THROTTLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNKNOWN
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.items import Reader
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.limits import (
    ENOUGH,
    Deletions,
    Prune,
    check_ceilings,
    prune_of,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.lists import compare
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.overlay import Overlay
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.step import (
    Failure,
    Step,
    checksum,
    is_out_of_reach,
)

ADMINS = {"mail": None, "domain": "b.example", "admins": []}
KINDS = ("domains", "users", "aliases", "mls")


def declared(plural="users", **options):
    item = {"mail": "a@b.example", **options} if plural != "domains" else {"domain": "b.example", **options}
    item = {option: value for option, value in item.items() if value is not None}
    (entry,) = Reader({plural: [item]}, {"verify": "strict"}, {}).read()
    return entry


def refusal(lost, there, most, percent):
    deletions = Deletions()
    for plural, names in there.items():
        deletions.existing[plural] |= names
    try:
        check_ceilings(lost, deletions, most, percent)
    except errors.InputError as error:
        return str(error)
    return None


# -- ceilings

PEOPLE = st.dictionaries(
    st.sampled_from(KINDS), st.sets(st.integers(0, 40), max_size=30).map(lambda s: set(map(str, s)))
)


@given(lost=PEOPLE, more=PEOPLE, most=st.integers(0, 40), percent=st.floats(0, 120))
def test_ceilings(lost, more, most, percent):
    total = sum(map(len, lost.values()))
    share = [
        plural
        for plural, names in lost.items()
        if len(names | more.get(plural, set())) >= ENOUGH
        and len(names) * 100 > percent * len(names | more.get(plural, set()))
    ]
    message = refusal(lost, more, most, percent)
    assert (message is not None) == (total > most or bool(total and share))
    if message is None:
        return
    assert "nothing was written. If all of them are to go, run it once with max_delet" in message
    # what the sentence says to do is enough, unless each ceiling stops it by itself
    allowed = (
        total if "max_deletions: " in message else most,
        100 if "max_delete_percent: 100" in message else percent,
    )
    assert refusal(lost, more, *allowed) is None


def test_nothing_to_delete_is_always_allowed():
    assert refusal({}, {"users": {"x"}}, 0, 0) is None
    assert refusal({"users": set()}, {}, 0, 0) is None


@pytest.mark.parametrize(("number", "refused"), [(9, False), (10, True)])
def test_percent_counts_from_ten_on(number, refused):
    names = {str(one) for one in range(number)}
    assert bool(refusal({"users": set(list(names)[:4])}, {"users": names}, 99, 30)) is refused


# -- what is pruned


@pytest.mark.parametrize(
    ("glob", "name", "stays"),
    [
        ("postmaster@*", "postmaster@a.example", True),
        ("Postmaster@A.example", "postmaster@a.example", True),
        (" abuse@* ", "abuse@a.example", True),
        ("u?@*", "u10@a.example", False),
        ("*.example", "a.example", True),
        ("a@b", "a@b.example", False),
    ],
)
def test_protected(glob, name, stays):
    prune = prune_of({"kinds": ["users"], "domains": ["*"], "protect": [glob]}, {"users": []})
    assert prune.is_protected(name) is stays


def test_scope():
    prune = prune_of({"kinds": ["users"], "domains": ["A.example", "*.b.example"]}, {"users": []})
    found = [name for name in ("a.example", "x.a.example", "b.example", "x.b.example") if prune.in_scope(name)]
    assert found == ["a.example", "x.b.example"]
    assert prune_of(None, {}) == prune_of({}, {}) == Prune()


# -- steps


def told(operations, action="update", plural="users", **options):
    step = Step(declared(plural, **options))
    step.item.task.outcome = Outcome(
        action=action, operations=[{"method": m, "path": p, "params": {}} for m, p in operations]
    )
    return step


def test_nothing_is_done_where_nothing_is_sent():
    assert told([]).action == "none"
    assert told([("DELETE", "/api/user/a@b.example")], "delete", state="absent").deletes_object
    assert not told([("POST", "/api/throttle/a@b.example/inbound")], "delete", "domain_admins", **ADMINS).deletes_object


@given(st.permutations([[("PUT", "/api/a"), ("PUT", "/api/b")], [("POST", "/api/c")], [], [("DELETE", "/api/d")]]))
def test_a_checksum_does_not_depend_on_order(parts):
    steps = [told(part) for part in parts]
    assert checksum(steps) == checksum(
        [told([("DELETE", "/api/d"), ("POST", "/api/c"), ("PUT", "/api/b"), ("PUT", "/api/a")])]
    )
    steps[0].outcome.operations += [{"method": "PUT", "path": "/api/a", "params": {"x": "1"}}]
    assert checksum(steps) != checksum([told(part) for part in parts])


def test_a_failed_plan_is_no_plan():
    class Broken:
        username, backend_hint = None, None

        def get(self, *_arguments):
            raise errors.Rejected("GET was refused: pass-word-1.", "X")

    step = told([("PUT", "/api/user/a@b.example")], password="pass-word-1")
    step.run(Panel(Broken(), read_only=True))
    assert (step.failure, step.action) == (Failure("rejected", "GET was refused: ********."), "none")


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (errors.NotSent("x"), True),
        (errors.AnswerLost("x"), True),
        (errors.ServerFault("x", 502), True),
        (errors.ServerFault("x", 500), False),
        (errors.SessionLost("x"), True),
        (errors.LoginRefused("x"), True),
        (errors.TlsError("x"), True),
        (errors.Rejected("x", "X"), False),
        (errors.InputError("x"), False),
        (errors.BadAnswer("x"), False),
    ],
)
def test_out_of_reach(error, verdict):
    assert is_out_of_reach(error) is verdict
    unclear = errors.IRedMailError("whether it was carried out is not known")
    unclear.__cause__ = error
    assert is_out_of_reach(unclear) is error.transient


# -- the panel as it will be


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


# -- lists

SQL = {"username": "a@b.example", "name": "A", "quota": 5, "active": 1, "language": ""}
LDAP = {"mail": ["a@b.example"], "cn": ["A"], "mailQuota": [str(5 * 2**20)], "accountStatus": ["active"]}


class Listed:
    def __init__(self, data):
        self.data = data

    def get(self, _path, after_crash):
        assert not after_crash  # single reads are another way to ask
        return self.data


def verdict(data, **options):
    one = declared(**options)
    return compare(one, Panel(Listed(data), read_only=True).listing(one.resource, "b.example"))


@pytest.mark.parametrize(
    "data",
    [
        [SQL],
        {"a@b.example": SQL},
        {"A@B.example": SQL},
        [LDAP],
        [["mail=a@b.example,ou=Users", LDAP]],
        [{"dn": "mail=a@b.example,ou=Users", "ldif": LDAP}],
        {"a@b.example": {key: value for key, value in SQL.items() if key != "username"}},
    ],
    ids=lambda data: json.dumps(data)[:40],
)
def test_lists_of_all_forms_are_understood(data):
    assert verdict(data, name="A", quota="5MB") == "in_sync"
    assert verdict(data, name="B", quota="5MB") == "differs"
    assert verdict(data, name="A", employee_id="7") == "hidden"
    assert verdict(data, name="A", password="pass-word-1", update_password="on_create") == "in_sync"
    for more in ({"password": "pass-word-1"}, {"state": "absent"}, {"rename_from": "x@b.example"}):
        assert verdict(data, **({} if more.get("state") else {"name": "A"}), **more) == "differs"
    assert verdict(data, mail="other@b.example") == "differs"


@pytest.mark.parametrize("data", [None, "", "text", 5, [5], ["a@b.example"], [{}], {"a": 5}, [None]], ids=str)
def test_lists_of_no_form_are_errors(data):
    with pytest.raises(errors.BadAnswer):
        verdict(data, name="A")


@pytest.mark.parametrize("data", [[], {}])
def test_empty_lists_hold_nobody(data):
    assert verdict(data, name="A") == "differs"
