# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists in every form that a panel may have for them; another one is an error and never empty."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.listing import decode_names, decode_rows
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import BadAnswer
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER

PATH = ("users", "x.example")


@pytest.mark.parametrize(
    "data",
    [
        ["B@x.example", "a@x.example"],
        [{"username": "b@x.example"}, {"username": "a@x.example"}],
        {"a@x.example": {}, "b@x.example": {}},
        [["dn", {"mail": ["a@x.example"]}], ["dn", {"mail": ["b@x.example"]}]],
    ],
)
def test_lists_in_every_form(data):
    assert decode_names(USER, data, PATH) == ["a@x.example", "b@x.example"]


@pytest.mark.parametrize("data", [[], {}])
def test_only_an_empty_list_or_object_is_an_empty_list(data):
    assert decode_names(USER, data, PATH) == []


@pytest.mark.parametrize("data", [None, "", 0, False, "a", 5, [{"name": "a"}], [1]])
def test_an_alien_list_is_an_error_never_empty(data):
    with pytest.raises(BadAnswer):
        decode_names(USER, data, PATH)


ROW = {"username": "A@x.example", "name": "Ada"}


@pytest.mark.parametrize(
    "data", [[ROW], {"A@x.example": ROW}, {"a@x.example": {"name": "Ada", "username": "a@x.example"}}]
)
def test_profiles_by_name(data):
    listing = decode_rows(USER, data, PATH)
    assert {name: row["name"] for name, row in listing.rows.items()} == {"a@x.example": "Ada"}
    assert listing.seen == {"username", "name"}


def test_a_name_may_stand_beside_its_profile_only():
    listing = decode_rows(USER, {"A@x.example": {"name": "Ada"}, "b@x.example": {"quota": 1}}, PATH)
    assert (set(listing.rows), listing.seen) == ({"a@x.example", "b@x.example"}, {"name", "quota"})


@pytest.mark.parametrize(
    "data", [None, "", 5, ["a@x.example"], [{}], [ROW, None], {"a@x.example": 5}, [{"name": "Ada"}]]
)
def test_what_is_no_list_of_profiles(data):
    with pytest.raises(BadAnswer, match=r"/api/users/x\.example returned a list of a shape"):
        decode_rows(USER, data, PATH)
