# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists whose files are lost: the panel lists them, and denies them when it is asked for one."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import ObjectsTask
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.lost import what_is_left
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    AnswerLost,
    BadAnswer,
    LostFiles,
    NoSuchEndpoint,
    NotSent,
    NotVerified,
    Rejected,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML
from tests.support.engine_runs import Runs
from tests.support.fake_lists import ListServer
from tests.support.fake_panel import FakePanel
from tests.support.fake_state import actions, applied, carried_out, failures, planned

TEAM, NEWS = "team@example.com", "news@example.com"
RUNS = Runs(lambda **options: resource_module(ML).start({"mail": TEAM, **options}))
DELETE = f"DELETE /api/ml/{TEAM}"


@pytest.fixture(params=["sql", "ldap"])
def server(request):
    made = ListServer(request.param)
    made.has(DOMAIN, "example.com")
    made.has_list(NEWS, name="")
    made.left.add(ML.at(TEAM))
    return made


def shown(server, **params):
    task = ObjectsTask(ML, params)
    task.collect(FakePanel(server, read_only=True))
    return task.result()


def test_what_is_left_is_told_apart_from_what_is_not_there(server):
    panel = FakePanel(server)
    left = what_is_left(panel, ML, TEAM)
    assert left is not None
    assert (left.lost, left.backend, left.values) == (True, server.backend_hint, {})
    assert what_is_left(panel, ML, "never@example.com") is None
    assert what_is_left(panel, ML, "never@nowhere.example") is None
    server.reads.clear()
    assert what_is_left(panel, ALIAS, TEAM) is None
    assert server.reads == [], "others have no files apart"


@pytest.mark.parametrize("error", [BadAnswer("?"), NoSuchEndpoint("404"), Rejected("no", "PERMISSION_DENIED")])
def test_where_nobody_can_tell_the_answer_about_the_list_itself_counts(server, error):
    server.things[ML.list_at("example.com")] = error
    assert what_is_left(FakePanel(server), ML, TEAM) is None
    server.things[ML.list_at("example.com")] = NotSent("unplugged")
    with pytest.raises(NotSent):
        what_is_left(FakePanel(server), ML, TEAM)


def test_its_account_is_deleted(server):
    result = RUNS.both(server, state="absent", keep_archive=False)
    assert server.writes == [DELETE + " keep_archive=no"]
    assert result["diff"]["before"] == {"state": "present"}
    assert result["ml"] == {}
    assert server.left == set()


def test_a_deletion_that_did_nothing_is_found_out(server):
    server.next_write(None, done=False)
    assert "still shows" in RUNS.fail(server, NotVerified, state="absent")


@pytest.mark.parametrize("done", [True, False])
def test_a_deletion_whose_answer_is_lost_is_looked_at(server, done):
    server.next_write(AnswerLost("?"), done=done)
    assert RUNS.run(server, state="absent")["changed"] is True
    assert server.writes == [DELETE] * (1 if done else 2)


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("options", [{}, {"name": "Team", "owners": []}])
def test_it_is_not_made_anew_and_the_way_out_is_told(server, check, options):
    message = RUNS.fail(server, LostFiles, check, **options)
    assert "files are gone" in message
    assert "state: absent" in message
    assert server.writes == []


def test_one_that_is_lost_while_it_is_made_is_told_so_too(server):
    """The account is there before the files are."""
    server.left.clear()
    server.next_write(Rejected("mlmmjadmin is down", "NOT_AUTHORIZED_API_CLIENT"), done=False)
    assert "mlmmjadmin is down" in RUNS.fail(server, Rejected)
    server.next_write(Rejected("exists", "ALREADY_EXISTS"), done=False)
    task = resource_module(ML).start({"mail": TEAM})
    panel = FakePanel(server)
    write = server.write
    server.write = lambda operation: (server.left.add(ML.at(TEAM)), write(operation))
    with pytest.raises(LostFiles):
        task.reach(panel)


def test_reading_says_so(server):
    for params in ({"mail": TEAM}, {"domain": "example.com"}):
        result = shown(server, **params)
        assert [one["mail"] for one in result["mls"]] == ([] if "mail" in params else [NEWS])
        (warning,) = result["warnings"]
        assert warning.startswith(f"ml {TEAM}: ")
        assert "files are gone" in warning
    assert shown(server, mail="never@example.com") == {"changed": False, "mls": []}


# -- in a whole state


def test_a_whole_state_deletes_it_or_says_so(server):
    present = planned(server, {"mls": [{"mail": TEAM, "name": "Team"}, {"mail": NEWS}]})
    assert failures(present) == {f"ml {TEAM}": "lost_files"}
    declared = {"mls": [{"mail": TEAM, "state": "absent"}]}
    assert failures(applied(server, declared)) == {}
    assert server.writes == [DELETE]
    assert planned(server, declared).planned == []


def test_one_whose_files_are_back_is_not_deleted_for_lost(server):
    planner = planned(server, {"mls": [{"mail": TEAM, "state": "absent"}]})
    server.has_list(TEAM, name="Team")
    assert failures(carried_out(server, planner)) == {f"ml {TEAM}": "changed_since_planned"}
    assert server.writes == []


def test_a_deletion_within_a_state_that_did_nothing_is_found_out(server):
    server.next_write(None, done=False)
    assert failures(applied(server, {"mls": [{"mail": TEAM, "state": "absent"}]})) == {f"ml {TEAM}": "not_verified"}


def test_pruning_deletes_it(server):
    declared = {"domains": [{"domain": "example.com"}], "mls": [{"mail": NEWS}]}
    planner = planned(server, declared, prune={"kinds": ["mls"], "domains": ["example.com"]})
    assert actions(planner)[f"ml {TEAM}"] == "delete"


def test_new_lists_of_a_domain_take_one_more_request_for_all_of_them(server):
    names = [f"l{number}@example.com" for number in range(5)]
    server.reads.clear()
    planned(server, {"mls": [{"mail": name} for name in names]})
    assert server.reads.count("/api/mls/example.com") == 1
    server.reads.clear()
    planned(server, {"domains": [{"domain": "new.example"}], "mls": [{"mail": "x@new.example"}]})
    assert [path for path in server.reads if "mls" in path] == []


# -- the other way round: files that were left from an earlier list of the name


def leaving(server, **values):
    """The next list that is made has these values where it is given no others."""
    carry_out = server._carry_out

    def made(method, path, params):
        carry_out(method, path, params)
        if method == "POST":
            left = {option: value for option, value in values.items() if option not in params}
            server.things[path] = server.things[path].changed(left)

    server._carry_out = made


HEIR = {"subscribers": frozenset({"old@x.example"}), "footer_text": "Bye", "moderate_subscription": True}


def heirs(result):
    return [text.partition("already: ")[2].partition(". ")[0] for text in result.get("warnings", ())]


def test_a_new_list_that_is_not_empty_is_warned_of(server):
    server.left.clear()
    leaving(server, **HEIR)
    assert RUNS.run(server, check=True).get("warnings") is None
    result = RUNS.run(server)
    assert heirs(result) == ["moderate_subscription, footer_text, subscribers"]
    assert heirs(RUNS.run(server)) == []


def test_what_is_declared_is_put_right_and_no_matter(server):
    server.left.clear()
    leaving(server, **HEIR)
    result = RUNS.run(server, subscribers=[], footer_text="", moderate_subscription=False, owners=["a@x.example"])
    assert heirs(result) == []
    assert (server.list_of(TEAM)["subscribers"], server.list_of(TEAM)["footer_text"]) == (frozenset(), "")


def test_what_is_only_added_to_keeps_what_was_left(server):
    server.left.clear()
    leaving(server, subscribers=HEIR["subscribers"])
    carry_out = server._carry_out

    def added(method, path, params):
        carry_out(method, path, params)
        if method == "POST":
            values = server.things[path].values
            values["subscribers"] = values["subscribers"] | HEIR["subscribers"]

    server._carry_out = added
    result = RUNS.run(server, add_subscribers=["new@x.example"], owners=["a@x.example"])
    assert heirs(result) == ["subscribers"]


def test_a_whole_state_warns_of_it_too(server):
    server.left.clear()
    leaving(server, **HEIR)
    declared = {"mls": [{"mail": TEAM, "subscription_moderators": ["a@x.example"], "footer_text": "Hi"}]}
    (step,) = applied(server, declared).steps
    assert heirs({"warnings": step.outcome.warnings}) == ["subscribers"]


def test_nothing_is_said_of_what_the_server_gives_to_every_new_list(server):
    server.left.clear()
    leaving(server, remove_headers=frozenset({"DKIM-Signature:"}), disable_retrieving_subscribers=True)
    assert RUNS.run(server).get("warnings") is None
