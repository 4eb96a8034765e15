# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.module_utils.common.text.converters import to_text

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.connection import connection_spec
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.arguments import given
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.task import READ_ONCE
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller import action
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.in_process import plain, validate
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.vault import decrypt
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.reader import StateFiles

#: the callback that reads results of tasks
DRIFT = "mailstate.iredmail.drift"


class ActionModule(action.ActionModule):
    """Reads state files on the controller, whichever door the work goes through, and keeps what they hold to itself."""

    #: an approval that got lost is none
    SAYS_SOMETHING = (*connection_spec(), "expect_checksum")

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        return result if self._may_be_looked_at() else _in_short(result)

    def _may_be_looked_at(self) -> bool:
        """Whether somebody may want all of the result of a failure, which Ansible shows as one line of JSON."""
        callbacks = C.config.get_config_value("CALLBACKS_ENABLED") or ()
        return bool(self._task.register) or self._display.verbosity > 0 or DRIFT in callbacks

    def _run_here(self) -> dict[str, Any]:
        validated, declared = self._split()
        if validated.error_messages:
            return self._refusal(validated)
        try:
            content = self._content(validated.validated_parameters, declared)
        except InputError as error:
            return self._refusal(validated, str(error))
        return self._executed(self.module, validated, declared=content, src=None)

    def _run_there(self, task_vars: dict[str, Any]) -> dict[str, Any]:
        # the connection options may come from the environment there
        validated, declared = self._split(without=frozenset(connection_spec()))
        if validated.error_messages:
            return self._refusal(validated)
        params = validated.validated_parameters
        try:
            text = json.dumps(dict(self._content(params, declared), **{READ_ONCE: True}), default=str)
        except InputError as error:
            return self._refusal(validated, str(error))
        shell = self._connection._shell
        if shell.tmpdir is None:
            self._make_tmp_path()
        path = shell.join_path(shell.tmpdir, "state.json")
        result: dict[str, Any] | None = None
        try:
            self._transfer_data(path, text)
            # others may not enter the directory; a become_user is given access to it and to the file
            self._remote_chmod([path], "0600")
            self._fixup_perms2([shell.tmpdir, path], execute=False)
            args = {name: value for name, value in self._task.args.items() if name not in ("declared", "src")}
            result = dict(
                self._execute_module(
                    module_args=dict(args, src=path), task_vars=task_vars, wrap_async=self._task.async_val
                )
            )
        finally:
            # what runs in the background still needs it; async_wrapper removes the directory when that ends
            if result is None or not self._task.async_val:
                self._low_level_execute_command(shell.remove(path), sudoable=False)
        shown = result.get("invocation", {}).get("module_args")
        if isinstance(shown, dict):
            shown.update(src=params.get("src"), declared=params.get("declared"))
        return result

    def _split(self, without: frozenset[str] = frozenset()) -> tuple[Any, Any]:
        """The checked arguments with a summary in place of what is declared, and that, since checking copies."""
        args = given({}, {name: plain(value) for name, value in self._task.args.items()})
        declared = args.get("declared")
        if isinstance(declared, dict):
            args["declared"] = {}
        validated = validate(self.module, args, without)
        params = validated.validated_parameters
        if "declared" in args:
            if not isinstance(declared, dict):
                declared = params.get("declared")
            params["declared"] = _summary(declared)
        return validated, declared

    def _validated(self) -> Any:
        return self._split()[0]

    def _content(self, params: Mapping[str, Any], declared: Any) -> dict[str, Any]:
        """Everything declared.

        :raises InputError: a file cannot be used
        """
        if params.get("src") is None:
            return dict(declared)
        prune = params.get("prune") or {}
        return StateFiles(self._find, partial(decrypt, self._loader), prune.get("kinds") or ()).read(params["src"])

    def _find(self, path: str) -> str:
        try:
            return str(to_text(self._find_needle("files", path)))
        except AnsibleError:
            raise InputError(
                "src: there is no %s on the controller; it is searched for where files of playbooks are." % path
            ) from None


def _in_short(result: dict[str, Any]) -> dict[str, Any]:
    """A failure with the changes that it made; its text names the others."""
    if result.get("failed") and result.get("changes"):
        failed = {(one["kind"], one["id"]) for one in result["failures"]}
        made = [one for one in result["changes"] if (one["kind"], one["id"]) not in failed]
        result["changes"] = made if result.get("operations") else []
    return result


def _summary(declared: Any) -> Any:
    """What may be shown of it: how much there is."""
    if not isinstance(declared, Mapping):
        return None if declared is None else "<%s>" % type(declared).__name__
    return {
        to_text(kind): "%d items" % len(items) if isinstance(items, (list, tuple)) else None if items is None else "?"
        for kind, items in declared.items()
    }
