#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_maillist
short_description: Manage mailing lists without subscription of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Creates, changes and deletes mailing lists that nobody can subscribe to by mail, through the RESTful API of
    iRedAdmin-Pro. Mail to the list goes to its members, whom admins choose.
  - B(These lists exist on LDAP backends only.) On SQL backends the task fails; use
    M(mailstate.iredmail.iredmail_alias) there. Lists that can be subscribed to are managed by
    M(mailstate.iredmail.iredmail_ml) on either backend.
  - Only the options that are given are compared and written; everything else about the list stays as it is.
  - The API can neither rename nor disable these lists.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.resource
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.writing
attributes:
  idempotent:
    support: partial
    details:
      - Not with O(unreadable=send) for O(members), where the panel does not show them.
options:
  mail:
    description:
      - The full address of the list. Upper case makes no difference. Its domain must exist.
      - The panel refuses C(+), C(=) and C(/) before the C(@) of a new one. One that is there is managed under the name
        that it has.
    type: str
    required: true
  # BEGIN options of the descriptor: write their descriptions, and `make module-docs` writes the rest
  name:
    description:
      - The display name. V("") clears it.
    type: str
  access_policy:
    description:
      - Who may send mail to the list. It cannot be cleared; V(public), which new lists have, lets everybody.
      - V(domain) lets users of the same domain, V(subdomain) those of its subdomains too, V(membersonly) the members,
        and V(moderatorsonly) the moderators. The API cannot manage moderators.
    type: str
    choices: [public, domain, subdomain, membersonly, moderatorsonly]
    aliases: [accessPolicy]
  members:
    description:
      - The addresses that mail to the list goes to, and no others. V([]) removes all of them.
      - The panel may silently drop addresses of its own domains that do not exist. O(verify=strict) finds that out.
      - They are not stored with the list itself, and it is not known whether all releases show them; see O(unreadable).
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
  archive:
    description:
      - Whether the panel is asked to keep an archive of the list when it deletes it. If omitted, nothing is said about
        it.
      - According to the API document this matters for subscribable lists only.
      - Exists since LDAP-3.1.
      - Used with O(state=absent) only.
    type: bool
  unreadable:
    description:
      - What to do with O(members) where the panel does not show them, so that they cannot be compared.
      - V(send) sends them every time, reports a change, warns and lists them in RV(unverified).
      - V(skip) sends them only when the list is created.
    type: str
    choices:
      - send
      - skip
    default: send
"""

EXAMPLES = r"""
# All of these need a panel with an LDAP backend.

- name: Create a list with exactly these members
  mailstate.iredmail.iredmail_maillist:
    mail: staff@example.com
    name: All Staff
    access_policy: domain
    members:
      - ada@example.org
      - grace@example.org

- name: Add a member and leave the others alone
  mailstate.iredmail.iredmail_maillist:
    mail: staff@example.com
    add_members:
      - charles@example.org

- name: Remove a member and leave the others alone
  mailstate.iredmail.iredmail_maillist:
    mail: staff@example.com
    remove_members:
      - grace@example.org

- name: Let only members write to the list
  mailstate.iredmail.iredmail_maillist:
    mail: staff@example.com
    access_policy: membersonly

- name: Delete a list
  mailstate.iredmail.iredmail_maillist:
    mail: staff@example.com
    state: absent
"""

RETURN = r"""
maillist:
  description:
    - The list after the task, in the vocabulary of the options. In check mode, as it is to be expected.
    - A setting that the panel does not show, and in check mode one that nobody can foretell, is null.
    - Empty when the list is absent, and when the task failed half-way.
  returned: unless an option is refused
  type: dict
  contains:
    # BEGIN returned settings: `make module-docs` writes them from the options
    mail:
      description: The full address of the list.
      returned: always
      type: str
    name:
      description: The display name.
      returned: always
      type: str
    access_policy:
      description: Who may send mail to the list.
      returned: always
      type: str
    members:
      description: The addresses that mail to the list goes to, sorted.
      returned: always
      type: list
      elements: str
    # END
  sample:
    mail: staff@example.com
    name: All Staff
    access_policy: domain
    members: [ada@example.org, grace@example.org]
operations:
  description: The requests that changed something, in order; in check mode, those to be sent. See the notes.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - {method: PUT, path: /api/maillist/staff@example.com, params: {addMember: charles@example.org}}
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
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.maillist import MAILLIST

MODULE = resource_module(MAILLIST)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
