# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's plays, tasks and results -> events. The only file of the drift report that knows Ansible's own objects.

Attributes with and without an underscore: ansible-core 2.19 gave those of a result names without one, and later ones
complain about the others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from .collect import BAD, Event, server_of
from .entry import STATE

COLLECTION = "mailstate.iredmail."
PREFIX = COLLECTION + "iredmail_"
#: a variable of a task that fails because of what was found
VERDICT = "iredmail_drift_verdict"
_ROLES = ("include_role", "import_role")


def event_of(result: Any, outcome: str, item: bool, ordinal: int) -> Event | None:
    """The event of a result; None if it is not of this collection, or if its items were events already."""
    fields, task = fields_of(result), _of(result, "task")
    returned = _of(result, "result") or {}
    module = module_of(task, fields)
    if not module or (not item and isinstance(returned.get("results"), list) and _loops(task, fields)):
        return None
    args = fields.get("args")
    if not isinstance(args, Mapping):
        args = getattr(task, "args", None) or {}
    given = (returned.get("invocation") or {}).get("module_args") if isinstance(returned, Mapping) else None
    url = (given or {}).get("api_url") if isinstance(given, Mapping) else None
    for place in (args.get("api_url"), environment_of(result).get("IREDMAIL_API_URL")):
        url = url or place
    if module == STATE and isinstance(returned, Mapping):
        url = url or returned.get("panel")
    return Event(
        module,
        host_of(result),
        name_of(result),
        dict(returned, failed=True) if outcome == BAD else returned,
        args,
        server_of(url),
        bool(fields.get("check_mode", getattr(task, "check_mode", False))),
        outcome,
        ordinal,
        any(fields.get(name) for name in ("failed_when", "async_val", "async")),
    )


def collected(result: Any) -> Mapping[str, Any]:
    """What ``async_status`` says of a job that has ended, with its name; empty if the result is none of these."""
    action = str(fields_of(result).get("action") or getattr(_of(result, "task"), "action", "") or "")
    returned = _of(result, "result")
    if action.rpartition(".")[2] != "async_status" or not isinstance(returned, Mapping) or not returned.get("finished"):
        return {}
    return returned


def module_of(task: Any, fields: Mapping[str, Any] | None = None) -> str:
    """The module's name after ``iredmail_``; empty for a module from elsewhere.

    A short name becomes a full one through ``collections:``. A name that is a template is known with the result only.
    """
    action = str((fields or {}).get("action") or getattr(task, "action", "") or "")
    if "{" not in action and not action.startswith(COLLECTION):
        action = str(getattr(task, "resolved_action", None) or action) if action.startswith("iredmail_") else action
    return action[len(PREFIX) :] if action.startswith(PREFIX) else ""


def fields_of(result: Any) -> Mapping[str, Any]:
    """The task's attributes as they were when it ran, templates resolved."""
    # of these ansible-core 2.21 complains about the name without an underscore, and has the task itself resolved
    fields = getattr(result, "_task_fields", None)
    if fields is None:
        fields = _of(result, "task").dump_attrs()
    return fields if isinstance(fields, Mapping) else {}


def host_of(result: Any) -> str:
    return str(_of(result, "host").get_name())


def name_of(result: Any) -> str:
    return str(fields_of(result).get("name") or _of(result, "task").get_name())


def environment_of(result: Any) -> dict[str, Any]:
    """The ``environment:`` of the task over that of Ansible, of which only the connection options count."""
    found: dict[str, Any] = {name: value for name, value in os.environ.items() if name.startswith("IREDMAIL_")}
    wanted = fields_of(result).get("environment")
    for one in wanted if isinstance(wanted, (list, tuple)) else [wanted]:
        if isinstance(one, Mapping):
            found.update({name: value for name, value in one.items() if str(name).startswith("IREDMAIL_")})
    return found


def is_verdict(fields: Mapping[str, Any]) -> bool:
    """Whether a task fails because of what was found, and not because something could not be looked at."""
    variables = fields.get("vars")
    return isinstance(variables, Mapping) and str(variables.get(VERDICT, "")).lower() in ("true", "yes", "1")


def leaves_out(result: Any) -> bool:
    """Whether tasks of this collection come after one that failed, up to the end of the block that has a rescue."""
    node: Any = _of(result, "task")
    while node is not None:
        block: Any = getattr(node, "_parent", None)
        inside = [getattr(one, "_uuid", None) for one in getattr(block, "block", None) or ()]
        own = getattr(node, "_uuid", None)
        if own in inside:
            if _mentioned(block.block[inside.index(own) + 1 :]):
                return True
            if block.rescue:
                return False
        node = block
    return False


def mentions(play: Any) -> bool:
    """Whether a play names a module or a role of this collection, as far as that can be seen before it runs."""
    if any(_role_of(role).startswith(COLLECTION) for role in play.get_roles()):
        return True
    if any(_mentioned(role.get_task_blocks()) for role in play.get_roles()):
        return True
    return any(_mentioned(getattr(play, part)) for part in ("pre_tasks", "tasks", "post_tasks", "handlers"))


def _role_of(role: Any) -> str:
    return str(role.get_name())


def _mentioned(blocks: Any) -> bool:
    for task in _tasks(blocks):
        if module_of(task):
            return True
        action = str(getattr(task, "action", "")).rpartition(".")[2]
        name = (getattr(task, "args", None) or {}).get("name")
        if action in _ROLES and str(name).startswith(COLLECTION):
            return True
    return False


def _tasks(blocks: Any) -> Iterator[Any]:
    """The tasks in blocks, those of ``rescue`` and ``always`` included."""
    for one in blocks or ():
        inner = [part for name in ("block", "rescue", "always") for part in getattr(one, name, None) or ()]
        if inner or hasattr(one, "block"):
            yield from _tasks(inner)
        else:
            yield one


def _loops(task: Any, fields: Mapping[str, Any]) -> bool:
    return bool(getattr(task, "loop", None) or getattr(task, "loop_with", None) or fields.get("loop"))


def _of(thing: Any, name: str) -> Any:
    """:param thing: a result of any ansible-core"""
    found = getattr(thing, name, None)
    return found if found is not None else getattr(thing, "_" + name, None)
