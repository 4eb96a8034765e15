# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is odd about subscribable mailing lists: names that are wiped, policies that change, headers, archives."""

from __future__ import annotations

import pytest

from tests.sandbox.handle import Sandbox
from tests.sandbox.shapes import PRESETS
from tests.support.ml_steps import ADA, BOB, EVE, KIM, MAIL, account, ml, on, params, play, refused
from tests.support.playbook import DOORS, IN_PROCESS, run_tasks, task

HEADERS = "Precedence List-Id Reply-To List-Post List-Subscribe List-Unsubscribe X-Mailing-List".split()


@on("default", "hiding", "strings", "wrapped")
def test_the_name_outlives_changes_of_something_else(sandbox: Sandbox, preset):
    """A PUT without the name wipes it, if mlmmjadmin writes accounts."""
    sandbox.shape(**PRESETS[preset] | PRESETS["bk_iredmail"])
    steps = [
        ml(name="The Team"),
        ml(footer_text="Bye"),
        ml(add_owners=[ADA], moderated=True),
        ml(only_subscriber_can_post=False, max_message_size="1MB"),
        ml(name="Us", subject_prefix="[us]"),
        ml(remove_owners=[ADA]),
    ]
    results = play(sandbox, *steps)
    for result in results[1:4]:
        assert [one["name"] for one in params(result)] == ["The Team"] * len(params(result)), result["operations"]
    assert [account(sandbox)["name"], results[-1]["ml"]["name"]] == ["Us", "Us"]
    assert params(play(sandbox, ml(name=""), ml(footer_text=""))[1]) == [{"footer_text": ""}]
    assert account(sandbox)["name"] == ""


def test_a_name_that_the_panel_hides_is_kept_only_when_it_is_declared(sandbox: Sandbox):
    sandbox.api("POST", f"/api/ml/{MAIL}", name="The Team")
    sandbox.fault({"hide": ["name", "cn"]}, "GET", f"/api/ml/{MAIL}", times=None)
    (known,), _again = play(sandbox, ml(name="The Team", footer_text="Bye"), quiet=False)
    assert params(known) == [{"footer_text": "Bye", "name": "The Team"}]
    assert (account(sandbox)["name"], known["unverified"]) == ("The Team", ["name"])
    (unknown,) = play(sandbox, ml(footer_text="Hi"))
    assert any("wipes it" in text and "name" in text for text in unknown["warnings"])


@on("default", "strings", "wrapped")
def test_who_may_post_and_the_access_policy(sandbox: Sandbox, preset):
    """The mere presence of only_*_can_post changes the policy on some hosts; even beside a policy."""
    sandbox.shape(**PRESETS[preset] | PRESETS["bk_iredmail"])
    new, moderated, plain = "new@example.com", "moderated@example.com", "plain@example.com"
    steps = [
        ml(access_policy="domain", only_subscriber_can_post=True),
        ml(only_subscriber_can_post=False),
        ml(only_moderator_can_post=True, moderators=[ADA]),
        ml(only_moderator_can_post=False, access_policy="subdomain", name="X"),
        ml(new, only_subscriber_can_post=False, access_policy="public"),
        ml(moderated, only_moderator_can_post=True, access_policy="membersonly"),
        ml(plain, only_moderator_can_post=True),
    ]
    results = play(sandbox, *steps)
    assert [one["ml"]["access_policy"] for one in results[1:4]] == ["domain", "domain", "subdomain"]
    assert [one.get("accessPolicy") for one in params(results[1])] == [None, "domain"]
    assert [one.get("accessPolicy") for one in params(results[3])] == [None, "subdomain"]
    assert params(results[4])[1] == {"accessPolicy": "public"}
    found = [account(sandbox, mail)["accesspolicy"] or "public" for mail in (MAIL, new, moderated, plain)]
    assert found == ["subdomain", "public", "membersonly", "moderatorsonly"]


@on("hiding")
def test_a_policy_that_is_hidden_may_have_been_changed(sandbox: Sandbox, preset):
    sandbox.shape(**PRESETS[preset] | PRESETS["bk_iredmail"])
    steps = ml(), ml(only_subscriber_can_post=False), ml(only_subscriber_can_post=True, access_policy="domain")
    (_new, silent, told), (_same, _still, again) = play(sandbox, *steps, quiet=False)
    assert any("access_policy may have been changed" in text for text in silent["warnings"])
    assert params(told) == [{"only_subscriber_can_post": "yes"}, {"accessPolicy": "domain"}]
    assert (params(again), again["unverified"]) == ([{"accessPolicy": "domain"}], ["access_policy"])
    assert account(sandbox)["accesspolicy"] == "domain"


@on("default", "old", "strings")
def test_headers_that_the_server_adds_or_removes_by_itself(sandbox: Sandbox, preset):
    sandbox.shape(**PRESETS[preset])
    both = ["Authentication-Results:", "DKIM-Signature:"]
    value = "a, b" if preset == "old" else "a: b, c"  # an old server crashes at a second colon
    steps = [
        ml(custom_headers=[f"X-Team: {value}"], remove_headers=["Received"]),
        ml(custom_headers=["X-Team:one", "X-Two: 2"], remove_headers=["Message-ID:", *both]),
        ml(add_custom_headers=["X-Three: 3"], remove_custom_headers=["X-Two:2"], remove_remove_headers=["Message-ID"]),
        ml(custom_headers=[], remove_headers=[]),
    ]
    results = play(sandbox, *steps)
    assert results[0]["ml"]["custom_headers"] == [f"X-Team: {value}"]
    assert results[0]["ml"]["remove_headers"] == results[0]["diff"]["after"]["remove_headers"] == ["Received:"]
    assert results[2]["ml"]["custom_headers"] == ["X-Team: one", "X-Three: 3"]
    assert params(results[2])[0]["custom_headers"] == "X-Team: one\nX-Three: 3"
    # the document has these two on every list, so an empty list leaves them alone
    assert (results[3]["ml"]["custom_headers"], results[3]["ml"]["remove_headers"]) == ([], both)
    assert run_tasks(sandbox, [ml(remove_remove_headers=both)]).only["ml"]["remove_headers"] == []


def test_what_cannot_be_meant_is_refused_before_any_request(sandbox: Sandbox):
    wishes = [
        *((f"{name} is", {"custom_headers": [f"{name.upper()}: x"]}) for name in HEADERS),
        ("would silently drop yours", {"add_custom_headers": ["reply-to: a@example.com"]}),
        ("not a mail header", {"custom_headers": ["X-Team"]}),
        ("line break", {"custom_headers": ["X-Team: a\nX-Two: b"]}),
        ("exclude each other", {"only_moderator_can_post": True, "only_subscriber_can_post": True}),
        ("leave one of the two out", {"moderate_subscription": False, "subscription_moderators": [ADA]}),
        ("mutually exclusive", {"subscribers": [ADA], "add_subscribers": [BOB]}),
        ("named by both", {"remove_subscribers": [ADA], "add_subscribers": [ADA]}),
        ("weekly", {"subscription": "weekly"}),
        ("cannot be cleared|must be one of", {"access_policy": ""}),
    ]
    messages = refused(sandbox, *(ml(**options) for _sentence, options in wishes))
    for (sentence, options), message in zip(wishes[len(HEADERS) :], messages[len(HEADERS) :], strict=True):
        assert any(part in message for part in sentence.split("|")), (options, message)
    assert all("sets by itself" in message for message in messages[: len(HEADERS)])
    assert sandbox.log() == []


@on("default", "strings", "wrapped")
def test_owners_and_moderators(sandbox: Sandbox, preset):
    """They are replaced as a whole; a new list has the postmaster for both."""
    sandbox.shape(**PRESETS[preset])
    steps = [
        ml(),
        ml(add_owners=[ADA], add_moderators=["BOB@other.example"]),
        ml(remove_owners=["postmaster@example.com"], remove_moderators=[KIM]),
        ml("none@example.com", owners=[], moderators=[]),
        ml("less@example.com", remove_owners=["postmaster@example.com"]),
        ml(subscription_moderators=[ADA], moderate_subscription=True),
        ml(add_subscription_moderators=[BOB], remove_subscription_moderators=[ADA]),
        ml(subscription_moderators=[]),
        ml(moderate_subscription=False),
        ml(subscription_moderators=[EVE]),
        ml(moderate_subscription=False),
    ]
    results = play(sandbox, *steps)
    post = "postmaster@example.com"
    assert (results[0]["ml"]["owners"], results[0]["ml"]["moderators"]) == ([post], [post])
    assert params(results[1]) == [{"owner": f"{ADA},{post}", "moderators": f"{BOB},{post}"}]
    assert params(results[2]) == [{"owner": ADA}]
    assert (results[3]["ml"]["owners"], results[3]["ml"]["moderators"], results[4]["ml"]["owners"]) == ([], [], [])
    assert params(results[6]) == [{"subscription_moderators": BOB}]
    names = ("subscription_moderators", "moderate_subscription")
    kept = [tuple(one["ml"][name] for name in names) for one in results[5:]]
    assert kept == [([ADA], True), ([BOB], True), ([], True), ([], False), ([EVE], True), ([], False)]


@pytest.mark.both_backends
def test_a_list_lives_on_without_what_is_taken_from_it(sandbox: Sandbox):
    """With an empty value the server would take the list's own address, and switch the moderation off."""
    more = "more@example.com"
    steps = [
        ml(extra_addresses=[more, MAIL], subscription_moderators=[ADA]),
        ml(extra_addresses=[], subscription_moderators=[], moderate_subscription=True),
        ml(add_extra_addresses=[more], add_subscription_moderators=[BOB]),
        ml(remove_extra_addresses=[more], remove_subscription_moderators=[BOB]),
        ml(extra_addresses=[MAIL], moderate_subscription=False),
        task("iredmail_state", declared={"mls": [{"mail": MAIL, "extra_addresses": [more], "owners": [EVE]}]}),
        task(
            "iredmail_state", declared={"mls": [{"mail": MAIL, "extra_addresses": [], "subscription_moderators": []}]}
        ),
    ]
    results = play(sandbox, *steps)
    kept = [[one["ml"][name] for name in ("extra_addresses", "moderate_subscription")] for one in results[:5]]
    assert kept == [[[more], True], [[], True], [[more], True], [[], True], [[], False]]
    for result in (results[1], results[3]):
        first, second = params(result)
        assert first == {"subscription_moderators": "", "extra_addresses": MAIL}
        assert second == {"moderate_subscription": "yes"}
    assert [one["params"].get("extra_addresses") for one in sandbox.writes()].count("") == 0


@on("default", "wrapped")
@pytest.mark.parametrize("door", DOORS)
def test_deleting(sandbox: Sandbox, door, preset):
    sandbox.shape(**PRESETS[preset])
    for number in range(3):
        sandbox.api("POST", f"/api/ml/d{number}@example.com", name="Gone")
    # its files are lost: the panel denies it, and has an account of it all the same
    sandbox.fault({"fail": "NO_SUCH_ACCOUNT"}, "GET", "/api/ml/d2@example.com", times=None)
    kept = ({"keep_archive": True}, {"keep_archive": False}, {})
    steps = [ml(f"d{number}@example.com", state="absent", **options) for number, options in enumerate(kept)]
    results = play(sandbox, *steps, ml("never@example.com", state="absent", keep_archive=True), door=door)
    assert [params(one) for one in results] == [[{"keep_archive": "yes"}], [{"keep_archive": "no"}], [{}], []]
    assert [one["query"] for one in sandbox.writes()] == [{"keep_archive": "yes"}, {"keep_archive": "no"}, {}]
    assert sandbox.state()["maillists"] == []


@pytest.mark.parametrize("wrapped", ["no", "ldif"])
def test_a_list_that_its_members_may_leave_is_none_without_subscription(wrapped):
    """Also where the panel finds it as one: else it would be deleted in the name of the other."""
    with Sandbox(backend="ldap", shapes={"maillist_scope": "all", "wrapped": wrapped}) as sandbox:
        sandbox.api("POST", "/api/domain/example.com")
        sandbox.api("POST", f"/api/ml/{MAIL}", name="The Team")
        assert sandbox.api("GET", f"/api/maillist/{MAIL}")["_success"], "else the test looks at nothing"
        tasks = [task("iredmail_maillist", mail=MAIL, state="absent"), task("iredmail_maillist_info", mail=MAIL)]
        gone, shown = run_tasks(sandbox, tasks, IN_PROCESS).results
        assert (gone["changed"], shown["maillists"]) == (False, [])
        run = run_tasks(sandbox, [task("iredmail_maillist", mail=MAIL, name="Another")], IN_PROCESS)
        assert "ALREADY_EXISTS" in run.output
        assert f"ml {MAIL}" in run.output
        assert "The Team" in str(sandbox.api("GET", f"/api/ml/{MAIL}"))


@on("default", "wrapped")
@pytest.mark.parametrize("door", DOORS)
def test_reading(sandbox: Sandbox, backend, door, preset):
    sandbox.shape(**PRESETS[preset])
    sandbox.api("POST", f"/api/ml/{MAIL}", name="The Team", subscribers=f"{ADA},{BOB}", require_confirm="no")
    sandbox.api("PUT", f"/api/ml/{MAIL}", name="Us", add_subscribers=KIM, subscription="digest", require_confirm="no")
    sandbox.api("POST", "/api/ml/all@example.com", custom_headers="X-Team: one")
    if backend == "ldap":
        sandbox.api("POST", "/api/maillist/staff@example.com")
    queries = [
        {"mail": MAIL.upper()},
        {"mail": MAIL, "subscription": "digest"},
        {"domain": "example.com"},
        {"domain": "example.com", "subscription": "digest"},
        {"mail": "none@example.com"},
        {"domain": "none.example"},
    ]
    results = run_tasks(sandbox, [task("iredmail_ml_info", **query) for query in queries], door).results
    assert not any(one.get("failed") or one["changed"] for one in results), results
    assert sandbox.writes() == []
    shown = [[(one["mail"], one["subscribers"]) for one in result["mls"]] for result in results]
    assert shown[:2] == [[(MAIL, [ADA, BOB])], [(MAIL, [KIM])]]
    assert shown[2] == [("all@example.com", []), (MAIL, [ADA, BOB])]
    assert shown[3:] == [[("all@example.com", []), (MAIL, [KIM])], [], []]
    team, everybody = results[0]["mls"][0], results[2]["mls"][0]
    assert (team["name"], team["enabled"], team["only_subscriber_can_post"]) == ("Us", True, True)
    assert (everybody["custom_headers"], everybody["owners"]) == (["X-Team: one"], ["postmaster@example.com"])
