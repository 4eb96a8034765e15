#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_server_info
short_description: Look at an iRedMail server before anything is changed
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Logs in and finds out what the panel is and what it shows. Meant as the first task of a play.
  - Fails with a message that says which it is when the panel cannot be reached, its API is switched off, the address of
    this host is not allowed, or the login is refused.
  - The panel cannot be asked what it is. That is concluded from its session cookie and from what the first domain, user
    and alias look like. Its release stays unknown.
  - With O(capture), also reads one example of everything else and returns the answers without names, addresses and
    secrets, to attach to a report about a panel whose answers this collection does not understand.
options:
  capture:
    description:
      - Also read one example of each kind of object and setting and return the answers as RV(capture).
      - Sends some 80 requests, all of them reads. A request that the panel refuses or fails at is part of the result
        and stops nothing. A password is never asked for, nor is an LDIF export.
      - The playbook C(mailstate.iredmail.capture) writes the result to a file.
    type: bool
    default: false
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
seealso:
  - module: mailstate.iredmail.iredmail_login
"""

EXAMPLES = r"""
- name: Look at the server
  mailstate.iredmail.iredmail_server_info:
  register: panel

- name: Stop unless the account is a global admin
  ansible.builtin.assert:
    that: panel.server.global_admin
    fail_msg: Passwords can be verified by a global admin only.

- name: Show which settings of users this panel hides
  ansible.builtin.debug:
    msg: "{{ panel.server.unreadable.users | default([]) }}"

- name: Read one example of everything this panel has, with all names replaced
  mailstate.iredmail.iredmail_server_info:
    capture: true
  register: example

- name: Show which requests failed
  ansible.builtin.debug:
    msg: "{{ example.capture.requests | rejectattr('ok') | map(attribute='request') }}"
"""

RETURN = r"""
server:
  description:
    - What was found out. Empty when the task failed.
  returned: unless an option is refused
  type: dict
  contains:
    backend:
      description: Where the server keeps its accounts. V(unknown) when there is nothing to tell by.
      returned: success
      type: str
      choices: [sql, ldap, unknown]
      sample: sql
    global_admin:
      description: Whether O(api_username) is a global admin. Null when that cannot be told, for example because only
        O(api_session) is known.
      returned: success
      type: bool
      sample: true
    domains:
      description: How many domains the account may see.
      returned: success
      type: int
      sample: 2
    unreadable:
      description:
        - The options that this panel does not show and that cannot be compared; see the O(ignore:unreadable) option of
          the writing modules.
        - A list for each of V(domains), V(users) and V(aliases). A kind of which there is no object is left out.
      returned: success
      type: dict
      sample:
        domains: [alias_domains, outbound_relay, recipient_bcc, sender_bcc]
        users: [aliases, recipient_bcc, sender_bcc]
        aliases: []
capture:
  description:
    - One example of each answer of the panel. Addresses, domains, hosts, IP addresses, times, secrets and all other
      text that is not a known word of the API are replaced, the same thing by the same name everywhere. The structure,
      keys, numbers, booleans and nulls are the panel's.
    - Look through it before you pass it on. A number is kept, unless its key says that it is somebody's. A key is kept,
      unless it is an address, a domain or the name of somebody who appears elsewhere.
  returned: if O(capture), also when the task then fails because of an answer that it does not understand
  type: dict
  contains:
    format:
      description: The version of this form.
      returned: once logged in
      type: int
      sample: 1
    version:
      description: The version of this collection.
      returned: once logged in
      type: str
      sample: 0.1.0
    release:
      description: The release of the panel, which cannot be asked for it. Fill it in.
      returned: once logged in
      type: str
      sample: unknown
    backend:
      description: What the name of the session cookie says.
      returned: once logged in
      type: str
      choices: [sql, ldap, unknown]
      sample: sql
    server:
      description: The same as RV(server).
      returned: success
      type: dict
    problem:
      description: The kind of error that the task failed with.
      returned: failure
      type: str
      sample: BadAnswer
    requests:
      description: The requests in order.
      returned: once logged in
      type: list
      elements: dict
      contains:
        request:
          description: Method and path, with parameters.
          returned: success
          type: str
          sample: GET /api/user/user1@domain1.example
        ok:
          description: Whether the API answered with success.
          returned: success
          type: bool
          sample: true
        status:
          description: The HTTP status. Null if there was no answer.
          returned: success
          type: int
          sample: 200
        content_type:
          description: The header of that name. Null if there was no answer.
          returned: success
          type: str
          sample: application/json
        answer:
          description: The answer, decoded. The beginning of it, as text, if it is not JSON. Null if there was none.
          returned: success
          type: raw
          sample: {"_success": true, "_data": {"username": "user1@domain1.example", "name": "text1", "quota": 1024}}
        failure:
          description: The kind of error.
          returned: failure
          type: str
          sample: Rejected
        cut:
          description: Whether lists in the answer were longer. Of a list of objects two are kept, of others 50 entries.
          returned: if they were
          type: bool
          sample: true
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._support.server import SERVER_INFO

MODULE = SERVER_INFO


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
