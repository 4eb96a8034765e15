# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making one object so: read, plan, write, read back. In check mode the writing half is never called."""

from __future__ import annotations

from typing import Any, Dict, Optional

from .._api.client import Client
from .._errors import InputError, NotVerified, Rejected
from .._model.descriptors import Resource
from .._model.sources import UNREADABLE
from .current import Current, after_post, read
from .desired import Want
from .plan import Plan, Write, unmet
from .planner import Planner, check_backend, plan_create
from .result import Outcome, described, options_of, spoken
from .writing import Writer

SEND, KEEP, DOUBT = "send", "keep", "doubt"


class Entity(Writer):
    """One object of an entity resource on its way to the wanted state.

    :param outcome: filled as things happen, so that it is true also after a failure
    """

    def __init__(self, client: Client, resource: Resource, want: Want, outcome: Outcome) -> None:
        super().__init__(client, outcome, want.verify)
        self.resource, self.want = resource, want
        self._lives_at = want.identity
        #: as it stood before; None when it was not there
        self.found: Optional[Current] = None

    def run(self) -> None:
        """Reach the wanted state, or say what would be done.

        :raises IRedMailError: it could not be reached; the outcome says what was done
        """
        self._spare_own_account()
        current = self.found = self._read()
        if self.want.present:
            self._present(current)
        else:
            self._absent(current)

    def _read(self, identity: str = "") -> Optional[Current]:
        return read(self.client, self.resource, identity or self.want.identity)

    # -- absent

    def _absent(self, current: Optional[Current]) -> None:
        if current is None:
            return self._show({})
        path = self.resource.at(self.want.identity)
        if self.want.keep_mailbox_days is not None:
            path += ("keep_mailbox_days", str(self.want.keep_mailbox_days))
        self.outcome.before, self.outcome.after = {"state": "present"}, {"state": "absent"}
        try:
            self.send(Write("DELETE", path, dict(self.want.delete_params)), lambda: self._read() is None)
        except Rejected as refusal:
            if refusal.code not in self.resource.absent_codes or self._read() is not None:
                raise
            self.outcome.before, self.outcome.after = {}, {}  # somebody else was faster
        if not self.check and self.want.verify != "off" and self._read() is not None:
            self.complain("the server accepted the DELETE and still shows the %s" % self.resource.name)
        self._show({})

    # -- present

    def _present(self, current: Optional[Current]) -> None:
        if self.want.rename_from:
            current = self._rename(current)
        if current is not None:
            return self._update(current, None, self._password(current))
        write, posted = plan_create(self.resource, self.want, self.client.backend_hint)
        try:
            self.send(write, lambda: self._read() is not None)
        except Rejected as refusal:
            current = self._made_meanwhile(refusal)
            return self._update(current, None, self._password(current))
        self._tell_created()
        if self.check:
            current = after_post(self.resource, self.client.backend_hint, self.want.identity, posted)
        else:
            current = self._read_back("POST", "creation")
        self._update(current, posted, KEEP)

    def _made_meanwhile(self, refusal: Rejected) -> Current:
        """Somebody else may have created the object since we looked; then it is updated."""
        current = self._read() if refusal.code == "ALREADY_EXISTS" else None
        if current is not None:
            return current
        if refusal.code != "ALREADY_EXISTS":
            raise refusal
        raise InputError(
            "the server refuses the name (%s): another account, list or alias address has it." % refusal.code
        )

    def _tell_created(self) -> None:
        self.outcome.before["state"], self.outcome.after["state"] = "absent", "present"
        for option in ("password", "password_hash"):
            if getattr(self.want, option):
                self.outcome.after[option] = "<set>"
                self.outcome.doubt([option])

    def _rename(self, current: Optional[Current]) -> Optional[Current]:
        old, new = str(self.want.rename_from), self.want.identity
        former = self._read(old)
        if former is None:
            return current
        if current is not None:
            raise InputError(
                "both %s and %s exist; nothing was renamed. Delete or rename one of them first." % (old, new)
            )
        for one in self.resource.fields:
            if self.want.names(one):
                check_backend(one, former.backend)
        self.outcome.before[self.resource.identity], self.outcome.after[self.resource.identity] = old, new
        write = Write("POST", self.resource.at(old) + ("change_email", new))
        self.send(write, lambda: self._read() is not None)
        if not self.check:
            return self._read_back("POST", "change_email")
        self._lives_at = old
        for one in self.resource.fields:  # the account's own address moves with it
            value = former.values.get(one.option)
            if one.own_option and isinstance(value, frozenset) and old in value:
                former.values[one.option] = value - {old} | {new}
        return former

    def _read_back(self, method: str, what: str) -> Current:
        current = self._read()
        if current is None:
            raise NotVerified(
                "the server accepted the %s (%s) and does not show the %s." % (method, what, self.resource.name)
            )
        return current

    def _update(self, current: Current, posted: Optional[Dict[str, Any]], password: str) -> None:
        plan = Planner(self.resource, self.want, current, posted).update()
        self._keep_own_rights(plan)
        self._add_password(plan, password)
        self._tell(plan, created=posted is not None)
        for write in plan.writes:
            self.send(write, lambda: self._is_done(plan))
        if self.check:
            current.values.update(plan.after)
        elif plan.writes and self.want.verify != "off":
            current = self._verified(plan, posted)
        elif plan.writes:
            current.values.update(plan.after)
        if password == DOUBT and self.want.exact.get("enabled") and not self.check and plan.writes:
            self._late_password(current)
        self._show(described(self.resource, self.want.identity, current))

    @property
    def _in_use(self) -> bool:
        return self.client.username is not None and self.client.username == self._lives_at

    def _spare_own_account(self) -> None:
        """Nobody saws off the branch the task sits on."""
        if not self._in_use:
            return
        sentence = "this is the account of api_username; the one in use is never %s."
        if not self.want.present:
            raise InputError(sentence % "deleted")
        if self.want.exact.get("enabled") is False:
            raise InputError(sentence % "disabled")

    def _keep_own_rights(self, plan: Plan) -> None:
        lost = plan.after.get("global_admin") is False and plan.before.get("global_admin") is not False
        if lost and self._in_use:
            raise InputError("this is the account of api_username; the one in use is never stripped of its rights.")

    def _tell(self, plan: Plan, created: bool) -> None:
        if not created:  # before its creation an object has no values, whatever the server chose meanwhile
            self.outcome.before.update(self._managed(plan.before))
        self.outcome.after.update(self._managed(plan.after))
        self.outcome.doubt(plan.unverified)
        self.outcome.uncompared += plan.uncompared
        self.outcome.warnings += plan.warnings

    def _managed(self, values: Dict[str, Any]) -> Dict[str, Any]:
        """What a diff shows: of a list only the items that it speaks for."""
        values = dict(values)
        for one in self.resource.fields:
            if one.governed and isinstance(values.get(one.option), frozenset):
                values[one.option] &= frozenset(one.governed) | self.want.mentioned(one)
            if one.spared and isinstance(values.get(one.option), frozenset):
                values[one.option] -= frozenset(one.spared) - self.want.mentioned(one)
        return options_of(self.resource, values, self.want.identity, diff=True)

    def _is_done(self, plan: Plan) -> bool:
        state = self._read()
        hidden = [name for name, value in (state.values if state else {}).items() if value is UNREADABLE]
        sent_blind = set(hidden) & set(plan.after)
        return (
            state is not None and bool(plan.expect) and not sent_blind and not unmet(self.resource, plan.expect, state)
        )

    def _verified(self, plan: Plan, posted: Optional[Dict[str, Any]]) -> Current:
        """Read again and hold it against what was sent (panel/open-questions.md#silent-drops)."""
        state = self._read_back("PUT", "update")
        # a panel may show a list only while it is empty
        self.outcome.doubt([option for option in plan.expect if state.values.get(option) is UNREADABLE])
        for option, (sent, found) in unmet(self.resource, plan.expect, state).items():
            one = next(one for one in self.resource.fields if one.option == option)
            own = frozenset({self.want.identity})
            if one.own_option and sent.added - found <= own and not sent.removed & found:
                self.outcome.doubt([str(one.own_option)])
                self.outcome.warnings.append("%s: this panel does not show the account's own address." % one.own_option)
                continue
            since = "; the parameter exists since %s" % one.since if one.since else ""
            self.complain(
                "%s was not accepted by the server: sent %s, found %s%s" % (option, spoken(sent), spoken(found), since)
            )
            self.outcome.doubt([option])
        return state

    # -- password

    def _password(self, current: Current) -> str:
        """Whether the password must be sent (interface: update_password)."""
        want = self.want
        if want.password_hash:
            return SEND if want.update_password == "always" else KEEP
        if not want.password or want.update_password == "on_create":
            return KEEP
        return SEND if want.update_password == "always" else self._verify_password(current)

    def _verify_password(self, current: Current) -> str:
        path = ("verify_password", str(self.resource.verify), self._lives_at)
        try:
            self.client.ask(path, {"password": str(self.want.password)})
            return KEEP
        except Rejected as refusal:
            if refusal.code == "INVALID_CREDENTIALS":
                # a disabled account may never verify (panel/login.md#verifying-a-password): nothing can be concluded
                return DOUBT if current.values.get("enabled") is False else SEND
            if refusal.code == "PERMISSION_DENIED":
                raise InputError(
                    "only a global admin may verify passwords (update_password: verify); use update_password: "
                    "on_create or always, or another api_username."
                ) from None
            raise

    def _add_password(self, plan: Plan, password: str) -> None:
        option = "password_hash" if self.want.password_hash else "password"
        if password == SEND:
            if not plan.writes:
                plan.writes.append(Write("PUT", self.resource.at(self.want.identity)))
            plan.writes[0].params[option] = str(getattr(self.want, option))
            # only one that was verified is known to be another one
            known = self.want.update_password == "verify"
            self.outcome.before[option] = "<set>" if known else "<unknown>"
            self.outcome.after[option] = "<changed>"
            self.outcome.doubt([option])
        elif password == DOUBT:
            self.outcome.before[option] = self.outcome.after[option] = "<unknown>"
            self.outcome.doubt([option])
            self.outcome.warnings.append(
                "the account is disabled and its password does not verify, which proves nothing; it was not written."
            )

    def _late_password(self, current: Current) -> None:
        """The account was just enabled, so its password can be verified now."""
        self.outcome.unverified.remove("password")
        self.outcome.warnings = [
            text for text in self.outcome.warnings if not text.startswith("the account is disabled")
        ]
        if self._verify_password(current) != SEND:
            self.outcome.before["password"] = self.outcome.after["password"] = "<set>"
            return
        write = Write("PUT", self.resource.at(self.want.identity), {"password": str(self.want.password)})
        self.send(write, lambda: self._verify_password(current) == KEEP)
        self.outcome.before["password"], self.outcome.after["password"] = "<set>", "<changed>"
        self.outcome.doubt(["password"])

    def _show(self, value: Dict[str, Any]) -> None:
        self.outcome.values[self.resource.name] = value
