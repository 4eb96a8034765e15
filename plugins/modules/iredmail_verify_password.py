#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_verify_password
short_description: Verify a password of an account of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Asks the panel whether a password is the one of an account, and changes nothing.
  - O(api_username) must be a global admin. For others the task fails.
  - M(mailstate.iredmail.iredmail_user) and M(mailstate.iredmail.iredmail_admin) do this by themselves before they write
    a password.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
attributes:
  check_mode:
    details:
      - Asks in check mode too.
options:
  account:
    description:
      - The address of the account. Upper case makes no difference.
    type: str
    required: true
  password:
    description:
      - The password in plain text.
    type: str
    required: true
  kind:
    description:
      - What the account is. V(user) means a mail user, who may be an admin as well. V(admin) means a standalone admin.
    type: str
    choices:
      - user
      - admin
    default: user
seealso:
  - module: mailstate.iredmail.iredmail_user
  - module: mailstate.iredmail.iredmail_admin
"""

EXAMPLES = r"""
- name: Ask whether the password in the vault is the one of the user
  mailstate.iredmail.iredmail_verify_password:
    account: ada@example.com
    password: "{{ vault_mail_password }}"
  register: mailbox

- name: Say so when it is not
  ansible.builtin.debug:
    msg: The password in the vault is not the one of ada@example.com.
  when: not mailbox.valid

- name: Ask the same about a standalone admin
  mailstate.iredmail.iredmail_verify_password:
    account: admin@partner.example
    kind: admin
    password: "{{ vault_mail_password }}"
"""

RETURN = r"""
valid:
  description:
    - Whether the password is right.
    - V(false) also when there is no such account, which the panel does not tell apart, and possibly when the account is
      disabled.
    - Null when the task failed.
  returned: unless an option is refused
  type: bool
  sample: true
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._support.account import VERIFY_PASSWORD

MODULE = VERIFY_PASSWORD


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
