# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.questions import GREYLISTING_INFO_JOB
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.action import InProcessAction


class ActionModule(InProcessAction):
    """The controller's door to M(mailstate.iredmail.iredmail_greylisting_info)."""

    job = GREYLISTING_INFO_JOB
