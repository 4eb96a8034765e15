# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The password of one account, which no profile shows: whether it must be sent, and whether it was stored."""

from __future__ import annotations

from typing import List, NamedTuple, Optional

from .._errors import InputError, IRedMailError, Rejected
from .._model.descriptors import Resource
from .current import Current
from .desired import Desired
from .in_use import credential_changes
from .panel import Panel
from .plan import CREATE, Operation, Plan
from .result import CHANGED, NOT_SHOWN, SET
from .view import View

#: whether the password goes along; of a disabled account nobody can say whether it should
SEND, KEEP, UNDECIDED = "send", "keep", "undecided"
NOT_CONFIRMED = (
    "password: it was written, and still the panel does not confirm it. Probably this panel confirms no passwords of "
    "%s, and every run will write them anew; update_password: on_create keeps it from that."
)


class Password(NamedTuple):
    """The password that an account is to have.

    :ivar lives_at: the account's present address
    """

    resource: Resource
    desired: Desired
    lives_at: str

    def to_do(self, view: View, found: Current) -> str:
        """Whether it must be sent (interface: update_password)."""
        desired = self.desired
        if desired.password_hash:
            return SEND if desired.update_password == "always" else KEEP
        if not desired.password or desired.update_password == "on_create":
            return KEEP
        return SEND if desired.update_password == "always" else self.verified(view, found)

    def verified(self, view: View, found: Current) -> str:
        """The same, as the panel answers when it is asked.

        :raises InputError: this account may not ask
        """
        try:
            right = view.verify_password(str(self.resource.verify), self.lives_at, str(self.desired.password))
        except Rejected as refusal:
            if refusal.code == "PERMISSION_DENIED":
                raise InputError(
                    "the panel refuses to tell whether the password is right (%s): only a global admin may verify "
                    "passwords (update_password: verify); use update_password: on_create or always, or another "
                    "api_username." % refusal.code
                ) from None
            raise
        if right:
            return KEEP
        # a disabled account may never verify (panel/login.md#verifying-a-password): nothing can be concluded
        return UNDECIDED if found.values.get("enabled") is False else SEND

    def put(self, view: View, plan: Plan) -> None:
        """Let it go along with the first request of a plan."""
        desired = self.desired
        option = "password_hash" if desired.password_hash else "password"
        if not plan.operations:
            plan.operations.append(Operation("PUT", self.resource.at(desired.identity)))
        plan.operations[0].params[option] = str(getattr(desired, option))
        # only one that was verified is known to be another one
        plan.marks[option] = (SET if desired.update_password == "verify" else NOT_SHOWN, CHANGED)
        plan.unverified.append(option)
        if credential_changes(view.in_use, (self.lives_at,)):
            plan.warnings.append("this is the account of api_username; change api_password as well.")

    def after(self, panel: Panel, plan: Plan) -> List[str]:
        """What is to be said once a plan was carried out: that the panel still does not confirm what it was sent.

        Some panels may confirm no passwords of users (panel/login.md#verifying-a-password). Once one of them was not
        confirmed, or that of a user without special rights was, no other one is asked for.
        """
        kind, desired, state = str(self.resource.verify), self.desired, plan.predicted
        sent = plan.action != CREATE and any("password" in operation.params for operation in plan.operations)
        compared = desired.update_password == "verify" and desired.verify != "off"
        if not (sent and compared and isinstance(state, Current)) or kind in panel.confirms:
            return []
        try:
            verified = self._replace(lives_at=desired.identity).verified(panel, state)
        except IRedMailError:  # it is written, and whoever goes on will see what is wrong
            return []
        if verified == SEND:
            panel.confirms[kind] = False
            return [NOT_CONFIRMED % self.resource.plural]
        if verified == KEEP and state.value("global_admin") is False:
            panel.confirms[kind] = True
        return []

    def is_right(self, view: View, found: Current) -> Optional[bool]:
        """Whether it was stored, after an answer that was lost; None if nobody can tell."""
        if self.desired.password_hash or not self.desired.password:
            return None
        try:
            return {KEEP: True, SEND: False}.get(self.verified(view, found))
        except (InputError, Rejected):  # it may not be asked
            return None
