# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in a list can be removed from it, also where no panel would have put it there."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.address_set import AddressSetTask
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Found
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.domain_admins import DomainAdminsTask
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.greylisting import SpfDomainsTask
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.catalog import RESOURCES
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import ListField
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.greylisting import WHITELIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from tests.support.common import COM
from tests.support.engine_runs import Runs
from tests.support.fake_panel import Server

ADA, KEPT = f"ada@{COM}", "kept@example.net"
#: what something else than a panel may have put there
ODD = ["o'brien@example.net", "müller@example.net", "no address", "a@b..net"]
#: every list but those of words that are known
LISTS = [
    (resource, one)
    for resource in RESOURCES
    for one in resource.fields
    if isinstance(one, ListField) and not (one.codec.vocabulary or getattr(one.codec.item, "known", None))
]
NAMES = [f"{resource.name}-{one.option}" for resource, one in LISTS]
GLOBAL = {"account": "global", "direction": "inbound", "list": "blacklist"}


def removed_once(runs, server, held, kept=KEPT):
    """What happens to a list from which something odd is to be removed: it goes, and that it is gone is no failure."""
    result = runs.both(server)
    assert result["changed"]
    assert "warnings" not in result
    assert held() == {kept}
    again = runs.run(server)
    (warning,) = again["warnings"]
    assert again["changed"] is False
    assert "nothing of that name is there to be removed." in warning


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(("resource", "one"), LISTS, ids=NAMES)
def test_from_every_list_of_an_object(resource, one, odd):
    shown = one.codec.item.from_wire(odd)
    kept = one.codec.item.from_wire(KEPT)
    try:
        one.codec.accept([odd])
    except ValueError:
        pass
    else:
        return  # it is not odd there
    server, name = Server(one.only or resource.only or "sql"), COM if resource is DOMAIN else ADA
    there = {one.option: frozenset({shown, kept})}
    if one.option == "subscription_moderators":
        there["moderate_subscription"] = True  # as there is somebody to do it
    server.has(resource, name, **there)
    wanted = {resource.identity: name, "remove_" + one.option: [f" {odd} "]}
    removed_once(
        Runs(lambda: resource_module(resource).start(wanted)),
        server,
        lambda: server.things[resource.at(name)].value(one.option),
        kept,
    )


@pytest.mark.parametrize("odd", [*ODD[:3], "example.com", "*@example.com", "192.0.2.5/24"])
@pytest.mark.parametrize("kind", [WBLIST, WHITELIST])
def test_from_every_set_of_addresses(kind, odd):
    server, option = Server(), kind.field.option
    keys = {name: GLOBAL[name] for name, _codec in kind.keys}
    task = AddressSetTask(kind, {**keys, "remove_" + option: [odd]})
    place = task.target.at(kind.path)
    server.things[place] = Found(frozenset({odd, KEPT}))
    server._known[place] = kind
    removed_once(
        Runs(lambda: AddressSetTask(kind, {**keys, "remove_" + option: [odd]})),
        server,
        lambda: server.things[place].own,
    )


@pytest.mark.parametrize("odd", ODD)
def test_from_the_admins_of_a_domain(odd):
    server = Server("ldap")
    server.has(DOMAIN, COM)
    server.admins[COM] = frozenset({odd, KEPT})
    runs = Runs(lambda: DomainAdminsTask({"domain": COM, "remove_admins": [odd]}))
    removed_once(runs, server, lambda: server.admins[COM])
    server.admins[COM], server.reads = None, []  # who manages it is asked of each, and for this one nobody can ask
    assert runs.run(server)["changed"] is False
    assert not [path for path in server.reads if odd in path]


def test_what_is_not_shown_is_removed_unseen():
    server = Server()
    server.ignores.add("members")
    (alias,) = [resource for resource in RESOURCES if resource.name == "alias"]
    server.has(alias, ADA, members=UNREADABLE)
    result = Runs(lambda: resource_module(alias).start({"mail": ADA, "remove_members": [ODD[0]]})).run(server)
    assert server.writes == [f"PUT /api/alias/{ADA} removeMember={ODD[0]}"]
    assert result["unverified"] == ["members"]
    result = Runs(lambda: SpfDomainsTask({"remove_domains": [ODD[0]]})).run(server)
    assert server.writes[1:] == [f"POST /api/greylisting/whitelist_spf_domains removeDomains={ODD[0]}"]


@pytest.mark.parametrize("item", ["a@x.example,b@x.example", "a@x.example\nb@x.example", "", None, {}])
@pytest.mark.parametrize(("resource", "one"), LISTS, ids=NAMES)
def test_what_would_be_two_on_the_wire_is_refused(resource, one, item):
    if item and one.codec.separator not in item:
        return
    name = COM if resource is DOMAIN else ADA
    with pytest.raises(InputError, match="remove_" + one.option):
        resource_module(resource).start({resource.identity: name, "remove_" + one.option: [item]})


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(("resource", "one"), LISTS, ids=NAMES)
def test_what_is_odd_is_not_put_there(resource, one, odd):
    try:
        one.codec.accept([odd])
    except ValueError:
        for prefix in ("", "add_"):
            options = {resource.identity: COM if resource is DOMAIN else ADA, prefix + one.option: [odd]}
            with pytest.raises(InputError, match=f"^{prefix}{one.option}: "):
                resource_module(resource).start(options)
