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
    - The mailing lists, sorted by name, in the vocabulary of M(mailstate.iredmail.iredmail_ml). Empty when there is
      none.
    - A setting that the panel does not show is null.
    - When the task failed half-way, those that were read until then.
  returned: unless an option is refused
  type: list
  elements: dict
  contains:
    mail:
      description: The address.
      returned: always
      type: str
    name:
      description: The display name.
      returned: always
      type: str
    enabled:
      description: Whether the list takes mail.
      returned: always
      type: bool
    access_policy:
      description: Who may send mail to the list.
      returned: always
      type: str
    is_newsletter:
      description: Whether the list is a newsletter.
      returned: always
      type: bool
    newsletter_description:
      description: The text on the web page of the newsletter.
      returned: always
      type: str
    close_list:
      description: Whether nobody can subscribe or unsubscribe by mail.
      returned: always
      type: bool
    only_moderator_can_post:
      description: Whether only moderators may post.
      returned: always
      type: bool
    only_subscriber_can_post:
      description: Whether only subscribers may post.
      returned: always
      type: bool
    disable_subscription:
      description: Whether nobody can subscribe by mail.
      returned: always
      type: bool
    disable_subscription_confirm:
      description: Whether people who subscribe by mail are not asked to confirm.
      returned: always
      type: bool
    disable_digest_subscription:
      description: Whether nobody can subscribe to the digest version.
      returned: always
      type: bool
    disable_digest_text:
      description: Whether digests come without a summary of their threads.
      returned: always
      type: bool
    disable_nomail_subscription:
      description: Whether nobody can subscribe to the version without mail.
      returned: always
      type: bool
    moderated:
      description: Whether every post must be approved.
      returned: always
      type: bool
    moderate_non_subscriber_post:
      description: Whether posts from people who may not post are moderated.
      returned: always
      type: bool
    moderate_subscription:
      description: Whether subscriptions must be approved.
      returned: always
      type: bool
    disable_retrieving_old_posts:
      description: Whether nobody can get old posts by mail.
      returned: always
      type: bool
    only_subscriber_can_get_old_posts:
      description: Whether only subscribers can get old posts by mail.
      returned: always
      type: bool
    disable_retrieving_subscribers:
      description: Whether owners cannot get the list of subscribers by mail.
      returned: always
      type: bool
    disable_send_copy_to_sender:
      description: Whether people who post get no copy of their own post.
      returned: always
      type: bool
    notify_owner_when_sub_unsub:
      description: Whether the owners are told of subscriptions.
      returned: always
      type: bool
    notify_sender_when_moderated:
      description: Whether the sender is told that a post waits for a moderator.
      returned: always
      type: bool
    disable_archive:
      description: Whether posts are not kept in the archive.
      returned: always
      type: bool
    owners:
      description: The addresses of the owners, sorted.
      returned: always
      type: list
      elements: str
    moderators:
      description: The addresses of the moderators, sorted.
      returned: always
      type: list
      elements: str
    subscription_moderators:
      description: The addresses of those who approve subscriptions, sorted.
      returned: always
      type: list
      elements: str
    extra_addresses:
      description: Further addresses of the list, sorted.
      returned: always
      type: list
      elements: str
    max_message_size:
      description: The size that a post may have, in bytes. V(0) means unlimited.
      returned: always
      type: int
    subject_prefix:
      description: What is put before the subject of every post.
      returned: always
      type: str
    custom_headers:
      description: Headers that are added to every post, sorted, without those that the server sets by itself.
      returned: always
      type: list
      elements: str
    remove_headers:
      description: The names of headers that are removed from every post, with a colon, sorted.
      returned: always
      type: list
      elements: str
    footer_text:
      description: The plain text at the end of every post.
      returned: always
      type: str
    footer_html:
      description: The HTML at the end of every post.
      returned: always
      type: str
    subscribers:
      description: The subscribers of the version in O(subscription), sorted.
      returned: always
      type: list
      elements: str
  sample:
    - mail: team@example.com
      name: The Team
      enabled: true
      access_policy: membersonly
      only_subscriber_can_post: true
      owners: [ada@example.org]
      max_message_size: 10485760
      subject_prefix: "[team]"
      custom_headers: ["X-Team: example"]
      remove_headers: ["Disposition-Notification-To:"]
      subscribers: [ada@example.org, charles@example.org]
api_trace:
  description:
    - Every request of the task with its outcome and duration, reads included. Parameters are left out.
  returned: with C(-vvv) or more, once the connection options are accepted
  type: list
  elements: str
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import info_job
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML

MODULE = info_job(ML)


def main():
    run_module(MODULE)


if __name__ == "__main__":
    main()
