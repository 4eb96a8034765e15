#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_spampolicy
short_description: Manage spam policies of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Sets and deletes spam policies through the RESTful API of iRedAdmin-Pro. They tell Amavisd what to do with incoming
    spam, viruses, banned files and malformed headers.
  - The whole server, a domain and an address can each have a policy. The policy of the address comes first, then the
    policy of its domain, then the global one, and last the configuration of Amavisd.
  - Only the options that are given are compared. The panel may reset the settings of a policy that it is not sent, so
    a change sends the settings the policy has along with it. If the panel does not show one of these, the task warns.
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
      - Whose policy it is. V(global) for the whole server, a domain such as V(example.com), or a full address such as
        V(ada@example.com). Upper case makes no difference.
      - The panel may accept a domain or an address that does not exist. If misspelt, the policy applies to nobody.
    type: str
    required: true
  # BEGIN options of the descriptor: write their descriptions, and `make module-docs` writes the rest
  bypass_spam_checks:
    description:
      - Whether mail is delivered without being checked for spam.
    type: bool
  bypass_virus_checks:
    description:
      - Whether mail is delivered without being checked for viruses.
    type: bool
  bypass_banned_checks:
    description:
      - Whether mail is delivered without being checked for banned types of files.
    type: bool
  bypass_header_checks:
    description:
      - Whether mail is delivered without being checked for malformed headers.
    type: bool
  quarantine_spam:
    description:
      - Whether spam is put into the panel's quarantine.
    type: bool
  quarantine_virus:
    description:
      - Whether mail with a virus is put into the panel's quarantine. If there is no policy yet and this is omitted, the
        panel turns it on.
    type: bool
  quarantine_banned:
    description:
      - Whether mail with a banned type of file is put into the panel's quarantine.
    type: bool
  quarantine_bad_header:
    description:
      - Whether mail with malformed headers is put into the panel's quarantine.
    type: bool
  prefix_spam_in_subject:
    description:
      - Whether the subject of spam that is delivered gets the prefix C([SPAM]).
    type: bool
  always_insert_x_spam_headers:
    description:
      - Whether all mail gets C(X-Spam-*) headers with its score and the SpamAssassin rules it matched. Meant for
        finding out why mail is taken for spam.
    type: bool
  spam_score:
    description:
      - Mail with a higher score than this is taken for spam. V(0) means the score in the configuration of Amavisd.
      - It must not be negative, and must be below 1000.
    type: float
  banned_rulenames:
    description:
      - The rules of Amavisd's C(%banned_rules) for types of files, as names with commas and no blanks between them, in
        the order in which they are tried. At most 64 characters.
      - V("") goes back to the rules that the configuration of Amavisd has.
      - Exists since SQL-4.9/LDAP-5.0.
    type: str
  # END
  state:
    description:
      - Whether the account has a policy of its own. Without any option that describes it, none is made.
      - V(absent) deletes it, and what comes next in line applies. The options that describe the policy are ignored.
    type: str
    choices:
      - present
      - absent
    default: present
  unreadable:
    description:
      - What to do with a setting that this panel does not show, so that it cannot be compared.
      - V(send) sends it every time, reports a change, warns and lists it in RV(unverified).
      - V(skip) sends it only when the account has no policy yet.
    type: str
    choices:
      - send
      - skip
    default: send
"""

EXAMPLES = r"""
- name: Quarantine spam and viruses on the whole server
  mailstate.iredmail.iredmail_spampolicy:
    account: global
    quarantine_spam: true
    quarantine_virus: true

- name: Be stricter for one domain, and mark spam instead of quarantining it
  mailstate.iredmail.iredmail_spampolicy:
    account: example.com
    spam_score: 4.5
    quarantine_spam: false
    quarantine_virus: true
    prefix_spam_in_subject: true

- name: Let the abuse desk get everything but viruses
  mailstate.iredmail.iredmail_spampolicy:
    account: abuse@example.com
    bypass_spam_checks: true
    bypass_banned_checks: true
    bypass_header_checks: true
    quarantine_virus: true

- name: Go back to the server's own spam score and leave the rest alone
  mailstate.iredmail.iredmail_spampolicy:
    account: example.com
    spam_score: 0

- name: Delete the policy of a domain, so that the global one applies
  mailstate.iredmail.iredmail_spampolicy:
    account: example.com
    state: absent
"""

RETURN = r"""
spampolicy:
  description:
    - The policy after the task, in the vocabulary of the options. In check mode, as it is to be expected.
    - A setting that the panel does not show is null.
    - Empty when the account has none, and when the task failed half-way.
  returned: unless an option is refused
  type: dict
  contains:
    # BEGIN returned settings: `make module-docs` writes them from the options
    account:
      description: Whose policy it is.
      returned: always
      type: str
    bypass_spam_checks:
      description: Whether mail is delivered without being checked for spam.
      returned: always
      type: bool
    bypass_virus_checks:
      description: Whether mail is delivered without being checked for viruses.
      returned: always
      type: bool
    bypass_banned_checks:
      description: Whether mail is delivered without being checked for banned types of files.
      returned: always
      type: bool
    bypass_header_checks:
      description: Whether mail is delivered without being checked for malformed headers.
      returned: always
      type: bool
    quarantine_spam:
      description: Whether spam is put into the panel's quarantine.
      returned: always
      type: bool
    quarantine_virus:
      description: Whether mail with a virus is put into the panel's quarantine.
      returned: always
      type: bool
    quarantine_banned:
      description: Whether mail with a banned type of file is put into the panel's quarantine.
      returned: always
      type: bool
    quarantine_bad_header:
      description: Whether mail with malformed headers is put into the panel's quarantine.
      returned: always
      type: bool
    prefix_spam_in_subject:
      description: Whether the subject of spam that is delivered gets the prefix C([SPAM]).
      returned: always
      type: bool
    always_insert_x_spam_headers:
      description: Whether all mail gets C(X-Spam-*) headers with its score and the SpamAssassin rules it matched.
      returned: always
      type: bool
    spam_score:
      description:
        - Mail with a higher score than this is taken for spam. V(0) means the score in the configuration of Amavisd.
      returned: always
      type: float
    banned_rulenames:
      description:
        - The rules of Amavisd's C(%banned_rules) for types of files, as names with commas and no blanks between them,
          in the order in which they are tried.
      returned: always
      type: str
    # END
  sample:
    account: example.com
    bypass_spam_checks: false
    bypass_virus_checks: false
    bypass_banned_checks: false
    bypass_header_checks: false
    quarantine_spam: false
    quarantine_virus: true
    quarantine_banned: false
    quarantine_bad_header: false
    prefix_spam_in_subject: true
    always_insert_x_spam_headers: false
    spam_score: 4.5
    banned_rulenames: ALLOW_MS_WORD,ALLOW_MS_EXCEL
operations:
  description: The requests that changed something, in order; in check mode, those to be sent. See the notes.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - {method: PUT, path: /api/spampolicy/domain/example.com, params: {spam_score: "4.5", quarantine_virus: "yes"}}
unverified:
  description: Options whose value nobody can vouch for, sorted. Most were sent although the panel does not show them.
  returned: unless an option is refused
  type: list
  elements: str
  sample: [spam_score]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.setting import setting_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.spampolicy import SPAMPOLICY

MODULE = setting_module(SPAMPOLICY)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
