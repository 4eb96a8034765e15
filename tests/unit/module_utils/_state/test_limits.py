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
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.result import Outcome
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.items import Reader
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.limits import (
    ENOUGH,
    Losses,
    Prune,
    check_ceilings,
    prune_of,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.lists import compare, fetch
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.overlay import Planned
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.step import Step, checksum, is_out_of_reach

KINDS = ("domains", "users", "aliases", "mls")


def declared(plural="users", **options):
    item = {"mail": "a@b.example", **options} if plural != "domains" else {"domain": "b.example", **options}
    (entry,) = Reader({plural: [item]}, {"verify": "strict"}, {}).read()
    return entry


def refusal(lost, there, most, percent):
    losses = Losses()
    for plural, names in there.items():
        losses.existing[plural] |= names
    try:
        check_ceilings(lost, losses, most, percent)
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


def told(operations, after=None, existed=True, plural="users", **options):
    outcome = Outcome(after=after or {}, operations=[{"method": m, "path": p, "params": {}} for m, p in operations])
    return Step(declared(plural, **options), outcome=outcome, existed=existed)


@pytest.mark.parametrize(
    ("step", "action"),
    [
        (told([]), "none"),
        (told([("PUT", "/api/user/a@b.example")], {"name": "x"}), "update"),
        (told([("POST", "/api/user/a@b.example")], {"state": "present"}, existed=False), "create"),
        (told([("POST", "/api/user/a@b.example")], existed=False), "create"),
        (told([("POST", "/api/user/x@b.example/change_email/a@b.example")], rename_from="x@b.example"), "rename"),
        (told([("DELETE", "/api/user/a@b.example")], {"state": "absent"}, state="absent"), "delete"),
        (told([("DELETE", "/api/user/a@b.example")], state="absent"), "delete"),
    ],
)
def test_actions(step, action):
    assert step.action == action
    assert step.deletes_object == (action == "delete")


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
        read_only, username, backend_hint, foresight = True, None, None, None

        def get(self, *_arguments):
            raise errors.Rejected("GET was refused: pass-word-1.", "X")

    step = told([("PUT", "/api/user/a@b.example")], {"name": "x"}, password="pass-word-1")
    step.run(Broken())
    assert (step.failure, step.action) == ("GET was refused: ********.", "none")


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


# -- foresight


def never():
    raise AssertionError("it was asked")


@pytest.mark.parametrize("backend", ["sql", "ldap", None])
def test_what_is_planned_is_answered_without_asking(backend):
    planned = Planned(backend)
    planned.add("domain", "new.example")
    planned.add("user", "a@new.example", {"language": "de_DE", "enabled": False, "transport": None})
    planned.add("user", "b@old.example", {}, "was@old.example")
    profile = planned.answer(("user", "a@new.example"), never)
    if backend == "ldap":
        assert (profile["mail"], profile["accountStatus"], profile["preferredLanguage"]) == (
            ["a@new.example"],
            ["disabled"],
            ["de_DE"],
        )
    else:
        assert (profile["username"], profile["active"], profile["language"]) == ("a@new.example", 0, "de_DE")
    for path in (("user", "x@new.example"), ("alias", "a@new.example"), ("user", "was@old.example")):
        with pytest.raises(errors.Rejected):
            planned.answer(path, never)
    assert planned.answer(("admin", "x@new.example"), lambda: "asked") == "asked"
    assert planned.answer(("users", "new.example"), never) == ["a@new.example"]
    assert planned.answer(("users", "old.example"), lambda: ["was@old.example", "z@old.example"]) == [
        "z@old.example",
        "b@old.example",
    ]
    for path in (("throttle", "new.example", "inbound"), ("wblist", "inbound", "whitelist", "b@old.example")):
        assert planned.answer(path, never) == {}
    assert planned.answer(("throttle", "old.example", "inbound"), lambda: "asked") == "asked"


def test_what_changes_is_answered_as_it_will_be():
    planned = Planned("sql")
    planned.change("user", "a@b.example", {"language": "fr_FR", "name": "New"})
    rows = {"username": "a@b.example", "language": "de_DE", "name": "Old"}
    assert planned.answer(("user", "a@b.example"), lambda: rows) == dict(rows, language="fr_FR")
    assert planned.answer(("user", "c@b.example"), lambda: rows) == rows
    assert planned.answer(("user", "a@b.example"), lambda: "strange") == "strange"


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
    listing = fetch(Listed(data), one.resource, "b.example")
    return listing and compare(one, listing)


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
    assert verdict(data, name="A", quota="5MB") == "stands"
    assert verdict(data, name="B", quota="5MB") == "differs"
    assert verdict(data, name="A", employee_id="7") == "hidden"
    assert verdict(data, name="A", password="pass-word-1", update_password="on_create") == "stands"
    for more in ({"password": "pass-word-1"}, {"state": "absent"}, {"rename_from": "x@b.example"}):
        assert verdict(data, **({} if more.get("state") else {"name": "A"}), **more) == "differs"
    assert verdict(data, mail="other@b.example") == "differs"


@pytest.mark.parametrize("data", ["text", 5, [5], ["a@b.example"], [{}], {"a": 5}, [None]], ids=str)
def test_lists_of_no_form_are_none(data):
    assert verdict(data, name="A") is None


@pytest.mark.parametrize("data", [None, [], {}])
def test_empty_lists_hold_nobody(data):
    assert verdict(data, name="A") == "differs"
