# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: unknown_variables
short_description: Find misspelt variables of a role
version_added: 0.2.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Looks at the variables whose names begin as those of a role of this collection do. Ansible passes over one that the
    role does not know, so C(mail_state_max_deletion) would protect from nothing.
  - Returns a sentence for each name that is nearly one that the role knows. The roles of this collection refuse to run
    then. Of a name that is like none it warns, since it may be a variable of your own.
options:
  _terms:
    description:
      - Names of roles, such as V(mail_state).
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Refuse misspelt variables before anything else
  ansible.builtin.assert:
    that: unknown | length == 0
    fail_msg: "{{ unknown | join(' ') }}"
  vars:
    unknown: "{{ lookup('mailstate.iredmail.unknown_variables', 'mail_state', wantlist=true) }}"
"""

RETURN = r"""
_raw:
  description:
    - A sentence for each misspelt variable.
  type: list
  elements: str
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.supported import check_ansible

check_ansible()

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.unsafe import literal
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.variables import known_variables, unknown


class LookupModule(LookupBase):
    """Misspelt variables."""

    def run(self, terms: list[Any], variables: Mapping[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        found: list[str] = []
        for role in map(str, terms):
            options, own = known_variables(role)
            if not options:
                raise AnsibleLookupError("mailstate.iredmail.unknown_variables: there is no role %s." % role)
            misspelt, strange = unknown(role, map(str, variables or {}), options, own)
            found += misspelt
            for sentence in strange:
                Display().warning(sentence)
        return list(literal(found))
