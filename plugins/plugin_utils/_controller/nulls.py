# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nulls that ansible-core before 2.19 has made empty texts of, which would clear what they are given for.

Only the task as it was written tells an empty text that is meant from a template that came to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

from ansible import constants as C
from ansible import template
from ansible.errors import AnsibleError
from ansible.parsing.mod_args import ModuleArgsParser

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError

#: whether templates keep a null: ansible-core 2.19 and later, and before that with jinja2_native
KEPT = hasattr(template, "trust_as_template") or bool(getattr(C, "DEFAULT_JINJA2_NATIVE", False))
#: what was written is not known
NOWHERE = object()


def as_written(task: Any) -> Mapping[str, Any]:
    """A task's arguments before templates were rendered; those from ``module_defaults`` are not among them."""
    written = task.get_ds()
    if not isinstance(written, Mapping):
        return {}
    try:
        parser = ModuleArgsParser(task_ds=dict(written), collection_list=task.collections)
        return dict(parser.parse(skip_action_validation=True)[1])
    except AnsibleError:
        return {}


def with_nulls(
    args: Mapping[str, Any],
    written: Mapping[str, Any],
    is_template: Callable[[str], bool],
    without: Container[str] = (),
) -> dict[str, Any]:
    """Arguments in which nulls are nulls again; ``without`` are options that are not looked at.

    :raises InputError: an empty text may have been a null, or not
    """
    return {
        name: value if name in without else _meant(value, written.get(name, NOWHERE), is_template, name)
        for name, value in args.items()
    }


def _meant(value: Any, written: Any, is_template: Callable[[str], bool], place: str) -> Any:
    if isinstance(value, str) and not value:
        if not isinstance(written, str):
            raise InputError(
                "%s: is empty, and before ansible-core 2.19 a null in a template is too; nobody can tell whether it is "
                "to be cleared. Write it as '' in the task itself or in a state file, or leave it out." % place
            )
        return None if is_template(written) else value
    if isinstance(value, Mapping):
        inner = written if isinstance(written, Mapping) else {}
        return {
            name: _meant(item, inner.get(name, NOWHERE), is_template, "%s.%s" % (place, name))
            for name, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        entries = (
            written if isinstance(written, (list, tuple)) and len(written) == len(value) else [NOWHERE] * len(value)
        )
        return [
            _meant(item, entry, is_template, "%s[%d]" % (place, number))
            for number, (item, entry) in enumerate(zip(value, entries, strict=True))
        ]
    return value
