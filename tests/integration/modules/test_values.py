# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of values on their way from a playbook to the panel: nulls, what YAML changes, other spellings."""

from __future__ import annotations

import pytest

from tests.support.common import PASSWORD
from tests.support.modules import FIXTURES, spec_of
from tests.support.playbook import DOORS, run_tasks, task

MAIL = "ada@example.com"
USER = {"mail": MAIL, "password": PASSWORD, "update_password": "on_create"}


def nulls(module, null):
    """A task of a writing module with every option null that it need not have."""
    options = {name: option for name, option in spec_of(module)["argument_spec"].items() if name[:4] != "api_"}
    least = {
        name: FIXTURES.get(name) or option["choices"][0] for name, option in options.items() if "required" in option
    }
    return task(module, **dict.fromkeys(set(options) - set(least), null), **least)


@pytest.mark.parametrize("door", DOORS)
def test_a_null_of_any_option_is_left_alone(sandbox, door):
    sandbox.api("POST", "/api/user/" + MAIL, name="Ada", password=PASSWORD)
    before = sandbox.api("GET", "/api/user/" + MAIL)
    sandbox.clear_log()
    modules = ("iredmail_user", "iredmail_domain", "iredmail_greylisting", "iredmail_spampolicy")
    tasks = [nulls(name, null) for name in modules for null in (None, "{{ nothing }}")]
    for result in run_tasks(sandbox, tasks, door, variables={"nothing": None}).results:
        assert not result.get("failed"), result["msg"]
        assert not result["changed"], result["operations"]
    assert sandbox.writes() == []
    assert sandbox.api("GET", "/api/user/" + MAIL) == before


@pytest.mark.parametrize("door", DOORS)
def test_no_text_is_made_of_what_yaml_changed(sandbox, door):
    wrong = {"name": False, "surname": True, "employee_id": 5349, "telephone_numbers": [493012345678, 50702711]}
    tasks = [task("iredmail_user", **USER, **{option: value}) for option, value in wrong.items()]
    tasks += [task("iredmail_state", declared={"users": [dict(USER, **wrong)]})]
    for option, result in zip([*wrong, "name"], run_tasks(sandbox, tasks, door).results, strict=True):
        assert result["failed"]
        assert option + ": is" in result["msg"]
        assert "put it in quotes" in result["msg"]
    assert sandbox.writes() == []
