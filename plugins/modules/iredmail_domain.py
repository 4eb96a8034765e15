#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_domain
short_description: Manage mail domains of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Creates, changes and deletes mail domains through the RESTful API of iRedAdmin-Pro.
  - Only the options that are given are compared and written; everything else about the domain stays as it is.
  - A domain created by an admin who is not a global admin may stay inactive until its ownership is verified in the
    panel.
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
  domain:
    description:
      - The name of the domain. Upper case makes no difference.
      - A new domain is in ASCII. Write an international one in its C(xn--) form. One that is there is managed under the
        name that the panel lists.
      - With O(state=absent) all its users and aliases are deleted with it. Their messages stay on the server; see
        O(keep_mailbox_days).
    type: str
    required: true
  # BEGIN options of the descriptor: write their descriptions, and `make module-docs` writes the rest
  description:
    description:
      - A short description, for example the name of the company. V("") clears it.
      - The API calls it C(name).
    type: str
    aliases: [name]
  enabled:
    description:
      - Whether the domain receives mail and its users may log in. New domains are enabled.
    type: bool
    aliases: [accountStatus]
  quota:
    description:
      - The most that the quotas of all mailboxes of the domain may add up to.
      - An integer in MB, or a size such as V(20GB). V(0) means unlimited.
    type: raw
  language:
    description:
      - The language new users of the domain are given, for example V(en_US). It cannot be cleared.
      - A language that the panel does not have leaves it without any, so the task warns of one that the panel's
        open-source edition does not have.
    type: str
  transport:
    description:
      - The Postfix transport of the domain, for example V(dovecot). It cannot be cleared.
      - Cannot be used together with O(primary_mx) or with O(backup_mx=true), since a backup MX keeps its route there.
    type: str
  min_password_length:
    description:
      - The fewest characters a password may have. V(0) means that the server's own limit counts.
      - For admins who are not global admins the panel silently keeps it within the server's limits.
    type: int
    aliases: [minPasswordLength]
  max_password_length:
    description:
      - The most characters a password may have. V(0) means that the server's own limit counts.
      - For admins who are not global admins the panel silently keeps it within the server's limits.
    type: int
    aliases: [maxPasswordLength]
  default_quota:
    description:
      - The quota of new users for whom none is given.
      - An integer in MB, or a size such as V(1GB). V(0) means none.
    type: raw
    aliases: [defaultQuota]
  max_user_quota:
    description:
      - The largest quota a user of the domain may have.
      - An integer in MB, or a size such as V(20GB). V(0) means unlimited.
    type: raw
    aliases: [maxUserQuota]
  max_users:
    description:
      - How many users the domain may have. V(0) means unlimited, V(-1) means none.
    type: int
    aliases: [numberOfUsers]
  max_aliases:
    description:
      - How many alias accounts the domain may have. V(0) means unlimited, V(-1) means none.
    type: int
    aliases: [numberOfAliases]
  max_lists:
    description:
      - How many mailing lists the domain may have. V(0) means unlimited, V(-1) means none.
      - The API takes it only when the domain is created. If the domain exists with another number, the task fails and
        says so; with O(verify=warn) it only warns, and nothing is sent for it.
      - The API documents it for LDAP backends; older SQL releases may ignore it.
    type: int
    aliases: [numberOfLists]
  sender_bcc:
    description:
      - The address that gets a blind copy of all mail sent from the domain. V("") stops that.
    type: str
    aliases: [senderBcc]
  recipient_bcc:
    description:
      - The address that gets a blind copy of all mail the domain receives. V("") stops that.
    type: str
    aliases: [recipientBcc]
  backup_mx:
    description:
      - Whether the server is only a backup MX of the domain, so that mail is passed on to the primary MX.
      - When it becomes V(false), the panel brings back its default transport. O(transport) is sent after that if it is
        declared.
    type: bool
    aliases: [is_backupmx]
  primary_mx:
    description:
      - The primary MX that a backup MX passes mail on to, as a host name or an IP address with an optional port, for
        example V(mx.example.com) or V([192.0.2.1]:25). V("") means that Postfix asks the DNS. An IPv6 address stands in
        brackets.
      - Makes the server a backup MX of the domain too, so with O(backup_mx=false) it can only be empty.
      - Cannot be used together with O(transport).
      - O(backup_mx) without a primary MX works since SQL-4.2/LDAP-4.3.
    type: str
    aliases: [primarymx]
  catchall:
    description:
      - The addresses that get mail to users that do not exist in the domain, and no others. V([]) stops that.
      - Nobody has seen where LDAP panels show them. If such a panel shows them nowhere, the list is sent in every run,
        V(catchall) stands in RV(unverified), and a warning says so.
    type: list
    elements: str
  add_catchall:
    description:
      - Addresses that must be among O(catchall). Others are left as they are.
    type: list
    elements: str
  remove_catchall:
    description:
      - Addresses that must not be among O(catchall). Others are left as they are.
    type: list
    elements: str
  outbound_relay:
    description:
      - The host through which mail from the domain is sent, for example V(smtp:[192.0.2.1]:25). V("") means none.
      - A transport may stand before the host, but not V(relay:). An IPv6 address stands in brackets.
    type: str
    aliases: [outboundRelay]
  alias_domains:
    description:
      - The alias domains of the domain, and no others. Mail to a user at an alias domain arrives at the same user of
        this domain. V([]) removes all.
      - On LDAP backends alias domains whose ownership is not verified yet count as well.
      - Exists since SQL-2.9/LDAP-3.1.
    type: list
    elements: str
    aliases: [aliasDomains]
  add_alias_domains:
    description:
      - Domains that must be among O(alias_domains). Others are left as they are.
    type: list
    elements: str
    aliases: [addAliasDomain]
  remove_alias_domains:
    description:
      - Domains that must not be among O(alias_domains). Others are left as they are.
    type: list
    elements: str
    aliases: [removeAliasDomain]
  services:
    description:
      - The services of the domain, and no others. V([]) takes all of them away.
      - The documented services are V(self-service), and on LDAP backends V(mail), V(domainalias), V(senderbcc) and
        V(recipientbcc) too. The list speaks for these and for any other service it mentions. Others are left alone.
      - On SQL backends the panel has a place for V(self-service) only, and with O(verify=strict) others are refused.
      - New domains have no service on SQL backends, and V(mail) on LDAP backends.
    type: list
    elements: str
  add_services:
    description:
      - Services that must be among O(services). Others are left as they are.
    type: list
    elements: str
    aliases: [addService]
  remove_services:
    description:
      - Services that must not be among O(services). Others are left as they are.
      - A name that is neither known nor among them is refused, since another was probably meant, unless O(verify) is
        V(warn) or V(off).
    type: list
    elements: str
    aliases: [removeService]
  disabled_domain_profiles:
    description:
      - The parts of the domain's page in the panel that admins other than global admins can neither see nor change, and
        no others. V([]) shows all of them.
      - V(password_policies) exists since SQL-4.2/LDAP-4.3.
    type: list
    elements: str
    choices:
      - bcc
      - relay
      - catchall
      - aliases
      - throttle
      - greylisting
      - wblist
      - spampolicy
      - backupmx
      - password_policies
      - advanced
  add_disabled_domain_profiles:
    description:
      - Parts that must be among O(disabled_domain_profiles). Others are left as they are.
    type: list
    elements: str
    choices:
      - bcc
      - relay
      - catchall
      - aliases
      - throttle
      - greylisting
      - wblist
      - spampolicy
      - backupmx
      - password_policies
      - advanced
    aliases: [disableDomainProfile]
  remove_disabled_domain_profiles:
    description:
      - Parts that must not be among O(disabled_domain_profiles). Others are left as they are.
    type: list
    elements: str
    choices:
      - bcc
      - relay
      - catchall
      - aliases
      - throttle
      - greylisting
      - wblist
      - spampolicy
      - backupmx
      - password_policies
      - advanced
    aliases: [enableDomainProfile]
  disabled_user_profiles:
    description:
      - The parts of a user's page in the panel that admins other than global admins can neither see nor change, and no
        others. V([]) shows all of them.
    type: list
    elements: str
    choices: [bcc, forwarding, relay, aliases, throttle, greylisting, wblist, spampolicy]
  add_disabled_user_profiles:
    description:
      - Parts that must be among O(disabled_user_profiles). Others are left as they are.
    type: list
    elements: str
    choices: [bcc, forwarding, relay, aliases, throttle, greylisting, wblist, spampolicy]
    aliases: [disableUserProfile]
  remove_disabled_user_profiles:
    description:
      - Parts that must not be among O(disabled_user_profiles). Others are left as they are.
    type: list
    elements: str
    choices: [bcc, forwarding, relay, aliases, throttle, greylisting, wblist, spampolicy]
    aliases: [enableUserProfile]
  disabled_user_preferences:
    description:
      - The parts of the self-service pages that users can neither see nor change, and no others. V([]) shows all of
        them.
    type: list
    elements: str
    choices: [personal_info, forwarding, wblist, quarantine, rcvd_mails, spampolicy]
  add_disabled_user_preferences:
    description:
      - Parts that must be among O(disabled_user_preferences). Others are left as they are.
    type: list
    elements: str
    choices: [personal_info, forwarding, wblist, quarantine, rcvd_mails, spampolicy]
    aliases: [disableUserPreference]
  remove_disabled_user_preferences:
    description:
      - Parts that must not be among O(disabled_user_preferences). Others are left as they are.
    type: list
    elements: str
    choices: [personal_info, forwarding, wblist, quarantine, rcvd_mails, spampolicy]
    aliases: [enableUserPreference]
  # END
  keep_mailbox_days:
    description:
      - Days the messages of all users are kept on the server after the domain was deleted. V(0) means forever, which
        is also what the panel does if this is omitted.
      - Deleting a domain never deletes messages by itself. A clean-up job of the server does, when the days are over.
      - For admins who are not global admins the panel limits it to 365. It cannot be read back.
      - Used with O(state=absent) only.
    type: int
"""

EXAMPLES = r"""
- name: Create a domain
  mailstate.iredmail.iredmail_domain:
    domain: example.org
    description: Example Organisation
    quota: 500GB
    default_quota: 1GB
    max_user_quota: 20GB
    max_users: 200
    language: en_US

- name: Require longer passwords, and remove the limit on users
  mailstate.iredmail.iredmail_domain:
    domain: example.org
    min_password_length: 12
    max_users: 0

- name: Send mail to unknown users of the domain to exactly this address
  mailstate.iredmail.iredmail_domain:
    domain: example.org
    catchall:
      - postmaster@example.com

- name: Stop the catch-all
  mailstate.iredmail.iredmail_domain:
    domain: example.org
    catchall: []

- name: Add an alias domain and leave the others alone
  mailstate.iredmail.iredmail_domain:
    domain: example.org
    add_alias_domains:
      - mail.example.org

- name: Let users manage their own settings, except for these
  mailstate.iredmail.iredmail_domain:
    domain: example.org
    add_services:
      - self-service
    disabled_user_preferences:
      - forwarding
      - quarantine

- name: Hide parts of the panel from domain admins
  mailstate.iredmail.iredmail_domain:
    domain: example.org
    disabled_domain_profiles:
      - relay
      - backupmx
      - advanced
    disabled_user_profiles: []

- name: Be a backup MX
  mailstate.iredmail.iredmail_domain:
    domain: backup.example.org
    backup_mx: true
    primary_mx: mx.example.org

- name: See what would change without changing it
  mailstate.iredmail.iredmail_domain:
    domain: example.org
    enabled: false
  check_mode: true
  diff: true

- name: Delete a domain and have the messages removed after 90 days
  mailstate.iredmail.iredmail_domain:
    domain: backup.example.org
    state: absent
    keep_mailbox_days: 90
"""

RETURN = r"""
domain:
  description:
    - The domain after the task, in the vocabulary of the options. In check mode, as it is to be expected.
    - A setting that the panel does not show, and in check mode one that nobody can foretell, is null.
    - Empty when the domain is absent, and when the task failed half-way.
  returned: unless an option is refused
  type: dict
  contains:
    # BEGIN returned settings: `make module-docs` writes them from the options
    domain:
      description: The name of the domain.
      returned: always
      type: str
    description:
      description: A short description.
      returned: always
      type: str
    enabled:
      description: Whether the domain receives mail and its users may log in.
      returned: always
      type: bool
    quota:
      description: The most that the quotas of all mailboxes of the domain may add up to, in MB. V(0) means unlimited.
      returned: always
      type: int
    language:
      description: The language new users of the domain are given.
      returned: always
      type: str
    transport:
      description: The Postfix transport of the domain.
      returned: always
      type: str
    min_password_length:
      description: The fewest characters a password may have. V(0) means that the server's own limit counts.
      returned: always
      type: int
    max_password_length:
      description: The most characters a password may have. V(0) means that the server's own limit counts.
      returned: always
      type: int
    default_quota:
      description: The quota of new users for whom none is given, in MB. V(0) means none.
      returned: always
      type: int
    max_user_quota:
      description: The largest quota a user of the domain may have, in MB. V(0) means unlimited.
      returned: always
      type: int
    max_users:
      description: How many users the domain may have. V(0) means unlimited, V(-1) means none.
      returned: always
      type: int
    max_aliases:
      description: How many alias accounts the domain may have. V(0) means unlimited, V(-1) means none.
      returned: always
      type: int
    max_lists:
      description: How many mailing lists the domain may have. V(0) means unlimited, V(-1) means none.
      returned: always
      type: int
    sender_bcc:
      description: The address that gets a blind copy of all mail sent from the domain.
      returned: always
      type: str
    recipient_bcc:
      description: The address that gets a blind copy of all mail the domain receives.
      returned: always
      type: str
    backup_mx:
      description: Whether the server is only a backup MX of the domain, so that mail is passed on to the primary MX.
      returned: always
      type: bool
    primary_mx:
      description:
        - The primary MX that a backup MX passes mail on to, as a host name or an IP address with an optional port.
      returned: always
      type: str
    catchall:
      description: The addresses that get mail to users that do not exist in the domain, sorted.
      returned: always
      type: list
      elements: str
    outbound_relay:
      description: The host through which mail from the domain is sent.
      returned: always
      type: str
    alias_domains:
      description: The alias domains of the domain, sorted.
      returned: always
      type: list
      elements: str
    services:
      description: The services of the domain, sorted.
      returned: always
      type: list
      elements: str
    disabled_domain_profiles:
      description:
        - The parts of the domain's page in the panel that admins other than global admins can neither see nor change,
          sorted.
      returned: always
      type: list
      elements: str
    disabled_user_profiles:
      description:
        - The parts of a user's page in the panel that admins other than global admins can neither see nor change,
          sorted.
      returned: always
      type: list
      elements: str
    disabled_user_preferences:
      description: The parts of the self-service pages that users can neither see nor change, sorted.
      returned: always
      type: list
      elements: str
    # END
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
    domain: example.org
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
operations:
  description: The requests that changed something, in order; in check mode, those to be sent. See the notes.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - {method: PUT, path: /api/domain/example.org, params: {numberOfUsers: "200"}}
unverified:
  description: Options whose value nobody can vouch for, sorted. Most were sent although the panel does not show them.
  returned: unless an option is refused
  type: list
  elements: str
  sample: [sender_bcc]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN

MODULE = resource_module(DOMAIN)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
