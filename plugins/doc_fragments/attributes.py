# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the attributes every module has."""

from __future__ import annotations


class ModuleDocFragment:
    """What the attributes mean; modules say how far they support them."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
  diff_mode:
    description:
      - Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
  idempotent:
    description:
      - When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
      - This assumes that the system controlled or queried by the module has not changed in a relevant way.
  action_group:
    description: Use C(group/mailstate.iredmail.iredmail) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - mailstate.iredmail.iredmail
notes:
  - The requests to the panel come from the host the task runs on, which is usually the controller
    (C(connection=local) or C(delegate_to=localhost)). The panel must allow the address of that host to use its API.
  - Where the task runs on the controller anyway, the work is done in the controller's own process, so that the items
    of a loop share one login and one connection. Set the variable C(iredmail_in_process) to V(false) to have an
    ordinary module started for every item instead. The result is the same.
"""

    WRITING = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - Only reads are sent. The prediction lists the requests that would be sent.
  diff_mode:
    support: full
    details:
      - The diff holds the options the task manages and nothing else. Passwords and hashes are never shown.
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - This action does not modify state.
  diff_mode:
    support: N/A
    details:
      - This action does not modify state.
  idempotent:
    support: full
    details:
      - This action does not modify state.
"""
