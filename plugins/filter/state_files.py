# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: state_files
short_description: Turn an exported mail state into files
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Divides what M(mailstate.iredmail.iredmail_state_info) returned into the content of files, one for each domain, one
    (C(global.yml)) for what belongs to no domain, and a manifest (C(.manifest.yml)). Nothing is written.
    The role P(mailstate.iredmail.mail_export#role) does that.
  - M(mailstate.iredmail.iredmail_state) takes the files back as they are, as
    O(mailstate.iredmail.iredmail_state#module:src). The same state always gives the same files.
positional: _input
options:
  _input:
    description:
      - The result of M(mailstate.iredmail.iredmail_state_info).
    type: dict
    required: true
  domains:
    description:
      - The domains that the export was asked for. With any, what belongs to no domain is left out, since an export of
        some domains knows only a part of it.
    type: list
    elements: str
    default: []
  kinds:
    description:
      - The kinds that the export was asked for, to be named in the manifest.
    type: list
    elements: str
    default: []
  manifest:
    description:
      - The content of the manifest that is there already. With O(domains), what it says of other files stays.
    type: str
    default: ""
    version_added: 0.2.0
"""

EXAMPLES = r"""
- name: Read the live server
  mailstate.iredmail.iredmail_state_info:
  register: export

- name: Write one file per domain
  ansible.builtin.copy:
    dest: "mail/{{ item.name }}"
    content: "{{ item.content }}"
    mode: '0600'
  loop: "{{ export | mailstate.iredmail.state_files }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
_value:
  description:
    - The files, each with C(name) and C(content), sorted by name, the manifest last.
  type: list
  elements: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.supported import check_ansible


def state_files(
    exported: Mapping[str, Any],
    domains: Sequence[str] | None = None,
    kinds: Sequence[str] | None = None,
    manifest: str = "",
) -> Any:
    """The files of an export."""
    check_ansible()
    # an older Python could not read these
    from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
    from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.unsafe import literal
    from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.export import files_of

    if not isinstance(exported, Mapping):
        raise AnsibleFilterError("state_files: takes what iredmail_state_info returned.")
    try:
        return literal(files_of(exported, domains or (), kinds or (), str(manifest or "")))
    except InputError as error:
        raise AnsibleFilterError("state_files: %s" % error) from None


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"state_files": state_files}
