# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: people_files
short_description: Turn a personnel list into state files
version_added: 0.2.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Reads a list of people that a spreadsheet or a personnel system wrote as CSV, compares it with the state files of a
    directory, and returns the files that are to be written. Nothing is written, and no panel is asked.
  - The role P(mailstate.iredmail.mail_import#role) writes them, and its documentation says what each setting means.
options:
  _terms:
    description:
      - The path of the CSV file on the controller.
    type: list
    elements: str
    required: true
  dir:
    description:
      - The path of the directory of state files. It need not exist.
    type: str
    required: true
  settings:
    description:
      - The variables of the role, without C(mail_import_), such as C(leavers) and C(columns).
    type: dict
    default: {}
  passwords_file:
    description:
      - The path of the encrypted file for first passwords. By default C(.passwords.yml) in O(dir).
    type: str
notes:
  - First passwords are random, so each evaluation returns others. Keep the result by M(ansible.builtin.set_fact), with
    C(no_log), since the contents hold hashes.
seealso:
  - plugin: mailstate.iredmail.state_files
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Compare a personnel list with the state files
  ansible.builtin.set_fact:
    imported: "{{ lookup('mailstate.iredmail.people_files', 'people.csv', dir='mail', settings=wishes) }}"
  vars:
    wishes:
      address: '{given}.{surname}@example.com'
  no_log: true

- name: Show what would be written
  ansible.builtin.debug:
    msg: "{{ imported.problems or imported.plan }}"
"""

RETURN = r"""
_raw:
  description:
    - For each list, C(problems), a sentence for each thing that is wrong with it; C(plan), the lines of the plan; and
      C(files), each with C(path) and C(content). With problems there is neither a plan nor a file.
  type: list
  elements: dict
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleLookupError
from ansible.parsing.vault import match_encrypt_secret
from ansible.plugins.lookup import LookupBase

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.supported import check_ansible

check_ansible()

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.unsafe import literal
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.vault import decrypt, vault_of
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._import.run import Encrypt, import_people

OPTIONS = ("dir", "settings", "passwords_file")


class LookupModule(LookupBase):
    """State files of personnel lists."""

    def run(self, terms: list[Any], variables: Mapping[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        unknown = sorted(set(kwargs) - set(OPTIONS))
        if unknown:  # which Ansible would pass over
            raise AnsibleLookupError("mailstate.iredmail.people_files: there is no option %s." % ", ".join(unknown))
        self.set_options(var_options=variables, direct=kwargs)
        folder = self.get_option("dir")
        passwords = self.get_option("passwords_file") or "%s/.passwords.yml" % folder.rstrip("/")
        opened, closed = partial(decrypt, self._loader), self._encrypt()
        found = [
            import_people(str(one), folder, self.get_option("settings"), passwords, opened, closed) for one in terms
        ]
        return list(literal(found))

    def _encrypt(self) -> Encrypt | None:
        vault = vault_of(self._loader)
        if not vault.secrets:
            return None
        wanted = C.config.get_config_value("DEFAULT_VAULT_ENCRYPT_IDENTITY")
        name, secret = match_encrypt_secret(vault.secrets, encrypt_vault_id=wanted)
        return lambda data: bytes(vault.encrypt(data, secret=secret, vault_id=None if name == "default" else name))
