#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_domain_info
short_description: Read mail domains of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Returns one mail domain, or all, in the vocabulary of M(mailstate.iredmail.iredmail_domain).
  - Admins who are not global admins see only the domains they manage.
  - The panel's own detailed lists show too little, so names are listed first and then each domain is read by itself,
    which takes one request each.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
options:
  domain:
    description:
      - The name of one domain. If there is none, the list that is returned is empty.
      - If omitted, all domains are returned. That works since SQL-2.8/LDAP-3.0.
    type: str
  enabled:
    description:
      - Return only domains that are enabled, or with V(false) only those that are not. If omitted, both.
    type: bool
seealso:
  - module: mailstate.iredmail.iredmail_domain
"""

EXAMPLES = r"""
- name: Read all domains
  mailstate.iredmail.iredmail_domain_info:
  register: all_domains

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ all_domains.domains | map(attribute='domain') | list }}"

- name: Read one domain
  mailstate.iredmail.iredmail_domain_info:
    domain: example.com

- name: Read the disabled domains
  mailstate.iredmail.iredmail_domain_info:
    enabled: false
"""

RETURN = r"""
domains:
  description:
    - The domains, sorted by name, in the vocabulary of M(mailstate.iredmail.iredmail_domain). Empty when there is none.
    - A setting that the panel does not show is null.
    - When the task failed half-way, those that were read until then.
  returned: unless an option is refused
  type: list
  elements: dict
  contains:
    domain:
      description: The name of the domain.
      returned: always
      type: str
    description:
      description: The description.
      returned: always
      type: str
    enabled:
      description: Whether the domain is enabled.
      returned: always
      type: bool
    quota:
      description: The most that all quotas may add up to, in MB. V(0) means unlimited.
      returned: always
      type: int
    language:
      description: The language of new users.
      returned: always
      type: str
    transport:
      description: The Postfix transport. A backup MX keeps its route there.
      returned: always
      type: str
    min_password_length:
      description: The fewest characters of a password. V(0) means the server's own limit.
      returned: always
      type: int
    max_password_length:
      description: The most characters of a password. V(0) means the server's own limit.
      returned: always
      type: int
    default_quota:
      description: The quota of new users in MB. V(0) means none.
      returned: always
      type: int
    max_user_quota:
      description: The largest quota of a user in MB. V(0) means unlimited.
      returned: always
      type: int
    max_users:
      description: How many users there may be. V(0) means unlimited, V(-1) means none.
      returned: always
      type: int
    max_aliases:
      description: How many alias accounts there may be. V(0) means unlimited, V(-1) means none.
      returned: always
      type: int
    max_lists:
      description: How many mailing lists there may be. V(0) means unlimited, V(-1) means none.
      returned: always
      type: int
    sender_bcc:
      description: The address that gets a copy of all mail sent.
      returned: always
      type: str
    recipient_bcc:
      description: The address that gets a copy of all mail received.
      returned: always
      type: str
    backup_mx:
      description: Whether the server is only a backup MX of the domain.
      returned: always
      type: bool
    primary_mx:
      description: The primary MX of a backup MX; empty when Postfix asks the DNS.
      returned: always
      type: str
    catchall:
      description: The addresses that get mail to unknown users, sorted.
      returned: always
      type: list
      elements: str
    outbound_relay:
      description: The host through which mail is sent.
      returned: always
      type: str
    alias_domains:
      description: The alias domains, sorted.
      returned: always
      type: list
      elements: str
    services:
      description: The services that are on, sorted.
      returned: always
      type: list
      elements: str
    disabled_domain_profiles:
      description: The hidden parts of the domain's page, sorted.
      returned: always
      type: list
      elements: str
    disabled_user_profiles:
      description: The hidden parts of users' pages, sorted.
      returned: always
      type: list
      elements: str
    disabled_user_preferences:
      description: The hidden parts of the self-service pages, sorted.
      returned: always
      type: list
      elements: str
    num_existing_users:
      description: How many users there are, on SQL backends.
      returned: when the panel shows it
      type: int
    domainCurrentUserNumber:
      description: How many users there are, as LDAP backends show it.
      returned: when the panel shows it
      type: raw
    domainCurrentAliasNumber:
      description: How many alias accounts there are, as LDAP backends show it.
      returned: when the panel shows it
      type: raw
    domainCurrentQuotaSize:
      description: What all quotas add up to, as LDAP backends show it.
      returned: when the panel shows it
      type: raw
  sample:
    - domain: example.org
      description: Example Organisation
      enabled: true
      quota: 512000
      language: en_US
      transport: dovecot
      min_password_length: 12
      max_password_length: 0
      default_quota: 1024
      max_user_quota: 20480
      max_users: 200
      max_aliases: 0
      max_lists: 0
      sender_bcc: null
      recipient_bcc: null
      backup_mx: false
      primary_mx: ""
      catchall: [postmaster@example.com]
      outbound_relay: null
      alias_domains: null
      services: [self-service]
      disabled_domain_profiles: []
      disabled_user_profiles: []
      disabled_user_preferences: [forwarding, quarantine]
      num_existing_users: 12
api_trace:
  description:
    - Every request of the task with its outcome and duration, reads included. Parameters are left out.
  returned: with C(-vvv) or more, once the connection options are accepted
  type: list
  elements: str
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import info_job
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN

MODULE = info_job(DOMAIN)


def main():
    run_module(MODULE)


if __name__ == "__main__":
    main()
