#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_spampolicy_info
short_description: Read spam policies of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Returns the spam policy of the whole server, a domain or an address, in the vocabulary of
    M(mailstate.iredmail.iredmail_spampolicy).
  - Returns what is configured for just this account, and not what applies to it. An account without a policy of its own
    gets that of its domain, the global one, or the configuration of Amavisd.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
options:
  account:
    description:
      - Whose policy to read. V(global) for the whole server, a domain, or a full address.
      - If it has none, the list that is returned is empty.
    type: str
    required: true
seealso:
  - module: mailstate.iredmail.iredmail_spampolicy
"""

EXAMPLES = r"""
- name: Read the policy of a domain
  mailstate.iredmail.iredmail_spampolicy_info:
    account: example.com
  register: policy

- name: Tell if the domain has no policy of its own
  ansible.builtin.debug:
    msg: The global policy applies to example.com.
  when: policy.spampolicies | length == 0

- name: Read the policies that may apply to a user, the first one first
  mailstate.iredmail.iredmail_spampolicy_info:
    account: "{{ item }}"
  loop:
    - ada@example.com
    - example.com
    - global
"""

RETURN = r"""
spampolicies:
  description:
    - The policy, in a list, with the keys of RV(mailstate.iredmail.iredmail_spampolicy#module:spampolicy).
    - Empty when the account has none, and when the task failed.
    - A setting that the panel does not show is null.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - account: example.com
      bypass_spam_checks: false
      quarantine_spam: false
      quarantine_virus: true
      spam_score: 4.5
      banned_rulenames: ALLOW_MS_WORD,ALLOW_MS_EXCEL
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import setting_info_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.spampolicy import SPAMPOLICY

MODULE = setting_info_module(SPAMPOLICY)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
