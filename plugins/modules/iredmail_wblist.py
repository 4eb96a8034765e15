#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_wblist
short_description: Manage whitelists and blacklists of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Manages the white- and blacklists of the whole server, a domain or an address, through the RESTful API of
    iRedAdmin-Pro.
  - Each account has four lists, which are the combinations of O(direction) and O(list). A task manages one of them.
  - An address is in the whitelist or in the blacklist of an account and a direction, and never in both. B(The panel
    takes an address that is added to one of them out of the other.) The diff shows that. Two tasks that list the same
    address in both therefore undo each other in every run.
  - Only what differs is sent, so that an entry somebody else made meanwhile is not lost.
  - SQL and LDAP panels do not differ here. The lists exist since SQL-3.6/LDAP-3.8.
  - Senders who are just not to be greylisted are managed by M(mailstate.iredmail.iredmail_greylisting).
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.resource
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.writing
attributes:
  diff_mode:
    details:
      - C(before) and C(after) hold V(addresses), the list in full. In check mode C(after) is what is to be expected.
      - Addresses that the panel takes out of the opposite list stand under the name of that list, V(whitelist) or
        V(blacklist).
  idempotent:
    support: full
options:
  account:
    description:
      - Whose list it is. V(global) for the whole server, a domain such as V(example.com), or a full address such as
        V(ada@example.com). Upper case makes no difference.
      - The panel may accept a domain or an address that does not exist. If misspelt, the list applies to nobody.
    type: str
    required: true
  direction:
    description:
      - Whether the list is for mail the account receives (V(inbound)) and names senders, or for mail it sends
        (V(outbound)) and names recipients.
    type: str
    required: true
    choices: [inbound, outbound]
  list:
    description:
      - Whether mail from or to these addresses is let through (V(whitelist)) or refused (V(blacklist)).
    type: str
    required: true
    choices: [whitelist, blacklist]
  # BEGIN options of the descriptor: write their descriptions, and `make module-docs` writes the rest
  addresses:
    description:
      - The addresses that are in the list, and no others. V([]) removes all.
      - Each is an IP address (V(192.0.2.10)) or the beginning of one (V(192.0.2.*)), a network (V(192.0.2.0/24)), an
        address (V(ada@example.org)), a user of any domain (V(ada@*)), a domain (V(@example.org)), a domain with all its
        subdomains (V(@.example.org)), or everybody (V(@.)).
      - IP addresses are compared as text by what looks them up. They are sent in the form that matches
        (V(2001:db8::1)), however they are written.
      - An IPv6 network matches nobody, and an IPv4 network only those who share its first number. The task warns of the
        former.
      - The panel silently discards anything else, so it is refused before it is sent. O(verify=strict) finds out what
        the panel discards nevertheless.
      - Neither this nor O(add_addresses) nor O(remove_addresses) goes with O(state=absent).
    type: list
    elements: str
  add_addresses:
    description:
      - Addresses that must be among O(addresses). Others are left as they are.
    type: list
    elements: str
  remove_addresses:
    description:
      - Addresses that must not be among O(addresses). Others are left as they are.
    type: list
    elements: str
  # END
  state:
    description:
      - With V(present) the list holds what the other options say.
      - V(absent) removes all addresses from this list. The other lists of the account stay as they are.
    type: str
    choices:
      - present
      - absent
    default: present
  unreadable:
    description:
      - Has no effect, since panels show all that this module manages. It is there so that it can be set for all modules
        of the collection at once.
    type: str
    choices:
      - send
      - skip
    default: send
"""

EXAMPLES = r"""
- name: Let mail from two partners through to everybody
  mailstate.iredmail.iredmail_wblist:
    account: global
    direction: inbound
    list: whitelist
    add_addresses:
      - "@example.org"
      - 192.0.2.0/24

- name: Refuse mail to a domain from exactly these senders
  mailstate.iredmail.iredmail_wblist:
    account: example.com
    direction: inbound
    list: blacklist
    addresses:
      - "@.example.net"
      - offers@example.org
      - 203.0.113.7

- name: Take a sender off the blacklist and leave the others alone
  mailstate.iredmail.iredmail_wblist:
    account: example.com
    direction: inbound
    list: blacklist
    remove_addresses:
      - offers@example.org

- name: Put a sender on the whitelist, which takes it off the blacklist
  mailstate.iredmail.iredmail_wblist:
    account: example.com
    direction: inbound
    list: whitelist
    add_addresses:
      - 203.0.113.7

- name: Keep a user from sending mail to a domain
  mailstate.iredmail.iredmail_wblist:
    account: ada@example.com
    direction: outbound
    list: blacklist
    addresses:
      - "@example.net"

- name: Empty a list
  mailstate.iredmail.iredmail_wblist:
    account: example.com
    direction: inbound
    list: blacklist
    state: absent
"""

RETURN = r"""
wblist:
  description:
    - The list after the task, in the vocabulary of the options. In check mode, as it is to be expected.
    - Empty with O(state=absent), and when the task failed half-way.
  returned: unless an option is refused
  type: dict
  contains:
    # BEGIN returned settings: `make module-docs` writes them from the options
    account:
      description: Whose list it is.
      returned: always
      type: str
    direction:
      description:
        - Whether the list is for mail the account receives (V(inbound)) and names senders, or for mail it sends
          (V(outbound)) and names recipients.
      returned: always
      type: str
    list:
      description: Whether mail from or to these addresses is let through (V(whitelist)) or refused (V(blacklist)).
      returned: always
      type: str
    addresses:
      description: The addresses that are in the list, sorted.
      returned: always
      type: list
      elements: str
    # END
  sample:
    account: example.com
    direction: inbound
    list: blacklist
    addresses: [203.0.113.7, "@.example.net", offers@example.org]
operations:
  description:
    - The requests that changed something, in order; in check mode, those to be sent. See the notes.
    - Of this API, V(POST) adds addresses, V(PUT) removes them, and V(DELETE) removes all.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - {method: PUT, path: /api/wblist/inbound/blacklist/example.com, params: {addresses: offers@example.org}}
unverified:
  description: Options that the server accepted and does not show as they were sent, sorted.
  returned: unless an option is refused
  type: list
  elements: str
  sample: [addresses]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.address_set import set_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST

MODULE = set_module(WBLIST)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
