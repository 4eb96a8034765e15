#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_admin_info
short_description: Read standalone admins of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Returns one standalone admin, in the vocabulary of M(mailstate.iredmail.iredmail_admin).
  - The API has no list of admins, so their addresses must be known.
  - Mail users who are admins are read by M(mailstate.iredmail.iredmail_user_info).
  - Only a global admin may use this part of the API. Passwords and hashes are never returned.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
options:
  mail:
    description:
      - The address of the admin. If there is none, the list that is returned is empty.
    type: str
    required: true
seealso:
  - module: mailstate.iredmail.iredmail_admin
  - module: mailstate.iredmail.iredmail_domain_admins_info
"""

EXAMPLES = r"""
- name: Read one admin
  mailstate.iredmail.iredmail_admin_info:
    mail: admin@partner.example
  register: partner

- name: Show which domains the admin manages
  ansible.builtin.debug:
    msg: "{{ partner.admins | map(attribute='managed_domains', default=[]) | flatten }}"

- name: Read several admins
  mailstate.iredmail.iredmail_admin_info:
    mail: "{{ item }}"
  loop:
    - admin@partner.example
    - oncall@provider.example
  register: team

- name: Show which of them are global admins
  ansible.builtin.debug:
    msg: "{{ team.results | map(attribute='admins') | flatten | selectattr('global_admin') | map(attribute='mail') }}"
"""

RETURN = r"""
admins:
  description:
    - The admin, in a list, with the keys of RV(mailstate.iredmail.iredmail_admin#module:admin). Empty when there is
      none.
    - A setting that the panel does not show is null.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - mail: admin@partner.example
      name: Partner Ltd
      enabled: true
      global_admin: false
      max_quota: 2097152
      managed_domains: [example.com]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import info_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.admin import ADMIN

MODULE = info_module(ADMIN)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
