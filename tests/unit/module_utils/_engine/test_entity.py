# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects on their way to the declared state: made, changed, renamed, deleted, and what may come between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import SQL_SERVICES, USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from tests.support.common import PASSWORD
from tests.support.engine_runs import Runs
from tests.support.fake_panel import FakePanel, Server

ADA, EVE = "ada@example.com", "eve@example.com"
POST = f"POST /api/user/{ADA} name=Ada&password={PASSWORD}"
NEW = {"mail": ADA, "name": "Ada", "password": PASSWORD}
TAKEN = errors.Rejected("taken", "ALREADY_EXISTS")


@pytest.fixture(params=["sql", "ldap"])
def server(request):
    return Server(request.param)


def task_of(resource=USER, **params):
    return resource_module(resource).start(params)


RUNS = Runs(lambda resource=USER, **options: task_of(resource, **options))
run, both = RUNS.run, RUNS.both


def fail(server, error, check=False, resource=USER, **params):
    """The message and the result of a task that fails."""
    task = task_of(resource, **params)
    with pytest.raises(error) as caught:
        task.reach(FakePanel(server, read_only=check))
    return str(caught.value), task.result()


# -- made


def test_a_new_object_is_made_and_completed(server):
    result = both(server, **NEW, employee_id="7", update_password="on_create")
    assert server.writes == [POST, f"PUT /api/user/{ADA} employeeid=7"]
    assert result["diff"]["after"] == {"state": "present", "password": "<set>", "name": "Ada", "employee_id": "7"}
    assert result["diff"]["before"] == {"state": "absent"}
    assert result["unverified"] == ["password"]
    assert PASSWORD not in str(result)


def test_an_empty_value_needs_no_request_of_its_own(server):
    run(server, **NEW, employee_id="")
    assert server.writes == [POST]


def test_what_a_new_object_needs_is_asked_for_before_anything_is_sent(server):
    message, result = fail(server, errors.InputError, mail=ADA, name="Ada")
    assert message == f"{ADA} does not exist, and to create it password or password_hash is needed."
    assert (server.writes, result["changed"]) == ([], False)


@pytest.mark.parametrize("check", [True, False])
def test_what_cannot_follow_is_refused_before_anything_is_made(check):
    server = Server("sql")
    message, _result = fail(
        server, errors.InputError, check, DOMAIN, domain="new.example", services=["mail"], description="New"
    )
    assert message.startswith("services: this panel has no place for mail")
    message, _result = fail(server, errors.InputError, check, **NEW, remove_services=["impa"])
    assert message.startswith("remove_services: there is no impa; the nearest name is imap")
    assert server.writes == []


LISTS = {"domain": "new.example", "max_lists": 5}
IGNORED = (
    "max_lists was not accepted by the server: sent 5, found 0; the API takes it at creation alone, so set it on the "
    "panel's own pages, or leave it out"
)


@pytest.mark.parametrize("rest", [{"enabled": False}, {}])
def test_what_only_a_creation_takes_and_the_panel_ignores_keeps_nothing_else_from_being_sent(rest):
    server = Server("sql")
    server.ignores = {"max_lists"}
    message, result = fail(server, errors.NotVerified, False, DOMAIN, **LISTS, **rest)
    assert message.startswith(IGNORED)
    assert result["unverified"] == ["max_lists"]
    assert server.writes == ["POST /api/domain/new.example numberOfLists=5"] + [
        "PUT /api/domain/new.example accountStatus=disabled"
    ] * bool(rest)
    del server.things[DOMAIN.at("new.example")]
    result = run(server, resource=DOMAIN, **LISTS, **rest, verify="warn")
    assert result["warnings"] == [f"domain new.example: {IGNORED}."]
    assert "warnings" not in run(server, resource=DOMAIN, **{**LISTS, "domain": "b.example"}, verify="off")


def test_a_limit_that_only_a_creation_takes_is_told_of_in_later_runs_as_verify_says():
    server = Server("sql")
    server.has(DOMAIN, "new.example", max_lists=0)
    message, _result = fail(server, errors.InputError, False, DOMAIN, **LISTS)
    assert message == (
        "max_lists can be set only when the domain is created; the server has 0, and 5 is wanted; set it on the "
        "panel's own pages, leave it out, or set verify: warn."
    )
    result = both(server, resource=DOMAIN, **LISTS, verify="warn", description="New")
    assert server.writes == ["PUT /api/domain/new.example name=New"]
    assert result["unverified"] == ["max_lists"]
    assert "and 5 is wanted, and nothing was sent for it." in result["warnings"][0]
    assert result["diff"]["before"]["max_lists"] == result["diff"]["after"]["max_lists"] == 0
    assert "warnings" not in run(server, resource=DOMAIN, **LISTS, verify="off", description="New")


class Nowhere(Server):
    """No profile has a key for catch-all addresses, or only while there are any."""

    never = True

    def read(self, path, descriptor=None):
        found = super().read(path, descriptor)
        if found is None or path != DOMAIN.at("example.com"):
            return found
        shown = self.never or not found.value("catchall")
        return replace(found.changed({"catchall": frozenset()}), absent=frozenset({"catchall"})) if shown else found


def test_a_key_that_nobody_has_seen_and_that_is_not_there_is_no_failure():
    server = Nowhere("ldap")
    server.has(DOMAIN, "example.com")
    options = {"resource": DOMAIN, "domain": "example.com"}
    result = run(server, **options, catchall=[EVE])
    assert server.writes == [f"PUT /api/domain/example.com catchall={EVE}"]
    assert result["unverified"] == ["catchall"]
    assert result["warnings"] == [
        "domain example.com: catchall: the server accepted it, and this panel shows it nowhere, so whether it is "
        "stored is not known."
    ]
    server.never = False
    server.things[DOMAIN.at("example.com")] = server.things[DOMAIN.at("example.com")].changed(
        {"catchall": frozenset({EVE})}
    )
    assert "warnings" not in run(server, **options, catchall=[EVE, ADA])
    server.ignores = {"catchall"}
    fail(server, errors.NotVerified, **options, catchall=["x@x.example"])


@pytest.mark.parametrize("check", [True, False])
def test_a_service_that_has_no_column_is_refused_before_a_user_is_made(check):
    server = Server("sql")
    message, _result = fail(server, errors.InputError, check, **NEW, services=["imap", "smtptls"], enabled=False)
    assert message.startswith("services: this panel has no place for smtptls and would silently ignore it; take it out")
    assert server.writes == []
    run(Server("ldap"), check, **NEW, services=["imap", "smtptls"])


def test_a_service_that_has_no_column_is_not_sent_where_a_warning_is_enough():
    server = Server("sql")
    server.words["services"] = SQL_SERVICES
    result = both(server, **NEW, add_services=["smtptls"], verify="warn", update_password="on_create")
    assert "services: this panel has no place for smtptls" in str(result["warnings"])
    assert result["unverified"] == ["password", "services"]


def test_a_new_user_with_a_service_that_nobody_knows_is_disabled_all_the_same():
    server = Server("sql")
    server.words["services"] = SQL_SERVICES
    options = dict(NEW, add_services=["vendor"], enabled=False)
    predicted = run(server, check=True, **options)
    message, result = fail(server, errors.NotVerified, **options)
    assert message.startswith("services was not accepted by the server: sent with vendor, found deliver")
    assert server.writes == [POST, f"PUT /api/user/{ADA} accountStatus=disabled&addService=vendor"]
    assert result["operations"] == predicted["operations"]
    assert server.things[USER.at(ADA)].values["enabled"] is False


def test_a_language_that_the_panel_may_not_have_is_told_once(server):
    new = dict(NEW, language="de_AT", update_password="on_create")
    (warning,) = both(server, **new)["warnings"]
    assert "language: de_AT is probably no language of the panel" in warning
    assert "warnings" not in run(server, **new)


def test_somebody_else_was_faster(server):
    class Race(Server):
        def _carry_out(self, method, path, params):
            self.has(USER, ADA, name="Other")

    race = Race(server.backend_hint)
    race.next_write(TAKEN, done=True)
    race.next_write(None, done=True)
    task = task_of(**NEW, update_password="on_create", verify="off")
    task.reach(FakePanel(race))
    assert race.writes == [POST, f"PUT /api/user/{ADA} name=Ada"]
    assert task.outcome.action == "update"
    assert [one["method"] for one in task.result()["operations"]] == ["PUT"]
    assert task.result()["diff"]["before"] == {"name": "Other"}


def test_a_name_that_another_kind_has(server):
    server.next_write(TAKEN, done=False)
    message, result = fail(server, errors.InputError, **NEW)
    assert "another account, list or alias address has it" in message
    assert result["changed"] is False


def test_a_lost_creation_is_found_and_not_repeated(server):
    server.next_write(errors.AnswerLost("lost"), done=True)
    assert run(server, **NEW, update_password="on_create")["changed"] is True
    assert server.writes == [POST]


def test_a_creation_that_the_panel_only_claims(server):
    server.next_write(None, done=False)
    message, result = fail(server, errors.NotVerified, **NEW)
    assert message == "the server accepted the POST (creation) and does not show the user."
    assert result["changed"] is True


# -- changed


def test_only_what_differs_is_sent(server):
    server.has(USER, ADA, name="Ada", quota=1, enabled=True)
    result = both(server, mail=ADA, name="Ada", quota=2, enabled=True)
    assert server.writes == [f"PUT /api/user/{ADA} quota=2"]
    assert result["diff"]["before"] == {"name": "Ada", "quota": 1, "enabled": True}


def test_options_that_are_not_given_are_left_alone(server):
    server.has(USER, ADA, name="Ada", quota=1)
    assert both(server, mail=ADA)["diff"]["after"] == {}


def test_a_list_takes_the_smallest_difference(server):
    server.has(ALIAS, ADA, members=frozenset({"a@x.example", "b@x.example"}))
    members = ["b@x.example", "c@x.example"]
    both(server, resource=ALIAS, mail=ADA, members=members)
    assert server.writes == [f"PUT /api/alias/{ADA} addMember=c@x.example&removeMember=a@x.example"]


@pytest.mark.parametrize(("verify", "ok"), [("strict", False), ("warn", True), ("off", True)])
def test_what_the_panel_drops_silently(server, verify, ok):
    server.has(USER, ADA, employee_id="1")
    server.ignores.add("employee_id")
    params = {"mail": ADA, "employee_id": "7", "verify": verify}
    sentence = "employee_id was not accepted by the server: sent 7, found 1"
    if ok:
        result = run(server, **params)
        assert result.get("warnings", []) == ([f"user {ADA}: {sentence}."] if verify == "warn" else [])
    else:
        message, result = fail(server, errors.NotVerified, **params)
        assert message.startswith(sentence)
    assert result["changed"] is True
    assert result["unverified"] == ([] if verify == "off" else ["employee_id"])


@pytest.mark.parametrize(("unreadable", "writes"), [("send", 2), ("skip", 0)])
def test_what_is_not_shown(server, unreadable, writes):
    server.has(USER, ADA, quota=UNREADABLE)
    for _run in range(2):
        run(server, mail=ADA, quota=2, unreadable=unreadable)
        server.has(USER, ADA, quota=UNREADABLE)
    assert server.writes == [f"PUT /api/user/{ADA} quota=2"] * writes


def test_an_object_that_cannot_be_read_is_not_taken_for_absent(server):
    server.things[USER.at(ADA)] = errors.BadAnswer("odd")
    for params in (NEW, {"mail": ADA, "state": "absent"}):
        fail(server, errors.BadAnswer, **params)
    assert server.writes == []


# -- deleted


def test_an_object_is_deleted_once(server):
    server.has(USER, ADA)
    result = both(server, mail=ADA, state="absent", keep_mailbox_days=30)
    assert server.writes == [f"DELETE /api/user/{ADA}/keep_mailbox_days/30"]
    assert (result["diff"]["before"], result["diff"]["after"]) == ({"state": "present"}, {"state": "absent"})


@pytest.mark.parametrize(
    ("resource", "option", "name", "stored"),
    [
        (USER, "mail", "ada@bücher.example", "ada@xn--bcher-kva.example"),
        (DOMAIN, "domain", "bücher.example", "xn--bcher-kva.example"),
    ],
)
@pytest.mark.parametrize("check", [False, True])
def test_what_is_there_in_the_other_spelling_of_its_domain_is_not_gone(server, resource, option, name, stored, check):
    server.has(resource, stored)
    message, _result = fail(server, errors.InputError, check, resource, **{option: name}, state="absent")
    assert stored in message
    assert server.writes == []
    server.things.clear()
    assert run(server, resource=resource, **{option: name}, state="absent")["changed"] is False


def test_nor_is_who_is_to_be_renamed(server):
    server.has(USER, "ada@xn--bcher-kva.example")
    new = "bea@xn--bcher-kva.example"
    message, _result = fail(server, errors.InputError, mail=new, password=PASSWORD, rename_from="ada@bücher.example")
    assert "ada@xn--bcher-kva.example" in message
    assert server.writes == []


def test_somebody_else_deleted_it_first(server):
    class Race(Server):
        def _carry_out(self, method, path, params):
            self.things.pop(path[:2])

    race = Race(server.backend_hint)
    race.has(USER, ADA)
    race.next_write(errors.Rejected("none", "NO_SUCH_ACCOUNT"), done=True)
    result = run(race, mail=ADA, state="absent")
    assert (result["changed"], result["diff"]["before"]) == (False, {})


@pytest.mark.parametrize("code", ["NO_SUCH_ACCOUNT", "PERMISSION_DENIED"])
def test_a_refused_deletion_is_no_success_while_it_is_there(server, code):
    server.has(USER, ADA)
    server.next_write(errors.Rejected("no", code), done=False)
    _message, result = fail(server, errors.Rejected, mail=ADA, state="absent")
    assert result["changed"] is False


def test_a_deletion_that_the_panel_only_claims(server):
    server.has(USER, ADA)
    server.next_write(None, done=False)
    message, _result = fail(server, errors.NotVerified, mail=ADA, state="absent")
    assert message.startswith("the server accepted the DELETE and still shows the user")


# -- renamed


def test_renaming_takes_the_own_address_along(server):
    server.has(USER, EVE, name="Ada", forwarding=frozenset({EVE, "x@x.example"}))
    params = {"mail": ADA, "rename_from": EVE, "name": "Ada", "quota": 3}
    predicted = run(server, check=True, **params)
    assert server.writes == []
    result = run(server, **params)
    assert server.writes == [f"POST /api/user/{EVE}/change_email/{ADA}", f"PUT /api/user/{ADA} quota=3"]
    assert predicted["operations"] == result["operations"]
    assert predicted["diff"] == result["diff"]
    assert predicted["user"]["forwarding_keep_copy"] is True
    assert result["diff"]["before"]["mail"] == EVE
    assert run(server, **params)["changed"] is False


def test_before_it_is_renamed_its_password_is_that_of_the_former_name(server):
    server.has(USER, EVE)
    server.passwords[EVE] = PASSWORD
    (operation,) = run(server, check=True, mail=ADA, rename_from=EVE, password=PASSWORD)["operations"]
    assert operation["path"] == f"/api/user/{EVE}/change_email/{ADA}"


def test_both_names_are_there(server):
    for mail in (ADA, EVE):
        server.has(USER, mail)
    message, _result = fail(server, errors.InputError, mail=ADA, rename_from=EVE)
    assert message.startswith(f"both {EVE} and {ADA} exist; nothing was renamed.")
    assert server.writes == []


def test_neither_is_there(server):
    run(server, **NEW, rename_from=EVE)
    assert server.writes == [POST]


# -- under names that nothing new may have

#: an alias or a domain of such a name may be there: it was made before, or by something else than the panel
ODD = [
    (ALIAS, "mail", "b=c@example.com", {"name": "Team"}),
    (ALIAS, "mail", "team@bücher.example", {"name": "Team"}),
    (DOMAIN, "domain", "bücher.example", {"description": "Books"}),
]


@pytest.mark.parametrize(("resource", "option", "name", "more"), ODD)
def test_what_is_there_is_changed_and_deleted_whatever_its_name(server, resource, option, name, more):
    server.has(resource, name)
    path = "/api/" + "/".join(resource.at(name))
    both(server, resource=resource, **{option: name}, **more)
    assert server.writes == [f"PUT {path} name={next(iter(more.values()))}"]
    run(server, resource=resource, **{option: name}, state="absent")
    assert server.writes[1:] == [f"DELETE {path}"]


@pytest.mark.parametrize(("resource", "option", "name", "more"), ODD)
@pytest.mark.parametrize("check", [True, False])
def test_nothing_new_gets_such_a_name(server, resource, option, name, more, check):
    message, _result = fail(server, errors.InputError, check, resource=resource, **{option: name}, **more)
    assert name in message
    assert "+ = / before the @" in message or "xn-- form" in message
    assert run(server, check, resource=resource, **{option: name}, state="absent")["changed"] is False
    assert server.writes == []


def test_such_a_name_is_left_for_another_but_not_taken(server):
    odd = "b=c@example.com"
    server.has(ALIAS, odd)
    run(server, resource=ALIAS, mail=EVE, rename_from=odd)
    assert server.writes == [f"POST /api/alias/{odd}/change_email/{EVE}"]
    message, _result = fail(server, errors.InputError, resource=ALIAS, mail=odd, rename_from=EVE)
    assert "+ = / before the @" in message
    assert len(server.writes) == 1


# -- the account in use


@pytest.mark.parametrize("params", [{"state": "absent"}, {"enabled": False}, {"global_admin": False}])
@pytest.mark.parametrize("check", [True, False])
def test_the_account_in_use_stays(server, params, check):
    server.username = ADA
    server.has(USER, ADA, global_admin=True, enabled=True)
    message, _result = fail(server, errors.InputError, check=check, mail=ADA, **params)
    assert message.startswith("this is the account of api_username; the one in use is never")
    assert server.writes == []


def test_another_account_may_lose_the_same(server):
    server.has(USER, ADA, global_admin=True, enabled=True)
    run(server, mail=ADA, enabled=False, global_admin=False)
    assert len(server.writes) == 1
