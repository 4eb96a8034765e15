#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_admin
short_description: Manage standalone admins of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Creates, changes and deletes standalone admins through the RESTful API of iRedAdmin-Pro. A standalone admin is an
    account of the panel without a mailbox, whose own mail domain is not hosted on this server.
  - Only the options that are given are compared and written; everything else about the admin stays as it is.
  - Which domains an admin manages is set by M(mailstate.iredmail.iredmail_domain_admins).
  - Mail users may be admins as well. They are managed by M(mailstate.iredmail.iredmail_user) with
    O(mailstate.iredmail.iredmail_user#module:global_admin), and by M(mailstate.iredmail.iredmail_domain_admins).
  - Only a global admin may use this part of the API.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.resource
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.writing
attributes:
  idempotent:
    support: partial
    details:
      - Not with O(update_password=always), and not with O(unreadable=send) for options this panel does not show.
options:
  mail:
    description:
      - The full address of the admin. Upper case makes no difference.
      - Its domain must not be one of this server. The panel refuses such an admin with C(CAN_NOT_BE_LOCAL_DOMAIN).
      - The panel refuses C(+), C(=) and C(/) before the C(@) of a new one. One that is there is managed under the name
        that it has.
      - With O(state=absent) the domains and users that the admin manages or has created stay.
    type: str
    required: true
  # BEGIN options of the descriptor: write their descriptions, and `make module-docs` writes the rest
  name:
    description:
      - The display name. V("") clears it.
    type: str
  enabled:
    description:
      - Whether the admin may log in. New admins are enabled.
      - The account of O(api_username) is never disabled, and never deleted or stripped of its rights either. Such a
        task fails.
      - With O(api_session) nobody knows which account is in use, so such a task fails for every global admin.
    type: bool
    aliases: [accountStatus]
  language:
    description:
      - The language of the panel's pages, for example V(en_US). It cannot be cleared.
      - A language that the panel does not have leaves it without any, so the task warns of one that the panel's
        open-source edition does not have.
    type: str
  global_admin:
    description:
      - Whether the admin administers the whole server. If omitted, a new admin does not.
      - A global admin has no limits. When one is made, the panel discards the limits that there were, and it silently
        ignores new ones. A task that gives a limit to a global admin is refused.
    type: bool
    aliases: [isGlobalAdmin]
  max_domains:
    description:
      - How many mail domains the admin may create. V(0) means that no limit is set, V(-1) means none.
      - Whether an admin without this limit may create domains at all is up to the panel, whose documentation does not
        say.
    type: int
    aliases: [maxDomains]
  max_quota:
    description:
      - The most that the quotas of all domains that the admin creates or manages may add up to.
      - An integer in MB, or a size such as V(500GB) or V(2TB). V(0) means unlimited.
    type: raw
    aliases: [maxQuota]
  max_users:
    description:
      - How many mail users the admin may create, in all domains together. V(0) means unlimited, V(-1) means none.
    type: int
    aliases: [maxUsers]
  max_aliases:
    description:
      - How many alias accounts the admin may create, in all domains together. V(0) means unlimited, V(-1) means none.
    type: int
    aliases: [maxAliases]
  max_lists:
    description:
      - How many mailing lists the admin may create, in all domains together. V(0) means unlimited, V(-1) means none.
    type: int
    aliases: [maxLists]
  allow_mail_log:
    description:
      - Whether the admin may see the log of received and sent mail. New admins may. Global admins always may, so
        V(false) is refused for them.
      - The API says it the other way round, so V(false) is sent as C(disableViewingMailLog=yes).
      - Exists since SQL-2.9/LDAP-3.1.
    type: bool
  allow_quarantine:
    description:
      - Whether the admin may manage quarantined mail. New admins may. Global admins always may, so V(false) is refused
        for them.
      - The API says it the other way round, so V(false) is sent as C(disableManagingQuarantinedMails=yes).
      - Exists since SQL-2.9/LDAP-3.1.
    type: bool
  # END
  password:
    description:
      - The password in plain text. The panel checks it against its password policies. It takes no hashes for admins.
      - Required to create an admin. See O(update_password) for admins that exist.
      - It may not begin or end with a blank, which the panel would strip, and it cannot be cleared.
    type: str
  update_password:
    description:
      - When the password of an admin that exists is written.
      - V(verify) asks the panel whether O(password) is right and writes it only when it is not.
      - V(on_create) sets the password of new admins and never touches it again.
      - V(always) writes it in every run, and every run reports a change.
      - The password of a disabled admin may never verify, which proves nothing. With V(verify) it is then not written,
        and V(password) stands in RV(unverified). When the same task enables the admin, the password is verified after
        that.
    type: str
    choices:
      - verify
      - on_create
      - always
    default: verify
"""

EXAMPLES = r"""
- name: Create an admin who may create domains and users within limits
  mailstate.iredmail.iredmail_admin:
    mail: admin@partner.example
    name: Partner Ltd
    password: "{{ vault_mail_password }}"
    language: en_US
    max_domains: 5
    max_quota: 2TB
    max_users: 500
    max_lists: -1

- name: Let the admin manage a domain that exists
  mailstate.iredmail.iredmail_domain_admins:
    domain: example.com
    add_admins:
      - admin@partner.example

- name: Hide the mail log from the admin, and lift the limit on users
  mailstate.iredmail.iredmail_admin:
    mail: admin@partner.example
    allow_mail_log: false
    max_users: 0

- name: Create a global admin and never touch the password again
  mailstate.iredmail.iredmail_admin:
    mail: oncall@provider.example
    name: On-call team
    password: "{{ vault_mail_password }}"
    update_password: on_create
    global_admin: true

- name: Take the rights of a global admin away
  mailstate.iredmail.iredmail_admin:
    mail: oncall@provider.example
    global_admin: false

- name: Set a new password in every run
  mailstate.iredmail.iredmail_admin:
    mail: admin@partner.example
    password: "{{ vault_mail_password }}"
    update_password: always

- name: Keep an admin from logging in
  mailstate.iredmail.iredmail_admin:
    mail: admin@partner.example
    enabled: false

- name: Delete an admin
  mailstate.iredmail.iredmail_admin:
    mail: oncall@provider.example
    state: absent
"""

RETURN = r"""
admin:
  description:
    - The admin after the task, in the vocabulary of the options. In check mode, as it is to be expected.
    - A setting that the panel does not show, and in check mode one that nobody can foretell, is null.
    - Empty when the admin is absent, and when the task failed half-way.
  returned: unless an option is refused
  type: dict
  contains:
    # BEGIN returned settings: `make module-docs` writes them from the options
    mail:
      description: The full address of the admin.
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
      description: How many mail domains the admin may create. V(0) means that no limit is set, V(-1) means none.
      returned: always
      type: int
    max_quota:
      description:
        - The most that the quotas of all domains that the admin creates or manages may add up to, in MB. V(0) means
          unlimited.
      returned: always
      type: int
    max_users:
      description:
        - How many mail users the admin may create, in all domains together. V(0) means unlimited, V(-1) means none.
      returned: always
      type: int
    max_aliases:
      description:
        - How many alias accounts the admin may create, in all domains together. V(0) means unlimited, V(-1) means none.
      returned: always
      type: int
    max_lists:
      description:
        - How many mailing lists the admin may create, in all domains together. V(0) means unlimited, V(-1) means none.
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
    # END
    managed_domains:
      description: The domains the admin manages. For a global admin it may be all of the server.
      returned: when the panel shows it
      type: list
      elements: str
  sample:
    mail: admin@partner.example
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
operations:
  description: The requests that changed something, in order; in check mode, those to be sent. See the notes.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - {method: PUT, path: /api/admin/admin@partner.example, params: {maxQuota: "2", quotaUnit: TB}}
unverified:
  description:
    - Options whose value nobody can vouch for, sorted. Most were sent although the panel does not show them.
    - V(password) is there whenever it was written, and when a disabled admin's password could not be verified.
  returned: unless an option is refused
  type: list
  elements: str
  sample: [password]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.admin import ADMIN

MODULE = resource_module(ADMIN)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
