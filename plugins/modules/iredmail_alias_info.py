#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_alias_info
short_description: Read mail aliases of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Returns one alias account, or all of a domain, in the vocabulary of M(mailstate.iredmail.iredmail_alias).
  - The panel's own detailed lists show too little, so names are listed first and then each alias is read by itself,
    which takes one request each.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
options:
  mail:
    description:
      - The address of one alias. If there is none, the list that is returned is empty.
      - Either this or O(domain) is required, and not both.
    type: str
  domain:
    description:
      - Return all aliases of this domain. If there is no such domain, the list that is returned is empty.
      - Works since SQL-3.3/LDAP-3.5.
    type: str
  enabled:
    description:
      - Return only aliases that are enabled, or with V(false) only those that are not. If omitted, both.
    type: bool
seealso:
  - module: mailstate.iredmail.iredmail_alias
"""

EXAMPLES = r"""
- name: Read one alias
  mailstate.iredmail.iredmail_alias_info:
    mail: sales@example.com
  register: sales

- name: Show its members
  ansible.builtin.debug:
    msg: "{{ sales.aliases | map(attribute='members') | flatten }}"

- name: Read all enabled aliases of a domain
  mailstate.iredmail.iredmail_alias_info:
    domain: example.com
    enabled: true
"""

RETURN = r"""
aliases:
  description:
    - The aliases, sorted by name, each with the keys of RV(mailstate.iredmail.iredmail_alias#module:alias). Empty when
      there is none.
    - A setting that the panel does not show is null.
    - When the task failed half-way, those that were read until then.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - mail: orders@example.com
      name: ""
      enabled: false
      access_policy: public
      members: []
    - mail: sales@example.com
      name: Sales Team
      enabled: true
      access_policy: public
      members: [ada@example.org, grace@example.org]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import info_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS

MODULE = info_module(ALIAS)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
