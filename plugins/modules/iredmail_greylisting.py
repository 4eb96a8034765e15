#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_greylisting
short_description: Manage greylisting on an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Switches greylisting on and off and says which senders it does not apply to, through the RESTful API of
    iRedAdmin-Pro. Greylisting turns unknown senders away for some minutes, and lets in those that try again.
  - The whole server, a domain and an address can each have a setting. That of an address comes before that of its
    domain, and this before the global one. Each of them also has a whitelist of its own, with or without a setting.
  - Only the options that are given are compared and written.
  - SQL and LDAP panels do not differ here. Greylisting can be managed since SQL-2.7/LDAP-2.9.
  - Senders whose servers change can be whitelisted by their domain with
    M(mailstate.iredmail.iredmail_greylisting_spf_domains). Whitelists for spam checks are another thing, managed by
    M(mailstate.iredmail.iredmail_wblist).
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.resource
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.writing
attributes:
  diff_mode:
    details:
      - C(before) and C(after) hold the options the task manages and nothing else. In check mode C(after) is what is to
        be expected.
      - When the task makes or deletes the setting, C(before) holds V(state) instead of V(enabled).
      - A whitelist is always shown in full.
  idempotent:
    support: full
options:
  account:
    description:
      - Whose incoming mail it is about. V(global) for the whole server, a domain such as V(example.com), or a full
        address such as V(ada@example.com). Upper case makes no difference.
      - The panel may accept a domain or an address that does not exist. If misspelt, the setting applies to nobody.
    type: str
    required: true
  # BEGIN options of the descriptor: write their descriptions, and `make module-docs` writes the rest
  enabled:
    description:
      - Whether mail to the account is greylisted. V(false) switches greylisting off even where it is on for the domain
        or the whole server.
      - To have the next in line decide, use O(state=absent).
    type: bool
    aliases: [status]
  whitelist:
    description:
      - The senders whose mail is not greylisted, and no others. V([]) removes all.
      - Each is an IP address (V(192.0.2.10)), a network (V(192.0.2.0/24), V(2001:db8::/32)), an address
        (V(ada@example.org)), a domain (V(@example.org)), or a domain with all its subdomains (V(@.example.org)). The
        panel silently drops anything else, so it is refused before it is sent.
      - IP addresses are compared as text by what looks them up. They are sent in the form that matches
        (V(2001:db8::1)), however they are written. An IPv6 network matches only addresses that share its first group,
        and an IPv4 network those that share its first number. The server looks only for IPv6 networks that end in
        C(::), such as C(2001:db8:0:0:0:1::/96), so they are sent in that form, and the task warns of those that are too
        narrow for it.
      - Addresses that the server itself has looked up for M(mailstate.iredmail.iredmail_greylisting_spf_domains) are
        left alone and not shown, as far as the panel marks them.
      - Not together with O(state=absent).
    type: list
    elements: str
    aliases: [senders]
  add_whitelist:
    description:
      - Senders that must be among O(whitelist). Others are left as they are.
    type: list
    elements: str
    aliases: [addSenders]
  remove_whitelist:
    description:
      - Senders that must not be among O(whitelist). Others are left as they are.
    type: list
    elements: str
    aliases: [removeSenders]
  # END
  state:
    description:
      - With V(present) the account gets what the other options say, and what they do not say stays as it is.
      - V(absent) deletes the setting, so that the next in line decides. O(enabled) is ignored. The whitelist stays;
        O(whitelist=[]) removes it.
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
- name: Greylist all mail to the server, but not from these partners
  mailstate.iredmail.iredmail_greylisting:
    account: global
    enabled: true
    whitelist:
      - 192.0.2.0/24
      - "2001:db8:25::/48"
      - "@.example.org"

- name: Do not greylist mail to the help desk, where customers wait for an answer
  mailstate.iredmail.iredmail_greylisting:
    account: helpdesk@example.com
    enabled: false

- name: Whitelist one more sender and leave the others alone
  mailstate.iredmail.iredmail_greylisting:
    account: global
    add_whitelist:
      - 198.51.100.25

- name: Remove a sender from the whitelist and leave the others alone
  mailstate.iredmail.iredmail_greylisting:
    account: global
    remove_whitelist:
      - "@.example.org"

- name: Delete the setting of the help desk, so that the global one applies
  mailstate.iredmail.iredmail_greylisting:
    account: helpdesk@example.com
    state: absent
"""

RETURN = r"""
greylisting:
  description:
    - The setting and the whitelist after the task, in the vocabulary of the options. In check mode, as they are to be
      expected.
    - Empty with O(state=absent) when there is no whitelist. When the task failed half-way, it may be empty or lack the
      whitelist.
  returned: unless an option is refused
  type: dict
  contains:
    account:
      description: Whose incoming mail it is about.
      returned: always
      type: str
    enabled:
      description: Whether mail to the account is greylisted.
      returned: when there is a setting
      type: bool
    whitelist:
      description: The senders whose mail is not greylisted, sorted.
      returned: always
      type: list
      elements: str
  sample:
    account: global
    enabled: true
    whitelist: [192.0.2.0/24, "2001:db8:25::/48", "@.example.org"]
operations:
  description: The requests that changed something, in order; in check mode, those to be sent. See the notes.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - {method: POST, path: /api/greylisting/global/whitelists, params: {addSenders: 198.51.100.25}}
unverified:
  description: Options that the server accepted and does not show as they were sent, sorted.
  returned: unless an option is refused
  type: list
  elements: str
  sample: [whitelist]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.greylisting import GREYLISTING_MODULE
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module

MODULE = GREYLISTING_MODULE


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
