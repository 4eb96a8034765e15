#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_state
short_description: Apply the declared mail state of an iRedMail server in one task
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Brings all domains, admins, users, aliases, lists and settings that are declared to their state, with one login,
    through the RESTful API of iRedAdmin-Pro. It is made for states of thousands of objects.
  - Everything is read and planned before the first write. Domains and mailboxes are compared by whole lists, so that
    what stands as declared costs no request of its own. What a list does not show is read by itself.
  - Nothing is ever deleted unless an item says C(state=absent) or O(prune) asks for it. Several brakes then hold, see
    the notes.
  - In check mode the changes are those that the real run makes. What the run itself creates counts as existing for
    what depends on it.
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.writing
attributes:
  diff_mode:
    details:
      - C(diff) is the text of RV(plan_text) here, in one block. What was and what will be of each object is in
        RV(changes).
  idempotent:
    support: partial
    details:
      - Not with items whose own module is not, for example with C(update_password=always), with options that the panel
        does not show, and with C(greylisting_spf_domains).
options:
  declared:
    description:
      - What is declared, as a dictionary of lists, one for each kind. An item takes the options of the module for one
        object of its kind, apart from the connection and C(verify).
      - The kinds are, in the order in which they are brought to their state, C(domains)
        (M(mailstate.iredmail.iredmail_domain)), C(admins) (M(mailstate.iredmail.iredmail_admin)), C(users)
        (M(mailstate.iredmail.iredmail_user)), C(domain_admins) (M(mailstate.iredmail.iredmail_domain_admins)),
        C(domain_users) (M(mailstate.iredmail.iredmail_domain_users)), C(aliases)
        (M(mailstate.iredmail.iredmail_alias)), C(mls) (M(mailstate.iredmail.iredmail_ml)), C(maillists)
        (M(mailstate.iredmail.iredmail_maillist)), C(spampolicies) (M(mailstate.iredmail.iredmail_spampolicy)),
        C(throttles) (M(mailstate.iredmail.iredmail_throttle)), C(greylistings)
        (M(mailstate.iredmail.iredmail_greylisting)), C(greylisting_spf_domains)
        (M(mailstate.iredmail.iredmail_greylisting_spf_domains)) and C(wblists)
        (M(mailstate.iredmail.iredmail_wblist)). What is deleted goes last, in reverse order.
      - A kind that is missing or null is left alone.
      - Results never show passwords, and never what was declared. Ansible itself shows arguments of tasks on some
        settings (E(ANSIBLE_DISPLAY_ARGS_TO_STDOUT)), and lines of a playbook around a task that failed. O(src) avoids
        that, and is much faster for large states, since Ansible has to template all that is in a playbook.
      - This or O(src) is required. The two cannot be used together.
    type: dict
  src:
    description:
      - Where the state is declared. The path of a YAML or JSON file or of a directory on the controller, or a list of
        such paths. A relative path is looked for as that of C(ansible.builtin.copy) is, first in C(files) beside the
        role or the playbook, then beside them.
      - Of a directory, all files that end in C(.yml), C(.yaml) or C(.json) are read, those in directories below it
        included, sorted by path. Hidden files and directories are left out.
      - Each file holds a mapping like O(declared). The lists of several files are joined. An object that is declared
        twice is an error that names both places.
      - Files may be encrypted with Ansible Vault, and so may single values in YAML files (C(!vault)). An encrypted file
        costs little. Encrypted values cost some milliseconds each, which adds up when there are thousands.
      - Values are taken literally. A value that looks like a Jinja template is refused, so that V({{ secret }}) never
        becomes a password. C(!unsafe) before a value in YAML says that it is meant. Of what stands without quotes in
        YAML, V(007), V(12:30) and V(1_000) stay what they are. C(yes), C(no), C(on) and C(off) are booleans there.
      - An empty file, one that was cut off so that it cannot be parsed, and a key that stands twice in a mapping are
        errors. B(A YAML file that was cut off between two lines can be complete YAML.) JSON does not have that problem.
      - Where the task runs on another host, what was read is copied there into a temporary file that nobody else may
        read, and that is removed afterwards. The same goes for O(declared).
    type: raw
  prune:
    description:
      - Deletes what is not declared. By default nothing is.
    type: dict
    suboptions:
      kinds:
        description:
          - The kinds of which nothing undeclared is to stay. Their lists must be there, and not be null. If really
            none is to stay, give V([]).
          - Kinds that are not named here are never pruned. But whatever is in a domain goes with it, and counts for
            O(max_deletions) and O(max_delete_percent) too.
        type: list
        elements: str
        choices:
          - domains
          - users
          - aliases
          - mls
      domains:
        description:
          - The domains within which something may be deleted, as names or patterns such as V(*.example.com). Required
            with O(prune.kinds). International domains may be written as they are or in their C(xn--) form.
          - A pattern alone deletes no account in a domain of which nothing is declared, and no domain that holds
            something, since its file may be missing.
            There it stays, with a warning, unless the domain is named here as it is.
        type: list
        elements: str
      protect:
        description:
          - Patterns of names that are never deleted, whether they are undeclared or declared with C(state=absent), for
            example V(postmaster@*). A domain in which such a name exists stays too.
          - Case makes no difference, and international domains may be written as they are or in their C(xn--) form. A
            pattern that can match nothing, such as V(ceo) for V(ceo@*), is an error.
        type: list
        elements: str
      keep_mailbox_days:
        description:
          - Days for which the messages of pruned users, and of users of pruned domains, are kept. V(0) means forever.
        type: int
  undeclared:
    description:
      - Returns in RV(undeclared) what is on the server and not declared. Nothing is deleted for that. For reports; the
        role C(mailstate.iredmail.mail_drift) uses it.
      - A kind of which nothing is declared counts as empty. This and O(prune) cannot be used together.
    type: dict
    suboptions:
      kinds:
        description: The kinds that are looked through. By default all that can be listed.
        type: list
        elements: str
        choices:
          - domains
          - users
          - aliases
          - mls
      domains:
        description: The domains that are looked through, as names or patterns. By default all of them.
        type: list
        elements: str
      protect:
        description: Patterns of names that may be there without being declared, as in O(prune.protect).
        type: list
        elements: str
  max_deletions:
    description:
      - The most objects that one run may delete, whether they are pruned or declared to be absent. If more are
        planned, the task fails before the first write and tells how to allow it once. V(0) allows none.
    type: int
    default: 10
  max_delete_percent:
    description:
      - The most objects of a kind that one run may delete in a domain, in percent of those that exist there. Domains,
        and admins that are no mailbox users, are counted as a whole.
      - Of fewer than 10, it is taken of 10, and one may always go unless it is V(0). All of them may only go if they
        are one or two, or if this is V(100).
      - A kind that loses objects in several domains is also counted as a whole, once 10 of it are known.
    type: float
    default: 30
  concurrency:
    description:
      - The number of requests under way at the same time, of reads as well as of writes. What depends on something else
        of the same run waits for it.
      - On LDAP panels, a domain gets and loses one account after the other, since the panel counts them in one place.
      - A panel answers five requests at a time, so with more than the default its own users wait.
    type: int
    default: 4
  continue_on_error:
    description:
      - Whether a run goes on after an object failed. The task fails at the end in any case, and lists all that failed
        in RV(failures).
      - Without it, a failure while planning means that nothing is written, and a failure while writing ends the run.
        The rest counts as C(not_tried) in RV(summary).
      - With it, nothing is deleted in a domain in which anything failed, or was not tried since something else failed.
    type: bool
    default: false
  expect_checksum:
    description:
      - The task fails, and writes nothing, unless this is the RV(checksum) of its plan. Together with check mode, this
        makes sure that what is applied is what was approved.
      - Besides, only this may be sent. If a name cannot pass to another object, what was freed for that is put back. If
        a panel still shows a throttle after the request that should take it away, a second one sets its period to 0.
      - An empty one is refused, since it is what is left of an approval that got lost. To apply without an approval,
        omit the option.
    type: str
  offline:
    description:
      - Only look at what is declared, without a panel, a connection and credentials. Every option is checked by its own
        rules, and RV(findings) holds what the declaration alone proves. The task fails with all that is wrong, one a
        line, and otherwise nothing is changed.
      - For pull requests of people who must not hold the password. The playbook C(mailstate.iredmail.validate) does it.
    type: bool
    default: false
  ignore_findings:
    description:
      - Codes of RV(findings) that are meant, and neither stop the run nor are reported.
    type: list
    elements: str
    choices:
      - claimed_twice
      - conflicting_policy
      - contents_unknown
      - domain_not_empty
      - looks_like_rename
      - loop
      - no_recipient_left
      - over_limit
      - protection_unknown
      - refers_to_deleted
      - unknown_account
      - unknown_address
  verify:
    description:
      - What to do when the server accepts a write and then does not show what was sent. What was written is read again,
        by lists where they show enough, since the panel silently ignores parameters and values it does not know.
      - V(strict) fails the object, naming the option, the value sent and the value found.
      - V(warn) turns that into a warning and lists the option in RV(unverified).
      - V(off) does not look.
    type: str
    choices:
      - strict
      - warn
      - 'off'
    default: strict
notes:
  - What the options of an item mean, and that omitted and null ones are left alone, is told at the module of its kind.
  - An account to be created needs C(password) or C(password_hash). If it has none, nothing is written at all.
  - B(Passwords in large states.) C(update_password=verify), which is the default of an item with a password, asks the
    panel about every account in every run, which costs two requests an account. C(update_password=on_create) costs
    none for accounts that exist, and so does a password that is left out.
  - C(domain_admins) come after C(users), since users of the same state may be among the admins. C(domain_users) comes
    after them for the same reason.
  - The account in use is never deleted, disabled, renamed or stripped of its rights, and so the last global admin is
    not either. With O(api_session) nobody knows which account that is, and no global admin is.
  - If a list that pruning needs cannot be read, or anything else fails in a domain, nothing is deleted there.
  - Deletions come last. Only an object whose name another one of the same run is to get goes before that, for example
    an alias whose address becomes a mailbox. Such a pass comes after everything else has succeeded. If the other one
    then cannot get the name, an alias account, an alias address, an alias domain or an extra address is put back, and
    the failure tells what is not, and how to have a mailbox again. Where the panel has not answered, so that it may
    still get the name, nothing is put back, and the failure tells what may be nobody's now.
  - Deleting or renaming an account also changes whatever refers to its name. What is declared and means the next holder
    of the name is therefore sent once more after the pass, and is among RV(changes), also where its declaration has not
    changed.
  - The plan is made once, and carried out as it was made. Accounts, lists and domains that are to be changed are looked
    at again before the first write, and each that is to be deleted or renamed right before that. One that has changed
    since it was planned, or is gone, fails with the code C(changed_since_planned) and is left alone; names that the run
    itself takes away or renames are no such change. Those who were quicker win, and a new run makes a new plan.
    Settings, white- and blacklists and admins of domains are not looked at again.
  - "Before the first write, the plan is checked as a whole: RV(findings) tells who holds an address twice, and who
    refers to an account that goes in the same run or that nobody knows."
  - "Plan, approve, apply: run the task in check mode, look at RV(changes), and run it with O(expect_checksum) set to
    the RV(checksum) of the plan. The checksum does not depend on passwords, since secrets are not part of what is
    shown."
  - A run that is interrupted, by Ctrl-C, SIGTERM, SIGHUP, the end of its connection or the C(timeout) of the task,
    waits for the requests that are under way and begins no other one. After a C(timeout), the result says what was
    done. After Ctrl-C and SIGTERM Ansible takes no result any more. Then a line on the standard error stream names
    what was sent, unless the module ran on another host, with C(become), or before ansible-core 2.19 as a module at
    all.
  - A run that was interrupted can be started again. It goes on from what is there.
  - With C(async) the work is done by the module in the background. Its temporary file is removed as soon as it has been
    read.
  - On the controller, work that takes longer than five seconds shows on the standard error stream how far it is, and
    about how long the rest will take, except with a stdout callback that prints JSON. As a module it shows none.
seealso:
  - module: mailstate.iredmail.iredmail_login
  - module: mailstate.iredmail.iredmail_server_info
"""

EXAMPLES = r"""
- name: Apply all files of a directory
  mailstate.iredmail.iredmail_state:
    src: mail

- name: Apply two files, the second one encrypted with Ansible Vault, and go on with other objects if one fails
  mailstate.iredmail.iredmail_state:
    src:
      - mail/example.com.yml
      - mail/passwords.yml
    continue_on_error: true

- name: Apply a small state from the playbook
  mailstate.iredmail.iredmail_state:
    declared:
      domains:
        - domain: example.com
          description: Example Ltd
          max_users: 50
      users:
        - mail: ada@example.com
          name: Ada Lovelace
          password: "{{ ada_password }}"
          update_password: on_create
          quota: 20GB
        - mail: charles@example.com
          state: absent
      aliases:
        - mail: sales@example.com
          members:
            - ada@example.com
      throttles:
        - account: example.com
          direction: outbound
          period: 3600
          max_msgs: 500

- name: Delete users and aliases that are not declared, in one domain, and never more than five
  mailstate.iredmail.iredmail_state:
    src: mail/example.com.yml
    prune:
      kinds:
        - users
        - aliases
      domains:
        - example.com
      protect:
        - postmaster@*
        - abuse@*
      keep_mailbox_days: 30
    max_deletions: 5

- name: Plan, without changing anything
  mailstate.iredmail.iredmail_state:
    src: mail
  check_mode: true
  register: plan

- name: Apply this plan, or fail if it would be another one by now
  mailstate.iredmail.iredmail_state:
    src: mail
    expect_checksum: "{{ plan.checksum }}"
"""

RETURN = r"""
changes:
  description:
    - The objects that were changed, in the order of kinds. In check mode, and when the task was refused before the
      first write, those that would be.
    - When a task fails that does not C(register) its result, the changes that it did not make are left out, since
      Ansible would show them as one long line. With C(-v), and for the callback P(mailstate.iredmail.drift#callback),
      they are there. RV(plan_text) names them in any case.
  returned: unless an option or what is declared is refused
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of object, in the singular.
      returned: always
      type: str
      sample: user
    id:
      description: Its name within its kind.
      returned: always
      type: str
      sample: ada@example.com
    action:
      description: What happens to it. One of V(create), V(update), V(rename) and V(delete).
      returned: always
      type: str
      sample: update
    declared:
      description: Whether the object is declared. V(false) for one that O(prune) deletes because it is not.
      returned: always
      type: bool
      sample: true
    place:
      description: Where it is declared, as C(file:line). Empty if it is not declared.
      returned: always
      type: str
      sample: mail/example.com.yml:12
    former:
      description: The name that it had before.
      returned: if it is renamed
      type: str
      sample: ada@example.com
    about:
      description: Its C(name) and C(stored_bytes), as far as they are shown.
      returned: if it is deleted
      type: dict
      sample: {name: Charles Babbage, stored_bytes: 1288490188}
    takes_along:
      description: The names of what goes along with a domain, by kind.
      returned: if a domain is deleted
      type: dict
      sample: {users: [ada@example.com, bob@example.com], aliases: [info@example.com]}
    keep_mailbox_days:
      description: Days for which the messages are kept. Null and V(0) mean forever.
      returned: if something with a mailbox is deleted
      type: int
      sample: 90
    before:
      description:
        - The options that are managed, before the task. When the task creates an object, it holds C(state) alone; when
          it deletes it, RV(changes[].after) does too.
        - Of an object that is sent once more since a name in it passes to another one, it is what the pass leaves.
        - A value that the panel does not show is V(<unknown>). Passwords and hashes are never shown; V(<set>),
          V(<changed>) or, where one was not verified, V(<unknown>) stands for them.
      returned: always
      type: dict
      sample: {quota: 1024}
    after:
      description: The same after the task.
      returned: always
      type: dict
      sample: {quota: 20480}
panel:
  description: The address of the panel; empty if it was not asked.
  returned: unless an option or what is declared is refused
  type: str
  sample: https://mail.example.com/iredadmin
plan_text:
  description:
    - The plan for the person who approves it, in lines. The first one counts, with everything that goes along with a
      domain. Then there is a line for each object, what is deleted first, with its place in a file if it is new, and
      the totals by domain. Groups of a long plan are told in one line each. After a real run, each line says what
      became of it.
    - It ends with RV(checksum), or with the reason if the plan was refused.
    - Empty if nothing could be planned, and with O(offline).
  returned: unless an option or what is declared is refused
  type: str
  sample: |-
    1 to delete, 1 to change; 12 unchanged. Panel: https://mail.example.com/iredadmin

    - user  charles@example.com  Charles Babbage, 1.2 GB; mail is kept for ever
    ~ user  ada@example.com      quota 1 GB -> 5 GB

    by domain: example.com 1 -, 1 ~
    checksum 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
domains:
  description:
    - The mail domains that what is declared belongs to, alias domains included. Those of accounts that are only admins
      are left out, and so are domains that are declared absent.
  returned: unless an option or what is declared is refused
  type: list
  elements: str
  sample: [example.com, example.org]
in_sync:
  description:
    - How many objects of each kind were read and stand as declared. Kinds without any are left out.
  returned: unless an option or what is declared is refused
  type: dict
  sample: {domains: 10, users: 9997}
summary:
  description:
    - How many objects there were of each outcome, and what it cost.
  returned: unless an option or what is declared is refused
  type: dict
  contains:
    created:
      description: Objects that were created. In check mode, those that would be. None when the task was refused.
      returned: always
      type: int
    updated:
      description: Objects that were changed.
      returned: always
      type: int
    renamed:
      description: Objects whose address was changed.
      returned: always
      type: int
    deleted:
      description: Objects that were deleted.
      returned: always
      type: int
    unchanged:
      description: Declared objects that stood as declared.
      returned: always
      type: int
    failed:
      description: Objects that failed.
      returned: always
      type: int
    not_tried:
      description: Objects that were left alone, since another one had failed.
      returned: always
      type: int
    takes_along:
      description: How many objects of each kind went along with deleted domains. They do not count as deleted.
      returned: always
      type: dict
      sample: {users: 40, aliases: 13}
    logins:
      description: Logins that were made.
      returned: always
      type: int
    requests:
      description: Requests by HTTP method, logins included.
      returned: always
      type: dict
      sample: {GET: 17, POST: 3, PUT: 1}
    seconds:
      description: Seconds from the first request to the last.
      returned: always
      type: float
  sample:
    created: 2
    updated: 1
    renamed: 0
    deleted: 0
    unchanged: 9997
    failed: 0
    not_tried: 0
    logins: 1
    requests: {GET: 17, POST: 3, PUT: 1}
    seconds: 4.2
checksum:
  description:
    - A checksum of the plan, for O(expect_checksum). It covers the address of the panel, everything that is to be sent,
      what this was planned from, what goes along with a domain, the scope of O(prune) and the ceilings. It does not
      cover the text of passwords.
  returned: if there is a plan, and nothing forbids to carry it out
  type: str
  sample: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
findings:
  description:
    - What the plan as a whole contradicts, in itself or on the server. One of severity V(error) stops the run before
      its first write, unless O(ignore_findings) names its code.
  returned: unless an option or what is declared is refused
  type: list
  elements: dict
  contains:
    code:
      description:
        - What it is. See O(ignore_findings).
      returned: always
      type: str
      sample: refers_to_deleted
    severity:
      description: Either V(error) or V(warning). Warnings stand in the warnings of the task as well.
      returned: always
      type: str
      sample: error
    kind:
      description: The kind of object, in the singular.
      returned: always
      type: str
      sample: alias
    id:
      description: Its name within its kind.
      returned: always
      type: str
      sample: all@example.com
    option:
      description: The option that says so, or empty.
      returned: always
      type: str
      sample: members
    place:
      description: Where the object is declared, as file and line.
      returned: always
      type: str
      sample: mail/example.com.yml:12
    message:
      description: What is wrong, and what to do about it.
      returned: always
      type: str
      sample: "members: ada@example.com goes in this run; take ada@example.com out here, or keep it."
undeclared:
  description:
    - What is on the server, is not declared, and stays; with O(undeclared), or within the scope of O(prune).
  returned: unless an option or what is declared is refused
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of object, in the singular.
      returned: always
      type: str
      sample: user
    id:
      description: Its name within its kind.
      returned: always
      type: str
      sample: bob@example.com
    reason:
      description:
        - V(reported) with O(undeclared), and V(domain_not_declared) if nothing declared belongs to its domain.
        - With O(undeclared) also V(cannot_be_declared) if it is listed under a name that cannot be declared,
          V(another_spelling) if it is declared in another spelling of its domain, and V(of_another_domain) if it is
          listed in a domain to which it does not belong.
      returned: always
      type: str
      sample: domain_not_declared
    shown:
      description: What the panel shows of it, without what is empty.
      returned: with O(undeclared), if the object could be read
      type: dict
      sample: {name: Bob, quota: 1024}
failures:
  description:
    - The objects that failed.
  returned: unless an option or what is declared is refused
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of object, in the singular.
      returned: always
      type: str
      sample: user
    id:
      description: Its name within its kind.
      returned: always
      type: str
      sample: ada@example.com
    code:
      description: What went wrong, for programs.
      returned: always
      type: str
      sample: missing_domain
    msg:
      description: What went wrong.
      returned: always
      type: str
    place:
      description: Where it is declared, as C(file:line). Empty if it is not declared.
      returned: always
      type: str
      sample: mail/example.com.yml:12
operations:
  description: The requests that changed something, by object; in check mode, those to be sent. See the notes.
  returned: unless an option or what is declared is refused
  type: list
  elements: dict
  sample:
    - {method: PUT, path: /api/user/ada@example.com, params: {quota: "20480"}}
unverified:
  description: Options whose value nobody can vouch for, each with its object, sorted.
  returned: unless an option or what is declared is refused
  type: list
  elements: str
  sample: ["user ada@example.com: password"]
uncompared:
  description:
    - Options that were left alone, since the panel does not show them and the item says C(unreadable=skip), each with
      its object, sorted. Such an object counts as C(unchanged) in RV(summary) and not in RV(in_sync).
  returned: unless an option or what is declared is refused
  type: list
  elements: str
  sample: ["domain example.com: relay"]
doubtful:
  description:
    - The objects of RV(unverified) and RV(uncompared), for programs. With O(undeclared) also domains in which something
      could not be listed, with its kinds as options.
  returned: unless an option or what is declared is refused
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of object, in the singular.
      returned: always
      type: str
      sample: domain
    id:
      description: Its name within its kind.
      returned: always
      type: str
      sample: example.com
    options:
      description: The options whose value nobody can vouch for.
      returned: always
      type: list
      elements: str
      sample: [relay]
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.task import STATE_MODULE

MODULE = STATE_MODULE


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
