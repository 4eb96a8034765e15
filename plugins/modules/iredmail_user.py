#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_user
short_description: Manage mail users of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Creates, changes, renames and deletes mailboxes through the RESTful API of iRedAdmin-Pro.
  - Only the options that are given are compared and written; everything else about the user stays as it is.
  - The domain of the address must exist. Use M(mailstate.iredmail.iredmail_domain) for that.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.resource
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.writing
attributes:
  idempotent:
    support: partial
    details:
      - Not with O(update_password=always), and not with O(unreadable=send) for options this panel does not show.
options:
  mail:
    description:
      - The full address of the user. Upper case makes no difference.
      - The panel refuses C(+), C(=) and C(/) before the C(@) of a new one. One that is there is managed under the name
        that it has.
    type: str
    required: true
  # BEGIN options of the descriptor: write their descriptions, and `make module-docs` writes the rest
  name:
    description:
      - The display name. V("") clears it.
    type: str
  given_name:
    description:
      - The given name. V("") clears it.
      - Exists since LDAP-3.1; the SQL release is not known.
    type: str
    aliases: [gn]
  surname:
    description:
      - The surname. V("") clears it.
      - Exists since LDAP-3.1; the SQL release is not known.
    type: str
    aliases: [sn]
  quota:
    description:
      - The size of the mailbox.
      - An integer in MB, or a size such as V(20GB) or V(1.5 TB). V(0) means unlimited.
      - If omitted, a new user has the quota that the panel gives, which is usually the domain's default quota.
    type: raw
  enabled:
    description:
      - Whether the user may log in and receive mail. New users are enabled.
      - The account of O(api_username) is never disabled, and never deleted, renamed or stripped of its rights either.
        Such a task fails.
      - With O(api_session) nobody knows which account is in use, so such a task fails for every global admin.
    type: bool
    aliases: [accountStatus]
  language:
    description:
      - The language of the panel's and the self-service's pages, for example V(en_US). It cannot be cleared.
      - A language that the panel does not have leaves it without any, so the task warns of one that the panel's
        open-source edition does not have.
    type: str
  employee_id:
    description:
      - The employee number or a similar identifier. V("") clears it. If it is a number, put it in quotes.
    type: str
    aliases: [employeeid]
  transport:
    description:
      - The Postfix transport for mail to this user, for example V(dovecot). It cannot be cleared.
    type: str
  global_admin:
    description:
      - Whether the user administers the whole server.
      - Exists since SQL-2.8/LDAP-3.0.
    type: bool
    aliases: [isGlobalAdmin]
  forwarding:
    description:
      - The addresses that mail to this user is forwarded to, and no others. V([]) stops forwarding.
      - The user's own address need not be listed. O(forwarding_keep_copy) stands for it.
      - The panel silently drops addresses of its own domains that do not exist. O(verify=strict) finds that out.
    type: list
    elements: str
  add_forwarding:
    description:
      - Addresses that must be among O(forwarding). Others are left as they are.
      - Exists since SQL-4.1/LDAP-4.2.
    type: list
    elements: str
    aliases: [addForwarding]
  remove_forwarding:
    description:
      - Addresses that must not be among O(forwarding). Others are left as they are.
      - Exists since SQL-4.1/LDAP-4.2.
    type: list
    elements: str
    aliases: [removeForwarding]
  forwarding_keep_copy:
    description:
      - Whether the mailbox keeps a copy of forwarded mail. If omitted, it does with O(forwarding) and for a new user,
        and O(add_forwarding) and O(remove_forwarding) leave it as it is.
      - The panel expresses this by the user's own address in the list of forwarding addresses. The module sends it
        along as needed and leaves it out of the lists it returns.
      - Has an effect only together with O(forwarding), O(add_forwarding) or O(remove_forwarding).
      - With V(false) at least one other address is needed, since mail would have nowhere to go.
      - Some panels may not show anybody's own address. Where other users, of the domain or of a few others, tell that
        it is such a panel, or cannot be listed, the option of a user who is there is not compared and nothing is sent
        for it. It is in RV(unverified) then. Where nobody else tells, what is not shown is taken for missing.
    type: bool
  sender_bcc:
    description:
      - The address that gets a blind copy of all mail this user sends. V("") stops that.
      - Exists since SQL-3.3/LDAP-3.5.
    type: str
    aliases: [senderBcc]
  recipient_bcc:
    description:
      - The address that gets a blind copy of all mail this user receives. V("") stops that.
      - Exists since SQL-3.3/LDAP-3.5.
    type: str
    aliases: [recipientBcc]
  aliases:
    description:
      - The alias addresses of this user, and no others. Mail to them arrives in this mailbox. V([]) removes all.
      - They must be in a domain or alias domain of the server. The panel silently does not assign an address that
        another account has. O(verify=strict) finds that out.
      - An LDAP server gives every user an address in each alias domain of its domain too. The list leaves these alone,
        unless it names them; O(remove_aliases) takes them away. They are known by the alias domains that the panel
        shows of the domain. Where it does not, addresses with the user's own local part in other domains stay, and a
        warning names them.
      - Alias accounts, which forward to several members, are managed by M(mailstate.iredmail.iredmail_alias).
    type: list
    elements: str
  add_aliases:
    description:
      - Addresses that must be among O(aliases). Others are left as they are.
    type: list
    elements: str
    aliases: [addAlias]
  remove_aliases:
    description:
      - Addresses that must not be among O(aliases). Others are left as they are.
    type: list
    elements: str
    aliases: [removeAlias]
  services:
    description:
      - The mail services this user may use, and no others. V([]) takes all of them away.
      - The documented services are V(smtp), V(smtpsecured), V(smtptls), V(pop3), V(pop3secured), V(pop3tls), V(imap),
        V(imapsecured), V(imaptls), V(managesieve), V(managesievesecured), V(managesievetls), V(deliver) and V(sogo).
        The list speaks for these and for any other service it mentions. Internal services that it does not mention,
        such as C(lmtp), C(lda) or C(domainadmin), are left alone, since mail delivery depends on them. They are
        returned with the others.
      - On SQL backends a service needs a column in the database. The panel has none for V(smtptls) and
        V(managesievetls), and would silently ignore them, so with O(verify=strict) they are refused. On LDAP backends
        any name may be used. Upper case makes no difference for names that are known.
      - Exists since SQL-2.8/LDAP-3.0.
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
  mailbox_format:
    description:
      - The format of the mailbox. It cannot be cleared.
      - The panel does not convert the messages that are there. New messages are stored in the new format at once.
      - LDAP backends may not show it; see O(unreadable).
      - Exists since SQL-3.2/LDAP-3.4.
    type: str
    choices: [maildir, mdbox, sdbox]
    aliases: [mailboxFormat]
  mailbox_folder:
    description:
      - The folder below the user's home that holds the mailbox, 1 to 20 letters and digits. Upper case counts. The
        panel's default is V(Maildir). It cannot be cleared.
      - The panel does not move the messages that are there. New messages are stored in the new folder at once.
      - LDAP backends may not show it; see O(unreadable).
      - Exists since SQL-3.2/LDAP-3.4.
    type: str
    aliases: [mailboxFolder]
  maildir:
    description:
      - The absolute path of the mailbox. The panel stores it in lower case. It cannot be cleared.
      - The panel does not move the messages that are there.
      - Exists since SQL-3.2/LDAP-3.4.
    type: str
  telephone_numbers:
    description:
      - The telephone numbers, and no others; ASCII only. V([]) removes all.
      - Put each in quotes, since YAML keeps no plus sign and no zeros before a number.
      - Exists on LDAP backends only, since LDAP-4.2. On SQL backends the task fails.
    type: list
    elements: str
    aliases: [telephoneNumber]
  add_telephone_numbers:
    description:
      - Numbers that must be among O(telephone_numbers). Others are left as they are.
      - LDAP backends only.
    type: list
    elements: str
  remove_telephone_numbers:
    description:
      - Numbers that must not be among O(telephone_numbers). Others are left as they are.
      - LDAP backends only.
    type: list
    elements: str
  mobile_numbers:
    description:
      - The mobile phone numbers, and no others; ASCII only. V([]) removes all.
      - Put each in quotes, since YAML keeps no plus sign and no zeros before a number.
      - Exists on LDAP backends only, since LDAP-4.2. On SQL backends the task fails.
    type: list
    elements: str
    aliases: [mobile]
  add_mobile_numbers:
    description:
      - Numbers that must be among O(mobile_numbers). Others are left as they are.
      - LDAP backends only.
    type: list
    elements: str
  remove_mobile_numbers:
    description:
      - Numbers that must not be among O(mobile_numbers). Others are left as they are.
      - LDAP backends only.
    type: list
    elements: str
  # END
  password:
    description:
      - The password in plain text. The panel checks it against its password policies.
      - This or O(password_hash) is required to create a user. The two cannot be used together.
      - See O(update_password) for users that exist.
      - It may not begin or end with a blank, which the panel would strip, and it cannot be cleared. A hash is refused
        here, since it would become the password itself.
    type: str
  password_hash:
    description:
      - The password as a hash that begins with its scheme, for example V({SSHA512}...). The panel refuses hashes
        without a scheme, and does not check them against its password policies.
      - V({BCRYPT}), which Dovecot does not know, and a scheme with nothing behind it are refused. Write
        V({CRYPT}$2y$...) for bcrypt.
      - A hash cannot be verified. With O(update_password=verify) it is used when the user is created and at no other
        time; O(update_password=always) writes it.
      - Exists since SQL-3.2/LDAP-3.4 for users that exist, and since SQL-3.6/LDAP-3.8 for new ones.
    type: str
  update_password:
    description:
      - When the password of a user that exists is written.
      - V(verify) asks the panel whether O(password) is right and writes it only when it is not. This takes a global
        admin as O(api_username). For other admins it is an error that names the other choices.
      - V(on_create) sets the password of new users and never touches it again.
      - V(always) writes it in every run, and every run reports a change.
      - The password of a disabled user may never verify, which proves nothing. With V(verify) it is then not written,
        and V(password) stands in RV(unverified). When the same task enables the user, the password is verified after
        that.
      - A panel that confirms no passwords of users would have them written in every run. A warning says so once a
        password that was just written is not confirmed; V(on_create) is the way out.
    type: str
    choices:
      - verify
      - on_create
      - always
    default: verify
  rename_from:
    description:
      - The address this user had before. If that user exists and O(mail) does not, the user is renamed. Nothing is
        ever deleted and created anew.
      - If both exist, the task fails and nothing is written. If neither does, the user is created.
      - Whether throttles, spam policies, greylisting settings, white- and blacklists go along is not known, so declare
        them for the new address.
      - Only with O(state=present).
    type: str
  keep_mailbox_days:
    description:
      - Days the messages are kept on the server after the user was deleted. V(0) means forever, which is also what
        the panel does if this is omitted.
      - Deleting a user never deletes messages by itself. A clean-up job of the server does, when the days are over.
      - For admins who are not global admins the panel limits it to 365. It cannot be read back.
      - Used with O(state=absent) only.
    type: int
"""

EXAMPLES = r"""
- name: Create a user, or set the password if it is another one
  mailstate.iredmail.iredmail_user:
    mail: ada@example.com
    name: Ada Lovelace
    password: "{{ ada_password }}"
    quota: 20GB
    language: en_US

- name: Set the password of a new user only
  mailstate.iredmail.iredmail_user:
    mail: grace@example.com
    password: "{{ ada_password }}"
    update_password: on_create
    employee_id: E-1906

- name: Forward all mail, and keep no copy
  mailstate.iredmail.iredmail_user:
    mail: grace@example.com
    forwarding:
      - grace@example.org
    forwarding_keep_copy: false

- name: Add a forwarding address, leave the others alone, and keep a copy again
  mailstate.iredmail.iredmail_user:
    mail: grace@example.com
    add_forwarding:
      - archive@example.org
    forwarding_keep_copy: true

- name: Give a user alias addresses, and exactly these services
  mailstate.iredmail.iredmail_user:
    mail: ada@example.com
    aliases:
      - countess@example.com
      - lovelace@example.com
    services:
      - smtp
      - smtpsecured
      - imap
      - imapsecured
      - imaptls
      - managesieve
      - managesievesecured
      - deliver

- name: Remove the alias addresses and make the mailbox unlimited
  mailstate.iredmail.iredmail_user:
    mail: ada@example.com
    aliases: []
    quota: 0

- name: Rename a user
  mailstate.iredmail.iredmail_user:
    mail: hopper@example.com
    rename_from: grace@example.com

- name: Create several users with the same settings
  mailstate.iredmail.iredmail_user:
    mail: "{{ item }}@example.com"
    password: "{{ ada_password }}"
    update_password: on_create
    quota: 1024
  loop:
    - charles
    - george

- name: Disable a user
  mailstate.iredmail.iredmail_user:
    mail: charles@example.com
    enabled: false

- name: Delete a user and have the messages removed after 30 days
  mailstate.iredmail.iredmail_user:
    mail: hopper@example.com
    state: absent
    keep_mailbox_days: 30
"""

RETURN = r"""
user:
  description:
    - The user after the task, in the vocabulary of the options. In check mode, as it is to be expected.
    - A setting that the panel does not show, and in check mode one that nobody can foretell, is null.
    - Empty when the user is absent, and when the task failed half-way.
  returned: unless an option is refused
  type: dict
  contains:
    # BEGIN returned settings: `make module-docs` writes them from the options
    mail:
      description: The full address of the user.
      returned: always
      type: str
    name:
      description: The display name.
      returned: always
      type: str
    given_name:
      description: The given name.
      returned: always
      type: str
    surname:
      description: The surname.
      returned: always
      type: str
    quota:
      description: The size of the mailbox, in MB. V(0) means unlimited.
      returned: always
      type: int
    enabled:
      description: Whether the user may log in and receive mail.
      returned: always
      type: bool
    language:
      description: The language of the panel's and the self-service's pages.
      returned: always
      type: str
    employee_id:
      description: The employee number or a similar identifier.
      returned: always
      type: str
    transport:
      description: The Postfix transport for mail to this user.
      returned: always
      type: str
    global_admin:
      description: Whether the user administers the whole server.
      returned: always
      type: bool
    forwarding:
      description: The addresses that mail to this user is forwarded to, without the account's own, sorted.
      returned: always
      type: list
      elements: str
    forwarding_keep_copy:
      description: Whether the mailbox keeps a copy of forwarded mail.
      returned: when the panel shows O(forwarding)
      type: bool
    sender_bcc:
      description: The address that gets a blind copy of all mail this user sends.
      returned: always
      type: str
    recipient_bcc:
      description: The address that gets a blind copy of all mail this user receives.
      returned: always
      type: str
    aliases:
      description: The alias addresses of this user, sorted.
      returned: always
      type: list
      elements: str
    services:
      description: The mail services this user may use, sorted.
      returned: always
      type: list
      elements: str
    mailbox_format:
      description: The format of the mailbox.
      returned: always
      type: str
    mailbox_folder:
      description: The folder below the user's home that holds the mailbox, 1 to 20 letters and digits.
      returned: always
      type: str
    maildir:
      description: The absolute path of the mailbox.
      returned: always
      type: str
    telephone_numbers:
      description: The telephone numbers, sorted.
      returned: on LDAP backends
      type: list
      elements: str
    mobile_numbers:
      description: The mobile phone numbers, sorted.
      returned: on LDAP backends
      type: list
      elements: str
    # END
    stored_bytes:
      description: The size of the messages in the mailbox.
      returned: when the panel shows it
      type: int
    stored_messages:
      description: The number of messages in the mailbox.
      returned: when the panel shows it
      type: int
    last_login:
      description: When the user logged in last, in the panel's own form.
      returned: when the panel shows it
      type: str
    managed_domains:
      description: The domains the user is an admin of.
      returned: when the panel shows it
      type: list
      elements: str
    mailing_lists:
      description: The mailing lists the user subscribes to.
      returned: when the panel shows it
      type: list
      elements: str
    mailing_aliases:
      description: The alias accounts the user is a member of.
      returned: when the panel shows it
      type: list
      elements: str
  sample:
    mail: ada@example.com
    name: Ada Lovelace
    given_name: ""
    surname: ""
    quota: 20480
    enabled: true
    language: en_US
    employee_id: ""
    transport: ""
    global_admin: false
    forwarding: []
    forwarding_keep_copy: true
    sender_bcc: null
    recipient_bcc: null
    aliases: [countess@example.com]
    services: [deliver, imap, imapsecured, smtp, smtpsecured]
    mailbox_format: maildir
    mailbox_folder: Maildir
    maildir: /var/vmail/vmail1/example.com/a/d/a/ada-2026.01.01.00.00.00/
    stored_bytes: 1048576
    stored_messages: 12
operations:
  description: The requests that changed something, in order; in check mode, those to be sent. See the notes.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - {method: PUT, path: /api/user/ada@example.com, params: {quota: "20480"}}
unverified:
  description:
    - Options whose value nobody can vouch for, sorted. Most were sent although the panel does not show them.
    - V(password) or V(password_hash) is there whenever it was written, and when a disabled user's password could not be
      verified.
  returned: unless an option is refused
  type: list
  elements: str
  sample: [password, sender_bcc]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER

MODULE = resource_module(USER)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
