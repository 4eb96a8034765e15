#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_greylisting_info
short_description: Read greylisting settings of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Returns whether mail to the whole server, a domain or an address is greylisted, and from which senders it is not, in
    the vocabulary of M(mailstate.iredmail.iredmail_greylisting).
  - Returns what is configured for just this account, and not what applies to it in the end. An account without a
    setting of its own gets that of its domain, or the global one.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
options:
  account:
    description:
      - Whose setting and whitelist to read. V(global) for the whole server, a domain, or a full address.
      - If it has neither, the list that is returned is empty.
    type: str
    required: true
seealso:
  - module: mailstate.iredmail.iredmail_greylisting
"""

EXAMPLES = r"""
- name: Read the global setting
  mailstate.iredmail.iredmail_greylisting_info:
    account: global
  register: greylist

- name: Show whom greylisting does not apply to
  ansible.builtin.debug:
    msg: "{{ greylist.greylistings | map(attribute='whitelist') | flatten }}"

- name: Read the setting of a domain
  mailstate.iredmail.iredmail_greylisting_info:
    account: example.com
"""

RETURN = r"""
greylistings:
  description:
    - The setting and the whitelist, in a list, with the keys of
      RV(mailstate.iredmail.iredmail_greylisting#module:greylisting).
    - Empty when the account has neither, and when the task failed.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - account: global
      enabled: true
      whitelist: [192.0.2.0/24, "2001:db8:25::/48", "@.example.org"]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import GREYLISTING_INFO
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module

MODULE = GREYLISTING_INFO


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
