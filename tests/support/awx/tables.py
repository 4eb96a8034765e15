# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the objects of the stand-in for AWX consist of, and what AWX checks before it takes one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
Rows = dict[str, dict[int, Row]]
ENCRYPTED = "$encrypted$"
#: what AWX ignores when it is sent, and awx.awx sends
READ_ONLY = {
    "credential_types": {"managed"},
    "workflow_job_template_nodes": {"type"},
    "job_templates": {"organization"},
}
#: what a workflow can run
TEMPLATES = (
    "job_templates",
    "projects",
    "inventory_sources",
    "workflow_job_templates",
    "workflow_approval_templates",
)
PLAYBOOKS = ("apply.yml", "drift.yml")
REQUIRED = object()
PROMPTS = (
    "scm_branch diff_mode variables limit tags skip_tags job_type verbosity inventory credential"
    " execution_environment forks instance_groups job_slice_count labels timeout"
)


class Problem(Exception):
    """An answer 400, as the fields and what is wrong with them."""


class Forbidden(Exception):
    """An answer 403."""


@dataclass(frozen=True)
class Ref:
    """A field that holds the identifier of another object, of one of the tables named, or null."""

    table: str
    required: bool = False


@dataclass(frozen=True)
class Table:
    """An endpoint.

    ``fields`` are what may be sent, each with its default or a :class:`Ref`; ``links`` the lists of other objects;
    ``unique`` what no two may have in common; ``fixed`` what only a null replaces; ``check`` looks at a whole object.
    ``roles`` are what people can be given on an object.
    """

    type: str
    fields: Row
    links: dict[str, str] = field(default_factory=dict)
    unique: tuple[str, ...] = ("name", "organization")
    identity: str = "name"
    fixed: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    creatable: bool = True
    check: Callable[[Row, Rows], str | None] = lambda row, rows: None

    def checked(self, data: Row, before: Row, rows: Rows) -> Row:
        """The object after a POST or a PATCH.

        :raises Problem: AWX would refuse it, or would not do what was meant
        """
        mine = next(name for name, table in TABLES.items() if table is self)
        sent = {key: value for key, value in data.items() if key not in READ_ONLY.get(mine, ())}
        unknown = sorted(set(sent) - set(self.fields))
        if unknown:
            raise Problem({key: ["no such field"] for key in unknown})
        number = before.pop("id", None)
        row = dict(before)
        for name, kind in self.fields.items():
            default = None if isinstance(kind, Ref) else kind
            value = sent.get(name, row.get(name, default))
            if value is REQUIRED or (isinstance(kind, Ref) and kind.required and value is None):
                raise Problem({name: ["This field is required."]})
            if (
                isinstance(kind, Ref)
                and value is not None
                and not any(value in rows[one] for one in kind.table.split())
            ):
                raise Problem({name: [f"Invalid pk {value!r}"]})
            row[name] = _as(default, value, name)
        for name in self.fixed:
            if number is not None and row[name] not in (None, before[name]):
                raise Problem({name: [f"Cannot change the {name} of {mine}."]})
        key = [_part(row, name, rows) for name in self.unique]
        for other, one in rows[mine].items():
            if self.unique and other != number and [_part(one, name, rows) for name in self.unique] == key:
                raise Problem({"__all__": [f"{mine} with this {' and '.join(self.unique)} already exists."]})
        if mine == "credential_types" and number is not None and row["inputs"] != before["inputs"]:
            in_use = {one["credential_type"] for one in rows["credentials"].values()}
            if number in in_use:
                raise Forbidden("Modifications to inputs are not allowed for credential types that are in use")
        problem = self.check(row, rows)
        if problem:
            raise Problem({"__all__": [problem]})
        return row


def _as(default: Any, value: Any, name: str) -> Any:
    """A value in the type of its field: whatever is sent, AWX keeps and shows that."""
    if value is None:
        return "" if isinstance(default, str) else None  # AWX takes null for an empty string
    if isinstance(default, bool) and not isinstance(value, bool):
        if str(value).lower() not in ("true", "false"):
            raise Problem({name: ["Must be a valid boolean."]})
        return str(value).lower() == "true"
    if isinstance(default, int) and not isinstance(default, bool):
        if isinstance(value, bool) or not str(value).isdigit():
            raise Problem({name: ["A valid integer is required."]})
        return int(value)
    if isinstance(default, str) and not isinstance(value, str):
        raise Problem({name: ["Not a valid string."]})
    return value


def _part(row: Row, name: str, rows: Rows) -> Any:
    """A part of what no two may have in common; a job template is in the organization of its project."""
    if name == "organization" and "organization" not in row and "project" in row:
        return rows["projects"][row["project"]]["organization"]
    return row.get(name)


def _credential_type(row: Row, rows: Rows) -> str | None:
    if row["kind"] not in ("cloud", "net"):
        return "Must be a valid kind"
    fields = {one["id"] for one in row["inputs"]["fields"]}
    if not set(row["inputs"].get("required", ())) <= fields:
        return "required fields are not defined"
    if set(row["injectors"]) - {"env", "file", "extra_vars"}:
        return "unknown injector"
    used = set(re.findall(r"{{\s*(\w+)\s*}}", json.dumps(row["injectors"])))
    return None if used <= fields else f"injectors use undefined fields {sorted(used - fields)}"


def _credential(row: Row, rows: Rows) -> str | None:
    inputs = rows["credential_types"][row["credential_type"]]["inputs"]
    if set(row["inputs"]) - {one["id"] for one in inputs["fields"]}:
        return "inputs are not those of the credential type"
    missing = [one for one in inputs.get("required", ()) if not row["inputs"].get(one)]
    return f"required inputs are missing: {missing}" if missing else None


def _inventory_source(row: Row, rows: Rows) -> str | None:
    if row["source"] != "scm" or row["source_project"] is None or not row["source_path"]:
        return "an scm source needs source_project and source_path"
    credential = rows["credentials"].get(row["credential"] or 0, {})
    kind = rows["credential_types"].get(credential.get("credential_type", 0), {}).get("kind", "cloud")
    return None if kind == "cloud" else "Credentials of this type are disallowed for scm inventory sources."


def _job_template(row: Row, rows: Rows) -> str | None:
    try:
        if not isinstance(json.loads(row["extra_vars"] or "{}"), dict):
            return "extra_vars is no dictionary"
    except ValueError:
        return "extra_vars is not JSON"
    if row["job_type"] not in ("run", "check"):
        return "job_type"
    return None if row["playbook"] in PLAYBOOKS else "Playbook not found for project."


def _schedule(row: Row, rows: Rows) -> str | None:
    start = re.findall(r"DTSTART(?:;[^:]+)?:\d{8}T\d{6}Z?", row["rrule"])
    if len(start) != 1 or not (start[0].endswith("Z") or "TZID=" in start[0]):
        return "Valid DTSTART required in rrule."
    rules = re.findall(r"RRULE:\S+", row["rrule"])
    return None if rules and all("INTERVAL=" in one for one in rules) else "INTERVAL required in rrule."


_ORGANIZATION = Ref("organizations")
_NAMED = {"name": REQUIRED, "description": ""}
TABLES: dict[str, Table] = {
    "organizations": Table("organization", dict(_NAMED), links={"galaxy_credentials": "credentials"}, unique=("name",)),
    "users": Table("user", {"username": REQUIRED}, unique=("username",), identity="username"),
    "teams": Table("team", dict(_NAMED, organization=Ref("organizations", True)), links={"users": "users"}),
    "credential_types": Table(
        "credential_type",
        dict(_NAMED, kind=REQUIRED, inputs={}, injectors={}),
        unique=("name", "kind"),
        check=_credential_type,
    ),
    "credentials": Table(
        "credential",
        dict(_NAMED, organization=_ORGANIZATION, credential_type=Ref("credential_types", True), inputs={}),
        unique=("name", "organization", "credential_type"),
        check=_credential,
    ),
    "execution_environments": Table(
        "execution_environment",
        dict(_NAMED, organization=_ORGANIZATION, image=REQUIRED, pull="", credential=Ref("credentials")),
        unique=("name",),
        fixed=("organization",),
    ),
    "projects": Table(
        "project",
        dict(
            _NAMED,
            organization=_ORGANIZATION,
            scm_type="",
            scm_url="",
            scm_branch="",
            credential=Ref("credentials"),
            scm_update_on_launch=False,
        ),
    ),
    "project_updates": Table("project_update", {}, creatable=False),
    "inventories": Table(
        "inventory",
        dict(_NAMED, organization=Ref("organizations", True), kind="", host_filter=None, variables=""),
    ),
    "inventory_sources": Table(
        "inventory_source",
        dict(
            _NAMED,
            inventory=Ref("inventories", True),
            source="",
            source_project=Ref("projects"),
            source_path="",
            credential=Ref("credentials"),
            execution_environment=Ref("execution_environments"),
            overwrite=False,
            update_on_launch=False,
            update_cache_timeout=0,
        ),
        unique=("name", "inventory"),
        check=_inventory_source,
    ),
    "job_templates": Table(
        "job_template",
        dict(
            _NAMED,
            job_type="run",
            diff_mode=False,
            inventory=Ref("inventories", True),
            project=Ref("projects", True),
            playbook=REQUIRED,
            execution_environment=Ref("execution_environments"),
            extra_vars="",
            survey_enabled=False,
            **{f"ask_{name}_on_launch": False for name in PROMPTS.split()},
        ),
        links={"credentials": "credentials"},
        roles=("admin", "execute", "read"),
        check=_job_template,
    ),
    "jobs": Table("job", {"job_template": Ref("job_templates", True)}, creatable=False),
    "schedules": Table(
        "schedule",
        dict(_NAMED, unified_job_template=Ref(" ".join(TEMPLATES), True), rrule=REQUIRED, enabled=True, extra_data={}),
        unique=("name", "unified_job_template"),
        check=_schedule,
    ),
    "workflow_job_templates": Table(
        "workflow_job_template",
        dict(
            _NAMED,
            organization=_ORGANIZATION,
            allow_simultaneous=False,
            extra_vars="",
            survey_enabled=False,
            **{
                f"ask_{name}_on_launch": False
                for name in "variables inventory limit scm_branch labels tags skip_tags".split()
            },
        ),
        roles=("admin", "execute", "read", "approval"),
    ),
    "workflow_job_template_nodes": Table(
        "workflow_job_template_node",
        {
            "identifier": REQUIRED,
            "workflow_job_template": Ref("workflow_job_templates", True),
            "unified_job_template": Ref(" ".join(TEMPLATES)),
            "all_parents_must_converge": False,
        },
        links=dict.fromkeys(("success_nodes", "failure_nodes", "always_nodes"), "workflow_job_template_nodes"),
        unique=("identifier", "workflow_job_template"),
        identity="identifier",
    ),
    # without lists of nodes: those belong to the node, and asking for them here is an error, as in AWX
    "workflow_approval_templates": Table(
        "workflow_approval_template", dict(_NAMED, timeout=0), unique=(), creatable=False
    ),
}
