# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's door: run a module's work in this process where the task would run on the controller anyway.

A module costs a new Python for every item of a loop; here the items share one process, one login and one connection.
When anything about the task makes that doubtful, the ordinary module is run instead.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.common.text.converters import to_text
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

from ansible_collections.mailstate.iredmail.plugins.module_utils._client import Client
from ansible_collections.mailstate.iredmail.plugins.module_utils._connection import connection_spec, make_client
from ansible_collections.mailstate.iredmail.plugins.module_utils._job import Job, execute
from ansible_collections.mailstate.iredmail.plugins.module_utils._transport import REQUESTS_IMPORT_ERROR

#: clients of this process, by their connection options: a worker lives as long as one task with all its loop items
_CLIENTS: dict[str, Client] = {}


class InProcessAction(ActionBase):
    """Base of the action plugins; ``job`` says which module it is."""

    job: Job
    _requires_connection = False
    TRANSFERS_FILES = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result = super().run(tmp, task_vars)
        if not self._may_run_here(task_vars):
            result.update(self._execute_module(task_vars=task_vars, wrap_async=self._task.async_val))
            return result
        with self._environment():
            result.update(self._run_here())
        return result

    def _may_run_here(self, task_vars: Mapping[str, Any]) -> bool:
        wanted = task_vars.get("iredmail_in_process", True)
        if not boolean(self._templar.template(wanted), strict=False):
            return False
        if REQUESTS_IMPORT_ERROR or self._task.async_val or self._play_context.become or self._task.become:
            return False
        if getattr(self._connection, "transport", "") not in ("local", "ansible.builtin.local"):
            return False
        return self._interpreter_is_ours(task_vars)

    def _interpreter_is_ours(self, task_vars: Mapping[str, Any]) -> bool:
        """A named foreign interpreter is a wish to be respected; discovery and our own are not foreign."""
        scope = task_vars
        if self._task.delegate_to:
            delegated = task_vars.get("ansible_delegated_vars") or {}
            scope = delegated.get(self._task.delegate_to) or {}
        interpreter = scope.get("ansible_python_interpreter")
        if not interpreter:
            return True
        path = to_text(self._templar.template(interpreter))
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

    def _run_here(self) -> dict[str, Any]:
        spec = dict(self.job.spec())
        spec.pop("supports_check_mode")
        validator = ArgumentSpecValidator(spec.pop("argument_spec"), **spec)
        validated = validator.validate(_plain(self._task.args))
        no_log = validated._no_log_values  # pylint: disable=protected-access  # as AnsibleModule itself does
        params = validated.validated_parameters
        if validated.error_messages:
            failure = {"failed": True, "changed": False, "msg": self._complaint(validated)}
            return dict(remove_values(dict(failure, invocation={"module_args": params}), no_log))
        result = execute(self.job, params, self._task.check_mode, self._display.verbosity, _shared_client)
        result["invocation"] = {"module_args": params}
        result = remove_values(result, no_log)
        result.setdefault("warnings", []).extend(
            "Both option %s and its alias %s are set." % (warning["option"], warning["alias"])
            for warning in validated._warnings  # pylint: disable=protected-access
        )
        if not result["warnings"]:
            del result["warnings"]
        return result

    def _complaint(self, validated: Any) -> str:
        message = validated.errors.msg
        if validated.unsupported_parameters:
            message = "Unsupported parameters for (%s) module: %s" % (self._task.action, message)
        return message


def _shared_client(params: Mapping[str, Any]) -> Client:
    """The process's client for these connection options; also a refused login is shared, so it is tried once."""
    options = {name: params.get(name) for name in sorted(connection_spec())}
    options["environment"] = {name: value for name, value in os.environ.items() if name.upper().endswith("_PROXY")}
    options["bundle"] = [os.environ.get("REQUESTS_CA_BUNDLE"), os.environ.get("CURL_CA_BUNDLE")]
    key = hashlib.sha256(json.dumps(options, sort_keys=True, default=str).encode()).hexdigest()
    if key not in _CLIENTS:
        _CLIENTS[key] = make_client(params)
    return _CLIENTS[key]


def _plain(value: Any) -> Any:
    """Task arguments as a module would get them through JSON: vaulted values decrypted, keys as text."""
    if isinstance(value, Mapping):
        return {to_text(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return to_text(value) if getattr(value, "__ENCRYPTED__", False) else value
