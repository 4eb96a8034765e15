# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ansible-core is refused."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleError

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.supported import check_ansible


@pytest.mark.parametrize("version", ["2.17.0", "2.17.0rc1", "2.17.0.dev0", "2.21.3", "3.0.0"])
def test_what_is_new_enough(version: str) -> None:
    check_ansible(version)


@pytest.mark.parametrize("version", ["2.9.27", "2.15.13", "2.16.14"])
def test_what_is_too_old_is_refused_in_one_sentence(version: str) -> None:
    with pytest.raises(AnsibleError) as refusal:
        check_ansible(version)
    message = str(refusal.value)
    assert message.startswith("mailstate.iredmail needs ansible-core 2.17 or newer, which needs Python 3.10 or newer")
    assert f"this is ansible-core {version} with Python 3." in message
    assert message.endswith(": upgrade it, or give AWX an execution environment that has it.")
