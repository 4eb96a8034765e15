# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What planning looks at: that a panel and a snapshot answer alike is tested with them; here, what follows from it."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.view import View, names_listed
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import NotListed
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER


class Two(View):
    def get(self, resource, identity, absent=frozenset(), options=None):
        return (resource.name, identity, options)

    def names(self, resource, domain="", disabled_only=False):
        return None if domain == "no.example" else ["a@b.example"]


def test_many_are_got_one_by_one_unless_there_is_a_better_way():
    assert Two().get_many(USER, ["a", "b"], {"name"}) == [(one, ("user", one, {"name"})) for one in ("a", "b")]


def test_a_domain_that_is_denied_is_no_empty_one():
    assert Two().names_in(USER, "b.example") == ["a@b.example"]
    with pytest.raises(NotListed, match=r"no domain no\.example when it is asked for its users"):
        Two().names_in(USER, "no.example")
    assert names_listed(USER, "b.example", []) == []


def test_nothing_is_written_through_a_view_unless_it_says_so():
    assert View().read_only
