# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of every module says what the code does."""

from __future__ import annotations

import importlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = "mailstate.iredmail"
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
FIXTURES = {"mail": "ada@example.com", "domain": "example.com", "account": "example.com"}
CONNECTION = {"api_url": "https://mail.example.com", "api_username": "root@example.com", "api_password": "not used"}

pytestmark = pytest.mark.parametrize("module", MODULES)


def spec_of(module: str) -> dict[str, Any]:
    """What the module's action plugin, and with it the module, takes."""
    spec: dict[str, Any] = _job(module).spec()
    return spec


def _job(module: str) -> Any:
    action = importlib.import_module(f"ansible_collections.{COLLECTION}.plugins.action.{module}")
    return action.ActionModule.job


def work_of(module: str) -> Any:
    """The module's work with as few options as possible; nothing is sent."""
    spec = spec_of(module)
    spec.pop("supports_check_mode")
    argument_spec = spec.pop("argument_spec")
    needed = {name for name, option in argument_spec.items() if option.get("required")}
    needed |= {group[0] for group in spec.get("required_one_of", ())}
    params = {name: FIXTURES.get(name) or argument_spec[name]["choices"][0] for name in needed}
    validated = ArgumentSpecValidator(argument_spec, **spec).validate(dict(CONNECTION, **params))
    assert validated.error_messages == []
    return _job(module).start(validated.validated_parameters)


@pytest.fixture(scope="session")
def all_docs() -> dict[str, Any]:
    """What ansible-doc makes of the modules, with fragments merged."""
    command = ["ansible-doc", "--json", "--type", "module", *(f"{COLLECTION}.{module}" for module in MODULES)]
    run = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    docs: dict[str, Any] = json.loads(run.stdout)
    return docs


@pytest.fixture
def docs(all_docs: dict[str, Any], module: str) -> dict[str, Any]:
    """The three parts of one module: doc, examples, return."""
    parts: dict[str, Any] = all_docs[f"{COLLECTION}.{module}"]
    return parts


@pytest.fixture
def doc(docs: dict[str, Any]) -> dict[str, Any]:
    """The DOCUMENTATION of one module."""
    part: dict[str, Any] = docs["doc"]
    return part


def text_of(option: dict[str, Any]) -> str:
    """A description as one text."""
    description = option["description"]
    return description if isinstance(description, str) else " ".join(description)


def tasks_in(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every task, also those within blocks; the blocks themselves too."""
    for entry in entries:
        yield entry
        for part in ("block", "rescue", "always"):
            yield from tasks_in(entry.get(part, []))


def examples_of(docs: dict[str, Any]) -> list[dict[str, Any]]:
    """The tasks of EXAMPLES."""
    entries = yaml.safe_load(docs["examples"])
    assert isinstance(entries, list)
    return list(tasks_in(entries))


def calls_in(tasks: list[dict[str, Any]]) -> list[tuple[dict[str, Any], str, dict[str, Any]]]:
    """Of tasks that call a module of this collection: the task, the module and the options."""
    prefix = COLLECTION + "."
    return [
        (task, key.removeprefix(prefix), options or {})
        for task in tasks
        for key, options in task.items()
        if key.startswith(prefix)
    ]


def test_options_are_those_of_the_argument_spec(doc: dict[str, Any], module: str) -> None:
    keys = ("type", "elements", "choices", "default")
    meant = {
        name: {key: option.get(key) for key in keys}
        | {"aliases": option.get("aliases", []), "required": option.get("required", False)}
        for name, option in spec_of(module)["argument_spec"].items()
    }
    documented = {
        name: {key: option.get(key) for key in keys}
        | {"aliases": option.get("aliases", []), "required": option.get("required", False)}
        for name, option in doc["options"].items()
    }

    assert documented == meant


def test_options_say_where_and_since_when_they_exist(doc: dict[str, Any], module: str) -> None:
    work = work_of(module)
    if module.endswith("_info") or not hasattr(work, "resource"):
        return
    for field in work.resource.fields:
        places = [field.option, "add_" + field.option] if field.is_list else [field.option]
        text = " ".join(text_of(doc["options"][place]) for place in places)
        if field.since:
            assert field.since.split()[0] in text, field.option
        if field.only:
            assert f"on {field.only.upper()} backends only" in text, field.option
        if not field.clearable:
            assert "cannot be cleared" in text, field.option


def test_module_has_an_action_plugin_and_is_in_the_action_group(doc: dict[str, Any], module: str) -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())

    assert doc["has_action"]
    assert module in runtime["action_groups"]["iredmail"]
    assert doc["attributes"]["action_group"]["membership"] == ["mailstate.iredmail.iredmail"]


def test_attributes_are_documented(doc: dict[str, Any], module: str) -> None:
    attributes = doc["attributes"]
    writes = "state" in doc["options"]

    assert attributes["check_mode"]["support"] == "full"
    assert spec_of(module)["supports_check_mode"]
    assert attributes["diff_mode"]["support"] == ("full" if writes else "N/A")
    assert attributes["idempotent"]["support"] in ("full", "partial", "none", "N/A")
    assert all(attribute["description"] for attribute in attributes.values())


def test_examples_use_options_that_exist(docs: dict[str, Any], module: str) -> None:
    calls = calls_in(examples_of(docs))

    assert module in [called for _task, called, _options in calls]
    for task, called, options in calls:
        spec = spec_of(called)
        spec.pop("supports_check_mode")
        argument_spec = spec.pop("argument_spec")
        assert set(options) <= set(argument_spec), task["name"]
        assert ArgumentSpecValidator(argument_spec, **spec).validate(options).error_messages == [], task["name"]


def test_examples_are_tasks_with_names(docs: dict[str, Any], module: str) -> None:
    tasks = examples_of(docs)

    assert all(task.get("name") for task in tasks)
    assert len({task["name"] for task in tasks}) == len(tasks)


def test_a_registered_session_is_not_logged(docs: dict[str, Any], module: str) -> None:
    logins = [task for task, called, _options in calls_in(examples_of(docs)) if called == "iredmail_login"]

    assert all(task.get("no_log") is True for task in logins)


def test_return_documents_what_is_returned(docs: dict[str, Any], module: str) -> None:
    documented = docs["return"]
    returned = set(work_of(module).result()) - {"changed", "warnings"}

    # the trace is there only when asked for
    assert set(documented) - {"api_trace"} == returned
    for name, value in documented.items():
        assert value["description"], name
        assert value["returned"], name
        assert value["type"], name


def test_return_documents_every_setting(docs: dict[str, Any], module: str) -> None:
    work = work_of(module)
    if not hasattr(work, "resource"):
        return
    resource = work.resource
    own = {field.own_option for field in resource.fields if field.own_option}
    settings = {resource.identity, *(field.option for field in resource.fields), *own, *resource.facts}
    value = docs["return"][resource.plural if module.endswith("_info") else resource.name]

    assert set(value["contains"]) == settings
    sample = value["sample"][0] if isinstance(value["sample"], list) else value["sample"]
    assert set(sample) <= settings
