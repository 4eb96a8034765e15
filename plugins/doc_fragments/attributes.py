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
  - An option that is null counts as not given. Before ansible-core 2.19 a null in a template becomes an empty text, so
    there an option whose template comes to an empty text counts as not given too, and V("") clears only where it is
    written in the task itself or in a state file. An empty text within a value that as a whole comes from a template,
    or from C(module_defaults), is refused.
  - YAML makes V(false) of an unquoted V(No), and another number of V(0301234567). No text is made of these again. A
    text that looks like a boolean or a number stands in quotes.
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
      - C(before) and C(after) hold the options the task manages, in their vocabulary, and nothing else. In check mode
        C(after) is what is to be expected.
      - When the task creates the object, C(before) holds V(state) alone; when it deletes it, both do.
      - Of a list, items that the panel has put there by itself and that the task leaves alone, such as internal
        services, are left out.
      - A value that the panel does not show is V(<unknown>). Passwords and hashes are never shown; V(<set>),
        V(<changed>) or, where one was not verified, V(<unknown>) stands for them.
notes:
  - RV(operations) lists requests with their C(method), their C(path) as the API documentation writes it, whatever the
    panel's address is, and their C(params) in the API's own vocabulary. Passwords and hashes among these are
    V(********). Reads, logins and password verifications are left out, and so is a request that the server refused.
  - A C(diff) is returned whenever RV(operations) is, and not only in diff mode. It has C(before), C(after), and as
    C(before_header) and C(after_header) the kind of object with its name, for example V(user ada@example.com).
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
