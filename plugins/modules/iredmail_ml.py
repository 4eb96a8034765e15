#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_ml
short_description: Manage subscribable mailing lists of an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Creates, changes and deletes mailing lists that people can subscribe to by mail, through the RESTful API of
    iRedAdmin-Pro. Behind these lists stands mlmmj, on SQL and LDAP backends alike.
  - Only the options that are given are compared and written; everything else about the list stays as it is.
  - The domain of the address must exist. Use M(mailstate.iredmail.iredmail_domain) for that.
  - Lists without subscriptions, whose members admins choose, are managed by M(mailstate.iredmail.iredmail_maillist) on
    LDAP backends and by M(mailstate.iredmail.iredmail_alias) on both.
  - The API cannot rename these lists.
  - A list may have lost its files on the server while the panel still lists it, for example after a restore. Then
    O(state=absent) deletes what is left of it, and O(state=present) fails and says what to do.
  - These lists exist since SQL-2.9/LDAP-3.1. Subscribers can be managed since SQL-3.2/LDAP-3.4 at the latest.
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
      - Not with O(require_confirm=true), until all who were invited have confirmed.
options:
  mail:
    description:
      - The full address of the list. Upper case makes no difference.
      - The panel refuses C(+), C(=) and C(/) before the C(@) of a new one. One that is there is managed under the name
        that it has.
    type: str
    required: true
  # BEGIN options of the descriptor: write their descriptions, and `make module-docs` writes the rest
  name:
    description:
      - The display name. V("") clears it.
      - The panel wipes the name when a change of something else comes without it. So the module sends the name along
        with every change, the present one if this option is not given. Where the panel does not show the name, that is
        impossible, and the task warns.
    type: str
  enabled:
    description:
      - Whether the list takes mail. New lists are enabled.
    type: bool
    aliases: [accountStatus]
  access_policy:
    description:
      - Who may send mail to the list, as the mail server sees it. It cannot be cleared.
      - V(domain) lets users of the same domain, V(subdomain) those of its subdomains too, and the moderators in any
        case. This is enforced.
      - V(public), V(membersonly) and V(moderatorsonly) decide nothing. B(The flags decide), which are
        O(only_subscriber_can_post) and O(only_moderator_can_post). A new list takes posts of subscribers only, whatever
        its policy. So declare the flags, and a policy that says the same. The task warns where the two contradict each
        other, and M(mailstate.iredmail.iredmail_state) finds C(conflicting_policy).
      - The panel changes the policy by itself when it is sent O(only_moderator_can_post) (to V(moderatorsonly)) or
        O(only_subscriber_can_post) (to V(membersonly)), whatever their value. So after these the module sends the
        policy again, in a request of its own. It is the one that is declared, else the one that the list had before. A
        new list for which none is declared keeps what the panel chooses.
    type: str
    choices: [public, domain, subdomain, membersonly, moderatorsonly]
    aliases: [accessPolicy]
  is_newsletter:
    description:
      - Whether the list is a newsletter, which people can subscribe to and unsubscribe from on a web page.
      - LDAP backends may not show it; see O(unreadable).
    type: bool
  newsletter_description:
    description:
      - The text on the web page where people subscribe to the newsletter, of one or several lines. V("") clears it.
      - LDAP backends may not show it; see O(unreadable).
    type: str
  close_list:
    description:
      - Whether the list is closed, so that nobody can subscribe or unsubscribe by mail.
    type: bool
  only_moderator_can_post:
    description:
      - Whether only moderators may post. The C(From:) header is what counts. Where there are no O(moderators), nobody
        can post, and the task warns.
      - Servers with mlmmjadmin before 3.1.5 switch O(moderated) on with it. Where that is declared to be off, the next
        run switches it off again.
      - Excludes O(only_subscriber_can_post). The panel switches one off when the other is switched on, and a task that
        asks for both fails before anything is sent.
      - See O(access_policy), which the panel changes at the same time.
    type: bool
  only_subscriber_can_post:
    description:
      - Whether only subscribers may post. The C(From:) header is what counts. New lists have this on.
      - See O(only_moderator_can_post) and O(access_policy).
    type: bool
  disable_subscription:
    description:
      - Whether nobody can subscribe by mail. Unsubscribing stays possible.
    type: bool
  disable_subscription_confirm:
    description:
      - Whether people who subscribe by mail are not asked to confirm. Anybody can then subscribe anybody else, so this
        is for internal lists at most.
      - Has nothing to do with O(require_confirm).
    type: bool
  disable_digest_subscription:
    description:
      - Whether nobody can subscribe to the digest version.
    type: bool
  disable_digest_text:
    description:
      - Whether digests come without the text part that summarizes their threads.
    type: bool
  disable_nomail_subscription:
    description:
      - Whether nobody can subscribe to the version without mail.
    type: bool
  moderated:
    description:
      - Whether every post must be approved by a moderator. Where there are no O(moderators), posts wait and nobody is
        told, so the task warns.
    type: bool
  moderate_non_subscriber_post:
    description:
      - Whether posts from people who may not post are moderated. Otherwise they are refused. Where there are no
        O(moderators), such posts wait and nobody is told, so the task warns.
    type: bool
  moderate_subscription:
    description:
      - Whether subscriptions must be approved, by the O(subscription_moderators) or else by the O(owners).
      - V(false) makes the panel forget all O(subscription_moderators). Together with some of these it is refused.
      - O(subscription_moderators) that are named switch it on. Otherwise it stays as it is when they change.
    type: bool
  disable_retrieving_old_posts:
    description:
      - Whether nobody can get old posts by writing to C(<list>+get-N@<domain>). New lists have this on.
    type: bool
  only_subscriber_can_get_old_posts:
    description:
      - Whether only subscribers can get old posts by mail. New lists have this on.
    type: bool
  disable_retrieving_subscribers:
    description:
      - Whether owners cannot get the list of subscribers by writing to C(<list>+list@<domain>).
      - What new lists have differs between releases.
    type: bool
  disable_send_copy_to_sender:
    description:
      - Whether people who post do not get a copy of their own post.
      - What new lists have differs between releases.
    type: bool
  notify_owner_when_sub_unsub:
    description:
      - Whether the owners are told when somebody subscribes or unsubscribes.
    type: bool
  notify_sender_when_moderated:
    description:
      - Whether the sender is told that a post waits for a moderator.
    type: bool
  disable_archive:
    description:
      - Whether posts are deleted once they are delivered, and not kept in the archive.
    type: bool
  owners:
    description:
      - The addresses of the owners, and no others. Mail to C(<list>+owner@<domain>) goes to them. V([]) removes all.
      - Where O(moderate_subscription) is on without O(subscription_moderators), the owners approve. If there are none
        either, nobody can, and the task warns.
      - A new list for which none is declared belongs to the postmaster of its domain.
      - The API can only replace the whole list, so O(add_owners) and O(remove_owners) send it with the change made.
    type: list
    elements: str
    aliases: [owner]
  add_owners:
    description:
      - Addresses that must be among O(owners). Others are left as they are.
      - The postmaster is no owner of a new list that is created with this option.
    type: list
    elements: str
  remove_owners:
    description:
      - Addresses that must not be among O(owners). Others are left as they are.
    type: list
    elements: str
  moderators:
    description:
      - The addresses of the moderators, and no others. V([]) removes all.
      - A new list for which none is declared is moderated by the postmaster of its domain.
      - The API can only replace the whole list, so O(add_moderators) and O(remove_moderators) send it with the change
        made.
    type: list
    elements: str
  add_moderators:
    description:
      - Addresses that must be among O(moderators). Others are left as they are.
      - The postmaster is no moderator of a new list that is created with this option.
    type: list
    elements: str
  remove_moderators:
    description:
      - Addresses that must not be among O(moderators). Others are left as they are.
    type: list
    elements: str
  subscription_moderators:
    description:
      - The addresses of those who approve subscriptions, and no others. V([]) removes all.
      - Where there are some, subscriptions are moderated, so O(moderate_subscription) is then on as well.
      - When none is left, the panel switches O(moderate_subscription) off, and then everybody may subscribe. So the
        module switches it on again in a second request if it was on before and is not declared to be off. The owners
        then approve. To have none and no moderation either, use O(moderate_subscription=false).
      - The API can only replace the whole list, so O(add_subscription_moderators) and O(remove_subscription_moderators)
        send it with the change made.
    type: list
    elements: str
  add_subscription_moderators:
    description:
      - Addresses that must be among O(subscription_moderators). Others are left as they are.
    type: list
    elements: str
  remove_subscription_moderators:
    description:
      - Addresses that must not be among O(subscription_moderators). Others are left as they are.
    type: list
    elements: str
  extra_addresses:
    description:
      - Further addresses of the list, and no others. V([]) removes all.
      - The address of the list itself is not one, and makes no difference here. It is what the module sends to remove
        all others, since an empty value would take the list's own address as well, and end all delivery.
      - Mail that is addressed to one of them is taken for mail to the list. Whether it is delivered there is another
        matter, which the panel may not see to; an alias of that name with the list as a member does.
      - The API can only replace the whole list, so O(add_extra_addresses) and O(remove_extra_addresses) send it with
        the change made.
    type: list
    elements: str
  add_extra_addresses:
    description:
      - Addresses that must be among O(extra_addresses). Others are left as they are.
    type: list
    elements: str
  remove_extra_addresses:
    description:
      - Addresses that must not be among O(extra_addresses). Others are left as they are.
    type: list
    elements: str
  max_message_size:
    description:
      - The size that a post may have.
      - An integer in bytes, or a size such as V(10MB). V(0) means unlimited.
    type: raw
  subject_prefix:
    description:
      - What is put before the subject of every post, for example V([team]). V("") removes it.
      - Blanks at its ends make no difference when it is compared.
    type: str
  custom_headers:
    description:
      - "Headers that are added to every post, and no others, for example V(X-Team: sales). V([]) removes all."
      - The server sets C(Precedence), C(List-Id), C(Reply-To), C(List-Post), C(List-Subscribe), C(List-Unsubscribe) and
        C(X-Mailing-List) by itself, and silently drops what it is sent for these. So the module refuses them, and it
        neither compares nor returns those that the server has set.
      - Servers with mlmmjadmin up to 3.6.1 fail with HTTP 500 on a header whose value has another colon, such as a URL.
      - The API can only replace the whole list, so O(add_custom_headers) and O(remove_custom_headers) send it with the
        change made.
    type: list
    elements: str
  add_custom_headers:
    description:
      - Headers that must be among O(custom_headers). Others are left as they are.
      - A header of the same name with another value is left as it is too.
    type: list
    elements: str
  remove_custom_headers:
    description:
      - Headers that must not be among O(custom_headers). Others are left as they are.
      - Give each header with its value.
    type: list
    elements: str
  remove_headers:
    description:
      - The names of headers that are removed from every post, and no others. V([]) stops that. A colon at the end makes
        no difference. The names that are returned have one.
      - Some releases remove C(DKIM-Signature) and C(Authentication-Results) whatever they are told. An exact list that
        does not mention these two leaves them alone, and so does V([]). O(remove_remove_headers) can take them out,
        where the server lets it.
      - The API can only replace the whole list, so O(add_remove_headers) and O(remove_remove_headers) send it with the
        change made.
    type: list
    elements: str
  add_remove_headers:
    description:
      - Headers that must be among O(remove_headers). Others are left as they are.
    type: list
    elements: str
  remove_remove_headers:
    description:
      - Headers that must not be among O(remove_headers). Others are left as they are.
    type: list
    elements: str
  footer_text:
    description:
      - Plain text that is put at the end of every post, several lines if need be. V("") removes it.
      - Blanks and empty lines at its ends are left out, as the server does. So its first line cannot be indented.
    type: str
  footer_html:
    description:
      - The same as O(footer_text) for posts in HTML.
    type: str
  subscribers:
    description:
      - The addresses that subscribe to one version of the list, which O(subscription) names, and no others. V([])
        removes all of them. Subscribers of other versions are not looked at.
      - Only the difference is sent. But the API removes an address from every version of the list at once, so one that
        also subscribes to another version is lost there too.
      - Some panels may show the addresses without their version. There all count as subscribers of the normal version,
        and an exact list removes those of the other versions too. For another version nothing can be compared then; see
        O(unreadable).
      - Where the panel shows no subscribers at all, an exact list adds those it names and cannot remove others, and
        V([]) is refused. O(remove_subscribers) works there.
    type: list
    elements: str
  add_subscribers:
    description:
      - Addresses that must be among O(subscribers). Others are left as they are.
    type: list
    elements: str
  remove_subscribers:
    description:
      - Addresses that must not be among O(subscribers). Others are left as they are.
      - Only addresses that subscribe to the version in O(subscription) are removed, and then from every version.
    type: list
    elements: str
  # END
  subscription:
    description:
      - The version of the list that O(subscribers), O(add_subscribers) and O(remove_subscribers) speak of. One task
        manages one version.
      - V(normal) gets every post, V(digest) gets several posts in one mail, and V(nomail) gets none but may post.
      - Changes nothing by itself.
    type: str
    choices:
      - normal
      - digest
      - nomail
    default: normal
  require_confirm:
    description:
      - Whether those who are to be subscribed are asked by mail, and are subscribed only when they confirm. Otherwise
        they are subscribed at once, and no mail is sent.
      - With V(true), those who have not confirmed yet do not show among the subscribers. So B(every run invites them
        again) and reports a change, until they confirm. The task warns, and V(subscribers) stands in RV(unverified).
      - The panel's own default is to ask. The module always tells it which.
      - Changes nothing by itself.
    type: bool
    default: false
  keep_archive:
    description:
      - Whether the panel keeps an archive of the list's settings and posts when it deletes the list. If omitted,
        nothing is said about it, and the panel's default applies, which is to keep it as far as is known.
      - Used with O(state=absent) only.
    type: bool
"""

EXAMPLES = r"""
- name: Create a list with exactly these owners and subscribers
  mailstate.iredmail.iredmail_ml:
    mail: team@example.com
    name: The Team
    access_policy: membersonly
    owners:
      - ada@example.org
    subscribers:
      - ada@example.org
      - grace@example.org

- name: Add a subscriber and leave the others alone
  mailstate.iredmail.iredmail_ml:
    mail: team@example.com
    add_subscribers:
      - charles@example.org

- name: Send the digest to somebody
  mailstate.iredmail.iredmail_ml:
    mail: team@example.com
    subscription: digest
    add_subscribers:
      - george@example.org

- name: Remove a subscriber and leave the others alone
  mailstate.iredmail.iredmail_ml:
    mail: team@example.com
    remove_subscribers:
      - grace@example.org

- name: Add an owner and leave the others alone
  mailstate.iredmail.iredmail_ml:
    mail: team@example.com
    add_owners:
      - charles@example.org

- name: Set what posts look like and how large they may be
  mailstate.iredmail.iredmail_ml:
    mail: team@example.com
    subject_prefix: "[team]"
    max_message_size: 10MB
    custom_headers:
      - "X-Team: example"
    remove_headers:
      - Disposition-Notification-To
    footer_text: |
      --
      The team, https://www.example.com/team

- name: Have subscriptions approved
  mailstate.iredmail.iredmail_ml:
    mail: team@example.com
    subscription_moderators:
      - ada@example.org

- name: Let everybody subscribe again
  mailstate.iredmail.iredmail_ml:
    mail: team@example.com
    moderate_subscription: false

- name: Create a list for announcements, which only moderators write to
  mailstate.iredmail.iredmail_ml:
    mail: announce@example.com
    name: Announcements
    only_moderator_can_post: true
    access_policy: moderatorsonly
    moderators:
      - ada@example.org

# Whoever has not confirmed yet is invited again by every run.
- name: Invite people to subscribe
  mailstate.iredmail.iredmail_ml:
    mail: announce@example.com
    add_subscribers:
      - mary@example.net
    require_confirm: true

- name: Disable a list
  mailstate.iredmail.iredmail_ml:
    mail: announce@example.com
    enabled: false

- name: Delete a list and keep its archive
  mailstate.iredmail.iredmail_ml:
    mail: announce@example.com
    state: absent
    keep_archive: true
"""

RETURN = r"""
ml:
  description:
    - The list after the task, in the vocabulary of the options. In check mode, as it is to be expected.
    - A setting that the panel does not show, and in check mode one that nobody can foretell, is null.
    - Empty when the list is absent, and when the task failed half-way.
  returned: unless an option is refused
  type: dict
  contains:
    # BEGIN returned settings: `make module-docs` writes them from the options
    mail:
      description: The full address of the list.
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
      description: Who may send mail to the list, as the mail server sees it.
      returned: always
      type: str
    is_newsletter:
      description: Whether the list is a newsletter, which people can subscribe to and unsubscribe from on a web page.
      returned: always
      type: bool
    newsletter_description:
      description: The text on the web page where people subscribe to the newsletter, of one or several lines.
      returned: always
      type: str
    close_list:
      description: Whether the list is closed, so that nobody can subscribe or unsubscribe by mail.
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
      description: Whether digests come without the text part that summarizes their threads.
      returned: always
      type: bool
    disable_nomail_subscription:
      description: Whether nobody can subscribe to the version without mail.
      returned: always
      type: bool
    moderated:
      description: Whether every post must be approved by a moderator.
      returned: always
      type: bool
    moderate_non_subscriber_post:
      description: Whether posts from people who may not post are moderated.
      returned: always
      type: bool
    moderate_subscription:
      description: Whether subscriptions must be approved, by the O(subscription_moderators) or else by the O(owners).
      returned: always
      type: bool
    disable_retrieving_old_posts:
      description: Whether nobody can get old posts by writing to C(<list>+get-N@<domain>).
      returned: always
      type: bool
    only_subscriber_can_get_old_posts:
      description: Whether only subscribers can get old posts by mail.
      returned: always
      type: bool
    disable_retrieving_subscribers:
      description: Whether owners cannot get the list of subscribers by writing to C(<list>+list@<domain>).
      returned: always
      type: bool
    disable_send_copy_to_sender:
      description: Whether people who post do not get a copy of their own post.
      returned: always
      type: bool
    notify_owner_when_sub_unsub:
      description: Whether the owners are told when somebody subscribes or unsubscribes.
      returned: always
      type: bool
    notify_sender_when_moderated:
      description: Whether the sender is told that a post waits for a moderator.
      returned: always
      type: bool
    disable_archive:
      description: Whether posts are deleted once they are delivered, and not kept in the archive.
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
      description: Headers that are added to every post, sorted.
      returned: always
      type: list
      elements: str
    remove_headers:
      description: The names of headers that are removed from every post, sorted.
      returned: always
      type: list
      elements: str
    footer_text:
      description: Plain text that is put at the end of every post, several lines if need be.
      returned: always
      type: str
    footer_html:
      description: The same as O(footer_text) for posts in HTML.
      returned: always
      type: str
    subscribers:
      description: The addresses that subscribe to one version of the list, which O(subscription) names, sorted.
      returned: always
      type: list
      elements: str
    # END
  sample:
    mail: team@example.com
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
operations:
  description: The requests that changed something, in order; in check mode, those to be sent. See the notes.
  returned: unless an option is refused
  type: list
  elements: dict
  sample:
    - method: PUT
      path: /api/ml/team@example.com
      params: {subscription: normal, require_confirm: 'no', add_subscribers: charles@example.org, name: The Team}
unverified:
  description:
    - Options whose value nobody can vouch for, sorted. Most were sent although the panel does not show them, or with
      O(require_confirm=true).
  returned: unless an option is refused
  type: list
  elements: str
  sample: [subscribers]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML

MODULE = resource_module(ML)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
