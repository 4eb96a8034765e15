#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_ml_info
short_description: Read subscribable mailing lists of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Returns one subscribable mailing list, or all of a domain, in the vocabulary of M(mailstate.iredmail.iredmail_ml).
  - The panel's own detailed lists show too little, so names are listed first and then each mailing list is read by
    itself, with its subscribers, which takes one request each.
  - A list whose files are lost on the server while the panel still lists it cannot be read. It is left out, and the
    task warns.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
options:
  mail:
    description:
      - The address of one mailing list. If there is none, the list that is returned is empty.
      - Either this or O(domain) is required, and not both.
    type: str
  domain:
    description:
      - Return all subscribable mailing lists of this domain. If there is no such domain, the list that is returned is
        empty.
      - Works since SQL-3.2/LDAP-3.4 at the latest.
    type: str
  subscription:
    description:
      - The version of the mailing lists whose subscribers are returned.
      - Some panels may show the addresses without their version. There V(normal) returns all of them, and another
        version null, unless nobody subscribes at all.
    type: str
    choices:
      - normal
      - digest
      - nomail
    default: normal
seealso:
  - module: mailstate.iredmail.iredmail_ml
"""

EXAMPLES = r"""
- name: Read one mailing list
  mailstate.iredmail.iredmail_ml_info:
    mail: team@example.com
  register: team

- name: Show its subscribers
  ansible.builtin.debug:
    msg: "{{ team.mls | map(attribute='subscribers') | flatten }}"

- name: Read all mailing lists of a domain, with those who get the digest
  mailstate.iredmail.iredmail_ml_info:
    domain: example.com
    subscription: digest
  register: lists

- name: Show who gets the digest of which list
  ansible.builtin.debug:
    msg: "{{ lists.mls | items2dict(key_name='mail', value_name='subscribers') }}"
"""

RETURN = r"""
mls:
  description:
    - The mailing lists, sorted by name, each with the keys of RV(mailstate.iredmail.iredmail_ml#module:ml). Empty when
      there is none.
    - Those who subscribe to the version in O(subscription) are the C(subscribers).
    - A setting that the panel does not show is null.
    - When the task failed half-way, those that were read until then.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - mail: announce@example.com
      name: Announcements
      access_policy: moderatorsonly
      moderators: [ada@example.org]
      subscribers: [mary@example.net]
    - mail: team@example.com
      name: The Team
      access_policy: membersonly
      moderators: []
      subscribers: [ada@example.org, charles@example.org]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import info_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML

MODULE = info_module(ML)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
