# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One object on its way to its desired state, on a panel that is a dict."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import EntityTask, resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    AnswerLost,
    InputError,
    NotVerified,
    Rejected,
    ServerFault,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from tests.support.fake_panel import FakePanel, lost

ADA = "ada@example.com"
OLD = "old@example.com"


def task(resource=USER, **options) -> EntityTask:
    found = resource_module(resource).start({resource.identity: ADA, **options})
    assert isinstance(found, EntityTask)
    return found


def sent(panel):
    return [(one.method, "/".join(one.path), one.params) for one in panel.written]


def test_a_new_object_is_made_and_completed():
    panel = FakePanel()
    one = task(password="secret-word-1", name="Ada", employee_id="7")
    one.reach(panel)
    assert sent(panel) == [
        ("POST", f"user/{ADA}", {"name": "Ada", "password": "secret-word-1"}),
        ("PUT", f"user/{ADA}", {"employeeid": "7"}),
    ]
    assert one.outcome.action == "create"
    assert one.outcome.before == {"state": "absent"}
    assert one.outcome.after == {"state": "present", "password": "<set>", "name": "Ada", "employee_id": "7"}
    assert one.outcome.values["user"]["employee_id"] == "7"


def test_check_mode_foretells_what_is_sent():
    options = {"password": "secret-word-1", "name": "Ada", "quota": 5, "employee_id": "7"}
    real, planned = task(**options), task(**options)
    real.reach(FakePanel())
    planned.reach(FakePanel(read_only=True))
    assert planned.outcome.operations == real.outcome.operations
    assert planned.outcome.after == real.outcome.after


def test_only_what_differs_is_sent_and_a_second_run_is_silent():
    panel = FakePanel()
    panel.put(USER, ADA, name="Ada", quota=5)
    for _run in range(2):
        one = task(name="Ada", quota=7)
        one.reach(panel)
    assert sent(panel) == [("PUT", f"user/{ADA}", {"quota": "7"})]
    assert (one.outcome.action, one.outcome.changed) == ("none", False)


def test_an_object_goes_and_stays_away():
    panel = FakePanel()
    panel.put(USER, ADA)
    for _run in range(2):
        task(state="absent", keep_mailbox_days=3).reach(panel)
    assert sent(panel) == [("DELETE", f"user/{ADA}/keep_mailbox_days/3", {})]


def test_a_rename_takes_the_object_along():
    panel = FakePanel()
    panel.put(USER, OLD, name="Ada", forwarding=frozenset({OLD}))
    one = task(rename_from=OLD, name="Ada L.")
    one.reach(panel)
    assert [path for _method, path, _params in sent(panel)] == [f"user/{OLD}/change_email/{ADA}", f"user/{ADA}"]
    assert one.outcome.action == "rename"
    assert one.outcome.before["mail"] == OLD
    assert one.former is not None
    assert ("user", OLD) not in panel.objects


def test_a_rename_onto_somebody_is_refused_before_anything_is_sent():
    panel = FakePanel()
    panel.put(USER, OLD)
    panel.put(USER, ADA)
    with pytest.raises(InputError, match="both"):
        task(rename_from=OLD).reach(panel)
    assert panel.written == []


@pytest.mark.parametrize("done", [True, False])
def test_after_a_lost_answer_it_looks_and_sends_again_only_what_was_not_done(done):
    panel = FakePanel()
    panel.put(USER, ADA)
    panel.replies = [lost(AnswerLost("gone"), done)]
    one = task(name="Ada")
    one.reach(panel)
    assert len(panel.written) == (1 if done else 2)
    assert len(one.outcome.operations) == 1
    assert panel.objects["user", ADA].value("name") == "Ada"


def test_a_crash_is_not_tried_again():
    panel = FakePanel()
    panel.put(USER, ADA)
    panel.replies = [lost(ServerFault("crash", 500), False)]
    with pytest.raises(ServerFault):
        task(name="Ada").reach(panel)
    assert len(panel.written) == 1


def test_where_reading_back_fails_nothing_is_concluded():
    panel = FakePanel()
    panel.put(USER, ADA)
    panel.replies, panel.unreadable = [lost(AnswerLost("gone"), True)], AnswerLost("gone again")
    one = task(name="Ada")
    with pytest.raises(Exception, match="is not known, since reading back failed too"):
        one.reach(panel)
    assert one.outcome.changed


def test_a_refused_operation_is_taken_out_again():
    panel = FakePanel()
    panel.put(USER, ADA)
    panel.replies = [Rejected("no", "NO")]
    one = task(name="Ada")
    with pytest.raises(Rejected):
        one.reach(panel)
    assert not one.outcome.changed


@pytest.mark.parametrize("verify", ["strict", "warn", "off"])
def test_what_does_not_stick_is_told(verify):
    panel = FakePanel()
    panel.put(USER, ADA, name="Old")
    panel.replies = ["ignored"]
    one = task(name="Ada", verify=verify)
    if verify == "strict":
        with pytest.raises(NotVerified, match="sent Ada, found Old"):
            one.reach(panel)
    else:
        one.reach(panel)
    assert bool(one.outcome.warnings) == (verify == "warn")
    assert one.outcome.unverified == ([] if verify == "off" else ["name"])


def test_somebody_else_may_have_made_it_meanwhile():
    class Late(FakePanel):
        def _carry_out(self, operation):
            if operation.method == "POST" and ("user", ADA) not in self.objects:
                self.put(USER, ADA, name="Theirs")
            super()._carry_out(operation)

    panel = Late()
    one = task(name="Ada", password="secret-word-1", update_password="on_create")
    one.reach(panel)
    assert [operation["method"] for operation in one.outcome.operations] == ["PUT"]
    assert (one.outcome.action, one.outcome.before) == ("update", {"name": "Theirs"})


def test_a_name_that_another_kind_has_is_said_to_be_taken():
    panel = FakePanel()
    panel.replies = [Rejected("no", "ALREADY_EXISTS")]
    with pytest.raises(InputError, match="another account, list or alias address has it"):
        task(password="secret-word-1").reach(panel)


def test_somebody_else_may_have_deleted_it_meanwhile():
    class Gone(FakePanel):
        def write(self, operation):
            self.objects.clear()
            raise Rejected("no", "NO_SUCH_ACCOUNT")

    panel = Gone()
    panel.put(ALIAS, ADA)
    one = task(ALIAS, state="absent")
    one.reach(panel)
    assert (one.outcome.changed, one.outcome.before, one.outcome.action) == (False, {}, "none")


@pytest.mark.parametrize(
    ("password", "update", "methods"),
    [
        ("right-word-1", "verify", []),
        ("wrong-word-1", "verify", ["PUT"]),
        ("wrong-word-1", "on_create", []),
        ("right-word-1", "always", ["PUT"]),
    ],
)
def test_a_password_goes_when_it_must(password, update, methods):
    panel = FakePanel()
    panel.put(USER, ADA)
    panel.passwords[ADA] = "right-word-1"
    one = task(password=password, update_password=update)
    one.reach(panel)
    assert [operation.method for operation in panel.written] == methods
    assert password not in str(one.outcome)
    assert panel.passwords[ADA] == (password if methods else "right-word-1")


def test_the_password_of_a_disabled_account_proves_nothing_until_it_is_enabled():
    panel = FakePanel()
    panel.put(USER, ADA, enabled=False)
    panel.passwords[ADA] = "other-word-1"
    silent = task(password="right-word-1")
    silent.reach(panel)
    assert (panel.written, silent.outcome.unverified) == ([], ["password"])
    assert "proves nothing" in silent.outcome.warnings[0]
    enabling = task(password="right-word-1", enabled=True)
    enabling.reach(panel)
    assert [operation.params for operation in panel.written] == [
        {"accountStatus": "active"},
        {"password": "right-word-1"},
    ]
    assert (enabling.outcome.warnings, enabling.outcome.after["password"]) == ([], "<changed>")


@pytest.mark.parametrize("options", [{"state": "absent"}, {"enabled": False}, {"global_admin": False}])
def test_the_account_in_use_is_protected(options):
    panel = FakePanel(username=ADA)
    panel.put(USER, ADA, global_admin=True)
    with pytest.raises(InputError, match="the one in use is never"):
        task(**options).reach(panel)
    assert panel.written == []


def test_what_refers_to_others_can_be_completed_later():
    panel = FakePanel()
    one = task(password="secret-word-1", forwarding=["eve@example.com"])
    one.reach(panel, create_only=True)
    assert [operation.method for operation in panel.written] == ["POST"]
    assert one.is_half_done
    one.complete(panel)
    assert [operation.method for operation in panel.written] == ["POST", "PUT"]
    assert not one.is_half_done
