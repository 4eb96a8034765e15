#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_domain_admins
short_description: Manage who administers a mail domain of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Lets accounts manage a mail domain, and takes that away, through the RESTful API of iRedAdmin-Pro. The accounts are
    mail users or standalone admins, and are neither created nor deleted.
  - The API cannot be asked who manages a domain. On LDAP backends the domain's own profile shows it. SQL backends do
    not, so there the profile of each account that the task names is asked which domains it manages.
  - Global admins manage every domain and need not be named. Where accounts are asked, naming one sends nothing and
    warns.
  - An admin who is not a global admin can give a domain only to mail users of domains that this admin manages.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.resource
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.writing
attributes:
  diff_mode:
    details:
      - C(before) and C(after) hold V(admins), the accounts that manage the domain. Where the panel does not show that,
        they hold only those of the accounts named by the task that do. In check mode C(after) is what is to be
        expected.
      - In C(before) they are V(<unknown>) when all were removed and the panel does not show who there was.
  idempotent:
    support: partial
    details:
      - Not with O(state=absent) where the panel does not show who manages a domain, as on SQL backends.
options:
  domain:
    description:
      - The name of the domain, which must exist unless with O(state=absent). Upper case makes no difference.
    type: str
    required: true
  # BEGIN options of the descriptor: write their descriptions, and `make module-docs` writes the rest
  admins:
    description:
      - The accounts that manage the domain, and no others. V([]) removes all.
      - Refused where the panel does not show who manages a domain, as on SQL backends. O(add_admins) and
        O(remove_admins) work everywhere.
      - The panel silently leaves out accounts that do not exist. O(verify=strict) finds that out.
    type: list
    elements: str
  add_admins:
    description:
      - Accounts that must be among O(admins). Others are left as they are.
      - Where the panel does not show who manages a domain, an account that does not exist fails the task before
        anything is written.
    type: list
    elements: str
    aliases: [addAdmin]
  remove_admins:
    description:
      - Accounts that must not be among O(admins). Others are left as they are.
    type: list
    elements: str
    aliases: [removeAdmin]
  # END
  state:
    description:
      - With V(present) one of O(admins), O(add_admins) and O(remove_admins) is required.
      - With V(absent) nobody but global admins manages the domain any more. The three options are then refused. Where
        the panel does not show who manages a domain, the request is sent in every run, and every run reports a change.
      - The domain itself is managed by M(mailstate.iredmail.iredmail_domain).
    type: str
    choices:
      - present
      - absent
    default: present
  unreadable:
    description:
      - Has no effect here. See O(state) for what happens where the panel does not show who manages a domain.
    type: str
    choices:
      - send
      - skip
    default: send
seealso:
  - module: mailstate.iredmail.iredmail_domain_admins_info
  - module: mailstate.iredmail.iredmail_admin
"""

EXAMPLES = r"""
- name: Create a user who is to manage the domain
  mailstate.iredmail.iredmail_user:
    mail: ada@example.com
    password: "{{ vault_mail_password }}"
    update_password: on_create

- name: Create an admin of another company
  mailstate.iredmail.iredmail_admin:
    mail: admin@partner.example
    password: "{{ vault_mail_password }}"
    update_password: on_create

- name: Let both manage the domain, and leave other admins alone
  mailstate.iredmail.iredmail_domain_admins:
    domain: example.com
    add_admins:
      - ada@example.com
      - admin@partner.example

- name: Take the domain away from one admin
  mailstate.iredmail.iredmail_domain_admins:
    domain: example.com
    remove_admins:
      - admin@partner.example

- name: Ask the panel which backend it has
  mailstate.iredmail.iredmail_server_info:
  register: panel

- name: Let exactly these accounts manage the domain, which SQL backends cannot compare
  mailstate.iredmail.iredmail_domain_admins:
    domain: example.com
    admins:
      - ada@example.com
  when: panel.server.backend == 'ldap'

- name: Leave the domain to the global admins
  mailstate.iredmail.iredmail_domain_admins:
    domain: example.com
    state: absent
"""

RETURN = r"""
domain_admins:
  description:
    - Who manages the domain after the task. In check mode, as it is to be expected.
    - Empty when the task failed half-way.
  returned: unless an option is refused
  type: dict
  contains:
    domain:
      description: The name of the domain.
      returned: always
      type: str
    admins:
      description:
        - The accounts that manage the domain, sorted.
        - Where the panel does not show that, those of the accounts named by the task that do.
      returned: always
      type: list
      elements: str
  sample:
    domain: example.com
    admins: [ada@example.com, admin@partner.example]
operations:
  description: The requests that changed something, in order; in check mode, those to be sent. See the notes.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - {method: PUT, path: /api/domain/admins/example.com, params: {addAdmin: "ada@example.com,admin@partner.example"}}
unverified:
  description: V(admins) when all were removed and the panel does not show who is left.
  returned: unless an option is refused
  type: list
  elements: str
  sample: [admins]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.domain_admins import DOMAIN_ADMINS
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module

MODULE = DOMAIN_ADMINS


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
