# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's door: run a module's work in this process where the task would run on the controller anyway.

A module costs a new Python for every item of a loop; here the items share one process, one login and one connection.
When anything about the task makes that doubtful, the ordinary module is run instead.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.common.text.converters import to_text
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

from .supported import check_ansible

check_ansible()

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.connection import connection_spec, is_unset
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.interrupt import Interrupt
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.transport import REQUESTS_IMPORT_ERROR
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import Module, execute, with_progress
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError

from . import interrupts, nulls
from .in_process import plain, shared_client, validate
from .progress import Progress


class ActionModule(ActionBase):
    """The action plugin of every module."""

    _requires_connection = False
    _supports_async = True
    TRANSFERS_FILES = False
    #: options that say something where they are empty, also where a template made them so
    SAYS_SOMETHING: tuple[str, ...] = tuple(connection_spec())
    #: what the module of the same name does
    module: Module

    def __init_subclass__(cls) -> None:
        # Ansible loads the plugin before it forks a process for each task, none of which has to import the module then
        super().__init_subclass__()
        cls.module = import_module(cls.__module__.replace(".plugins.action.", ".plugins.modules.")).MODULE

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        self._host = task_vars.get("inventory_hostname") or self._play_context.remote_addr
        result: dict[str, Any] = super().run(tmp, task_vars)
        try:
            self._restore_nulls()
        except InputError as error:
            result.update(self._refusal(self._validated(), str(error)))
            return result
        if not self._may_run_here(task_vars):
            # since ansible-core 2.21 modules tell what they were given only if asked; the drift report needs to know
            result.update(self._guarded_there(dict(task_vars, ansible_inject_invocation=True)))
            return result
        with self._environment():
            result.update(self._run_here())
        return result

    def _restore_nulls(self) -> None:
        """:raises InputError: an empty text may have been a null, or not"""
        if not nulls.KEPT:
            written = nulls.as_written(self._task)
            is_template = self._templar.is_template
            self._task.args = nulls.with_nulls(self._task.args, written, is_template, self.SAYS_SOMETHING)

    def _guarded_there(self, task_vars: dict[str, Any]) -> dict[str, Any]:
        """The module door, for as long as nobody ends the task."""
        interrupt = Interrupt()
        is_ours = self._is_local() and not (self._play_context.become or self._task.become)
        result: dict[str, Any] = {}
        try:
            with interrupts.in_a_module(interrupt, is_ours):
                result.update(self._run_there(task_vars))
        finally:
            self._end(interrupt, result)
        return result

    def _end(self, interrupt: Interrupt, result: dict[str, Any]) -> None:
        """Where the task was interrupted, say so; where Ansible is to end, nobody will see the result."""
        if interrupt.reason == interrupts.TIMEOUT:
            result["timedout"] = {"period": self._task.timeout}  # as Ansible itself tells it
        elif interrupt.reason is not None:
            interrupts.last_words(interrupt, self._subject, result)
            self.cleanup()
            interrupts.end_after(interrupt)

    def _is_local(self) -> bool:
        return getattr(self._connection, "transport", "") in ("local", "ansible.builtin.local")

    def _may_run_here(self, task_vars: Mapping[str, Any]) -> bool:
        if not self._is_wanted_here(task_vars):
            return False
        if REQUESTS_IMPORT_ERROR or self._task.async_val or self._play_context.become or self._task.become:
            return False
        return self._is_local() and self._interpreter_is_ours(task_vars)

    def _is_wanted_here(self, task_vars: Mapping[str, Any]) -> bool:
        wanted = self._templar.template(task_vars.get("iredmail_in_process"))
        if is_unset(wanted):
            return True
        try:
            return bool(boolean(wanted))
        except TypeError:
            raise AnsibleActionFail("iredmail_in_process is not a boolean: %s" % wanted) from None

    def _interpreter_is_ours(self, task_vars: Mapping[str, Any]) -> bool:
        """Whether the task would run with this Python, or with whichever one is found."""
        scope = task_vars
        if self._task.delegate_to:
            delegated = task_vars.get("ansible_delegated_vars") or {}
            scope = delegated.get(self._task.delegate_to) or {}
        interpreter = scope.get("ansible_python_interpreter")
        if not interpreter:
            return True
        path = str(to_text(self._templar.template(interpreter)))
        return path.startswith("auto") or os.path.realpath(path) == os.path.realpath(sys.executable)

    @contextmanager
    def _environment(self) -> Iterator[None]:
        """The task's ``environment:`` for as long as the work runs."""
        wanted: dict[str, Any] = {}
        self._compute_environment_string(wanted)
        before = dict(os.environ)
        os.environ.update({to_text(name): to_text(value) for name, value in wanted.items()})
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def _run_there(self, task_vars: dict[str, Any]) -> dict[str, Any]:
        """The module door."""
        return dict(self._execute_module(task_vars=task_vars, wrap_async=self._task.async_val))

    def _run_here(self) -> dict[str, Any]:
        """The controller's door."""
        validated = self._validated()
        if validated.error_messages:
            return self._refusal(validated)
        return self._executed(self.module, validated)

    def _validated(self) -> Any:
        """The checked arguments, fit to be shown."""
        return validate(self.module, plain(self._task.args))

    def _refusal(self, validated: Any, message: str | None = None) -> dict[str, Any]:
        """The result for arguments that were not accepted."""
        params = validated.validated_parameters
        failure = {"failed": True, "changed": False, "msg": message or complaint(validated, str(self._task.action))}
        no_log = validated._no_log_values  # pylint: disable=protected-access  # as AnsibleModule itself does
        return dict(remove_values(dict(failure, invocation={"module_args": params}), no_log))

    def _say(self, text: str) -> None:
        """A line on stderr; none beside JSON, which people redirect together with it."""
        if C.DEFAULT_STDOUT_CALLBACK.rpartition(".")[2] not in ("json", "jsonl"):
            self._display.display("%s: %s" % (self._subject, text), stderr=True)

    @property
    def _subject(self) -> str:
        """What a line on stderr begins with."""
        return "[%s] %s" % (self._host, str(self._task.action).rpartition(".")[2])

    def _executed(self, module: Module, validated: Any, **more: Any) -> dict[str, Any]:
        """Run a module in this process; ``more`` parameters replace validated ones and are not shown."""
        params = validated.validated_parameters
        no_log = validated._no_log_values  # pylint: disable=protected-access
        interrupt, verbosity = Interrupt(), self._display.verbosity
        with interrupts.in_this_process(interrupt):
            shown = with_progress(module, Progress(self._say))
            result = execute(shown, dict(params, **more), self._task.check_mode, verbosity, shared_client, interrupt)
        self._end(interrupt, result)
        result["invocation"] = {"module_args": params}
        result = remove_values(result, no_log)
        result.setdefault("warnings", []).extend(
            "Both option %s and its alias %s are set." % (warning["option"], warning["alias"])
            for warning in validated._warnings  # pylint: disable=protected-access
        )
        if not result["warnings"]:
            del result["warnings"]
        return dict(result)


def complaint(validated: Any, action: str) -> str:
    """What is wrong with arguments first of all, in the words of AnsibleModule."""
    message = str(validated.errors.msg)
    if isinstance(validated.errors[0], UnsupportedError):
        message = "Unsupported parameters for (%s) module: %s" % (action, message)
    return message
