# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an action plugin brings along when Ansible loads it."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.modules import MODULES

CODE = """
import importlib, sys
plugins = "ansible_collections.mailstate.iredmail.plugins."
for name in sys.argv[1:]:
    importlib.import_module(plugins + "action." + name)
    if plugins + "modules." + name not in sys.modules:
        print(name)
"""


def test_each_brings_its_module_so_that_no_task_imports_it():
    """Ansible loads the action plugin of a task first, and then forks a process for each host, and for each task."""
    environment = dict(os.environ, PYTHONPATH=os.environ["ANSIBLE_COLLECTIONS_PATH"])
    command = [sys.executable, "-c", CODE, *MODULES]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert MODULES
    assert done.stdout == ""
