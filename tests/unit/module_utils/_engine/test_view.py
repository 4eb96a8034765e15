# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What planning looks at: that a panel and a snapshot answer alike is tested with them; here, what follows from it."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.view import Many, View, names_listed
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    BadAnswer,
    NoSuchEndpoint,
    NotListed,
    NotSent,
    Rejected,
    Unroutable,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER

A, B, C = (f"{name}@b.example" for name in "abc")


class Two(View):
    def get(self, resource, identity, absent=frozenset(), options=None):
        return (resource.name, identity, options)

    def names(self, resource, domain="", disabled_only=False):
        return None if domain == "no.example" else ["a@b.example"]


class Scripted(View):
    """What there is of each name: an object, nothing, or an error."""

    def __init__(self, answers):
        self.answers = answers

    def get(self, resource, identity, absent=frozenset(), options=None):
        if isinstance(self.answers[identity], Exception):
            raise self.answers[identity]
        return self.answers[identity]


CURRENT = Current("sql", {"name": "A"})


def test_many_are_got_one_by_one_unless_there_is_a_better_way():
    many = Two().get_many(USER, [A, B], {"name"})
    assert many.found == [(one, ("user", one, {"name"})) for one in (A, B)]
    assert many.unread == {}


@pytest.mark.parametrize("error", [Unroutable("its name"), Rejected("no", "INVALID_MAIL")])
def test_one_that_cannot_be_asked_for_stops_nobody(error):
    view = Scripted({A: CURRENT, B: error, C: None})
    many = view.get_many(USER, [A, B, C])
    assert many == Many([(A, CURRENT)], {B: error})
    assert many.warnings("user") == [f"user {B} is listed and left out, since it cannot be read: {error}"]


@pytest.mark.parametrize(
    "error", [BadAnswer("odd"), NotSent("away"), NoSuchEndpoint("404"), Rejected("no", "PERMISSION_DENIED")]
)
def test_any_other_failure_stops_all(error):
    """A 404 for an ordinary name as well: one of several panels may have no API."""
    with pytest.raises(type(error)):
        Scripted({A: CURRENT, B: error}).get_many(USER, [A, B])


def test_that_nobody_can_be_asked_for_is_no_matter_of_names():
    with pytest.raises(Rejected, match="no"):
        Scripted({B: Rejected("no", "INVALID_MAIL")}).get_many(USER, ["o'brien@b.example", B])
    assert list(Scripted({}).get_many(USER, ["o'brien@b.example"]).unread) == ["o'brien@b.example"]


def test_a_domain_that_is_denied_is_no_empty_one():
    assert Two().names_in(USER, "b.example") == ["a@b.example"]
    with pytest.raises(NotListed, match=r"no domain no\.example when it is asked for its users"):
        Two().names_in(USER, "no.example")
    assert names_listed(USER, "b.example", []) == []


def test_nothing_is_written_through_a_view_unless_it_says_so():
    assert View().read_only
