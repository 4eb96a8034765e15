#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_state_info
short_description: Read the mail state of an iRedMail server as input of iredmail_state
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Returns the domains, accounts, lists and settings of a server in the form that
    M(mailstate.iredmail.iredmail_state) takes. Applied to the server that it came from, it changes nothing.
  - What the API does not show, passwords first of all, is named in RV(not_exported).
  - The result is the same for the same server every time. Objects and lists are sorted, and options stand in a fixed
    order.
  - Names are listed, and every object is then read by itself, since lists show too little. Nobody lists the settings of
    accounts, so every domain and user is asked for them, which takes nine requests each. For an export without them,
    name the O(kinds) that are wanted.
  - If anything cannot be read, the task fails and returns no state at all. A state in which something is missing would
    be dangerous together with C(prune).
  - On the controller, an export that takes longer than five seconds shows on the standard error stream how far it is,
    and about how long the rest will take, except with a stdout callback that prints JSON. As a module it shows none.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
options:
  domains:
    description:
      - The domains to export with everything in them, as names or patterns such as V(*.example.com). A name that does
        not exist is an error, and a pattern that matches nothing is not.
      - If omitted, all domains that the API account may see, and the settings of the account C(global) too. Those may
        be read by global admins only.
    type: list
    elements: str
  kinds:
    description:
      - The kinds to export. If omitted, all of which anything can be read.
      - C(admins) are found if the profile of a domain names them as its admins, which only LDAP panels show.
        C(maillists) are found if a user's profile names them. There is no list of either.
      - C(domain_admins) are exported with the whole list of V(admins) where the panel shows it. Elsewhere the users of
        the exported domains that say they manage a domain are exported as V(add_admins).
      - C(domain_users) and C(greylisting_spf_domains) are never exported. The former speaks for users that are exported
        one by one, the latter cannot be read.
    type: list
    elements: str
    choices:
      - domains
      - admins
      - users
      - domain_admins
      - domain_users
      - aliases
      - mls
      - maillists
      - spampolicies
      - throttles
      - greylistings
      - greylisting_spf_domains
      - wblists
  include_defaults:
    description:
      - Whether to export options also where they are as the server gives them to a new object.
      - By default they are left out, and so is the C(maildir) of a mailbox if the server has chosen it. A mailbox that
        is created again then gets a new one. To restore accounts for mailboxes that still exist on disk, export with
        V(true).
    type: bool
    default: false
  concurrency:
    description:
      - The number of requests under way at the same time.
    type: int
    default: 4
notes:
  - To create users and admins from an export, add C(password) or C(password_hash) to them. Accounts that exist need
    none.
  - An option is left out, and named in RV(not_exported), if the panel does not show it, shows it in an unknown form, or
    holds a value that cannot be declared. A list is left out as a whole then, since applying a part of it would remove
    the rest.
  - What the panel lists and cannot be asked for, such as an account whose name holds an apostrophe, is named in
    RV(not_exported), and the rest is exported.
  - Some panels may not show whether a mailbox keeps a copy of what it forwards. Such users are exported with
    C(unreadable=skip), so that nothing is sent where they exist, and a copy is kept where they are created.
  - A services list that differs from that of a new user is exported as C(services). It leaves internal services such as
    C(sieve) and C(lmtp) alone.
seealso:
  - module: mailstate.iredmail.iredmail_state
  - module: mailstate.iredmail.iredmail_server_info
"""

EXAMPLES = r"""
- name: Export everything
  mailstate.iredmail.iredmail_state_info:
  register: export

- name: Write it to a file that iredmail_state takes
  ansible.builtin.copy:
    content: "{{ export.state | to_nice_yaml(sort_keys=false) }}"
    dest: mail.yml
    mode: '0600'
  delegate_to: localhost

- name: Tell what is not in it
  ansible.builtin.debug:
    var: export.not_exported

- name: Export the accounts of some domains, without settings of throttling and the like
  mailstate.iredmail.iredmail_state_info:
    domains:
      - example.com
      - '*.example.org'
    kinds:
      - domains
      - users
      - aliases
      - mls
"""

RETURN = r"""
state:
  description:
    - The state, as O(mailstate.iredmail.iredmail_state#module:declared) takes it. Each kind is a list of items, sorted
      by name.
    - Kinds without any item are left out, except for those that are always exported completely (C(domains), C(users),
      C(aliases), C(mls)) if they were asked for.
    - Empty when the task failed.
  returned: unless an option is refused
  type: dict
  contains:
    domains:
      description: Domains, as of M(mailstate.iredmail.iredmail_domain).
      returned: if asked for
      type: list
      elements: dict
    admins:
      description: Standalone admins that a domain names, as of M(mailstate.iredmail.iredmail_admin).
      returned: if there are any
      type: list
      elements: dict
    users:
      description: Mailboxes, as of M(mailstate.iredmail.iredmail_user).
      returned: if asked for
      type: list
      elements: dict
    domain_admins:
      description: Who manages which domain, as of M(mailstate.iredmail.iredmail_domain_admins).
      returned: if there are any
      type: list
      elements: dict
    aliases:
      description: Mail aliases, as of M(mailstate.iredmail.iredmail_alias).
      returned: if asked for
      type: list
      elements: dict
    mls:
      description: Subscribable mailing lists, as of M(mailstate.iredmail.iredmail_ml).
      returned: if asked for
      type: list
      elements: dict
    maillists:
      description: Mailing lists without subscription that users name, as of M(mailstate.iredmail.iredmail_maillist).
      returned: if there are any
      type: list
      elements: dict
    spampolicies:
      description: Spam policies, as of M(mailstate.iredmail.iredmail_spampolicy).
      returned: if there are any
      type: list
      elements: dict
    throttles:
      description: Throttles, as of M(mailstate.iredmail.iredmail_throttle).
      returned: if there are any
      type: list
      elements: dict
    greylistings:
      description: Greylisting, as of M(mailstate.iredmail.iredmail_greylisting).
      returned: if there is any
      type: list
      elements: dict
    wblists:
      description: White- and blacklists, as of M(mailstate.iredmail.iredmail_wblist).
      returned: if there are any
      type: list
      elements: dict
  sample:
    domains:
      - domain: example.com
        description: Example Ltd
        transport: dovecot
    users:
      - mail: ada@example.com
        name: Ada Lovelace
        quota: 1024
    aliases: []
    mls: []
    wblists:
      - account: global
        direction: inbound
        list: whitelist
        addresses: ['@partner.example']
not_exported:
  description:
    - What is not in RV(state), and why. Empty when the task failed.
  returned: unless an option is refused
  type: list
  elements: dict
  contains:
    kind:
      description: The kind, by its name in a state.
      returned: always
      type: str
    id:
      description: The object, by its name within its kind. V(*) stands for all objects of the kind.
      returned: always
      type: str
    options:
      description: The options that are left out or incomplete. Empty if it is the object itself.
      returned: always
      type: list
      elements: str
    reason:
      description: Why.
      returned: always
      type: str
  sample:
    - kind: users
      id: '*'
      options: [password]
      reason: Passwords cannot be read.
    - kind: greylisting_spf_domains
      id: '*'
      options: []
      reason: The API does not show them.
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._export.task import STATE_INFO

MODULE = STATE_INFO


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
