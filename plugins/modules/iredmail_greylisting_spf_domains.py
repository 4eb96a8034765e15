#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_greylisting_spf_domains
short_description: Whitelist the mail servers of domains for greylisting on an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Names sender domains whose mail servers greylisting does not apply to, through the RESTful API of iRedAdmin-Pro. A
    cron job of the server looks up the SPF and MX records of these domains from time to time, and whitelists the
    addresses it finds for the whole server. Until it runs, nothing changes for the mail.
  - The domain in a sender's address plays no part in that. To whitelist senders by their address, use
    M(mailstate.iredmail.iredmail_greylisting).
  - B(The API cannot show these domains.) So nothing is compared, everything is sent in every run, every run reports a
    change and warns, and nobody can tell whether the panel took what was sent.
  - There is one list for the whole server.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.resource
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.writing
attributes:
  check_mode:
    details:
      - Nothing is sent. What the server has is not known, so a change is predicted every time.
  diff_mode:
    details:
      - C(after) holds the options that are sent, in check mode those to be sent. What the list held before is not
        known, so in C(before) V(domains) is V(<unknown>), when something is sent.
  idempotent:
    support: none
    details:
      - The domains cannot be read back, so every run sends them and reports a change, unless O(unreadable=skip).
options:
  # BEGIN options of the descriptor: write their descriptions, and `make module-docs` writes the rest
  domains:
    description:
      - The domains, and no others. V([]) removes all.
      - A fresh iRedMail server comes with some dozens of domains of large mail providers in this list. The exact form
        removes those too, unless they are listed.
      - The panel may silently skip what is no domain, so that is refused before it is sent.
    type: list
    elements: str
  add_domains:
    description:
      - Domains that must be among O(domains). Others are left as they are.
    type: list
    elements: str
    aliases: [addDomains]
  remove_domains:
    description:
      - Domains that must not be among O(domains). Others are left as they are.
    type: list
    elements: str
    aliases: [removeDomains]
  # END
  state:
    description:
      - With V(present) the list gets what the other options say.
      - V(absent) empties the list, the domains that iRedMail comes with included. It does not go with the options that
        name domains.
    type: str
    choices:
      - present
      - absent
    default: present
  verify:
    description:
      - Has no effect, since nothing can be read back. It is there so that it can be set for all modules of the
        collection at once.
    type: str
    choices:
      - strict
      - warn
      - 'off'
    default: strict
  unreadable:
    description:
      - What to do, since the panel never shows the domains.
      - V(send) sends them every time, reports a change, warns and lists them in RV(unverified).
      - V(skip) sends nothing at all, and warns.
    type: str
    choices:
      - send
      - skip
    default: send
"""

EXAMPLES = r"""
- name: Whitelist the mail servers of two partners and leave other domains alone
  mailstate.iredmail.iredmail_greylisting_spf_domains:
    add_domains:
      - example.org
      - example.net

- name: Take a domain out again
  mailstate.iredmail.iredmail_greylisting_spf_domains:
    remove_domains:
      - example.net

- name: Have exactly these domains, and report no change since none can be known
  mailstate.iredmail.iredmail_greylisting_spf_domains:
    domains:
      - example.org
      - example.edu
  changed_when: false

- name: Empty the list
  mailstate.iredmail.iredmail_greylisting_spf_domains:
    state: absent
"""

RETURN = r"""
greylisting_spf_domains:
  description:
    - The list, as far as the task makes it known. The panel does not show it.
    - Empty with O(add_domains) and O(remove_domains), since nobody knows what the list holds then. Empty too when
      nothing is sent, and when the task failed.
  returned: unless an option is refused
  type: dict
  contains:
    domains:
      description: The domains that were sent, sorted. In check mode, those to be sent.
      returned: with O(domains) and O(state=absent)
      type: list
      elements: str
  sample:
    domains: [example.edu, example.org]
operations:
  description: The requests that changed something, in order; in check mode, those to be sent. See the notes.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - {method: POST, path: /api/greylisting/whitelist_spf_domains, params: {addDomains: "example.net,example.org"}}
unverified:
  description: Options whose value nobody can vouch for. That is V(domains), whenever something is sent.
  returned: unless an option is refused
  type: list
  elements: str
  sample: [domains]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.greylisting import SPF_MODULE
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module

MODULE = SPF_MODULE


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
