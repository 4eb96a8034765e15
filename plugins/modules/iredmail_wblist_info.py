#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_wblist_info
short_description: Read whitelists and blacklists of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Returns one white- or blacklist of the whole server, a domain or an address, in the vocabulary of
    M(mailstate.iredmail.iredmail_wblist).
  - The lists exist since SQL-3.6/LDAP-3.8.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
options:
  account:
    description:
      - Whose list to read. V(global) for the whole server, a domain, or a full address.
      - If the list holds no address, RV(wblists) is empty.
    type: str
    required: true
  direction:
    description:
      - Whether to read the list for mail the account receives (V(inbound)) or sends (V(outbound)).
    type: str
    required: true
    choices: [inbound, outbound]
  list:
    description:
      - Which of the two to read.
    type: str
    required: true
    choices: [whitelist, blacklist]
seealso:
  - module: mailstate.iredmail.iredmail_wblist
"""

EXAMPLES = r"""
- name: Read the senders whose mail to a domain is refused
  mailstate.iredmail.iredmail_wblist_info:
    account: example.com
    direction: inbound
    list: blacklist
  register: refused

- name: Show them
  ansible.builtin.debug:
    msg: "{{ refused.wblists | map(attribute='addresses') | flatten }}"

- name: Read whose mail is let through to a user, by the user's own list, that of the domain, and the global one
  mailstate.iredmail.iredmail_wblist_info:
    account: "{{ item }}"
    direction: inbound
    list: whitelist
  loop:
    - ada@example.com
    - example.com
    - global
"""

RETURN = r"""
wblists:
  description:
    - The list with its addresses, in a list of one, with the keys of
      RV(mailstate.iredmail.iredmail_wblist#module:wblist).
    - Empty when it holds no address, and when the task failed.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - account: example.com
      direction: inbound
      list: blacklist
      addresses: [203.0.113.7, "@.example.net", offers@example.org]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import set_info_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST

MODULE = set_info_module(WBLIST)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
