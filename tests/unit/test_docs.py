# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of every module says what the code does."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import ListField
from tests.module_docs.entries import self_option
from tests.support.common import ROOT
from tests.support.modules import COLLECTION, MODULES, fields_of, spec_of, tasks_in, work_of, writes

# Returned with the settings, beside the facts of a resource
FACTS = {"iredmail_domain_users": {"users"}}
# What an _info module returns is what this module manages; by default the one without _info
SUBJECTS = {"iredmail_domain_users_info": "iredmail_user"}
# Every writing module returns these beside the object
OUTCOME = {"operations", "unverified"}
# ... and this, which is documented with what modules share
SHARED = {"diff"}
# The panel shows all that these manage
SHOWN_ALWAYS = {"iredmail_greylisting", "iredmail_wblist"}
LINK = re.compile(rf"RV\({re.escape(COLLECTION)}\.(\w+)#module:(\w+)\)")

pytestmark = pytest.mark.parametrize("module", MODULES)


def settings_of(module: str) -> set[str]:
    """What the object that a writing module returns may hold: its name, the options and the facts."""
    spec = spec_of(module)["argument_spec"]
    names = {name for name, option in spec.items() if option.get("required")}
    fields = fields_of(module)
    own = set(filter(None, map(self_option, fields)))
    facts = getattr(getattr(work_of(module), "resource", None), "facts", ())
    return names | {field.option for field in fields} | own | set(facts) | FACTS.get(module, set())


def subject_of(module: str) -> str:
    """The module that manages what this one reads; a writing module itself."""
    return SUBJECTS.get(module, module.removesuffix("_info"))


@pytest.fixture(scope="session")
def all_docs(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What ansible-doc makes of the modules that are tested, with fragments merged."""
    cases = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    asked = {params["module"] for params in cases if params.get("module") in MODULES}
    modules = sorted(asked | {subject_of(module) for module in asked} & set(MODULES))
    command = ["ansible-doc", "--json", "--type", "module", *(f"{COLLECTION}.{module}" for module in modules)]
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


def is_template(value: Any) -> bool:
    """Whether an example leaves this value to a variable."""
    return isinstance(value, str) and value.startswith("{{ ") and value.endswith(" }}")


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
    for field in fields_of(module):
        places = [field.option, "add_" + field.option] if isinstance(field, ListField) else [field.option]
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

    assert attributes["check_mode"]["support"] == "full"
    assert spec_of(module)["supports_check_mode"]
    assert attributes["diff_mode"]["support"] == ("full" if writes(module) else "N/A")
    assert attributes["idempotent"]["support"] in ("full", "partial", "none")
    if "update_password" in doc["options"]:
        assert attributes["idempotent"]["support"] != "full"
    assert all(attribute["description"] for attribute in attributes.values())


def test_examples_use_options_that_exist(docs: dict[str, Any], module: str) -> None:
    calls = calls_in(examples_of(docs))

    assert module in [called for _task, called, _options in calls]
    for task, called, options in calls:
        spec = spec_of(called)
        spec.pop("supports_check_mode")
        argument_spec = spec.pop("argument_spec")
        assert set(options) <= set(argument_spec), task["name"]
        # a variable stands for one of the choices
        known = {
            name: argument_spec[name].get("choices", [value])[0] if is_template(value) else value
            for name, value in options.items()
        }
        assert ArgumentSpecValidator(argument_spec, **spec).validate(known).error_messages == [], task["name"]


def test_examples_are_tasks_with_names(docs: dict[str, Any], module: str) -> None:
    tasks = examples_of(docs)

    assert all(task.get("name") for task in tasks)
    assert len({task["name"] for task in tasks}) == len(tasks)


def test_examples_hold_no_secrets(docs: dict[str, Any], module: str) -> None:
    for task, called, options in calls_in(examples_of(docs)):
        spec = spec_of(called)["argument_spec"]
        secrets = [options[name] for name in options if spec[name].get("no_log")]
        assert all(is_template(secret) for secret in secrets), task["name"]


def test_a_registered_session_is_not_logged(docs: dict[str, Any], module: str) -> None:
    logins = [task for task, called, _options in calls_in(examples_of(docs)) if called == "iredmail_login"]

    assert all(task.get("no_log") is True for task in logins)


def test_return_documents_what_is_returned(docs: dict[str, Any], module: str) -> None:
    documented = docs["return"]
    returned = set(work_of(module).result()) - {"changed", "warnings"}

    sometimes = {name for name, value in documented.items() if value["returned"].startswith("if ")}
    assert set(documented) - sometimes == returned - SHARED - sometimes
    for name, value in documented.items():
        assert value["description"], name
        assert value["returned"], name
        assert value["type"], name


def test_what_all_modules_return_is_documented_with_what_they_share(
    doc: dict[str, Any], docs: dict[str, Any], module: str
) -> None:
    notes = " ".join(doc["notes"])
    details = " ".join(doc["attributes"]["diff_mode"]["details"])

    assert "C(api_trace)" in notes
    assert ("diff" in work_of(module).result()) == writes(module) == ("C(diff)" in notes)
    if writes(module):
        for key in ("method", "path", "params", "diff", "before", "after", "before_header", "after_header"):
            assert f"C({key})" in notes, key
        if "RV(plan_text)" in details:  # a text, and the values stand elsewhere
            details = str(docs["return"]["changes"]) + notes
        for word in ("before", "after", "check mode"):
            assert word in details, word
        assert "V(<unknown>)" in details or module in SHOWN_ALWAYS


def test_return_documents_every_setting(all_docs: dict[str, Any], docs: dict[str, Any], module: str) -> None:
    documented = docs["return"]
    subject = subject_of(module)
    if subject not in MODULES or not fields_of(subject):
        return
    # beside what every module returns there is the object, or for an _info module the list of objects
    (value,) = [part for name, part in documented.items() if name not in OUTCOME]
    contains = value.get("contains")
    if module != subject:
        # an _info module leaves the keys to the module that writes them
        assert contains is None
        ((linked, name),) = LINK.findall(text_of(value))
        assert linked == subject
        contains = all_docs[f"{COLLECTION}.{linked}"]["return"][name]["contains"]

    assert set(contains) == settings_of(subject)
    for name, setting in contains.items():
        assert setting["description"], name
        assert setting["returned"], name
        assert setting["type"], name
    sample = value["sample"] if isinstance(value["sample"], list) else [value["sample"]]
    assert sample
    assert all(one and set(one) <= set(contains) for one in sample)
