#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
"""

EXAMPLES = r"""
"""

RETURN = r"""
"""

from ansible_collections.mailstate.iredmail.plugins.module_utils._job import resource_job
from ansible_collections.mailstate.iredmail.plugins.module_utils._resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._run import run_module


def main():
    run_module(resource_job(DOMAIN))


if __name__ == "__main__":
    main()
