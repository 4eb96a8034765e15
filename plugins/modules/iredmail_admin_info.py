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
    - The admin, in the vocabulary of M(mailstate.iredmail.iredmail_admin), in a list. Empty when there is none.
    - A setting that the panel does not show is null.
  returned: unless an option is refused
  type: list
  elements: dict
  contains:
    mail:
      description: The address.
      returned: always
      type: str
    name:
      description: The display name.
      returned: always
      type: str
    enabled:
      description: Whether the admin may log in.
      returned: always
      type: bool
    language:
      description: The language of the panel's pages.
      returned: always
      type: str
    global_admin:
      description: Whether the admin administers the whole server.
      returned: always
      type: bool
    max_domains:
      description: How many domains the admin may create. V(0) means that no limit is set, V(-1) means none.
      returned: always
      type: int
    max_quota:
      description: The most that the quotas of the admin's domains may add up to, in MB. V(0) means unlimited.
      returned: always
      type: int
    max_users:
      description: How many users the admin may create. V(0) means unlimited, V(-1) means none.
      returned: always
      type: int
    max_aliases:
      description: How many alias accounts the admin may create. V(0) means unlimited, V(-1) means none.
      returned: always
      type: int
    max_lists:
      description: How many mailing lists the admin may create. V(0) means unlimited, V(-1) means none.
      returned: always
      type: int
    allow_mail_log:
      description: Whether the admin may see the log of received and sent mail.
      returned: always
      type: bool
    allow_quarantine:
      description: Whether the admin may manage quarantined mail.
      returned: always
      type: bool
    managed_domains:
      description: The domains the admin manages. For a global admin it may be all of the server.
      returned: when the panel shows it
      type: list
      elements: str
  sample:
    - mail: admin@partner.example
      name: Partner Ltd
      enabled: true
      language: en_US
      global_admin: false
      max_domains: 5
      max_quota: 2097152
      max_users: 500
      max_aliases: 0
      max_lists: -1
      allow_mail_log: false
      allow_quarantine: true
      managed_domains: [example.com]
api_trace:
  description:
    - Every request of the task with its outcome and duration, reads included. Parameters are left out.
  returned: with C(-vvv) or more, once the connection options are accepted
  type: list
  elements: str
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import info_job
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.admin import ADMIN

MODULE = info_job(ADMIN)


def main():
    run_module(MODULE)


if __name__ == "__main__":
    main()
