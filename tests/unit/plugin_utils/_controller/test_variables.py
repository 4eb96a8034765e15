# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Misspelt variables of roles: refused where it is plain what was meant, and told of elsewhere."""

from __future__ import annotations

import pytest
import yaml

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.variables import known_variables, unknown
from tests.support.common import ROOT

ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())


@pytest.mark.parametrize(
    ("role", "name", "meant"),
    [
        ("mail_state", "mail_state_max_deletion", "mail_state_max_deletions"),
        ("mail_state", "mail_state_maxdeletions", "mail_state_max_deletions"),
        ("mail_state", "mail_state_ignore_finding", "mail_state_ignore_findings"),
        ("mail_state", "mail_state_host", "mail_state_hosts"),
        ("mail_drift", "mail_drift_fomats", "mail_drift_formats"),
        ("mail_drift", "mail_drift_output_dirs", "mail_drift_output_dir"),
        ("mail_export", "mail_export_domain", "mail_export_domains"),
        ("mail_import", "mail_import_colums", "mail_import_columns"),
        ("awx_setup", "awx_setup_api_user_name", "awx_setup_api_username"),
        ("mail_import", "mail_import_max_leaver", "mail_import_max_leavers"),
    ],
)
def test_a_misspelt_variable_is_named_with_the_one_that_was_meant(role, name, meant):
    assert unknown(role, [name, "mail_hosts"], *known_variables(role)) == (
        [f"There is no variable {name}; did you mean {meant}?"],
        [],
    )


@pytest.mark.parametrize("role", ROLES)
def test_variables_of_the_role_and_of_its_playbooks_are_no_mistakes(role):
    options, own = known_variables(role)
    names = {*options, *own, "inventory_hostname", "mail_statement_of_account", f"{role}s"}
    assert unknown(role, names, options, own) == ([], [])
    defaults = yaml.safe_load((ROOT / "roles" / role / "defaults" / "main.yml").read_text(encoding="utf-8"))
    assert set(defaults) <= options


def test_a_name_of_somebodys_own_is_told_of():
    found = unknown("mail_state", ["mail_state_team"], *known_variables("mail_state"))
    assert found == ([], ["The role mail_state has no variable mail_state_team, and does not look at it."])


def test_only_roles_of_this_collection_are_known():
    assert known_variables("../../etc") == known_variables("nginx") == (frozenset(), frozenset())


@pytest.mark.parametrize("role", ROLES)
def test_each_role_looks_at_the_names_before_anything_else(role):
    tasks = yaml.safe_load((ROOT / "roles" / role / "tasks" / "main.yml").read_text(encoding="utf-8"))
    # but for the version of Ansible
    first = [task for task in tasks if "ansible.builtin.assert" in task][1]
    assert f"lookup('mailstate.iredmail.unknown_variables', '{role}'" in str(first["vars"])
    assert f"{role}_unknown" in first["ansible.builtin.assert"]["that"]
