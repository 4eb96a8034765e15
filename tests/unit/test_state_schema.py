# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/state.schema.json is up to date, and says of a state what iredmail_state says of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.catalog import ACCOUNTS
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.items import Reader
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import KINDS
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.yaml_reader import parse_yaml
from tests.schema import state

ROOT = state.ROOT
SCHEMA: dict[str, Any] = state.schema()
VALIDATOR = Draft202012Validator(SCHEMA)
EXAMPLES = sorted((ROOT / "examples" / "state").glob("*.yml"))
#: one item of each kind, with what it cannot do without
LEAST: dict[str, dict[str, Any]] = {
    "domains": {"domain": "example.com"},
    **{one.plural: {"mail": "ada@example.com"} for one in ACCOUNTS},
    "domain_admins": {"domain": "example.com", "add_admins": ["ada@example.com"]},
    "domain_users": {"domain": "example.com", "enabled": True},
    "spampolicies": {"account": "global"},
    "throttles": {"account": "global", "direction": "inbound"},
    "greylistings": {"account": "global", "enabled": True},
    "greylisting_spf_domains": {"domains": ["example.com"]},
    "wblists": {"account": "global", "direction": "inbound", "list": "whitelist", "addresses": ["@example.net"]},
}
#: by what they add to the least item of a kind
GOOD: dict[str, tuple[str, dict[str, Any]]] = {
    "a size with a unit": ("users", {"quota": "1.5 TB"}),
    "a size in MB": ("users", {"quota": 0}),
    "the API's spelling": ("domains", {"defaultQuota": "2GB", "numberOfUsers": -1}),
    "an option that is null": ("users", {"quota": None, "state": None, "aliases": None}),
    "null beside what it excludes": ("aliases", {"members": None, "add_members": ["ada@example.com"]}),
    "nothing added to an exact list": ("aliases", {"members": ["ada@example.com"], "add_members": []}),
    "both forms that touch single items": (
        "aliases",
        {"add_members": ["a@b.example"], "remove_members": ["c@b.example"]},
    ),
    "a number for a text": ("users", {"employee_id": 1815}),
    "a list that is cleared": ("users", {"forwarding": []}),
    "a limit that is inherited": ("throttles", {"period": 60, "msg_size": -1, "max_quota": "-1", "max_msgs": -1}),
    "a score": ("spampolicies", {"spam_score": 5.5}),
}
BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "an unknown option": ("users", {"quotta": 1}),
    "an option of another kind": ("aliases", {"quota": 1}),
    "a connection option": ("users", {"api_url": "https://mail.example.com"}),
    "no choice": ("users", {"update_password": "sometimes"}),
    "no choice in a list": ("domains", {"disabled_domain_profiles": ["everything"]}),
    "a text for a boolean": ("users", {"enabled": "perhaps"}),
    "an unknown unit": ("users", {"quota": "5 XB"}),
    "a negative size": ("users", {"quota": -1}),
    "a number below its minimum": ("domains", {"max_users": -2}),
    "a mapping for a text": ("users", {"name": {"given": "Ada"}}),
    "a mapping in a list": ("aliases", {"members": [{"mail": "ada@example.com"}]}),
    "an exact list beside additions": ("aliases", {"members": [], "add_members": ["ada@example.com"]}),
    "an exact list of a setting beside additions": ("wblists", {"add_addresses": ["@example.org"]}),
    "two passwords": ("users", {"password": "Correct-Horse-7", "password_hash": "{SSHA}x"}),
    "an option and its alias": ("users", {"employee_id": "1", "employeeid": "1"}),
    "a name that is null": ("users", {"mail": None}),
    "a direction that is none": ("throttles", {"direction": "sideways"}),
}


def is_valid(declared: Any) -> bool:
    """What the schema says."""
    return bool(VALIDATOR.is_valid(declared))


def is_accepted(declared: Any) -> bool:
    """What iredmail_state says of a file."""
    try:
        Reader(declared, {"verify": "strict"}, {kind.plural: ["state.yml"] * 9 for kind in KINDS}).read()
    except InputError:
        return False
    return True


def item(kind: str, more: dict[str, Any]) -> dict[str, Any]:
    return {kind: [{**LEAST[kind], **more}]}


def texts(part: Any) -> Iterator[str]:
    """Every description."""
    if isinstance(part, dict):
        if isinstance(part.get("description"), str):
            yield part["description"]
        for inner in part.values():
            yield from texts(inner)


def test_the_file_is_up_to_date() -> None:
    assert state.FILE.read_text(encoding="utf-8") == state.text(), "run make schema"


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(json.loads(state.text()))


def test_every_option_of_every_kind_is_there() -> None:
    for kind in KINDS:
        options = kind.options()
        names = set(options) | {alias for option in options.values() for alias in option.get("aliases", ())}
        properties = SCHEMA["$defs"][kind.name]["properties"]

        assert set(properties) == names - {"verify"}
        assert all(one["description"] for one in properties.values())


def test_references_lead_somewhere() -> None:
    found = re.findall(r'"\$ref": "#/([^"]+)"', state.text())

    assert len(found) > 50
    for path in found:
        part: Any = SCHEMA
        for name in path.split("/"):
            part = part[name]


def test_descriptions_have_no_markup() -> None:
    found = list(texts(SCHEMA))

    assert len(found) > 200
    assert [text for text in found if re.search(r"\b[A-Z]{1,2}\([^)]|\\", text)] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_valid(path: Path) -> None:
    content = parse_yaml(path.read_text(encoding="utf-8"), lambda secret: secret).kinds

    assert [error.message for error in VALIDATOR.iter_errors(content)] == []
    assert is_accepted(content)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 2


@pytest.mark.parametrize("kind", LEAST)
def test_the_least_is_valid(kind: str) -> None:
    assert is_valid(item(kind, {}))
    assert is_accepted(item(kind, {}))


@pytest.mark.parametrize("kind", [kind.plural for kind in KINDS if kind.plural != "greylisting_spf_domains"])
def test_names_are_required(kind: str) -> None:
    for name in SCHEMA["$defs"][next(one.name for one in KINDS if one.plural == kind)]["required"]:
        wrong = {kind: [{key: value for key, value in LEAST[kind].items() if key != name}]}
        assert not is_valid(wrong)
        assert not is_accepted(wrong)


@pytest.mark.parametrize("case", GOOD)
def test_what_is_right_is_valid(case: str) -> None:
    declared = item(*GOOD[case])

    assert [error.message for error in VALIDATOR.iter_errors(declared)] == []
    assert is_accepted(declared)


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_not(case: str) -> None:
    declared = item(*BAD[case])

    assert not is_valid(declared)
    assert not is_accepted(declared)


@pytest.mark.parametrize(
    "declared",
    [
        {"mail_users": []},
        {"users": {"mail": "ada@example.com"}},
        {"users": ["ada@example.com"]},
        {"users": [None]},
        [],
        "users",
    ],
    ids=str,
)
def test_what_is_no_state_is_not(declared: Any) -> None:
    assert not is_valid(declared)
    assert not is_accepted(declared)


@pytest.mark.parametrize("declared", [{}, {"users": None}, {"users": [], "aliases": []}], ids=str)
def test_nothing_is_a_state(declared: Any) -> None:
    assert is_valid(declared)
    assert is_accepted(declared)
