#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_domain_users_info
short_description: Read all users of a mail domain of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Returns all users of a mail domain, in the vocabulary of M(mailstate.iredmail.iredmail_user).
  - The same as M(mailstate.iredmail.iredmail_user_info) with a domain. It goes with
    M(mailstate.iredmail.iredmail_domain_users).
  - Passwords and hashes are never returned.
  - The panel's own detailed lists show too little, so names are listed first and then each user is read by itself,
    which takes one request each.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
options:
  domain:
    description:
      - The name of the domain. Upper case makes no difference. Where there is no such domain, the list is empty.
      - Works since SQL-3.3/LDAP-3.5.
    type: str
    required: true
seealso:
  - module: mailstate.iredmail.iredmail_domain_users
  - module: mailstate.iredmail.iredmail_user_info
"""

EXAMPLES = r"""
- name: Read all users of a domain
  mailstate.iredmail.iredmail_domain_users_info:
    domain: example.com
  register: everybody

- name: Show the languages that are in use
  ansible.builtin.debug:
    msg: "{{ everybody.users | map(attribute='language') | unique | sort }}"

- name: Show who is disabled
  ansible.builtin.debug:
    msg: "{{ everybody.users | rejectattr('enabled') | map(attribute='mail') }}"
"""

RETURN = r"""
users:
  description:
    - The users, sorted by name, each with the keys of RV(mailstate.iredmail.iredmail_user#module:user). Empty when
      there is none, and when the task failed.
    - A setting that the panel does not show is null.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - mail: ada@example.com
      name: Ada Lovelace
      enabled: true
      language: en_US
      transport: dovecot
    - mail: charles@example.com
      name: Charles Babbage
      enabled: false
      language: en_US
      transport: dovecot
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import DOMAIN_USERS_INFO
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module

MODULE = DOMAIN_USERS_INFO


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
