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
    - The users, sorted by name, in the vocabulary of M(mailstate.iredmail.iredmail_user). Empty when there is none.
    - A setting that the panel does not show is null.
    - When the task failed half-way, those that were read until then.
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
    given_name:
      description: The given name.
      returned: always
      type: str
    surname:
      description: The surname.
      returned: always
      type: str
    quota:
      description: The size of the mailbox in MB. V(0) means unlimited.
      returned: always
      type: int
    enabled:
      description: Whether the user may log in and receive mail.
      returned: always
      type: bool
    language:
      description: The language of the panel's pages.
      returned: always
      type: str
    employee_id:
      description: The employee number.
      returned: always
      type: str
    transport:
      description: The Postfix transport.
      returned: always
      type: str
    global_admin:
      description: Whether the user administers the whole server.
      returned: always
      type: bool
    forwarding:
      description: The addresses that mail is forwarded to, without the user's own, sorted.
      returned: always
      type: list
      elements: str
    forwarding_keep_copy:
      description: Whether the mailbox keeps a copy of forwarded mail.
      returned: when the panel shows the forwarding addresses
      type: bool
    sender_bcc:
      description: The address that gets a copy of all mail the user sends.
      returned: always
      type: str
    recipient_bcc:
      description: The address that gets a copy of all mail the user receives.
      returned: always
      type: str
    aliases:
      description: The alias addresses, sorted.
      returned: always
      type: list
      elements: str
    services:
      description: The services that are on, internal ones included, sorted.
      returned: always
      type: list
      elements: str
    mailbox_format:
      description: The format of the mailbox.
      returned: always
      type: str
    mailbox_folder:
      description: The folder that holds the mailbox.
      returned: always
      type: str
    maildir:
      description: The absolute path of the mailbox.
      returned: always
      type: str
    telephone_numbers:
      description: The telephone numbers, sorted.
      returned: on LDAP backends
      type: list
      elements: str
    mobile_numbers:
      description: The mobile phone numbers, sorted.
      returned: on LDAP backends
      type: list
      elements: str
    stored_bytes:
      description: The size of the messages in the mailbox.
      returned: when the panel shows it
      type: int
    stored_messages:
      description: The number of messages in the mailbox.
      returned: when the panel shows it
      type: int
    last_login:
      description: When the user logged in last, in the panel's own form.
      returned: when the panel shows it
      type: str
    managed_domains:
      description: The domains the user is an admin of.
      returned: when the panel shows it
      type: list
      elements: str
    mailing_lists:
      description: The mailing lists the user subscribes to.
      returned: when the panel shows it
      type: list
      elements: str
    mailing_aliases:
      description: The alias accounts the user is a member of.
      returned: when the panel shows it
      type: list
      elements: str
  sample:
    - mail: ada@example.com
      name: Ada Lovelace
      given_name: ""
      surname: ""
      quota: 20480
      enabled: true
      language: en_US
      employee_id: ""
      transport: ""
      global_admin: false
      forwarding: []
      forwarding_keep_copy: true
      sender_bcc: null
      recipient_bcc: null
      aliases: [countess@example.com]
      services: [deliver, imap, imapsecured, smtp, smtpsecured]
      mailbox_format: maildir
      mailbox_folder: Maildir
      maildir: /var/vmail/vmail1/example.com/a/d/a/ada-2026.01.01.00.00.00/
      stored_bytes: 1048576
      stored_messages: 12
api_trace:
  description:
    - Every request of the task with its outcome and duration, reads included. Parameters are left out.
  returned: with C(-vvv) or more, once the connection options are accepted
  type: list
  elements: str
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import info_job
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER

MODULE = info_job(USER)


def main():
    run_module(MODULE)


if __name__ == "__main__":
    main()
