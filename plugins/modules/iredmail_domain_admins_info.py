#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_domain_admins_info
short_description: Read who administers a mail domain of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Returns the accounts that manage a mail domain, in the vocabulary of M(mailstate.iredmail.iredmail_domain_admins).
    Global admins manage every domain and need not be among them.
  - The API cannot be asked who manages a domain. On LDAP backends the domain's own profile shows it. Where it does not,
    as on SQL backends, the task fails, and accounts have to be asked for their C(managed_domains) with
    M(mailstate.iredmail.iredmail_user_info) and M(mailstate.iredmail.iredmail_admin_info).
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
options:
  domain:
    description:
      - The name of the domain. Where there is no such domain, the list is empty.
    type: str
    required: true
seealso:
  - module: mailstate.iredmail.iredmail_domain_admins
  - module: mailstate.iredmail.iredmail_user_info
  - module: mailstate.iredmail.iredmail_admin_info
"""

EXAMPLES = r"""
- name: Ask the panel which backend it has
  mailstate.iredmail.iredmail_server_info:
  register: panel

- name: Read who manages a domain, on an LDAP backend
  when: panel.server.backend == 'ldap'
  block:
    - name: Read the admins
      mailstate.iredmail.iredmail_domain_admins_info:
        domain: example.com
      register: delegation

    - name: Show their addresses
      ansible.builtin.debug:
        msg: "{{ delegation.domain_admins | map(attribute='admins') | flatten }}"

- name: Find the admins among the users of the domain, on an SQL backend
  when: panel.server.backend == 'sql'
  block:
    - name: Read the users
      mailstate.iredmail.iredmail_user_info:
        domain: example.com
      register: everybody

    - name: Show those who manage the domain
      ansible.builtin.debug:
        msg: >-
          {{ everybody.users | selectattr('managed_domains', 'defined')
             | selectattr('managed_domains', 'contains', 'example.com') | map(attribute='mail') }}
"""

RETURN = r"""
domain_admins:
  description:
    - The domain with its admins, in a list, with the keys of
      RV(mailstate.iredmail.iredmail_domain_admins#module:domain_admins).
    - Empty when only global admins manage it, and when the task failed.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - domain: example.com
      admins: [ada@example.com, admin@partner.example]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import DOMAIN_ADMINS_INFO
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module

MODULE = DOMAIN_ADMINS_INFO


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
