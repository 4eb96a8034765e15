#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_domain_users
short_description: Manage all users of a mail domain of an iRedMail server at once
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Brings all users of a mail domain to the same values through the RESTful API of iRedAdmin-Pro. When any of them
    differs, one request sets all.
  - Each user is read by itself for that, which takes one request each.
  - The options become a value of every user who exists. They are no default for users who are created later. Those are
    managed by M(mailstate.iredmail.iredmail_user), and defaults by M(mailstate.iredmail.iredmail_domain).
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.resource
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.writing
attributes:
  diff_mode:
    details:
      - C(before) and C(after) hold the options the task manages, each as a dictionary with the value of every user, by
        address. In check mode C(after) is what is to be expected.
      - A password stands once for all users. It is V(<unknown>) before and V(<changed>) after.
      - A value that the panel does not show is V(<unknown>).
  idempotent:
    support: partial
    details:
      - Not with O(password), and not with O(unreadable=send) for options this panel does not show.
options:
  domain:
    description:
      - The name of the domain, which must exist. Upper case makes no difference.
      - A domain without users is never changed.
    type: str
    required: true
  # BEGIN options of the descriptor: write their descriptions, and `make module-docs` writes the rest
  enabled:
    description:
      - Whether the users may log in and receive mail. V(true) enables those who were disabled one by one as well.
      - Refused with V(false) when the account of O(api_username) is one of the users, since it is never disabled. With
        O(api_session) nobody knows which account is in use, so it is refused when one of them is a global admin.
      - To switch off the domain itself, use O(mailstate.iredmail.iredmail_domain#module:enabled).
    type: bool
    aliases: [accountStatus]
  language:
    description:
      - The language of the panel's and the self-service's pages, for example V(en_US). It cannot be cleared.
      - A language that the panel does not have leaves it without any, so the task warns of one that the panel's
        open-source edition does not have.
    type: str
  transport:
    description:
      - The Postfix transport for mail to the users, for example V(dovecot). It cannot be cleared.
    type: str
  # END
  password:
    description:
      - One password for all users, in plain text. The panel checks it against its password policies.
      - Needs O(update_password=always), because it replaces the password of every user in every run, and every run
        reports a change.
      - A warning tells when the account of O(api_username) is one of the users, since its password changes too.
    type: str
  update_password:
    description:
      - V(always) says that O(password) is meant to be written in every run. Without it O(password) is refused.
    type: str
    choices:
      - always
  state:
    description:
      - Users are not deleted all at once, so this is always V(present).
    type: str
    choices:
      - present
    default: present
  unreadable:
    description:
      - What to do with an option that this panel does not show, so that it cannot be compared.
      - V(send) sends it in every run, reports a change and lists it in RV(unverified).
      - V(skip) sends it only when a user is found to differ in it.
    type: str
    choices:
      - send
      - skip
    default: send
seealso:
  - module: mailstate.iredmail.iredmail_domain_users_info
  - module: mailstate.iredmail.iredmail_user
"""

EXAMPLES = r"""
- name: Create a domain for a course
  mailstate.iredmail.iredmail_domain:
    domain: example.org
    description: Summer course

- name: Create the users of the course
  mailstate.iredmail.iredmail_user:
    mail: "{{ item }}@example.org"
    password: "{{ vault_mail_password }}"
    update_password: on_create
  loop:
    - ada
    - grace

- name: Set the language of all of them
  mailstate.iredmail.iredmail_domain_users:
    domain: example.org
    language: de_DE

- name: See what would change without changing it
  mailstate.iredmail.iredmail_domain_users:
    domain: example.org
    enabled: false
  check_mode: true
  diff: true

- name: Set one password for all of them, in every run
  mailstate.iredmail.iredmail_domain_users:
    domain: example.org
    password: "{{ vault_mail_password }}"
    update_password: always

- name: Disable all of them when the course is over
  mailstate.iredmail.iredmail_domain_users:
    domain: example.org
    enabled: false
"""

RETURN = r"""
domain_users:
  description:
    - The domain with its users, and what the task declares for all of them. In check mode, as it is to be expected.
    - The settings of each user are returned by M(mailstate.iredmail.iredmail_domain_users_info).
    - Empty when the task failed half-way.
  returned: unless an option is refused
  type: dict
  contains:
    domain:
      description: The name of the domain.
      returned: always
      type: str
    users:
      description: The addresses of the users, sorted.
      returned: always
      type: list
      elements: str
    enabled:
      description: Whether the users may log in and receive mail.
      returned: when O(enabled) is given
      type: bool
    language:
      description: The language of the panel's pages.
      returned: when O(language) is given
      type: str
    transport:
      description: The Postfix transport.
      returned: when O(transport) is given
      type: str
  sample:
    domain: example.org
    users: [ada@example.org, grace@example.org]
    language: de_DE
operations:
  description: The requests that changed something, in order; in check mode, those to be sent. See the notes.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - {method: PUT, path: /api/users/example.org, params: {language: de_DE}}
unverified:
  description:
    - Options whose value nobody can vouch for, sorted. These are V(password), and what the panel does not show.
  returned: unless an option is refused
  type: list
  elements: str
  sample: [password]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.domain_users import DOMAIN_USERS
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module

MODULE = DOMAIN_USERS


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
