# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which piece of a plan waits for which."""

from __future__ import annotations

import itertools

from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.order import Order, Piece
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.step import checksum
from tests.support.common import COM, ORG, user
from tests.support.fake_state import planned

ADA, BOB, CY, ALL, X, Y = (f"{name}@{COM}" for name in ("ada", "bob", "cy", "all", "x", "y"))


def order_of(server, declared, backend="sql"):
    return Order([step for step in planned(server, declared).steps if step.action != "none"], backend)


def labels(pieces):
    return [piece.step.item.ident for piece in pieces]


def test_what_a_piece_gets_gives_up_and_speaks_of(server):
    server.has(USER, ADA, aliases=frozenset({CY}), forwarding=frozenset({ADA, "was@x.example"}))
    order = order_of(server, {"users": [user(ADA, aliases=[ALL], forwarding=[BOB, "was@x.example"])]})
    (piece,) = order.pieces
    assert (piece.claims, piece.frees) == ({ALL}, {CY})
    assert piece.refers == {BOB}, "what it spoke of before is there"


def test_an_object_in_a_new_domain_comes_after_it(server):
    order = order_of(server, {"users": [user("a@" + ORG)], "domains": [{"domain": ORG}]})
    (made,) = [piece for piece in order.pieces if piece.step.item.kind.name == "user"]
    assert labels(order.waits[made]) == [ORG]


def test_one_that_goes_with_its_domain_does_not_wait_for_what_that_becomes(server):
    server.has(DOMAIN, ORG)
    server.has(USER, "a@" + ORG)
    declared = {
        "users": [{"mail": "a@" + ORG, "state": "absent"}],
        "domains": [{"domain": COM, "alias_domains": [ORG]}, {"domain": ORG, "state": "absent"}],
    }
    order = order_of(server, declared)
    (gone,) = [piece for piece in order.pieces if piece.step.item.kind.name == "user"]
    assert not order.waits[gone]


def test_who_refers_to_an_alias_waits_for_it_though_a_list_gets_that_name_as_well(server):
    team = f"team@{COM}"
    declared = {
        "users": [user(BOB, forwarding=[ALL])],
        "aliases": [{"mail": ALL, "members": [team]}],
        "mls": [{"mail": team, "extra_addresses": [ALL]}],
    }
    order = order_of(server, declared)
    (refers,) = [piece for piece in order.pieces if ALL in piece.refers]
    assert labels(order.waits[refers]).count(ALL) == 1


def test_an_address_in_an_alias_domain_comes_after_that(server):
    declared = {"users": [user(ADA, aliases=["a@" + ORG])], "domains": [{"domain": COM, "alias_domains": [ORG]}]}
    order = order_of(server, declared)
    found = labels(order.sorted(order.pieces)[0])
    assert found.index(COM) < len(found) - 1 - found[::-1].index(ADA), "ADA gets it once the domain is there"


def test_a_raised_limit_comes_first_but_nothing_depends_on_it(server):
    declared = {"users": [user(ADA)], "domains": [{"domain": COM, "max_users": 9, "catchall": [ADA]}]}
    order = order_of(server, declared)
    assert labels(order.sorted(order.pieces)[0]) == [COM, ADA, COM], (
        "what it speaks of must be there before that is sent"
    )
    del declared["domains"][0]["catchall"]
    order = order_of(server, declared)
    assert labels(order.sorted(order.pieces)[0]) == [COM, ADA]


def test_what_follows_a_creation_goes_along_unless_it_waits_for_others(server):
    declared = {"users": [user(ADA, employee_id="7"), user(BOB, forwarding=[CY]), user(CY)]}
    pieces = order_of(server, declared).pieces
    assert [(piece.step.item.ident, len(piece.plans)) for piece in pieces] == [(ADA, 2), (BOB, 1), (BOB, 1), (CY, 1)]


def test_on_ldap_a_domain_gets_one_account_after_the_other(server):
    declared = {"users": [user(mail) for mail in (BOB, ADA)], "aliases": [{"mail": ALL}]}
    for backend, chained in (("sql", False), ("ldap", True), (None, True)):
        order = order_of(server, declared, backend)
        pieces, waits = order.sorted(order.pieces)
        assert any(waits[piece] for piece in pieces) is chained


def test_what_only_spares_the_panel_is_let_go_before_what_a_piece_depends_on(server):
    """On LDAP one account of a domain is made after the other, here in a ring with what they refer to."""
    team = f"team@{COM}"
    aliases = [{"mail": X, "members": [team]}, {"mail": Y, "members": [X]}]
    order = order_of(server, {"aliases": aliases, "mls": [{"mail": team}]}, "ldap")
    assert labels(order.sorted(order.pieces)[0]) == [team, X, Y]


def test_names_that_pass_come_last_with_all_that_wait_for_them(server):
    server.has(ALIAS, ALL)
    declared = {
        "users": [user(ALL), user(ADA), user(BOB, forwarding=[ALL])],
        "aliases": [{"mail": ALL, "state": "absent"}],
    }
    order = order_of(server, declared)
    assert sorted(labels(order.passes)) == [ALL, ALL, BOB]
    assert labels(order.sorted(order.pieces)[0])[-2:] == [ALL, BOB]


def test_a_name_is_freed_when_the_one_that_gets_it_is_next(server):
    for mail, alias in ((ADA, CY), (BOB, ALL)):
        server.has(USER, mail, aliases=frozenset({alias}))
    order = order_of(server, {"users": [user(ADA, aliases=[]), user(BOB, aliases=[]), user(CY), user(ALL)]})
    assert labels(order.one_at_a_time()) == [ADA, CY, BOB, ALL]
    assert order.moves == {}, "neither goes nor is renamed, so nothing else loses them"


def test_a_name_moves_when_its_holder_goes_or_is_renamed(server):
    server.has(USER, ADA)
    server.has(USER, BOB)
    server.has(USER, CY)
    new = f"new@{COM}"
    users = [
        {"mail": ADA, "state": "absent"},
        user(new, rename_from=BOB, aliases=[BOB]),
        {"mail": CY, "state": "absent"},
    ]
    order = order_of(server, {"users": users, "aliases": [{"mail": ADA}]})
    assert order.moves == {ADA: "", BOB: new}, "nobody gets the third"


def test_who_drops_a_name_does_so_before_it_is_renamed_if_he_can(server):
    new, other = f"new@{COM}", f"other@{COM}"
    server.has(USER, ADA)
    for mail in (ALL, other):
        server.has(ALIAS, mail, members=frozenset({ADA, "x@x.example"}))
    aliases = [{"mail": ALL, "members": ["x@x.example"]}, {"mail": other, "members": [BOB]}]
    order = order_of(server, {"users": [user(new, rename_from=ADA, aliases=[BOB])], "aliases": aliases})
    assert [name for name in labels(order.in_turn()) if name != new] == [ALL, other]
    assert labels(order.in_turn()).index(new) == 1
    assert {step.item.ident: names for step, names in order.dropped_late().items()} == {other: {ADA: new}}


def test_what_goes_along_with_a_piece_drops_names_too(server):
    """Whoever is renamed to what another renamed one gives up drops the former name of that too late."""
    new = f"new@{COM}"
    server.has(USER, ADA, aliases=frozenset({BOB}))
    server.has(USER, CY, forwarding=frozenset({ADA, "x@x.example"}))
    users = [user(new, rename_from=ADA, aliases=[]), user(BOB, rename_from=CY, forwarding=["x@x.example"])]
    order = order_of(server, {"users": users})
    assert {step.item.ident: names for step, names in order.dropped_late().items()} == {BOB: {ADA: new}}


def test_names_in_a_ring_have_no_order(server):
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB, aliases=frozenset({ALL}))
    steps = planned(server, {"users": [user(ADA, aliases=[ALL]), user(BOB, aliases=[CY])]}).steps
    assert Order(steps, "sql").rings() == [], "one of them was planned in two"
    assert sorted(len(step.outcome.operations) for step in steps) == [1, 2]


def test_how_a_file_is_sorted_makes_no_other_plan(server):
    users = [user(ADA, aliases=[ALL]), user(BOB, aliases=[CY])]
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB, aliases=frozenset({ALL}))
    sums = {checksum(planned(server, {"users": some}).steps, {}) for some in (users, users[::-1])}
    assert len(sums) == 1


def test_nor_does_it_where_something_is_renamed(server):
    server.has(USER, ADA)
    server.has(USER, BOB)
    users = [user(X, rename_from=ADA, quota="1MB"), user(Y, rename_from=BOB, quota="1MB")]
    orders = [planned(server, {"users": some}).order for some in (users, users[::-1])]
    assert [labels(order.in_turn()) for order in orders] == [[X, Y]] * 2


def test_a_long_chain_is_put_in_order_fast(server):
    names = [f"a{number}@{COM}" for number in range(3000)]
    declared = {"aliases": [{"mail": mail, "members": [to]} for mail, to in itertools.pairwise(names)]}
    declared["aliases"].append({"mail": names[-1], "members": ["x@x.example"]})
    order = order_of(server, declared)
    assert labels(order.sorted(order.pieces)[0]) == names[::-1]


def pieces(server, **declared):
    (step,) = planned(server, declared).steps
    return [Piece(step, one, 0) for one in step.chain]


def test_a_rename_frees_the_former_name_and_an_update_what_it_takes_away(server):
    server.has(USER, ADA, aliases=frozenset({X}))
    rename, update = pieces(server, users=[user(BOB, rename_from=ADA, aliases=[Y], forwarding=[CY])])
    assert (rename.claims, rename.frees, rename.refers) == ({BOB}, {ADA}, set())
    assert (update.claims, update.frees, update.refers) == ({Y}, {X}, {CY})
    rename.take(update)
    assert (rename.claims, rename.frees, rename.refers) == ({BOB, Y}, {ADA, X}, {CY})
    assert len(rename.plans) == 2


def test_a_deletion_frees_all_names(server):
    server.has(DOMAIN, "old.example", alias_domains=frozenset({"alias.example"}))
    (piece,) = pieces(server, domains=[{"domain": "old.example", "state": "absent"}])
    assert (piece.claims, piece.frees) == (set(), {"old.example", "alias.example"})


def test_what_a_list_loses_is_dropped(server):
    server.has(USER, ADA, forwarding=frozenset({ADA, BOB, CY}))
    (piece,) = pieces(server, users=[user(ADA, forwarding=[BOB])])
    assert (piece.claims, piece.frees) == (set(), set())
    assert piece.drops == {CY: {ADA, BOB}}
