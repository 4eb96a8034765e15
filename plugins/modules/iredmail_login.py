#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iredmail_login
short_description: Log in to an iRedMail server once for many tasks
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Logs in to iRedAdmin-Pro and returns the session, to be given to other modules as O(api_session). Without it every
    task logs in by itself.
  - The session is as good as a password. Set C(no_log=true) on the task, since the session that is registered must
    stay usable and so cannot be hidden otherwise.
  - The panel forgets a session that was idle for 30 minutes. It also binds it to the address it was made from, so the
    tasks that use it must run on the host that logged in.
  - A session does not tell whose it is. To keep the account in use, tasks that have one refuse to delete, to disable,
    to rename or to strip any global admin.
  - Set O(api_session) for many tasks through C(module_defaults). Defaults of a group in an inner block replace those of
    the same group further out, so name O(api_url) there again unless it comes from E(IREDMAIL_API_URL).
extends_documentation_fragment:
  - mailstate.iredmail.connection
  - mailstate.iredmail.attributes
  - mailstate.iredmail.attributes.info
attributes:
  check_mode:
    details:
      - Logs in in check mode too, so that later tasks have a session.
  idempotent:
    details:
      - Every run makes a new session and never reports a change.
seealso:
  - module: mailstate.iredmail.iredmail_server_info
"""

EXAMPLES = r"""
- name: Log in once
  mailstate.iredmail.iredmail_login:
    api_username: postmaster@example.com
    api_password: "{{ mail_admin_password }}"
  register: login
  no_log: true

- name: Use the session in all tasks of a block
  module_defaults:
    # replaces the group's defaults of the play as a whole, so the address is given again
    group/mailstate.iredmail.iredmail:
      api_url: "{{ mail_api_url }}"
      api_session: "{{ login.session }}"
  block:
    - name: Create a domain
      mailstate.iredmail.iredmail_domain:
        domain: example.org
        description: Example Organisation

    - name: Create an alias
      mailstate.iredmail.iredmail_alias:
        mail: office@example.org
        members:
          - ada@example.net
"""

RETURN = r"""
session:
  description:
    - The session, to be given to other modules as O(api_session). Its form is up to the panel.
    - Null when the login failed.
  returned: unless an option is refused
  type: str
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import check_python

check_python()

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.module import run_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._support.login import LOGIN

MODULE = LOGIN


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
