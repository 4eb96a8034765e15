#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_ldif_info
short_description: Export an account of an iRedMail server as LDIF
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Returns the LDAP entry of a domain or an account as LDIF, for example to keep a copy before it is deleted.
  - Exists on LDAP backends only. On SQL backends the task fails.
  - Values of attributes that hold secrets are blanked, as far as their names tell. So the text cannot bring back an
    account with its password.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
options:
  kind:
    description:
      - What to export.
      - V(domain) is the domain itself, V(catchall) its catch-all account.
      - V(admin) is a standalone admin, V(user) a mail user, V(alias) an alias account, and V(maillist) a mailing list.
    type: str
    choices:
      - domain
      - catchall
      - admin
      - user
      - maillist
      - alias
    required: true
  name:
    description:
      - The name of the domain for V(domain) and V(catchall), and otherwise the full address. Upper case makes no
        difference.
      - Where there is nothing of that name, the text is empty.
    type: str
    required: true
seealso:
  - module: mailstate.iredmail.iredmail_server_info
"""

EXAMPLES = r"""
- name: Ask the panel which backend it has
  mailstate.iredmail.iredmail_server_info:
  register: panel

- name: Keep a copy of an account, on an LDAP backend
  when: panel.server.backend == 'ldap'
  block:
    - name: Export a user
      mailstate.iredmail.iredmail_ldif_info:
        kind: user
        name: ada@example.com
      register: export

    - name: Write the export to a file
      ansible.builtin.copy:
        content: "{{ export.ldif }}"
        dest: "{{ playbook_dir }}/ada@example.com.ldif"
        mode: "0600"

    - name: Export a domain
      mailstate.iredmail.iredmail_ldif_info:
        kind: domain
        name: example.com
"""

RETURN = r"""
ldif:
  description:
    - The entry as LDIF. Values of C(userPassword) are V(********).
    - Null when the task failed.
  returned: unless an option is refused
  type: str
  sample: |
    dn: mail=ada@example.com,ou=Users,domainName=example.com,o=domains,dc=example,dc=com
    objectClass: inetOrgPerson
    objectClass: mailUser
    mail: ada@example.com
    cn: Ada Lovelace
    accountStatus: active
    userPassword:: ********
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._support.ldif import LDIF

MODULE = LDIF


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
