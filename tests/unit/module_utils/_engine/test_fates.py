# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a request whose answer was lost, or that was refused after a part of it was done: nobody guesses."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.address_set import set_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.domain_admins import DOMAIN_ADMINS
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.domain_users import DOMAIN_USERS
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.setting import setting_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.spampolicy import SPAMPOLICY
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from tests.support.common import PASSWORD
from tests.support.fake_panel import FakePanel, Server

COM = "example.com"
ADA, EVE = f"ada@{COM}", f"eve@{COM}"
NEW = {"mail": ADA, "name": "Ada", "password": PASSWORD}
LATE = errors.ServerFault("gateway time-out.", 504)
UNKNOWN = "Whether an earlier try was carried out is not known, since its answer was lost."


class Late(Server):
    """Carries the first write out only after the first look at what became of it.

    :ivar forgets: parameters that get lost on the way
    """

    forgets: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self.waiting = []

    def read(self, path, descriptor=None):
        found = super().read(path, descriptor)
        while self.waiting:
            self._carry_out(*self.waiting.pop())
        return found

    def write(self, operation):
        kept = {name: value for name, value in operation.params.items() if name not in self.forgets}
        if self._fates and self._fates[0][1] == "late":
            self._fates.pop(0)
            self.writes.append(f"{operation.method} late")
            self.waiting.append((operation.method, operation.path, kept))
            raise LATE
        super().write(SimpleNamespace(method=operation.method, path=operation.path, params=kept))


@pytest.fixture
def server():
    return Late()


def outcome(server, module, **params):
    """The result, and the error if there was one."""
    task = module.start({"verify": "strict", "unreadable": "send", "state": "present", **params})
    try:
        task.reach(FakePanel(server))
    except errors.IRedMailError as error:
        return task.result(), error
    return task.result(), None


def user(server, **params):
    return outcome(server, resource_module(USER), **params)


def methods(result):
    return [one["method"] for one in result["operations"]]


# -- carried out late, sent again, refused


def test_a_creation_that_was_carried_out_late(server):
    server.next_write(LATE, "late")
    result, error = user(server, **NEW)
    assert error is None
    assert server.writes[0] == "POST late"
    assert len(server.writes) == 2, "the second is refused: ALREADY_EXISTS"
    assert (methods(result), result["diff"]["after"]["state"]) == (["POST"], "present")


def test_a_deletion_that_was_carried_out_late(server):
    server.has(USER, ADA)
    server.next_write(LATE, "late")
    server.next_write(errors.Rejected("none", "NO_SUCH_ACCOUNT"), done=False)
    result, error = user(server, mail=ADA, state="absent")
    assert error is None
    assert (methods(result), result["diff"]["before"]) == (["DELETE"], {"state": "present"})


def test_a_renaming_that_was_carried_out_late(server):
    server.has(USER, EVE, name="Ada")
    server.next_write(LATE, "late")
    server.next_write(errors.Rejected("none", "NO_SUCH_ACCOUNT"), done=False)
    result, error = user(server, mail=ADA, rename_from=EVE)
    assert error is None
    assert (methods(result), result["changed"]) == (["POST"], True)


def test_a_change_that_was_carried_out_late(server):
    server.has(USER, ADA, name="Old")
    server.next_write(LATE, "late")
    server.next_write(errors.Rejected("no", "PERMISSION_DENIED"), done=False)
    result, error = user(server, mail=ADA, name="Ada")
    assert (error, methods(result)) == (None, ["PUT"])


def test_a_later_refusal_counts_where_nothing_was_done(server):
    server.has(USER, ADA, name="Old")
    server.next_write(LATE, done=False)
    server.next_write(errors.Rejected("no.", "PERMISSION_DENIED"), done=False)
    result, error = user(server, mail=ADA, name="Ada")
    assert (str(error), result["changed"]) == ("no.", False)


def test_a_name_that_another_kind_has_was_not_taken_by_the_first_try(server):
    server.next_write(LATE, done=False)
    server.next_write(errors.Rejected("taken", "ALREADY_EXISTS"), done=False)
    result, error = user(server, **NEW)
    assert "another account, list or alias address has it" in str(error)
    assert result["changed"] is False


def refused_login():
    """What a write raises that waits for a login which fails."""
    fault = errors.ServerFault("the login failed.", 500)
    fault.maybe_done = False
    return fault


@pytest.mark.parametrize("second", [errors.NotSent("unreachable."), errors.SessionLost("who?"), refused_login()])
def test_a_second_try_that_never_left_says_nothing_of_the_first(server, second):
    server.has(USER, ADA, name="Old")
    server.next_write(LATE, done=False)
    server.next_write(second, done=False)
    result, error = user(server, mail=ADA, name="Ada")
    assert type(error) is type(second)
    assert str(error) == f"{second} {UNKNOWN}"
    assert error.maybe_done
    assert methods(result) == ["PUT"]


def test_a_refusal_says_nothing_of_what_nobody_can_see(server):
    server.has(USER, ADA)
    server.next_write(LATE, done=True)
    server.next_write(errors.Rejected("no.", "PERMISSION_DENIED"), done=False)
    params = {"mail": ADA, "password_hash": "{SSHA512}x", "update_password": "always"}
    result, error = user(server, **params)
    assert str(error) == f"no. {UNKNOWN}"
    assert error.code == "PERMISSION_DENIED"
    assert methods(result) == ["PUT"]


# -- refused, and done in part


def refuse(server, *ignored, code="LDAP_ERROR"):
    server.ignores.update(ignored)
    server.next_write(errors.Rejected("refused.", code), done=True)


def test_a_change_that_was_refused_after_a_part_of_it(server):
    server.has(USER, ADA, name="Old", employee_id="1")
    refuse(server, "employee_id")
    result, error = user(server, mail=ADA, name="Ada", employee_id="7")
    assert str(error) == "refused. A part of it was carried out all the same: the server shows name."
    assert error.code == "LDAP_ERROR"
    assert methods(result) == ["PUT"]


def test_the_same_of_a_password(server):
    server.has(USER, ADA, name="Old", employee_id="1")
    refuse(server, "name", "employee_id")
    result, error = user(server, mail=ADA, name="Ada", employee_id="7", password=PASSWORD, update_password="verify")
    assert "the server shows password." in str(error)
    assert result["changed"] is True


def test_a_change_that_was_refused_as_a_whole(server):
    server.has(USER, ADA, name="Old", employee_id="1")
    server.next_write(errors.Rejected("refused.", "X"), done=False)
    result, error = user(server, mail=ADA, name="Ada", employee_id="7", password=PASSWORD, update_password="verify")
    assert (str(error), result["changed"]) == ("refused.", False)


def test_a_refusal_counts_where_nobody_can_look(server):
    class Blind(Late):
        def read(self, path, descriptor=None):
            if self.writes:
                raise errors.BadAnswer("odd.")
            return super().read(path, descriptor)

    blind = Blind()
    blind.has(USER, ADA, name="Old", employee_id="1")
    blind.next_write(errors.Rejected("refused.", "X"), done=False)
    result, error = user(blind, mail=ADA, name="Ada", employee_id="7")
    assert (str(error), result["changed"]) == ("refused.", False)


def test_a_creation_that_was_refused_and_left_something(server):
    refuse(server)
    result, error = user(server, **NEW)
    assert str(error).endswith("the server shows state.")
    assert methods(result) == ["POST"]


def test_parts_of_other_things():
    both = {"addresses": ["1@a.example", "2@a.example"], "account": ADA, "direction": "inbound", "list": "whitelist"}

    class Half(Late):
        def _carry_out(self, method, path, params):
            cut = {name: value.split(",")[0] for name, value in params.items()}
            first = dict([next(iter(cut.items()))])
            super()._carry_out(method, path, first)

    half = Half()
    half.has(DOMAIN, COM)
    half.has(USER, ADA, enabled=True)
    cases = (
        (set_module(WBLIST), both, "addresses"),
        (DOMAIN_ADMINS, {"domain": COM, "admins": [ADA, EVE]}, "admins"),
        (
            setting_module(SPAMPOLICY),
            {"account": ADA, "bypass_spam_checks": True, "bypass_virus_checks": True},
            "state",
        ),
        (DOMAIN_USERS, {"domain": COM, "enabled": False, "language": "de_DE"}, ""),
    )
    for module, params, shown in cases:
        half.next_write(errors.Rejected("refused.", "X"), done=True)
        result, error = outcome(half, module, **params)
        assert f"the server shows {shown}" in str(error), params
        assert result["changed"] is True


def test_a_setting_that_is_not_shown_is_sent_again(server):
    module = setting_module(SPAMPOLICY)
    params = {"account": ADA, "bypass_spam_checks": True}
    assert outcome(server, module, **params)[1] is None
    (place,) = [one for one in server.things if one[0] == "spampolicy"]
    server.things[place] = server.things[place].changed({"bypass_spam_checks": UNREADABLE})
    server.ignores.add("bypass_spam_checks")
    server.writes.clear()
    server.next_write(LATE, done=False)
    assert outcome(server, module, **params)[1] is None
    assert len(server.writes) == 2


# -- passwords in a lost answer


@pytest.mark.parametrize("update", ["verify", "always"])
@pytest.mark.parametrize("options", [{"name": "Ada"}, {}])
def test_a_password_that_was_not_stored_is_sent_again(update, options):
    class Once(Late):
        def write(self, operation):
            self.forgets = () if self.writes else ("password",)
            super().write(operation)

    once = Once()
    once.has(USER, ADA, name="Old")
    once.next_write(LATE, done=True)
    result, error = user(once, mail=ADA, password=PASSWORD, update_password=update, **options)
    assert error is None
    assert once.passwords[ADA] == PASSWORD
    assert len(once.writes) == 2
    assert result["diff"]["after"]["password"] == "<changed>"


@pytest.mark.parametrize("update", ["verify", "always"])
def test_a_password_that_was_stored_is_proved_and_not_sent_again(server, update):
    server.has(USER, ADA, name="Old")
    server.next_write(LATE, done=True)
    _result, error = user(server, mail=ADA, name="Ada", password=PASSWORD, update_password=update)
    assert error is None
    assert len(server.writes) == 1


@pytest.mark.parametrize("update", ["verify", "always"])
def test_a_password_that_never_arrives_is_no_success(server, update):
    server.has(USER, ADA, name="Old")
    server.forgets = ("password",)
    for _try in range(2):
        server.next_write(LATE, done=True)
    result, error = user(server, mail=ADA, name="Ada", password=PASSWORD, update_password=update)
    assert error is LATE
    assert result["changed"] is True


def test_a_password_that_may_not_be_asked_for_is_sent_again(server, monkeypatch):
    def denied(*_args):
        raise errors.Rejected("denied", "PERMISSION_DENIED")

    monkeypatch.setattr(FakePanel, "verify_password", denied)
    server.has(USER, ADA, name="Old")
    server.next_write(LATE, done=True)
    _result, error = user(server, mail=ADA, name="Ada", password=PASSWORD, update_password="always")
    assert error is None
    assert len(server.writes) == 2


def test_an_account_that_somebody_else_made_meanwhile_gets_the_password(server):
    class Race(Late):
        def write(self, operation):
            if not self.writes:
                self.has(USER, ADA, name="Ada")
                self.passwords[ADA] = "theirs"
            super().write(operation)

    race = Race()
    race.next_write(LATE, done=False)
    _result, error = user(race, **NEW)
    assert error is None
    assert race.passwords[ADA] == PASSWORD
