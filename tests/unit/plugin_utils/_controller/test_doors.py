# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both doors take the same arguments for the same, whatever they are: random ones, of each module."""

from __future__ import annotations

import json
import os
import random
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common.parameters import remove_values
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine import module as module_door
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.action import complaint
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.in_process import plain, validate
from tests.support.modules import CONNECTION, FIXTURES, MODULES, MORE, job_of, spec_of

#: for each module; more in the matrix
RUNS, MORE_RUNS = 6, int(os.environ.get("MAILSTATE_RANDOM_RUNS", "200"))


class Vaulted:
    """What Ansible hands over for a vaulted text, as far as arguments go."""

    __ENCRYPTED__ = True

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def scalar(draw: random.Random) -> Any:
    text = draw.choice(
        ["", " ", "ada@example.com", "example.com", "5GB", "no", "maybe", "1", "0301", "{{ 7 * 7 }}", "é\n"]
    )
    kinds = [text, wrap_var(text), Vaulted(text), None, True, False, 0, 7, -1, 1.5, [], {}]
    return draw.choice(kinds)


def value(draw: random.Random, option: dict[str, Any]) -> Any:
    """Something that an option may be given, fitting or not."""
    if draw.random() < 0.3 and option.get("choices"):
        return draw.choice(option["choices"])
    shape = draw.random()
    if shape < 0.25:
        return [scalar(draw) for _number in range(draw.randint(0, 3))]
    if shape < 0.35:
        return {draw.choice([*option.get("options", {}), "nosuch", "users"]): scalar(draw)}
    return scalar(draw)


def arguments(draw: random.Random, module: str) -> dict[str, Any]:
    options = spec_of(module)["argument_spec"]
    given: dict[str, Any] = dict(CONNECTION, **MORE.get(module, {}))
    for name, option in options.items():
        if option.get("required") and draw.random() < 0.9:
            given[name] = FIXTURES.get(name) or option["choices"][0]
    for name in draw.sample(sorted(options), min(len(options), draw.randint(1, 4))):
        given[draw.choice([name, *options[name].get("aliases", ())])] = value(draw, options[name])
    if draw.random() < 0.05:
        given["quotta"] = 5
    return given


def here(module: str, args: dict[str, Any]) -> tuple[str, Any]:
    validated = validate(job_of(module), plain(args))
    if validated.error_messages:
        # as the action plugin does with its whole result
        return remove_values(complaint(validated, module), validated._no_log_values), None
    return "", validated.validated_parameters


def there(
    module: str, args: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[str, Any]:
    sent = json.dumps({"ANSIBLE_MODULE_ARGS": dict(args, _ansible_module_name=module)}, default=str)
    monkeypatch.setattr(basic, "_ANSIBLE_ARGS", sent.encode())
    monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
    params: list[Any] = []

    def execute(_job: Any, given: Any, *_more: Any, **_named: Any) -> dict[str, Any]:
        params.append(given)
        return {"changed": False}

    monkeypatch.setattr(module_door, "execute", execute)
    with pytest.raises(SystemExit):
        module_door.run_module(job_of(module))
    result = json.loads(capsys.readouterr().out)
    return result.get("msg", ""), (params or [None])[0]


@pytest.mark.thorough
@pytest.mark.parametrize("module", MODULES)
def test_random_arguments_mean_the_same_through_both_doors(
    module: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for seed in range(MORE_RUNS if request.config.getoption("--matrix") else RUNS):
        args = arguments(random.Random(f"{module} {seed}"), module)
        assert here(module, args) == there(module, args, monkeypatch, capsys), (seed, args)
