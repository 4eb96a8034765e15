# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may be logged in, and what a change would do to that account."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.in_use import (
    DELETED,
    DISABLED,
    GLOBAL,
    HIDDEN,
    MANAGER,
    NOBODY,
    RENAMED,
    STRIPPED,
    UNDELEGATED,
    Hit,
    InUse,
    credential_changes,
    refusal,
    rights_of,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.admin import ADMIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from tests.support.common import COM, PASSWORD
from tests.support.engine_runs import Runs
from tests.support.fake_panel import Server

ADA, BOB, EVE = f"ada@{COM}", f"bob@{COM}", f"eve@{COM}"
HARMS = [DELETED, DISABLED, RENAMED, STRIPPED]


def who(account, is_global=None):
    return InUse(account, account, lambda: is_global)


# -- the decision


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("rights", [GLOBAL, MANAGER, NOBODY, HIDDEN])
def test_the_account_in_use_stays_whatever_it_may_do(harm, rights):
    hits = [Hit(BOB, harm, rights), Hit(ADA, harm, rights)]
    assert refusal(who(ADA), hits, ADA) == f"this is the account of api_username; the one in use is never {harm}."
    assert refusal(who(ADA), hits, COM) == f"the account of api_username is in it; the one in use is never {harm}."
    assert refusal(who(EVE), hits, ADA) is None


@pytest.mark.parametrize(
    ("rights", "is_global", "words"),
    [
        (GLOBAL, True, "is a global admin"),
        (GLOBAL, False, "is a global admin"),
        (HIDDEN, True, "may be a global admin, which this panel does not show"),
        (MANAGER, True, None),
        (MANAGER, False, "manages domains"),
        (MANAGER, None, "manages domains"),
        (NOBODY, None, None),
    ],
)
@pytest.mark.parametrize("harm", HARMS)
def test_with_a_session_alone_any_admin_may_be_in_use(rights, is_global, words, harm):
    found = refusal(who(None, is_global), [Hit(ADA, harm, rights)], ADA)
    assert (found is None) == (words is None)
    if words:
        assert found.startswith(f"this account {words}, and with api_session nobody knows which account is in use")
        assert found.endswith(f"it is not {harm}. Give api_username and api_password, and no api_session.")
        assert refusal(who(None, is_global), [Hit(ADA, harm, rights)], COM).startswith(f"{ADA} {words}")


@pytest.mark.parametrize(("is_global", "may"), [(True, True), (False, False), (None, False)])
@pytest.mark.parametrize("account", [ADA, None])
@pytest.mark.parametrize("mail", [ADA, ""])
def test_only_a_global_admin_can_do_without_a_domain(account, mail, is_global, may):
    assert (refusal(who(account, is_global), [Hit(mail, UNDELEGATED, MANAGER)]) is None) is may


def test_a_password_counts_for_whom_is_logged_in_and_for_whom_will_be():
    session = InUse(None, ADA, lambda: None)
    assert credential_changes(session, [BOB, ADA])
    assert credential_changes(who(ADA), [ADA])
    assert not credential_changes(session, [BOB])
    assert not credential_changes(who(None), [ADA])


def test_rights_are_read_from_profiles():
    def account(value, **facts):
        return Current("sql", {"global_admin": value}, facts=facts)

    assert rights_of(None) == NOBODY
    assert rights_of(account(True)) == GLOBAL
    assert rights_of(account(UNREADABLE, managed_domains=[COM])) == HIDDEN
    assert rights_of(account(False, managed_domains=[COM])) == MANAGER
    assert rights_of(account(False, managed_domains=[])) == rights_of(account(False)) == NOBODY


# -- the tasks that ask, for one account or the domain it is in


@pytest.fixture(params=["sql", "ldap"])
def server(request):
    made = Server(request.param)
    made.has(DOMAIN, COM, enabled=True)
    made.has(USER, ADA, global_admin=True, enabled=True, services=frozenset({"mail", "domainadmin"}))
    made.has(USER, BOB, global_admin=False, enabled=True)
    return made


RUNS = Runs(lambda resource=USER, **options: resource_module(resource).start(options))
LOSSES = [
    (USER, {"mail": ADA, "state": "absent"}),
    (USER, {"mail": ADA, "enabled": False}),
    (USER, {"mail": ADA, "global_admin": False}),
    (USER, {"mail": ADA, "remove_services": ["domainadmin"]}),
    (USER, {"mail": EVE, "rename_from": ADA}),
    (DOMAIN, {"domain": COM, "state": "absent"}),
    (DOMAIN, {"domain": COM, "enabled": False}),
]


IDS = ["deleted", "disabled", "stripped", "no service", "renamed", "domain deleted", "domain disabled"]


def only_on_ldap(server, options):
    if "remove_services" in options and server.backend_hint == "sql":
        pytest.skip("SQL panels keep rights elsewhere")


@pytest.mark.parametrize(("resource", "options"), LOSSES, ids=IDS)
@pytest.mark.parametrize("check", [True, False])
def test_no_task_takes_the_account_in_use_away(server, resource, options, check):
    only_on_ldap(server, options)
    server.username = ADA
    message = RUNS.fail(server, errors.AccountInUse, check, resource=resource, **options)
    assert "the one in use is never " in message
    assert server.writes == []
    server.username = BOB
    if resource is USER:
        assert RUNS.run(server, check, resource=resource, **options)["changed"]


@pytest.mark.parametrize(("resource", "options"), LOSSES, ids=IDS)
@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("username", [None, BOB])
def test_nor_a_global_admin_with_a_session_alone(server, resource, options, check, username):
    """Whoever may log in when the session ends is not whom the session belongs to."""
    only_on_ldap(server, options)
    server.username, server.has_session = username, True
    message = RUNS.fail(server, errors.AccountInUse, check, resource=resource, **options)
    assert "is a global admin, and with api_session nobody knows" in message
    assert server.writes == []


@pytest.mark.parametrize(("resource", "options"), LOSSES, ids=IDS)
def test_with_a_session_alone_others_may_lose_the_same(server, resource, options):
    only_on_ldap(server, options)
    server.username = None
    server.has(USER, ADA, global_admin=False, enabled=True, services=frozenset({"mail", "domainadmin"}))
    if "global_admin" not in options:
        assert RUNS.run(server, resource=resource, **options)["changed"]
    server.things.pop(USER.at(EVE), None)
    server.has(USER, ADA, global_admin=UNREADABLE, enabled=True, services=frozenset({"mail", "domainadmin"}))
    server.has(DOMAIN, COM, enabled=True)
    message = RUNS.fail(server, errors.AccountInUse, resource=resource, **options)
    assert "may be a global admin, which this panel does not show" in message


@pytest.mark.parametrize(("code", "may"), [(None, True), ("PERMISSION_DENIED", False), ("ODD", False)])
def test_a_manager_may_go_only_where_a_global_admin_is_logged_in(server, code, may):
    server.username = None
    server.has(USER, BOB, global_admin=False).facts["managed_domains"] = [COM]
    if code:
        server.things[ADMIN.at("postmaster@example.com")] = errors.Rejected("no", code)
    if may:
        RUNS.run(server, mail=BOB, state="absent")
    else:
        assert "manages domains" in RUNS.fail(server, errors.AccountInUse, mail=BOB, state="absent")
    assert len(server.writes) == may


@pytest.mark.parametrize("options", [{"state": "absent"}, {"enabled": False}, {"global_admin": False}])
def test_standalone_admins(server, options):
    root = "root@admin.example"
    server.has(ADMIN, root, global_admin=True, enabled=True)
    assert "never" in RUNS.fail(server, errors.AccountInUse, resource=ADMIN, mail=root, **options)
    server.username = None
    assert "is a global admin" in RUNS.fail(server, errors.AccountInUse, resource=ADMIN, mail=root, **options)
    server.username = ADA
    assert RUNS.run(server, resource=ADMIN, mail=root, **options)["changed"]


def test_what_nobody_logs_in_with_may_go(server):
    """Neither an alias, nor a domain with a standalone admin of its name, nor one of which the account is no user."""
    server.username = f"root@{COM}"
    server.has(ALIAS, server.username)
    RUNS.run(server, resource=ALIAS, mail=server.username, state="absent")
    RUNS.run(server, resource=DOMAIN, domain=COM, enabled=False)
    RUNS.run(server, resource=DOMAIN, domain=COM, state="absent")
    assert len(server.writes) == 3


def test_a_domain_whose_users_cannot_be_read_stays(server):
    server.username = None
    server.things[USER.list_at(COM)] = errors.BadAnswer("odd")
    RUNS.fail(server, errors.BadAnswer, resource=DOMAIN, domain=COM, state="absent")
    server.username = ADA
    server.things[USER.at(ADA)] = errors.BadAnswer("odd")
    RUNS.fail(server, errors.BadAnswer, resource=DOMAIN, domain=COM, enabled=False)
    assert server.writes == []


@pytest.mark.parametrize("has_session", [False, True])
@pytest.mark.parametrize("check", [True, False])
def test_its_password_may_change_with_a_warning(server, has_session, check):
    server.username, server.has_session = ADA, has_session
    result = RUNS.run(server, check, mail=ADA, password=PASSWORD, update_password="always")
    assert result["changed"]
    assert result["warnings"] == [f"user {ADA}: this is the account of api_username; change api_password as well."]
    assert "warnings" not in RUNS.run(server, check, mail=BOB, password=PASSWORD, update_password="always")
