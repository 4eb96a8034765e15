#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_user_info
short_description: Read mail users of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Returns one mail user, or all of a domain, in the vocabulary of M(mailstate.iredmail.iredmail_user).
  - Passwords and hashes are never returned.
  - The panel's own detailed lists show too little, so names are listed first and then each user is read by itself,
    which takes one request each.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
options:
  mail:
    description:
      - The address of one user. If there is none, the list that is returned is empty.
      - Either this or O(domain) is required, and not both.
    type: str
  domain:
    description:
      - Return all users of this domain. If there is no such domain, the list that is returned is empty.
      - Works since SQL-3.3/LDAP-3.5.
    type: str
  enabled:
    description:
      - Return only users that are enabled, or with V(false) only those that are not. If omitted, both.
    type: bool
seealso:
  - module: mailstate.iredmail.iredmail_user
"""

EXAMPLES = r"""
- name: Read one user
  mailstate.iredmail.iredmail_user_info:
    mail: ada@example.com
  register: ada

- name: Say whether the user exists
  ansible.builtin.debug:
    msg: "{{ 'ada@example.com exists' if ada.users else 'ada@example.com does not exist' }}"

- name: Read all users of a domain
  mailstate.iredmail.iredmail_user_info:
    domain: example.com
  register: everybody

- name: Show who has no limit on the mailbox
  ansible.builtin.debug:
    msg: "{{ everybody.users | selectattr('quota', 'equalto', 0) | map(attribute='mail') | list }}"

- name: Read the disabled users of a domain
  mailstate.iredmail.iredmail_user_info:
    domain: example.com
    enabled: false
"""

RETURN = r"""
users:
  description:
    - The users, sorted by name, each with the keys of RV(mailstate.iredmail.iredmail_user#module:user). Empty when
      there is none.
    - A setting that the panel does not show is null.
    - When the task failed half-way, those that were read until then.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - mail: ada@example.com
      name: Ada Lovelace
      quota: 20480
      enabled: true
      aliases: [countess@example.com]
      recipient_bcc: null
      stored_messages: 12
    - mail: charles@example.com
      name: Charles Babbage
      quota: 0
      enabled: false
      aliases: []
      recipient_bcc: null
      stored_messages: 0
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import info_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER

MODULE = info_module(USER)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
