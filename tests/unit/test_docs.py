# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of every module says what the code does."""

from __future__ import annotations

import importlib
import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine import domain_admins as _delegation
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine import domain_users as _domain_users
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.descriptors import Field
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources import greylisting

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = "mailstate.iredmail"
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
# What stands for a required option without choices. An account may be an address everywhere, a domain not.
FIXTURES: dict[str, Any] = {
    "mail": "ada@example.com",
    "domain": "example.com",
    "account": "ada@example.com",
    "name": "example.com",
    "password": "not used",
    "declared": {"domains": []},
}
# What a module needs beside its required options, to know what it is to do
MORE: dict[str, dict[str, Any]] = {
    "iredmail_server_info": {"capture": True},
    "iredmail_domain_admins": {"add_admins": ["ada@example.com"]},
    "iredmail_domain_users": {"enabled": True},
    "iredmail_greylisting_spf_domains": {"domains": ["example.com"]},
    "iredmail_wblist": {"addresses": ["ada@example.com"]},
}
# Returned with the settings, beside the facts of a resource
FACTS = {"iredmail_domain_users": {"users"}}
# What an _info module returns is what this module manages; by default the one without _info
SUBJECTS = {"iredmail_domain_users_info": "iredmail_user"}
# What these return is no single object
WHOLE = {"iredmail_state"}
# Every writing module returns these beside the object
OUTCOME = {"operations", "unverified", "diff"}
CONNECTION = {"api_url": "https://mail.example.com", "api_username": "root@example.com", "api_password": "not used"}

pytestmark = pytest.mark.parametrize("module", MODULES)


def spec_of(module: str) -> dict[str, Any]:
    """What the module, and with it its action plugin, takes."""
    spec: dict[str, Any] = _job(module).spec()
    return spec


def _job(module: str) -> Any:
    found = importlib.import_module(f"ansible_collections.{COLLECTION}.plugins.modules.{module}")
    return found.MODULE


def work_of(module: str) -> Any:
    """The module's work with as few options as possible; nothing is sent."""
    spec = spec_of(module)
    spec.pop("supports_check_mode")
    argument_spec = spec.pop("argument_spec")
    needed = {name for name, option in argument_spec.items() if option.get("required")}
    needed |= {group[0] for group in spec.get("required_one_of", ())}
    params = {name: FIXTURES.get(name) or argument_spec[name]["choices"][0] for name in needed}
    params.update(MORE.get(module, {}))
    validated = ArgumentSpecValidator(argument_spec, **spec).validate(dict(CONNECTION, **params))
    assert validated.error_messages == []
    return _job(module).start(validated.validated_parameters)


def writes(module: str) -> bool:
    """Whether the module changes anything, by what its work returns."""
    return "operations" in work_of(module).result()


def fields_of(module: str) -> Sequence[Field]:
    """The descriptors of what a writing module manages; none for the others."""
    special: dict[str, Sequence[Field]] = {
        "iredmail_domain_admins": (_delegation.ADMINS,),
        "iredmail_domain_users": _domain_users.FIELDS,
        "iredmail_greylisting": (*greylisting.GREYLISTING.fields, greylisting.WHITELIST.field),
        "iredmail_greylisting_spf_domains": (greylisting.SPF_DOMAINS,),
    }
    if module in special or module in WHOLE or not writes(module):
        return special.get(module, ())
    work = work_of(module)
    # fails for a new kind of work, which belongs above
    (described,) = [getattr(work, name) for name in ("resource", "setting", "kind") if hasattr(work, name)]
    fields: Sequence[Field] = described.fields
    return fields


def settings_of(module: str) -> set[str]:
    """What the object that a writing module returns may hold: its name, the options and the facts."""
    spec = spec_of(module)["argument_spec"]
    names = {name for name, option in spec.items() if option.get("required")}
    fields = fields_of(module)
    own = {field.own_option for field in fields if field.own_option}
    facts = getattr(getattr(work_of(module), "resource", None), "facts", ())
    return names | {field.option for field in fields} | own | set(facts) | FACTS.get(module, set())


@pytest.fixture(scope="session")
def all_docs(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What ansible-doc makes of the modules that are tested, with fragments merged."""
    cases = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    modules = sorted({params["module"] for params in cases if params.get("module") in MODULES})
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

    # the trace is there only when asked for
    assert set(documented) - {"api_trace"} == returned
    for name, value in documented.items():
        assert value["description"], name
        assert value["returned"], name
        assert value["type"], name


def test_return_documents_every_setting(docs: dict[str, Any], module: str) -> None:
    documented = docs["return"]
    subject = SUBJECTS.get(module, module.removesuffix("_info"))
    if subject not in MODULES or subject in WHOLE or not writes(subject):
        return
    # beside what every module returns there is the object, or for an _info module the list of objects
    (value,) = [part for name, part in documented.items() if name not in OUTCOME | {"api_trace"}]

    assert set(value["contains"]) == settings_of(subject)
    for name, setting in value["contains"].items():
        assert setting["description"], name
        assert setting["returned"], name
        assert setting["type"], name
    sample = value["sample"][0] if isinstance(value["sample"], list) else value["sample"]
    assert set(sample) <= set(value["contains"])
