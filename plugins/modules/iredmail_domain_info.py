#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_domain_info
short_description: Read mail domains of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Returns one mail domain, or all, in the vocabulary of M(mailstate.iredmail.iredmail_domain).
  - Admins who are not global admins see only the domains they manage.
  - The panel's own detailed lists show too little, so names are listed first and then each domain is read by itself,
    which takes one request each.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
options:
  domain:
    description:
      - The name of one domain. If there is none, the list that is returned is empty.
      - If omitted, all domains are returned. That works since SQL-2.8/LDAP-3.0.
    type: str
  enabled:
    description:
      - Return only domains that are enabled, or with V(false) only those that are not. If omitted, both.
    type: bool
seealso:
  - module: mailstate.iredmail.iredmail_domain
"""

EXAMPLES = r"""
- name: Read all domains
  mailstate.iredmail.iredmail_domain_info:
  register: all_domains

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ all_domains.domains | map(attribute='domain') | list }}"

- name: Read one domain
  mailstate.iredmail.iredmail_domain_info:
    domain: example.com

- name: Read the disabled domains
  mailstate.iredmail.iredmail_domain_info:
    enabled: false
"""

RETURN = r"""
domains:
  description:
    - The domains, sorted by name, each with the keys of RV(mailstate.iredmail.iredmail_domain#module:domain). Empty
      when there is none.
    - A setting that the panel does not show is null.
    - When the task failed half-way, those that were read until then.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - domain: example.com
      description: Example Ltd
      enabled: true
      max_users: 0
      catchall: []
      sender_bcc: null
      num_existing_users: 3
    - domain: example.org
      description: Example Organisation
      enabled: true
      max_users: 200
      catchall: [postmaster@example.com]
      sender_bcc: null
      num_existing_users: 12
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import info_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN

MODULE = info_module(DOMAIN)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
