# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: drift_report
short_description: Turn results of iredmail_state in check mode into a drift report
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Makes the files of a drift report, the same as the callback P(mailstate.iredmail.drift#callback) writes, and a
    summary of it. Nothing is written. The role P(mailstate.iredmail.mail_drift#role) does that, for which no callback
    need be enabled.
  - A domain that is declared nowhere and would not be deleted, since the account in use or something declared is in it,
    is drift here and no failure.
positional: _input
options:
  _input:
    description:
      - The results of M(mailstate.iredmail.iredmail_state) in check mode, by host.
    type: dict
    required: true
  started:
    description:
      - When the run began, such as V(2026-11-21T04:00:00Z).
    type: str
    required: true
  formats:
    description:
      - The formats of the files.
    type: list
    elements: str
    choices: [json, markdown, html, junit, prometheus]
    default: [json, markdown, html]
  servers:
    description:
      - The addresses of the panels by host, to be named in the report where results do not tell them.
    type: dict
    default: {}
  src:
    description:
      - Where the state is declared, a path or a list of them, for the commands in the report.
    type: raw
    default: []
    version_added: 0.2.0
  base_dir:
    description:
      - The directory from which relative paths in O(src) start. The report names the Git revision of the files.
    type: str
    default: ""
    version_added: 0.2.0
  history:
    description:
      - A directory with older reports, of which the last one that is complete tells what is new. It may be missing.
    type: str
    default: ""
    version_added: 0.2.0
  keep:
    description:
      - How many reports are kept in O(history).
    type: int
    default: 0
    version_added: 0.2.0
  missing:
    description:
      - The hosts that were to be compared and have no result. The report is not complete then, and names them.
    type: list
    elements: str
    default: []
    version_added: 0.2.0
"""

EXAMPLES = r"""
- name: Note the time
  ansible.builtin.set_fact:
    started: "{{ now(utc=true, fmt='%Y-%m-%dT%H:%M:%SZ') }}"

- name: Compare
  mailstate.iredmail.iredmail_state:
    src: mail
    continue_on_error: true
  check_mode: true
  ignore_errors: true
  register: comparison

- name: Show the verdict
  ansible.builtin.debug:
    msg: "{{ report.verdict }}"
  vars:
    report: "{{ {inventory_hostname: comparison} | mailstate.iredmail.drift_report(started) }}"
"""

RETURN = r"""
_value:
  description:
    - C(summary), with C(drift) and C(failed) as booleans, C(complete), C(objects), C(counts) by status, C(by_weight),
      C(by_kind), C(new), and the plan's C(checksum), which is empty when there is more than one host. C(checksums) has
      it by host.
    - C(verdict), the report in a sentence or two.
    - C(failures), a sentence for each object that could not be read.
    - C(files), each with C(name) and C(content).
    - C(history), with C(add), files as above, and C(remove), the names of those that are too many.
  type: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.supported import check_ansible


def drift_report(
    results: Mapping[str, Any],
    started: str,
    formats: Sequence[str] = ("json", "markdown", "html"),
    servers: Mapping[str, str] | None = None,
    src: Any = (),
    base_dir: str = "",
    history: str = "",
    keep: int = 0,
    missing: Sequence[str] = (),
) -> Any:
    """The files and the summary of a report."""
    check_ansible()
    # an older Python could not read these
    from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
    from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.unsafe import literal
    from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.role import Circumstances, report_of

    if not isinstance(results, Mapping) or not all(isinstance(one, Mapping) for one in results.values()):
        raise AnsibleFilterError("drift_report: takes results of iredmail_state by host.")
    paths = [str(one) for one in ([src] if isinstance(src, str) else src or ()) if one]
    known = Circumstances(paths, str(base_dir), str(history), int(keep), [str(one) for one in missing])
    try:
        return literal(report_of(results, str(started), formats, servers or {}, known))
    except InputError as error:
        raise AnsibleFilterError("drift_report: %s" % error) from None


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"drift_report": drift_report}
