# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options every writing module has."""

from __future__ import annotations


class ModuleDocFragment:
    """How an object is brought to its declared state."""

    DOCUMENTATION = r"""
options:
  state:
    description:
      - Whether the object exists.
      - With V(absent) the options that describe the object are ignored.
    type: str
    choices:
      - present
      - absent
    default: present
  verify:
    description:
      - What to do when the server accepts a write and then does not show what was sent. After every write the object
        is read again, since the panel silently ignores parameters and values it does not know.
      - V(strict) fails the task, naming the option, the value sent and the value found.
      - V(warn) turns that into a warning and lists the option in RV(unverified).
      - V(off) does not look.
    type: str
    choices:
      - strict
      - warn
      - 'off'
    default: strict
  unreadable:
    description:
      - What to do with an option that this panel does not show, so that it cannot be compared. Some releases hide BCC
        addresses, the relay or alias addresses. M(mailstate.iredmail.iredmail_server_info) tells which.
      - V(send) sends it every time, reports a change, warns and lists it in RV(unverified).
      - V(skip) sends it only when the object is created.
    type: str
    choices:
      - send
      - skip
    default: send
notes:
  - An option that is omitted or null is left alone. An empty YAML key or an undefined variable never clears a setting.
  - Settings are cleared explicitly, with V("") for text and addresses, V([]) for lists, and V(0) for numbers where it
    means none or unlimited. An option that cannot be cleared refuses the empty form. Booleans have no cleared form.
  - Lists are compared as sets. The exact form (for example O(ignore:services)) means these items and no others;
    the forms with C(add_) and C(remove_) touch only the items they name, and cannot be used together with the exact
    form.
  - Where the API can add and remove single items, the exact form is sent as the difference too, so that an item
    somebody else added meanwhile is not lost.
  - What the API accepts only on an existing object is sent right after the creation, in the same task.
  - A read that fails is an error, and never means that the object is absent.
seealso:
  - module: mailstate.iredmail.iredmail_login
  - module: mailstate.iredmail.iredmail_server_info
"""
