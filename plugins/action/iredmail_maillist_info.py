# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller import action


class ActionModule(action.ActionModule):
    """The action plugin of the module of this name."""
