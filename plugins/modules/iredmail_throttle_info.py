#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_throttle_info
short_description: Read throttling of mail on an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Returns how much mail the whole server, a domain or an address may receive or send, in the vocabulary of
    M(mailstate.iredmail.iredmail_throttle).
  - Returns what is configured for just this account, and not what applies to it in the end. How much of a limit is used
    up cannot be read through the API.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
options:
  account:
    description:
      - Whose limits to read. V(global) for the whole server, a domain, or a full address.
      - If it has none for this direction, the list that is returned is empty.
    type: str
    required: true
  direction:
    description:
      - Whether to read the limits for mail the account receives (V(inbound)) or sends (V(outbound)).
    type: str
    required: true
    choices: [inbound, outbound]
seealso:
  - module: mailstate.iredmail.iredmail_throttle
"""

EXAMPLES = r"""
- name: Read what everybody may send
  mailstate.iredmail.iredmail_throttle_info:
    account: global
    direction: outbound
  register: limits

- name: Warn if nothing is limited
  ansible.builtin.debug:
    msg: A stolen password can send as much mail as it likes.
  when: limits.throttles | length == 0

- name: Read the limits that may apply to mail a user receives, the first ones first
  mailstate.iredmail.iredmail_throttle_info:
    account: "{{ item }}"
    direction: inbound
  loop:
    - ada@example.com
    - example.com
    - global
"""

RETURN = r"""
throttles:
  description:
    - The limits, in a list, with the keys of RV(mailstate.iredmail.iredmail_throttle#module:throttle).
    - Empty when the account has none for this direction, and when the task failed.
    - A setting that the panel does not show is null.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - account: global
      direction: outbound
      period: 3600
      msg_size: -1
      max_msgs: 100
      max_quota: 524288000
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import setting_info_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.throttle import THROTTLE

MODULE = setting_info_module(THROTTLE)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
