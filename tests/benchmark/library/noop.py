#!/usr/bin/python
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module that does nothing: the price of being a module at all."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule


def main():
    AnsibleModule(argument_spec={"mail": {"type": "str"}}, supports_check_mode=True).exit_json(changed=False)


if __name__ == "__main__":
    main()
