# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that share a request or follow each other, and what becomes of others."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.batches import Batches
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.descriptors import Rules

PATH = ("ml", "team@example.com")
NONE: frozenset[str] = frozenset()


def params_of(batches):
    return [one.params for one in batches.operations]


def test_what_may_share_a_request_does():
    batches = Batches(Rules(), PATH)
    for option in "abc":
        batches.put(option, option, {option: "1"})
    assert params_of(batches) == [{"a": "1", "b": "1", "c": "1"}]
    assert (batches.operations[0].method, batches.operations[0].path) == ("PUT", PATH)


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_what_may_not_goes_later_whichever_comes_first(order):
    batches = Batches(Rules(not_with={"b": ("a",)}), PATH)
    for option in order:
        batches.put(option, option, {option: "1"})
    assert params_of(batches) == [{"a": "1"}, {"b": "1"}]


@pytest.mark.parametrize("order", ["ab", "ba"])
@pytest.mark.parametrize(("named", "together"), [("x", False), ("y", True)])
def test_who_names_what_another_list_makes_goes_after_it(order, named, together):
    batches = Batches(Rules(may_name={"b": ("a",)}), PATH)
    for option in order:
        batches.put(option, frozenset({"a": "x", "b": named}[option]), {option: "1"})
    assert params_of(batches) == ([{"a": "1", "b": "1"}] if together else [{"a": "1"}, {"b": "1"}])


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_what_would_be_undone_goes_later(order):
    rules = Rules(implies={"a": {False: (("b", False),)}})
    for value in (NONE, frozenset({"x"})):
        batches = Batches(rules, PATH)
        for option in order:
            batches.put(option, {"a": value, "b": True}[option], {option: "1"})
        assert params_of(batches) == ([{"a": "1", "b": "1"}] if value else [{"a": "1"}, {"b": "1"}])


def test_nothing_goes_before_what_it_follows():
    """A request that it could share, but that is too early, is not taken."""
    rules = Rules(not_with={"z": ("a",)}, implies={"b": {False: (("a", False),)}})
    batches = Batches(rules, PATH)
    batches.put("z", 1, {"z": "1"})
    batches.put("a", True, {"a": "1"})
    batches.put("b", NONE, {"b": ""})
    assert params_of(batches) == [{"b": ""}, {"a": "1"}, {"z": "1"}]


def test_two_options_do_not_set_one_parameter_differently():
    batches = Batches(Rules(), PATH)
    batches.put("a", False, {"x": "no"})
    batches.put("b", "", {"x": "no", "y": ""})
    with pytest.raises(ValueError, match="c contradicts what else is sent: x"):
        batches.put("c", "", {"x": "yes"})
    assert params_of(batches) == [{"x": "no", "y": ""}]


def test_effects_are_what_stands_at_the_end():
    batches = Batches(Rules(implies={"a": {False: (("b", False),)}}), PATH)
    batches.put("a", NONE, {})
    assert dict(batches.effects({"a": frozenset({"x"}), "b": True})) == {"b": False}
    assert dict(batches.effects({"b": False})) == {}
    batches.put("b", True, {})
    assert dict(batches.effects({"b": True})) == {}
