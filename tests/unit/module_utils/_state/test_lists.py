# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a list shows an object as it is declared: understood in all its forms, or no evidence."""

from __future__ import annotations

import json

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.panel import Panel
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.lists import compare
from tests.support.fake_state import item_of

SQL = {"username": "a@b.example", "name": "A", "quota": 5, "active": 1, "language": ""}
LDAP = {"mail": ["a@b.example"], "cn": ["A"], "mailQuota": [str(5 * 2**20)], "accountStatus": ["active"]}


class Listed:
    def __init__(self, data):
        self.data = data

    def get(self, _path, after_crash):
        assert not after_crash  # single reads are another way to ask
        return self.data


def verdict(data, **options):
    """Whether an object stands as declared, or not, or whether the list does not tell."""
    one = item_of(**options)
    found = compare([one], Panel(Listed(data), read_only=True).listing(one.resource, "b.example"))
    assert found.in_sync + len(found.rest) == 1
    if found.in_sync:
        return "in_sync"
    assert found.hides is (one.ident in found.names and one.needed is not None and not found.rows)
    return "hidden" if found.hides else "differs"


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


def test_a_row_of_neither_personality_tells_nothing():
    assert verdict({"a@b.example": {"cn": ["A"]}}, name="A") == "hidden"


def test_what_could_not_be_planned_is_looked_at_by_itself():
    row = {**SQL, "forwardings": "x@x.example"}
    assert verdict([row], name="A") == "in_sync"
    assert verdict([row], remove_forwarding=["x@x.example"], forwarding_keep_copy=False) == "differs"


def test_what_a_list_shows_is_the_object_as_far_as_it_matters():
    one = item_of(name="B", quota="5MB")
    found = compare([one], Panel(Listed([SQL]), read_only=True).listing(one.resource, "b.example"))
    assert found.rows["a@b.example"].values == {"name": "A", "quota": 5}
