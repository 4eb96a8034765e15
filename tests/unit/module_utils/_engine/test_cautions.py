# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that are as they are declared, and do not what that seems to say."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.cautions import cautions_of
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import ServerFault
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from tests.support.engine_runs import Runs
from tests.support.fake_lists import ListServer
from tests.support.fake_state import applied, failures, planned

TEAM = "team@example.com"
RUNS = Runs(lambda **options: resource_module(ML).start({"mail": TEAM, **options}))
NONE: frozenset[str] = frozenset()
POLICY = "contradict each other"
POSTS, PEOPLE = "moderated: posts wait for a moderator, and there are no moderators to be told", "could approve"
SILENCE, STRANGERS = "so nobody can post", "posts of others wait for a moderator"
ALL = (POLICY, POSTS, PEOPLE, SILENCE, STRANGERS)


@pytest.fixture(params=["sql", "ldap"])
def server(request):
    made = ListServer(request.param)
    made.has(DOMAIN, "example.com")
    return made


@pytest.mark.parametrize(
    ("stands", "options", "part"),
    [
        ({}, {"access_policy": "public"}, POLICY),
        ({}, {"access_policy": "moderatorsonly"}, POLICY),
        ({}, {"access_policy": "membersonly"}, ""),
        ({}, {"access_policy": "domain"}, ""),
        ({}, {"access_policy": "membersonly", "only_subscriber_can_post": False}, POLICY),
        ({}, {"access_policy": "membersonly", "only_moderator_can_post": True}, POLICY),
        ({}, {"access_policy": "moderatorsonly", "only_moderator_can_post": True}, ""),
        ({}, {"access_policy": "public", "only_subscriber_can_post": False}, ""),
        ({"access_policy": "membersonly"}, {"only_subscriber_can_post": False}, ""),
        ({"only_subscriber_can_post": UNREADABLE}, {"access_policy": "public"}, ""),
        ({"moderated": True}, {"moderators": []}, POSTS),
        ({"moderators": NONE}, {"moderated": True}, POSTS),
        ({"moderators": NONE, "moderated": True}, {"name": "Team"}, ""),
        ({"moderators": NONE}, {"only_moderator_can_post": True}, SILENCE),
        ({"only_moderator_can_post": True, "only_subscriber_can_post": False}, {"moderators": []}, SILENCE),
        ({"only_moderator_can_post": True, "only_subscriber_can_post": False}, {"moderators": ["a@x.example"]}, ""),
        ({"moderators": NONE}, {"moderate_non_subscriber_post": True}, STRANGERS),
        ({"moderate_non_subscriber_post": True}, {"moderators": []}, STRANGERS),
        ({"moderate_non_subscriber_post": True, "moderators": UNREADABLE}, {"moderators": ["a@x.example"]}, ""),
        ({"owners": NONE}, {"moderate_subscription": True}, PEOPLE),
        ({"moderate_subscription": True}, {"owners": []}, PEOPLE),
        ({"moderate_subscription": True}, {"subscription_moderators": []}, ""),
        ({"owners": NONE}, {"subscription_moderators": ["a@x.example"]}, ""),
    ],
)
def test_it_is_told_in_check_mode_as_for_real_and_each_time(server, stands, options, part):
    server.has_list(TEAM, **{"name": "", "access_policy": "domain", **stands})
    predicted = RUNS.run(server, check=True, **options)
    real, again = (RUNS.run(server, **options) for _time in "12")
    assert predicted == real
    for result in (predicted, real, again):
        texts = [text for text in result.get("warnings", ()) if any(one in text for one in ALL)]
        assert len(texts) == bool(part), texts
        assert part in "".join(texts)


def test_a_new_list_is_judged_by_what_it_will_be(server):
    (text,) = RUNS.run(server, check=True, access_policy="public")["warnings"]
    assert "only_subscriber_can_post: true" in text
    assert RUNS.run(server, access_policy="public")["warnings"] == [text]


def test_nothing_is_said_of_what_is_not_there_or_not_spoken_of(server):
    task = resource_module(ML).start({"mail": TEAM, "access_policy": "public"})
    assert cautions_of(ML, task.desired, None) == []
    current = server.has_list(TEAM, access_policy=UNREADABLE)
    assert len(cautions_of(ML, task.desired, current)) == 1
    assert cautions_of(ML, task.desired, current, but=("access_policy",)) == []
    assert cautions_of(USER, task.desired, current) == []


def test_a_whole_state_has_findings_about_policies_and_warnings_about_the_rest(server):
    declared = {"mls": [{"mail": TEAM, "access_policy": "public", "moderated": True, "moderators": []}]}
    (step,) = planned(server, declared).steps
    (text,) = step.outcome.warnings
    assert POSTS in text
    assert failures(applied(server, declared)) == {}


# -- servers that crash


@pytest.mark.parametrize(
    ("header", "known"),
    [("X-Team: https://example.com/", True), ("X-Team: <mailto:a@x.example>", True), ("X-Team: one", False)],
)
def test_a_crash_on_a_header_is_explained(server, header, known):
    server.has_list(TEAM, name="")
    server.next_write(ServerFault("The server failed (HTTP 500).", 500), done=False)
    message = RUNS.fail(server, ServerFault, custom_headers=[header])
    assert ("mlmmjadmin up to 3.6.1" in message) is known
    assert message.startswith("The server failed (HTTP 500).")


def test_within_a_whole_state_it_is_explained_too(server):
    server.has_list(TEAM, name="")
    server.next_write(ServerFault("The server failed (HTTP 500).", 500), done=False)
    planner = applied(server, {"mls": [{"mail": TEAM, "custom_headers": ["X-A: https://x.example", "X-B: b"]}]})
    (step,) = planner.steps
    assert step.failure is not None
    assert "another colon" in step.failure.sentence
