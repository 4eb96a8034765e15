# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command that puts the server back, and the YAML that takes it into the files."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
import yaml

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.entry import DRIFT, FAILED, Entry
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.remedy import Remedy

ONE = Remedy(("mail",), frozenset({"localhost"}))
EXTRA = {"state": ("present", "absent")}


def entry(kind: str = "user", ident: str = "a@b.cd", changes: Any = None, **more: Any) -> Entry:
    return Entry(kind, ident, "s", more.pop("status", DRIFT), changes or {"quota": (4096, 1024)}, **more)


def test_what_is_declared_is_applied():
    assert ONE.command(entry()) == "ansible-playbook mailstate.iredmail.apply -e mail_state_src=mail"
    assert Remedy().command(entry()) == ""
    assert ONE.command(entry(status=FAILED)) == ""


@pytest.mark.parametrize("sources", [("my mail",), ("it's",), ("a", "b"), ('x"y={{ 1 }}',)])
def test_paths_are_quoted(sources):
    *_command, option = shlex.split(Remedy(sources).command(entry()))
    value = yaml.safe_load(option)
    assert value == {"mail_state_src": list(sources) if len(sources) > 1 else sources[0]}


@pytest.mark.parametrize(
    ("addresses", "declared", "adopted"),
    [
        (["ada@b.net", "ada@b.org"], False, None),
        (["ada@b.net", "boss@b.cd"], False, ["ada@b.net", "boss@b.cd"]),
        (["ada@b.net"], True, ["ada@b.net"]),
        ([], False, []),
    ],
)
def test_addresses_in_alias_domains_alone_are_not_adopted_with_a_user(addresses, declared, adopted):
    changes = {**({} if declared else EXTRA), "aliases": (addresses, ["x@b.cd"] if declared else None)}
    found = yaml.safe_load(ONE.adoption(entry(ident="ada@b.cd", changes=changes, declared=declared)))["users"][0]
    assert found.get("aliases") == adopted


def test_with_several_hosts_it_is_limited_to_one():
    both = Remedy(("mail",), frozenset({"one", "two"}))
    assert both.command(entry(host="two")).endswith(" --limit two")


def test_what_is_declared_nowhere_is_deleted_by_itself():
    command = ONE.command(entry(changes=EXTRA, declared=False, host="localhost"))
    assert command == "ansible localhost -m mailstate.iredmail.iredmail_user -a 'mail=a@b.cd state=absent'"
    # what takes others along is looked at first
    command = ONE.command(entry("domain", "b.cd", EXTRA, declared=False))
    assert command == (
        "ansible localhost -m mailstate.iredmail.iredmail_domain -a 'domain=b.cd state=absent' --check --diff"
    )
    assert ONE.command(entry(ident="a b@b.cd", changes=EXTRA, declared=False)) == ""


@pytest.mark.parametrize(
    ("one", "adopted"),
    [
        (entry(), {"users": [{"mail": "a@b.cd", "quota": 4096}]}),
        (entry(changes={"password": ("<set>", "<changed>")}), None),
        (entry(changes={"sender_bcc": ("<unknown>", "x@b.cd")}), None),
        (entry(changes=EXTRA, declared=False), {"users": [{"mail": "a@b.cd"}]}),
        (
            entry(changes=EXTRA, declared=False, shown={"mail": "a@b.cd", "name": "Mallory", "quota": 1024}),
            {"users": [{"mail": "a@b.cd", "name": "Mallory", "quota": 1024}]},
        ),
        (entry(changes={"state": ("absent", "present")}), {"users": [{"mail": "a@b.cd", "state": "absent"}]}),
        (
            entry("alias", changes={"members": (["x@b.cd"], [])}),
            {"aliases": [{"mail": "a@b.cd", "members": ["x@b.cd"]}]},
        ),
        (
            entry("wblist", "b.cd inbound blacklist", {"addresses": (["@x.cd"], [])}),
            {
                "wblists": [
                    {"account": "b.cd", "direction": "inbound", "list": "blacklist", "addresses": ["@x.cd"]},
                ]
            },
        ),
        (
            entry(changes={"name": ("{{ 7 }}: 'x'\n- y", "")}),
            {"users": [{"mail": "a@b.cd", "name": "{{ 7 }}: 'x'\n- y"}]},
        ),
        (entry("host", "one", {"x": (1, 2)}), None),
    ],
)
def test_what_the_server_has_as_yaml(one, adopted):
    class Loader(yaml.SafeLoader):
        """As Ansible reads it."""

    Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))
    assert yaml.load(ONE.adoption(one), Loader) == adopted
