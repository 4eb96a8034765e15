# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared items: the options of their modules, checked like these, and told of by their place."""

from __future__ import annotations

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.items import ItemSpec, Reader
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import BY_NAME, KINDS, PRUNABLE
from tests.support.common import PASSWORD


def read(declared, origins=None, **shared):
    return Reader(declared, dict({"verify": "strict"}, **shared), origins or {}).read()


def test_the_kinds_are_those_of_the_interface():
    assert (
        list(BY_NAME)
        == (
            "domains admins users domain_admins domain_users aliases mls maillists spampolicies throttles greylistings "
            "greylisting_spf_domains wblists"
        ).split()
    )
    assert PRUNABLE == ("domains", "users", "aliases", "mls")
    for kind in KINDS:
        assert not {"api_url", "api_password"} & set(kind.options())


def test_items_come_in_the_order_of_kinds_and_then_as_they_are_declared():
    found = read({"aliases": [{"mail": "z@b.example"}, {"mail": "a@b.example"}], "domains": [{"domain": "B.example"}]})
    assert [entry.label for entry in found] == ["domain b.example", "alias z@b.example", "alias a@b.example"]
    assert [entry.domain for entry in found] == ["b.example"] * 3


def test_the_spelling_of_the_api_counts_and_null_does_not():
    (entry,) = read({"domains": [{"domain": "a.example", "numberOfUsers": "7", "description": None, "enabled": "no"}]})
    assert entry.desired.exact == {"max_users": 7, "enabled": False}


def test_what_the_state_says_for_all_holds_for_each():
    (entry,) = read({"users": [{"mail": "a@b.example", "password": PASSWORD}]}, verify="warn")
    assert (entry.desired.verify, entry.desired.update_password) == ("warn", "verify")


@pytest.mark.parametrize(
    ("kind", "item", "domain"),
    [
        ("domains", {"domain": "a.example"}, "a.example"),
        ("users", {"mail": "u@a.example"}, "a.example"),
        ("wblists", {"account": "u@a.example", "direction": "inbound", "list": "blacklist"}, "a.example"),
        ("throttles", {"account": "a.example", "direction": "outbound"}, "a.example"),
        ("greylistings", {"account": "global"}, ""),
        ("throttles", {"account": "global", "direction": "inbound"}, ""),
        ("greylisting_spf_domains", {"domains": []}, ""),
    ],
)
def test_the_domain_of_an_item(kind, item, domain):
    (entry,) = read({kind: [item]})
    assert entry.domain == domain


def test_keys_of_settings_are_part_of_their_names():
    lists = [
        {"account": account, "direction": direction, "list": name, "addresses": []}
        for account in ("global", "a.example", "u@a.example")
        for direction in ("inbound", "outbound")
        for name in ("whitelist", "blacklist")
    ]
    found = read({"wblists": lists, "greylisting_spf_domains": [{"domains": ["x.example"]}]})
    assert len({entry.label for entry in found}) == 13
    assert found[0].label == "greylisting_spf_domains"
    with pytest.raises(InputError, match=r"^wblist global inbound whitelist is declared twice: wblists\[0\] "):
        read({"wblists": [*lists, dict(lists[0], account="GLOBAL")]})


def test_both_places_of_what_is_declared_twice():
    origins = {"users": ["a.yml:2", "b.yml:9"]}
    with pytest.raises(InputError) as error:
        read({"users": [{"mail": "a@b.example"}, {"mail": "A@B.example"}]}, origins)
    assert str(error.value) == ("user a@b.example is declared twice: a.yml:2 and b.yml:9.")


@pytest.mark.parametrize(
    "others",
    [
        [{"mail": "old@b.example"}],
        [{"mail": "old@b.example", "state": "absent"}],
        [{"mail": "other@b.example", "rename_from": "OLD@b.example"}],
    ],
)
@pytest.mark.parametrize("turn", [1, -1])
def test_a_former_name_belongs_to_one_object(others, turn):
    renamed = {"mail": "new@b.example", "rename_from": "old@b.example"}
    with pytest.raises(InputError, match=r"rename_from is old@b\.example, and so is a name at users"):
        read({"users": [renamed, *others][::turn]})
    # also where both stand on one line
    with pytest.raises(InputError, match=r"so is a name at a\.yml:1"):
        read({"users": [renamed, *others][::turn]}, {"users": ["a.yml:1"] * 2})
    # an alias of that name is another thing
    read({"users": [renamed], "aliases": [{"mail": "old@b.example"}]})


def test_no_message_shows_a_password():
    for bad in ({"password": PASSWORD + " "}, {"password_hash": PASSWORD}, {"password": [PASSWORD]}):
        with pytest.raises(InputError) as error:
            read({"users": [{"mail": "a@b.example", **bad}]})
        assert PASSWORD not in str(error.value)


# -- the same checks as those of the modules

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**6),
    st.floats(allow_nan=True, allow_infinity=False),  # Ansible itself stumbles over infinity
    st.text(max_size=8),
    st.sampled_from(["yes", "no", "", "a@b.example", "b.example", "global", "inbound", "whitelist", "present", "5GB"]),
    st.lists(st.one_of(st.none(), st.integers(), st.sampled_from(["", "a@b.example", "b.example"])), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
SAFE = {
    "mail": "a@b.example",
    "domain": "b.example",
    "account": "b.example",
    "direction": "inbound",
    "list": "whitelist",
    "period": 60,
}


@st.composite
def items(draw):
    plural = draw(st.sampled_from(list(BY_NAME)))
    options = BY_NAME[plural].options()
    item = {name: SAFE[name] for name, option in options.items() if name in SAFE and option.get("required")}
    names = st.sampled_from([name for name in sorted(options) if name not in item])
    return plural, {**item, **draw(st.dictionaries(names, VALUES, max_size=3))}


@given(items())
def test_any_item_is_understood_or_refused_in_a_sentence(made):
    plural, item = made
    sentence = ""
    try:
        (entry,) = read({plural: [item]})
    except InputError as error:
        sentence = str(error)
    if sentence:
        assert sentence.startswith(plural + "[0]")
        assert sentence.endswith(".")
    else:
        assert entry.kind is BY_NAME[plural]


@given(items())
def test_an_item_is_converted_as_its_module_would(made):
    """Whatever is accepted here is accepted by the module, with the same values."""
    plural, item = made
    try:
        params = ItemSpec(BY_NAME[plural]).params(item, {})
    except InputError:
        return
    if any(isinstance(value, list) and None in value for value in item.values()):
        return  # the module makes an empty text of it, which is refused as well, in other words
    there = {name: value for name, value in item.items() if value is not None}
    result = ArgumentSpecValidator(BY_NAME[plural].options()).validate(there)
    assert result.error_messages == []
    given_options = {name: value for name, value in result.validated_parameters.items() if value is not None}
    assert {name: value for name, value in params.items() if value == value} == {
        name: given_options[name] for name in params if given_options[name] == given_options[name]
    }


@pytest.mark.parametrize(
    ("option", "value", "refused", "in_a_file"),
    [
        ("name", False, "is true or false and no text", True),
        ("name", 1.1, "is a number and no text", False),
        ("employee_id", 5349, "is a number and no text", False),
        ("telephone_numbers", ["+49 30 1", 50702711], "is a number and no text", False),
        ("add_mobile_numbers", 50702711, "is a number and no text", False),
        ("services", [True], "is true or false and no text", True),
        ("password", 42798, "is a number and no text", False),
    ],
)
def test_no_text_is_made_of_what_yaml_changed(option, value, refused, in_a_file):
    item = {"mail": "a@b.example", option: value}
    with pytest.raises(InputError, match=rf"^users\[0\] \(a@b.example\): {option}: {refused}.* in quotes\.$"):
        read({"users": [item]})
    if in_a_file:
        with pytest.raises(InputError, match=refused):
            read({"users": [item]}, {"users": ["line 1 of a.yml"]})
    else:  # it keeps as a text what would not be the same as a number
        read({"users": [item]}, {"users": ["line 1 of a.yml"]})


def test_kinds_and_items_that_are_wrong_are_all_told():
    declared = {
        "usres": [],
        "aliases": 5,
        "users": [{"mail": "a@b.example", "qouta": 1}, {"mail": "b@b.example", "zzz": 1}],
    }
    with pytest.raises(InputError) as error:
        read(declared, {"users": ["a.yml:2"]})
    assert [line.split("; did")[0].split(" There")[0] for line in str(error.value).splitlines()] == [
        "there is no kind usres",
        "a.yml:2: user a@b.example: there is no option qouta",
        "users[1] (b@b.example): there is no option zzz.",
        "aliases is not a list.",
    ]


def test_words_are_known_in_any_case():
    declared = {
        "domains": [{"domain": "a.example", "disabled_user_profiles": "BCC,Relay"}],
        "wblists": [{"account": "global", "direction": "Inbound", "list": "WhiteList", "addresses": ["2001:DB8::0"]}],
    }
    domain, wblist = read(declared)
    assert domain.desired.exact == {"disabled_user_profiles": {"bcc", "relay"}}
    assert (wblist.ident, wblist.desired.exact) == ("global inbound whitelist", {"addresses": {"2001:db8::"}})
    with pytest.raises(InputError, match="must be one of bcc, "):
        read({"domains": [{"domain": "a.example", "disabled_user_profiles": ["BCCC"]}]})
