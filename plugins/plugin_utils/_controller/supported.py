# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuse an Ansible that is too old.

Plugins ask before they import anything else of the collection. Filters ask and import when they are called: of an error
at their import Ansible makes a warning, and tells the task that there is no such filter.
"""

from __future__ import annotations

import re
import sys

from ansible.errors import AnsibleError
from ansible.release import __version__

from ansible_collections.mailstate.iredmail.plugins.module_utils._supported import ANSIBLE, CONTROLLER, dotted


def check_ansible(version: str = __version__) -> None:
    """:raises AnsibleError: this ansible-core is too old"""
    here = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if here < ANSIBLE:
        raise AnsibleError(
            "mailstate.iredmail needs ansible-core %s or newer, which needs Python %s or newer, and this is"
            " ansible-core %s with Python %s: upgrade it, or give AWX an execution environment that has it."
            % (dotted(ANSIBLE), dotted(CONTROLLER), version, dotted(sys.version_info))
        )
