# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pages for people hold: links, snippets of YAML and of shell, names; and whether a snippet can be meant."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.playbook.block import Block
from ansible.playbook.play import Play
from ansible.playbook.task import Task

from ansible_collections.mailstate.iredmail.plugins.doc_fragments.plugin_connection import ModuleDocFragment
from ansible_collections.mailstate.iredmail.plugins.inventory import domains
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.connection import connection_spec
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.items import Reader
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import BY_NAME
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.yaml_reader import parse_yaml
from tests.support.common import ROOT
from tests.support.modules import COLLECTION, MODULES, spec_of, tasks_in

GUIDES = sorted((ROOT / "docs").glob("*.md"))
#: what is known of the panel's API; the names in there are the panel's and its relatives'
PANEL = sorted((ROOT / "docs" / "panel").glob("*.md"))
#: every other page that people read on the forge
OWN = sorted([*ROOT.glob("*.md"), *GUIDES, *ROOT.glob("roles/*/README.md"), ROOT / "tests" / "sandbox" / "README.md"])
PAGES = [*OWN, *PANEL]
CONNECTION = connection_spec()
#: the variables of the roles, and whose they are
ROLE_VARIABLES: dict[str, set[str]] = {
    path.parent.parent.name: {
        name
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"].values()
        for name in entry["options"]
    }
    for path in ROOT.glob("roles/*/meta/argument_specs.yml")
}
PLAYBOOKS = {path.stem: path.read_text(encoding="utf-8") for path in ROOT.glob("playbooks/*.yml")}
#: what -e may set, beside the variables of roles: what the playbooks explain or use
PLAYBOOK_VARIABLES = {word for text in PLAYBOOKS.values() for word in re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", text)}
VARIABLES = set().union(PLAYBOOK_VARIABLES, *ROLE_VARIABLES.values())
ENVIRONMENT = {option["fallback"][1][0] for option in CONNECTION.values()} | {
    "IREDMAIL_DRIFT_OUTPUT_DIR",
    "IREDMAIL_DRIFT_FORMATS",
}
SECTIONS = {name for name, _title in yaml.safe_load((ROOT / "changelogs" / "config.yaml").read_text())["sections"]}
#: what the inventory plugin takes beside its own options and the connection, from ansible-core
CONSTRUCTED = {"compose", "groups", "keyed_groups", "strict", "cache", "cache_plugin", "cache_timeout"}
BUILTIN = "ansible.builtin."
REPOSITORY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["repository"]
#: a file of main at the forge
_OURS = r"^https://(?:github\.com/mailstate/iredmail/(?:blob|tree)|raw\.githubusercontent\.com/mailstate/iredmail)/main"
_FENCE = re.compile(r"^( *)```([a-z]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


class _Loader(yaml.SafeLoader):
    """YAML with Ansible's tags."""


for _tag in ("!vault", "!unsafe"):
    _Loader.add_constructor(_tag, lambda loader, node: loader.construct_scalar(node))


def snippets(path: Path, language: str) -> list[str]:
    """The code blocks of one language."""
    found = _FENCE.findall(path.read_text(encoding="utf-8"))
    return [re.sub(f"^{indent}", "", text, flags=re.MULTILINE) for indent, name, text in found if name == language]


def prose(path: Path) -> str:
    """A page without its code blocks."""
    return _FENCE.sub("", path.read_text(encoding="utf-8"))


def links(path: Path) -> list[str]:
    """Where links and images lead, apart from other sites; what is ours at the forge as from the page itself."""
    found = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", prose(path)))
    ours = [re.sub(_OURS + "/", "../" * len(path.relative_to(ROOT).parent.parts), link) for link in found]
    return [link for link in ours if not re.match(r"[a-z]+:", link)]


def anchors(path: Path) -> set[str]:
    """The headings of a page, as forges name them in addresses."""
    heads = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def names(path: Path) -> set[str]:
    """Words with an underscore in the prose's code, such as options and variables."""
    codes = re.findall(r"`([^`\n]+)`", prose(path))
    return {word for code in codes for word in re.findall(r"(?<![\w./-])[a-z]+(?:_[a-z0-9]+)+(?![\w-])", code)}


def check_yaml(text: str) -> str:
    """Whether a snippet can be meant; fails if not. Returns what it is."""
    data = yaml.load(text, _Loader)
    if isinstance(data, list):
        assert data, "it is empty"
        assert all(isinstance(entry, dict) for entry in data), "it is a list of something else than plays or tasks"
        for entry in data:
            _check_play(entry) if "hosts" in entry else _check_tasks([entry])
        return "play" if "hosts" in data[0] else "tasks"
    if data is None:
        assert all(line.startswith("#") for line in text.splitlines()), "it is empty"
        return "comment"
    assert isinstance(data, dict), "it is not a mapping"
    kinds: list[tuple[str, bool]] = [
        ("state", set(data) <= set(BY_NAME)),
        ("inventory", data.get("plugin") == domains.InventoryModule.NAME),
        ("defaults", set(data) == {"module_defaults"}),
        ("connection", set(data) == {"iredmail_connection"}),
        ("variables", set(data) <= VARIABLES),
        ("fragment", set(data) <= SECTIONS),
        ("requirements", set(data) == {"collections"}),
        # the two halves of a credential type of AWX
        ("credential type", set(data) == {"fields", "required"} or set(data) == {"env"}),
    ]
    kind = next((name for name, is_it in kinds if is_it), None)
    assert kind, f"nobody knows what it is: {sorted(data)}"
    _CHECKS.get(kind, lambda _data, _text: None)(data, text)
    return kind


def _check_state(_data: Any, text: str) -> None:
    parsed = parse_yaml(text, decrypt=lambda _secret: "Correct-Horse-7")
    Reader(parsed.kinds, {"verify": "strict"}, {}).read()


def _check_inventory(data: Any, _text: str) -> None:
    documented = yaml.safe_load(domains.DOCUMENTATION)["options"]
    connection = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    assert set(data) <= set(documented) | set(connection) | CONSTRUCTED


def _check_defaults(data: Any, _text: str) -> None:
    (name,) = data["module_defaults"]
    assert name == f"group/{COLLECTION}.iredmail"
    assert set(data["module_defaults"][name]) <= set(CONNECTION)


def _check_connection(data: Any, _text: str) -> None:
    assert set(data["iredmail_connection"]) <= set(CONNECTION)


def _check_requirements(data: Any, _text: str) -> None:
    for one in data["collections"]:
        assert set(one) <= {"name", "type", "version"}
        assert (one.get("type"), one["name"]) in [("git", REPOSITORY + ".git"), (None, COLLECTION)]


def _check_environment(data: Any, _text: str) -> None:
    assert set(data.get("env", ())) <= ENVIRONMENT


_CHECKS = {
    "state": _check_state,
    "inventory": _check_inventory,
    "defaults": _check_defaults,
    "connection": _check_connection,
    "requirements": _check_requirements,
    "credential type": _check_environment,
}


def _check_play(play: dict[str, Any]) -> None:
    assert set(play) <= set(Play.fattributes), f"a play has no {sorted(set(play) - set(Play.fattributes))}"
    if "module_defaults" in play:
        _check_defaults(play, "")
    for role in play.get("roles", ()):
        name = role["role"].removeprefix(COLLECTION + ".")
        assert name in ROLE_VARIABLES, role["role"]
        given = set(role) - {"role"} - set(Task.fattributes)
        assert given <= ROLE_VARIABLES[name], f"{name} has no {sorted(given - ROLE_VARIABLES[name])}"
    _check_tasks(play.get("tasks", []))


def _check_tasks(tasks: list[dict[str, Any]]) -> None:
    for task in tasks_in(tasks):
        assert task.get("name"), "a task has no name"
        words = set(task) - set(Block.fattributes if "block" in task else Task.fattributes)
        if "block" in task:
            assert not words - {"block", "rescue", "always"}, words
            continue
        assert len(words) == 1, f"a task calls one thing, and not {sorted(words)}"
        (action,) = words
        options = task[action]
        if isinstance(options, dict):
            check_call(action, options)
        else:
            assert action == BUILTIN + "import_playbook", action
            assert options.removeprefix(COLLECTION + ".") in PLAYBOOKS, options


def check_call(action: str, options: dict[str, Any]) -> None:
    """A module with its options: they exist, and are understood by it."""
    if action.startswith(BUILTIN):
        documented = yaml.safe_load(importlib.import_module("ansible.modules." + action[len(BUILTIN) :]).DOCUMENTATION)
        known = {alias for name, one in documented["options"].items() for alias in (name, *one.get("aliases", ()))}
        assert set(options) <= known, f"{action} has no {sorted(set(options) - known)}"
        return
    module = action.removeprefix(COLLECTION + ".")
    assert module in MODULES, f"there is no module {action}"
    spec = spec_of(module)
    spec.pop("supports_check_mode")
    argument_spec = spec.pop("argument_spec")
    known = {alias for name, one in argument_spec.items() for alias in (name, *one.get("aliases", ()))}
    assert set(options) <= known, f"{module} has no {sorted(set(options) - known)}"
    filled = {name: _stand_in(argument_spec.get(name, {}), value) for name, value in options.items()}
    assert ArgumentSpecValidator(argument_spec, **spec).validate(filled).error_messages == []
    if module == "iredmail_state" and "declared" in options:
        Reader(options["declared"], {"verify": "strict"}, {}).read()


def _stand_in(option: dict[str, Any], value: Any) -> Any:
    """A value for what a variable stands for."""
    if not (isinstance(value, str) and "{{" in value):
        return value
    likely = {"bool": True, "int": 1, "float": 1.0, "list": [], "dict": {}}
    return option["choices"][0] if "choices" in option else likely.get(option.get("type", "str"), value)


def commands(path: Path) -> Iterator[str]:
    """The lines of shell snippets, continued ones joined, without comments."""
    for text in snippets(path, "shell"):
        for line in text.replace("\\\n", " ").splitlines():
            command = re.sub(r"(^|\s+)#\s.*$", "", line).strip()
            if command:
                yield command
