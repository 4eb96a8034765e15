#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_maillist_info
short_description: Read mailing lists without subscription of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Returns one mailing list that nobody can subscribe to, in the vocabulary of M(mailstate.iredmail.iredmail_maillist).
  - These lists exist on LDAP backends only. On SQL backends the task fails.
  - The API cannot list those of a domain.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
options:
  mail:
    description:
      - The address of the list. If there is none, the list that is returned is empty.
    type: str
    required: true
seealso:
  - module: mailstate.iredmail.iredmail_maillist
"""

EXAMPLES = r"""
- name: Read a mailing list, which takes a panel with an LDAP backend
  mailstate.iredmail.iredmail_maillist_info:
    mail: staff@example.com
  register: staff

- name: Show its members
  ansible.builtin.debug:
    msg: "{{ staff.maillists | map(attribute='members') | flatten }}"
"""

RETURN = r"""
maillists:
  description:
    - The mailing list, in a list, with the keys of RV(mailstate.iredmail.iredmail_maillist#module:maillist). Empty when
      there is none, and when the task failed.
    - A setting that the panel does not show is null.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - mail: staff@example.com
      name: All Staff
      access_policy: domain
      members: [ada@example.org, grace@example.org]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import info_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.maillist import MAILLIST

MODULE = info_module(MAILLIST)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
