# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module door: the same work as in the controller's process, as an ordinary Ansible module."""

from __future__ import annotations

import os
from typing import Any, Callable, Dict

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._api.connection import without_environment
from .._api.interrupt import Interrupt
from .._api.transport import REQUESTS_IMPORT_ERROR
from .._errors import InputError
from .arguments import given, lost
from .signals import heeded, nobody_reads, parent_is_gone
from .task import Module, execute

#: where the result goes
STDOUT = 1


class _Module(AnsibleModule):  # type: ignore[misc]
    """An AnsibleModule for which a null was not given.

    :ivar args: the arguments as they arrived
    """

    params: Dict[str, Any]
    args: Dict[str, Any]

    def _load_params(self) -> None:
        super()._load_params()
        self.args = dict(self.params)
        self.params = given(self.argument_spec, self.params)


def run_module(job: Module) -> None:
    """Run a job as the module it is, and exit.

    Ansible may end without a signal to its modules: a connection is lost, or a worker process dies, and what is left
    is a pipe that nobody reads.
    """
    interrupt = Interrupt()
    nobody, orphaned = nobody_reads(STDOUT), parent_is_gone(os.getppid())
    with heeded(interrupt, lambda: nobody() or orphaned()):
        module = _accepted(job)
        for sentence in lost(job, module.args):
            module.fail_json(msg=sentence)
        if REQUESTS_IMPORT_ERROR:
            module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
        result = execute(job, module.params, module.check_mode, module._verbosity, interrupt=interrupt)
        for warning in result.pop("warnings", []):
            module.warn(warning)
        leave: Callable[..., None] = module.fail_json if result.pop("failed", False) else module.exit_json
        leave(**result)


def _accepted(job: Module) -> _Module:
    """The module with its options checked; fails the task where one cannot be used."""
    spec = job.spec()
    try:
        return _Module(**spec)
    except InputError as error:  # what the environment says cannot be used, and Ansible has no way to tell that
        module = _Module(**dict(spec, argument_spec=without_environment(spec["argument_spec"])))
        module.fail_json(msg=str(error))
        raise
