# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: plan_files
short_description: Turn the plan of a mail state into files
version_added: 0.2.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Makes the content of files of what M(mailstate.iredmail.iredmail_state) returned. C(plan.json) is for programs,
    C(plan.md) for a comment on a pull request, and C(plan.html) for a browser. However long a plan is, no group of it
    is told in one line; after a run that was no check, the lines are those that the task shows. Nothing is written. The
    role P(mailstate.iredmail.mail_state#role) does that.
positional: _input
options:
  _input:
    description:
      - The result of M(mailstate.iredmail.iredmail_state).
    type: dict
    required: true
  formats:
    description:
      - The formats, of C(json), C(markdown) and C(html).
    type: list
    elements: str
    default:
      - json
      - markdown
      - html
"""

EXAMPLES = r"""
- name: Plan
  mailstate.iredmail.iredmail_state:
    src: mail
  check_mode: true
  register: plan

- name: Keep the plan for a comment on the pull request
  ansible.builtin.copy:
    dest: "plan/{{ item.name }}"
    content: "{{ item.content }}"
    mode: '0600'
  loop: "{{ plan | mailstate.iredmail.plan_files(['markdown']) }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
_value:
  description:
    - The files, each with C(name) and C(content).
  type: list
  elements: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.supported import check_ansible


def plan_files(result: Mapping[str, Any], formats: Sequence[str] = ("json", "markdown", "html")) -> Any:
    """The files of a plan."""
    check_ansible()
    # an older Python could not read these
    from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
    from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.unsafe import literal
    from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.plan import plan_files as files_of

    if not isinstance(result, Mapping):
        raise AnsibleFilterError("plan_files: takes what iredmail_state returned.")
    try:
        return literal(files_of(result, formats))
    except InputError as error:
        raise AnsibleFilterError("plan_files: %s" % error) from None


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"plan_files": plan_files}
