# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both doors take the same arguments for the same, whatever they are: random ones, of each module."""

from __future__ import annotations

import functools
import json
import os
import random
from typing import Any

import ansible.template
import pytest
from ansible.module_utils import basic
from ansible.module_utils.common.parameters import remove_values
from ansible.parsing import vault
from ansible.parsing.dataloader import DataLoader
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine import module as module_door
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.action import complaint
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.in_process import plain, validate
from tests.support.modules import CONNECTION, FIXTURES, MODULES, MORE, job_of, spec_of

#: for each module; more in the matrix
RUNS, MORE_RUNS = 6, int(os.environ.get("MAILSTATE_RANDOM_RUNS", "200"))


SECRETS = [("default", vault.VaultSecret(b"vault-1"))]


@functools.cache
def encrypted(text: str) -> str:
    return vault.VaultLib(SECRETS).encrypt(text).decode()


def vaulted(text: str) -> Any:
    """What Ansible hands over for a vaulted text."""
    if hasattr(vault, "EncryptedString"):
        if vault.VaultSecretsContext.current(optional=True) is None:
            vault.VaultSecretsContext.initialize(vault.VaultSecretsContext(secrets=SECRETS))
        return vault.EncryptedString(ciphertext=encrypted(text))
    from ansible.parsing.yaml.objects import AnsibleVaultEncryptedUnicode

    found = AnsibleVaultEncryptedUnicode(encrypted(text))
    found.vault = vault.VaultLib(SECRETS)
    return found


def tagged(text: str) -> Any:
    """A text of a playbook: since ansible-core 2.19 it is known that it may be a template."""
    return getattr(ansible.template, "trust_as_template", str)(text)


def rendered(text: str) -> Any:
    """What Ansible hands over for a template that comes to this."""
    templar = ansible.template.Templar(loader=DataLoader(), variables={"it": text})
    return templar.template(tagged("{{ it }}"))


def scalar(draw: random.Random) -> Any:
    text = draw.choice(
        ["", " ", "ada@example.com", "example.com", "5GB", "no", "maybe", "1", "0301", "{{ 7 * 7 }}", "é\n"]
    )
    makes = [str, wrap_var, vaulted, tagged, rendered if "{" not in text else str]
    kinds = [draw.choice(makes)(text), draw.choice(makes)(text), None, True, False, 0, 7, -1, 1.5, [], {}]
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
