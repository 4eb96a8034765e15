#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_throttle
short_description: Manage throttling of mail on an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Limits how much mail is received and sent, through the RESTful API of iRedAdmin-Pro. Within a period the number of
    messages and their total size can be limited, and apart from that the size of each message.
  - The whole server, a domain and an address can each have limits for either direction. Those of an address come before
    those of its domain, and these before the global ones. Each limit is looked up by itself. V(-1) goes on to the next
    in line, and V(0) stops there and means unlimited.
  - Only the options that are given are compared. A change sends the other limits along, since the panel would reset
    them. After a change the panel may start to count anew, so nothing is sent when nothing differs.
  - SQL and LDAP panels do not differ here.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.resource
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.writing
attributes:
  idempotent:
    support: partial
    details:
      - Not with O(unreadable=send) for options this panel does not show.
options:
  account:
    description:
      - Whose mail is limited. V(global) for the whole server, a domain such as V(example.com), or a full address such
        as V(ada@example.com). Upper case makes no difference.
      - The panel may accept a domain or an address that does not exist. If misspelt, the limits apply to nobody.
    type: str
    required: true
  direction:
    description:
      - Whether the limits are for mail the account receives (V(inbound)) or for mail it sends (V(outbound)). The two
        are configured apart from each other.
    type: str
    required: true
    choices: [inbound, outbound]
  # BEGIN options of the descriptor: write their descriptions, and `make module-docs` writes the rest
  period:
    description:
      - The length of the period in seconds, for example V(3600) for an hour.
      - Required when nothing is configured yet. The panel does not save a period without any limit, so that is refused.
        V(0) is the same as O(state=absent), and does not go with limits.
    type: int
  msg_size:
    description:
      - The largest size of one message.
      - An integer in bytes, or a size such as V(20MB). V(0) means unlimited, and V(-1) that the next in line decides.
      - If omitted, and nothing is configured yet, the next in line decides.
    type: raw
  max_msgs:
    description:
      - The number of messages within the period.
      - V(0) means unlimited, and V(-1) that the next in line decides.
      - If omitted, and nothing is configured yet, the next in line decides.
    type: int
  max_quota:
    description:
      - The total size of all messages within the period.
      - An integer in bytes, or a size such as V(1.5GB). V(0) means unlimited, and V(-1) that the next in line decides.
      - If omitted, and nothing is configured yet, the next in line decides.
    type: raw
  # END
  state:
    description:
      - Whether the account has limits of its own for this direction. Without any option that describes them, none are
        made.
      - The API cannot delete them. V(absent) sends the period with empty limits, which a panel does not save, and if
        they are still there, a period of 0, which switches them off, so that those next in line apply. An account whose
        period is 0 counts as one without limits. That they are gone is always read.
      - With V(absent) the options that describe the limits are ignored.
    type: str
    choices:
      - present
      - absent
    default: present
  unreadable:
    description:
      - What to do with an option that this panel does not show, so that it cannot be compared.
      - V(send) sends it every time, reports a change, warns and lists it in RV(unverified).
      - V(skip) sends it only when nothing is configured yet.
    type: str
    choices:
      - send
      - skip
    default: send
"""

EXAMPLES = r"""
- name: Let nobody send more than 100 messages and 500 MB an hour
  mailstate.iredmail.iredmail_throttle:
    account: global
    direction: outbound
    period: 3600
    max_msgs: 100
    max_quota: 500MB

- name: Change one limit and leave the others alone
  mailstate.iredmail.iredmail_throttle:
    account: global
    direction: outbound
    max_msgs: 200

- name: Let the newsletter go out without any limit
  mailstate.iredmail.iredmail_throttle:
    account: newsletter@example.com
    direction: outbound
    period: 3600
    msg_size: 0
    max_msgs: 0
    max_quota: 0

- name: Accept no message above 20 MB for a domain
  mailstate.iredmail.iredmail_throttle:
    account: example.com
    direction: inbound
    period: 3600
    msg_size: 20MB
    max_msgs: 5000

- name: Leave the number of messages to the global setting again
  mailstate.iredmail.iredmail_throttle:
    account: example.com
    direction: inbound
    max_msgs: -1

- name: Switch off the limits of a domain, so that the global ones apply
  mailstate.iredmail.iredmail_throttle:
    account: example.com
    direction: inbound
    state: absent
"""

RETURN = r"""
throttle:
  description:
    - The limits after the task, in the vocabulary of the options. In check mode, as they are to be expected.
    - A setting that the panel does not show is null.
    - Empty when the account has none for this direction, and when the task failed half-way.
  returned: unless an option is refused
  type: dict
  contains:
    # BEGIN returned settings: `make module-docs` writes them from the options
    account:
      description: Whose mail is limited.
      returned: always
      type: str
    direction:
      description: Whether the limits are for mail the account receives (V(inbound)) or for mail it sends (V(outbound)).
      returned: always
      type: str
    period:
      description: The length of the period in seconds.
      returned: always
      type: int
    msg_size:
      description:
        - The largest size of one message, in bytes. V(0) means unlimited, and V(-1) that the next in line decides.
      returned: always
      type: int
    max_msgs:
      description:
        - The number of messages within the period. V(0) means unlimited, and V(-1) that the next in line decides.
      returned: always
      type: int
    max_quota:
      description:
        - The total size of all messages within the period, in bytes. V(0) means unlimited, and V(-1) that the next in
          line decides.
      returned: always
      type: int
    # END
  sample:
    account: global
    direction: outbound
    period: 3600
    msg_size: -1
    max_msgs: 100
    max_quota: 524288000
operations:
  description: The requests that changed something, in order; in check mode, those to be sent. See the notes.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - method: POST
      path: /api/throttle/global/outbound
      params: {period: "3600", max_msgs: "200", max_quota: "524288000"}
unverified:
  description: Options whose value nobody can vouch for, sorted. Most were sent although the panel does not show them.
  returned: unless an option is refused
  type: list
  elements: str
  sample: [period]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.setting import setting_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.throttle import THROTTLE

MODULE = setting_module(THROTTLE)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
