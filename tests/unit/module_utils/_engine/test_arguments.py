# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments as they arrive: a null of any option of any module was not given, and no text is made of what is none."""

from __future__ import annotations

import json

import pytest
from ansible.module_utils import basic

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine import module as module_door
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.in_process import validate
from tests.support.modules import CONNECTION, FIXTURES, MODULES, MORE, job_of, spec_of

#: what YAML makes of an unquoted No, 0301234567 and 1.10
SWALLOWED = (False, 50702711, 1.1)


def least(module):
    """As few arguments as possible."""
    options = spec_of(module)["argument_spec"]
    needed = {name for name, option in options.items() if option.get("required")}
    needed |= {group[0] for group in spec_of(module).get("required_one_of", ())}
    chosen = {name: FIXTURES.get(name) or options[name]["choices"][0] for name in needed}
    return dict(CONNECTION, **chosen, **MORE.get(module, {}))


def with_nulls(options, args):
    """The same with every other option null, also those within options; and under each spelling."""
    for name, option in options.items():
        if name not in args:
            inner = option.get("options")
            args = dict(args, **{name: dict.fromkeys(inner) if inner else None})
            args.update(dict.fromkeys(option.get("aliases", ())))
    return args


def in_process(module, args):
    validated = validate(job_of(module), args)
    return validated.error_messages, validated.validated_parameters


def as_a_module(module, args, monkeypatch, capsys):
    monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode())
    monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
    params = []

    def execute(job, given, *_more, **_named):
        params.append(given)
        return {"changed": False}

    monkeypatch.setattr(module_door, "execute", execute)
    with pytest.raises(SystemExit):
        module_door.run_module(job_of(module))
    result = json.loads(capsys.readouterr().out)
    return ([result["msg"]] if result.get("failed") else []), (params or [None])[0]


@pytest.fixture(params=["in_process", "module"])
def door(request, monkeypatch, capsys):
    if request.param == "in_process":
        return in_process
    return lambda module, args: as_a_module(module, args, monkeypatch, capsys)


@pytest.mark.parametrize("module", MODULES)
def test_a_null_is_not_given(door, module):
    args = least(module)
    errors, without = door(module, args)
    assert errors == []
    with_them = with_nulls(spec_of(module)["argument_spec"], args)
    assert len(with_them) > len(args)
    errors, params = door(module, with_them)
    assert errors == []
    assert without_empty(params) == without_empty(without)


def without_empty(params):
    return {name: value for name, value in params.items() if value is not None and not_all_null(value)}


def not_all_null(value):
    return not isinstance(value, dict) or any(one is not None for one in value.values())


@pytest.mark.parametrize("module", MODULES)
def test_a_required_null_is_missing(door, module):
    for name, option in spec_of(module)["argument_spec"].items():
        if option.get("required"):
            errors, _params = door(module, dict(least(module), **{name: None}))
            assert errors == [f"missing required arguments: {name}"]


def text_options(module):
    for name, option in spec_of(module)["argument_spec"].items():
        is_text = option.get("type", "str") in ("str", "path") and not option.get("choices")
        is_list = option.get("elements") == "str"
        if is_text or is_list:
            for spelling in (name, *option.get("aliases", ())):
                yield spelling, is_list


@pytest.mark.parametrize("module", MODULES)
def test_no_text_is_made_of_a_boolean(module):
    for name, is_list in text_options(module):
        args = {one: value for one, value in least(module).items() if one != name}
        for value in (True, False, *([[True], ["a", False]] if is_list else ())):
            errors, _params = in_process(module, dict(args, **{name: value}))
            assert errors[-1].startswith(name + ": is true or false and no text"), (name, value)
            assert errors[-1].endswith("put it in quotes.")


def number_options(options):
    for name, option in options.items():
        if option.get("type") in ("int", "float"):
            yield from (name, *option.get("aliases", ()))


@pytest.mark.parametrize("module", MODULES)
def test_no_number_is_made_of_a_boolean(door, module):
    """Python takes no for 0, which is unlimited where a limit is meant."""
    options = spec_of(module)["argument_spec"]
    for name in number_options(options):
        args = {one: value for one, value in least(module).items() if one != name}
        for value in (True, False):
            errors, _params = door(module, dict(args, **{name: value}))
            assert errors[0].startswith(name + ": is true or false and no number"), (name, value)
    for name, option in options.items():
        for inner in number_options(option.get("options", {})):
            errors, _params = door(module, dict(least(module), **{name: {inner: True}}))
            assert errors[0].startswith(f"{name}.{inner}: is true or false and no number")


NUMERALS = {
    "employee_id", "employeeid", "telephone_numbers", "add_telephone_numbers", "remove_mobile_numbers", "mobile",
    "password", "password_hash", "api_password",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(NUMERALS))
def test_digits_of_identifiers_are_no_number(door, name):
    args = {one: value for one, value in least("iredmail_user").items() if one != name}
    for value in (50702711, 1.5):
        for written in [value] + [[value], ["+49 30 1", value]] * ("number" in name or name == "mobile"):
            errors, _params = door("iredmail_user", dict(args, **{name: written}))
            assert len(errors) == 1
            assert errors[0].startswith(name + ": is a number and no text")
            assert "quotes" in errors[0]
            assert str(value) not in errors[0], "it may be a password"


def test_other_texts_take_whole_numbers_and_no_fractions(door):
    args = least("iredmail_user")
    errors, params = door("iredmail_user", dict(args, name=2024, quota=5))
    assert (errors, params["name"], params["quota"]) == ([], "2024", 5)
    errors, _params = door("iredmail_user", dict(args, name=1.1))  # it was 1.10
    assert [error.partition(" and")[0] for error in errors] == ["name: is a number"]


def test_a_checksum_of_digits_is_a_text(door):
    for value in (12345678, 1e5):
        errors, _params = door("iredmail_state", dict(least("iredmail_state"), expect_checksum=value))
        assert errors[0].startswith("expect_checksum: is a number")


def test_an_unquoted_off_is_the_choice_that_it_was(door):
    errors, params = door("iredmail_user", dict(least("iredmail_user"), verify=False))
    assert (errors, params["verify"]) == ([], "off")


@pytest.mark.parametrize("value", [True, False, 0, 5, 1.5, [], [1.5], ["users"], "", "users", [{"kinds": ["users"]}]])
def test_what_takes_options_takes_nothing_else(door, value):
    """Ansible's own check would fall over some of these with a traceback, and name no option for others."""
    errors, _params = door("iredmail_state", dict(least("iredmail_state"), prune=value))
    expected = (
        "takes options of its own (domains, keep_mailbox_days, kinds, protect), and neither a single value nor a list."
    )
    assert errors == ["prune: " + expected]


@pytest.mark.parametrize("value", [{"kinds": ["users"]}, '{"kinds": ["users"]}', "kinds=users"])
def test_what_takes_options_may_come_as_a_text(door, value):
    errors, params = door("iredmail_state", dict(least("iredmail_state"), prune=value))
    assert (errors, params["prune"]["kinds"]) == ([], ["users"])


def test_what_is_declared_keeps_its_nulls():
    declared = {"users": None, "domains": [{"domain": "example.com", "description": None}]}
    _errors, params = in_process("iredmail_state", dict(CONNECTION, declared=declared))
    assert params["declared"] == declared


@pytest.mark.parametrize(
    ("module", "args", "params"),
    [
        ("iredmail_domain", {"disabled_user_profiles": ["BCC", "Relay"]}, {"disabled_user_profiles": ["bcc", "relay"]}),
        ("iredmail_domain", {"disableUserProfile": "BCC,Relay"}, {"add_disabled_user_profiles": ["bcc", "relay"]}),
        ("iredmail_alias", {"access_policy": "MembersOnly"}, {"access_policy": "membersonly"}),
        (
            "iredmail_wblist",
            {"direction": "Inbound", "list": "BlackList"},
            {"direction": "inbound", "list": "blacklist"},
        ),
        ("iredmail_user", {"mailbox_format": "Maildir", "state": "Present"}, {"mailbox_format": "maildir"}),
        (
            "iredmail_state",
            {"prune": {"kinds": ["Users"], "domains": ["example.com"]}},
            {"prune": {"kinds": ["users"], "domains": ["example.com"], "protect": None, "keep_mailbox_days": None}},
        ),
    ],
)
def test_words_are_known_in_any_case(door, module, args, params):
    errors, found = door(module, dict(least(module), **args))
    assert errors == []
    assert {name: found[name] for name in params} == params


def test_an_unknown_word_is_an_error(door):
    for args in ({"disabled_user_profiles": ["BCCC"]}, {"remove_disabled_user_preferences": ["forwardings"]}):
        errors, _params = door("iredmail_domain", dict(least("iredmail_domain"), **args))
        assert f"value of {next(iter(args))} must be one" in errors[0]
