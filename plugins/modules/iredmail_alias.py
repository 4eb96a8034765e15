#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_alias
short_description: Manage mail aliases of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Creates, changes, renames and deletes alias accounts through the RESTful API of iRedAdmin-Pro. An alias account is
    an address without a mailbox that forwards to its members.
  - Only the options that are given are compared and written; everything else about the alias stays as it is.
  - Further addresses of one mailbox are the O(mailstate.iredmail.iredmail_user#module:aliases) of a user.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.resource
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.writing
attributes:
  idempotent:
    support: partial
    details:
      - Not with O(unreadable=send) for options this panel does not show.
options:
  mail:
    description:
      - The full address of the alias. Upper case makes no difference. Its domain must exist.
      - The panel refuses C(+), C(=) and C(/) before the C(@) of a new one. One that is there is managed under the name
        that it has.
    type: str
    required: true
  # BEGIN options of the descriptor: write their descriptions, and `make module-docs` writes the rest
  name:
    description:
      - The display name. V("") clears it.
    type: str
  enabled:
    description:
      - Whether the alias forwards mail. New aliases are enabled.
      - Can be changed since SQL-3.3/LDAP-3.5.
    type: bool
    aliases: [accountStatus]
  access_policy:
    description:
      - Who may send mail to the alias. It cannot be cleared; V(public) lets everybody.
      - V(domain) lets users of the same domain, V(subdomain) those of its subdomains too, V(membersonly) the members,
        V(moderatorsonly) the moderators, and V(membersandmoderatorsonly) both. The API cannot manage moderators.
      - Exists on SQL backends only. On LDAP backends the task fails.
    type: str
    choices: [public, domain, subdomain, membersonly, moderatorsonly, membersandmoderatorsonly]
    aliases: [accessPolicy]
  members:
    description:
      - The addresses that mail to the alias is forwarded to, and no others. V([]) removes all of them.
      - The panel may silently drop addresses of its own domains that do not exist. O(verify=strict) finds that out.
    type: list
    elements: str
  add_members:
    description:
      - Addresses that must be among O(members). Others are left as they are.
    type: list
    elements: str
    aliases: [addMember]
  remove_members:
    description:
      - Addresses that must not be among O(members). Others are left as they are.
    type: list
    elements: str
    aliases: [removeMember]
  # END
  rename_from:
    description:
      - The address this alias had before. If that alias exists and O(mail) does not, the alias is renamed. Nothing is
        ever deleted and created anew.
      - If both exist, the task fails and nothing is written. If neither does, the alias is created.
      - Whether throttles, spam policies, greylisting settings, white- and blacklists go along is not known, so declare
        them for the new address.
      - Only with O(state=present).
    type: str
"""

EXAMPLES = r"""
- name: Create an alias with exactly these members
  mailstate.iredmail.iredmail_alias:
    mail: sales@example.com
    name: Sales Team
    members:
      - ada@example.org
      - grace@example.org

- name: Add a member and leave the others alone
  mailstate.iredmail.iredmail_alias:
    mail: sales@example.com
    add_members:
      - charles@example.org

- name: Remove a member and leave the others alone
  mailstate.iredmail.iredmail_alias:
    mail: sales@example.com
    remove_members:
      - grace@example.org

- name: Ask the panel which backend it has
  mailstate.iredmail.iredmail_server_info:
  register: panel

- name: Let only users of the same domain write to the alias
  mailstate.iredmail.iredmail_alias:
    mail: sales@example.com
    access_policy: domain
  when: panel.server.backend == 'sql'

- name: Rename an alias
  mailstate.iredmail.iredmail_alias:
    mail: orders@example.com
    rename_from: sales@example.com

- name: Disable an alias
  mailstate.iredmail.iredmail_alias:
    mail: orders@example.com
    enabled: false

- name: Delete an alias
  mailstate.iredmail.iredmail_alias:
    mail: orders@example.com
    state: absent
"""

RETURN = r"""
alias:
  description:
    - The alias after the task, in the vocabulary of the options. In check mode, as it is to be expected.
    - A setting that the panel does not show, and in check mode one that nobody can foretell, is null.
    - Empty when the alias is absent, and when the task failed half-way.
  returned: unless an option is refused
  type: dict
  contains:
    # BEGIN returned settings: `make module-docs` writes them from the options
    mail:
      description: The full address of the alias.
      returned: always
      type: str
    name:
      description: The display name.
      returned: always
      type: str
    enabled:
      description: Whether the alias forwards mail.
      returned: always
      type: bool
    access_policy:
      description: Who may send mail to the alias.
      returned: on SQL backends
      type: str
    members:
      description: The addresses that mail to the alias is forwarded to, sorted.
      returned: always
      type: list
      elements: str
    # END
  sample:
    mail: sales@example.com
    name: Sales Team
    enabled: true
    access_policy: public
    members: [ada@example.org, grace@example.org]
operations:
  description: The requests that changed something, in order; in check mode, those to be sent. See the notes.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - {method: PUT, path: /api/alias/sales@example.com, params: {addMember: charles@example.org}}
unverified:
  description: Options whose value nobody can vouch for, sorted. Most were sent although the panel does not show them.
  returned: unless an option is refused
  type: list
  elements: str
  sample: [members]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS

MODULE = resource_module(ALIAS)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
