# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On LDAP every user has an address in each alias domain too, which nobody declares."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.listing import Listing
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import BadAnswer, Rejected
from ansible_collections.mailstate.iredmail.plugins.module_utils._export import run
from ansible_collections.mailstate.iredmail.plugins.module_utils._export.reads import UserRead
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import Workers
from tests.support.common import COM
from tests.support.engine_runs import Runs
from tests.support.fake_panel import FakePanel, Server
from tests.support.fake_state import applied, findings, planned

NET, ORG, PASSWORD = "example.net", "example.org", "Secret-12345x"
ADA, BOB, FURTHER = f"ada@{COM}", f"bob@{COM}", f"a.lovelace@{COM}"
GIVEN = f"ada@{NET}"
RUNS = Runs(lambda **options: resource_module(USER).start({"mail": ADA, **options}))
PUT = f"PUT /api/user/{ADA} "


class Ldap(Server):
    """An LDAP server with an alias domain: who is made or renamed gets an address there.

    :ivar keeps_former: after a rename the address of the former name is still there
    """

    keeps_former = False

    def __init__(self, backend="ldap"):
        super().__init__(backend)
        self.has(DOMAIN, COM, alias_domains=frozenset({NET}))

    def user(self, mail, *further):
        return self.has(USER, mail, aliases=frozenset({self._given(mail), *further}), forwarding=frozenset({mail}))

    @staticmethod
    def _given(mail):
        return mail.partition("@")[0] + "@" + NET

    def write(self, operation):
        super().write(operation)
        path = operation.path
        if operation.method == "POST" and path[0] == "user":
            mail = path[-1]
            former = frozenset() if self.keeps_former else frozenset({self._given(path[1])})
            found = self.things[USER.at(mail)]
            aliases = found.value("aliases") - former | {self._given(mail)}
            self.things[USER.at(mail)] = found.changed({"aliases": aliases})

    def aliases(self, mail=ADA):
        return sorted(self.things[USER.at(mail)].value("aliases"))


@pytest.fixture
def server():
    made = Ldap()
    made.user(ADA)
    return made


def test_an_exact_list_leaves_it_alone(server):
    result = RUNS.both(server, aliases=[FURTHER])
    assert server.writes == [PUT + f"addAlias={FURTHER}"]
    assert server.aliases() == [FURTHER, GIVEN]
    assert (result["diff"]["before"]["aliases"], result["diff"]["after"]["aliases"]) == ([], [FURTHER])
    del server.writes[:]
    RUNS.both(server, aliases=[])
    assert server.aliases() == [GIVEN]


def test_an_exact_list_may_name_it(server):
    RUNS.both(server, aliases=[FURTHER, GIVEN])
    assert server.writes == [PUT + f"addAlias={FURTHER}"]


def test_it_can_be_named_alone(server):
    assert RUNS.both(server, add_aliases=[GIVEN])["changed"] is False
    RUNS.both(server, remove_aliases=[GIVEN])
    assert server.writes == [PUT + f"removeAlias={GIVEN}"]


def test_what_is_no_such_address_is_taken_away(server):
    server.user(ADA, f"ada@{ORG}", f"other@{NET}")
    RUNS.both(server, aliases=[])
    assert server.writes == [PUT + f"removeAlias=ada@{ORG},other@{NET}"]


def test_on_sql_nobody_gives_any():
    server = Ldap("sql")
    server.user(ADA)
    RUNS.both(server, aliases=[])
    assert server.writes == [PUT + f"removeAlias={GIVEN}"]
    assert f"/api/domain/{COM}" not in server.reads


def test_the_domain_is_read_only_where_it_matters(server):
    RUNS.both(server, aliases=[GIVEN])
    RUNS.both(server, name="Ada")
    assert not [path for path in server.reads if path.startswith("/api/domain/")]


@pytest.mark.parametrize("trouble", [Rejected("no right", "PERMISSION_DENIED"), BadAnswer("what is that?"), None])
def test_where_the_domain_cannot_be_read_it_is_left_alone_with_a_warning(server, trouble):
    server.things[DOMAIN.at(COM)] = trouble
    result = RUNS.both(server, aliases=[])
    assert server.writes == []
    assert result["warnings"] == [
        f"user {ADA}: aliases: the alias domains of {COM} cannot be read, so whether the server itself put {GIVEN} "
        "there is not known, and nothing is taken away. To take them away, name them in remove_aliases."
    ]


@pytest.mark.parametrize("aliases", [[], [f"b@{COM}"]])
def test_a_new_user_keeps_it(server, aliases):
    predicted = RUNS.run(server, check=True, mail=BOB, password=PASSWORD, aliases=aliases)
    result = RUNS.run(server, mail=BOB, password=PASSWORD, aliases=aliases)
    assert (result["operations"], result["diff"]) == (predicted["operations"], predicted["diff"])
    assert server.aliases(BOB) == sorted([*aliases, f"bob@{NET}"])
    assert RUNS.run(server, mail=BOB, password=PASSWORD, aliases=aliases)["changed"] is False


@pytest.mark.parametrize("keeps_former", [True, False])
def test_a_rename_takes_nothing_away(server, keeps_former):
    server.keeps_former = keeps_former
    options = {"mail": BOB, "rename_from": ADA, "aliases": [FURTHER]}
    predicted = RUNS.run(server, check=True, **options)
    result = RUNS.run(server, **options)
    assert (result["operations"], result["diff"]) == (predicted["operations"], predicted["diff"])
    assert server.aliases(BOB) == sorted([FURTHER, f"bob@{NET}", *([GIVEN] if keeps_former else [])])
    assert RUNS.run(server, **options)["changed"] is False


# -- in a whole state


class Listed(Ldap):
    """Its list of users shows their names and addresses."""

    def read(self, path, descriptor=None):
        found = super().read(path, descriptor)
        if path != USER.list_at(COM):
            return found
        users = {place[1]: thing for place, thing in self.things.items() if place[0] == "user"}
        rows = {
            mail: {"mail": [mail], "shadowAddress": sorted(one.value("aliases")), "cn": [one.value("name")]}
            for mail, one in users.items()
        }
        return Listing(rows, frozenset({"mail", "shadowAddress", "cn"}))


def declared(*names, **more):
    return {"users": [{"mail": f"{name}@{COM}", "aliases": [f"{name}.x@{COM}"]} for name in names], **more}


def test_a_whole_state_needs_the_domain_once_and_no_user_where_a_list_shows_them():
    server = Listed()
    names = ["ada", "bob", "cy", "dan", "eve"]
    for name in names:
        server.user(f"{name}@{COM}", f"{name}.x@{COM}")
    assert planned(server, declared(*names)).planned == []
    assert server.reads == [f"/api/users/{COM}", f"/api/domain/{COM}"]
    server.user(ADA)
    applied(server, declared(*names))
    assert server.writes == [PUT + f"addAlias=ada.x@{COM}"]
    assert planned(server, declared(*names)).planned == []


def test_a_domain_with_its_alias_domain_and_its_users_are_made_in_one_run():
    server = Ldap()
    del server.things[DOMAIN.at(COM)]
    state = declared("ada", domains=[{"domain": COM, "alias_domains": [NET]}])
    state["users"][0]["password"] = server.passwords[ADA] = PASSWORD
    applied(server, state)
    assert server.aliases() == sorted([GIVEN, f"ada.x@{COM}"])
    assert planned(server, state).planned == []


def _read_aliases(panel, mail):
    found = panel.get(USER, mail)
    return UserRead(replace(found, values={"aliases": found.value("aliases")}), True)


@pytest.mark.parametrize(
    ("domain", "expected"), [("read", [FURTHER, f"ada@{ORG}"]), ("not read", [FURTHER, GIVEN, f"ada@{ORG}"])]
)
def test_an_export_leaves_it_out_where_it_is_known(server, monkeypatch, domain, expected):
    monkeypatch.setattr(run, "read_user", _read_aliases)
    server.user(ADA, FURTHER, f"ada@{ORG}")
    server.user(BOB)
    if domain == "not read":
        server.things[DOMAIN.at(COM)] = Rejected("no right", "PERMISSION_DENIED")
    with Workers(1) as workers:
        export = run.Export(FakePanel(server), workers, frozenset({"users"}), False)
        export._users([ADA, BOB])
    assert export.state["users"][ADA]["aliases"] == expected
    assert ("aliases" in export.state["users"][BOB]) == (domain == "not read")
    assert server.reads.count(f"/api/domain/{COM}") == 1


def test_nobody_claims_it(server):
    server.user(BOB)
    assert findings(server, declared("ada", "bob")) == []


def test_names_pass_in_a_ring_around_it(server):
    """Planned in parts, it is left alone as well."""
    server.user(ADA, f"bob.x@{COM}")
    server.user(BOB, f"ada.x@{COM}")
    applied(server, declared("ada", "bob"))
    assert server.aliases() == sorted([GIVEN, f"ada.x@{COM}"])
    assert server.aliases(BOB) == sorted([f"bob@{NET}", f"bob.x@{COM}"])
