# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a state: what is planned for one object, and what became of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, List, Optional, cast

from .._api.client import Client
from .._engine.current import Current
from .._engine.entity import KEEP, Entity
from .._engine.result import Outcome, scrub
from .._engine.task import WritingWork
from .._errors import IRedMailError, LoginRefused, SessionLost, TlsError
from .items import Declared
from .overlay import Planned


class _Halves(Entity):
    """An object that is made now, and given the rest of its options when what it refers to is there too."""

    rest: Optional[Dict[str, Any]] = None
    waits = True

    def _update(self, current: Current, posted: Optional[Dict[str, Any]], password: str) -> None:
        if self.waits and posted is not None:
            self.rest = posted
        else:
            super()._update(current, posted, password)

    def finish(self) -> None:
        """The other half."""
        self.waits = False
        if self.rest is not None:
            self._update(self._read_back("POST", "creation"), self.rest, KEEP)


CREATE, UPDATE, DELETE, RENAME, NONE = "create", "update", "delete", "rename", "none"


@dataclass(eq=False)  # a step is itself, whatever it holds
class Step:
    """One object on its way.

    :ivar pruned: it is not declared, and goes for that reason
    :ivar failure: why it could not be planned or carried out
    :ivar admin: it is a global admin now; ``existed``: it is there now
    :ivar skipped: it was not tried, since something before it failed
    :ivar unreachable: the panel did not answer at all
    """

    item: Declared
    pruned: bool = False
    outcome: Outcome = field(default_factory=Outcome)
    failure: Optional[str] = None
    admin: bool = False
    existed: bool = False
    unreachable: bool = False
    skipped: bool = False
    half: Optional[_Halves] = None

    def run(self, client: Client, half: bool = False) -> None:
        """Plan it (the client reads only) or carry it out; failures end up in ``failure``.

        :param half: make it only; the next call does the rest
        """
        begun, self.half = self.half, None
        if begun is None:
            self.outcome = Outcome()
        self.failure, self.unreachable = None, False
        try:
            if begun is not None:
                begun.finish()
                return
            if half and self.item.want is not None and self.item.resource is not None:
                self.half = _Halves(client, self.item.resource, self.item.want, self.outcome)
                self.half.run()
                return
            if self.item.want is not None and self.item.resource is not None:
                entity = Entity(client, self.item.resource, self.item.want, self.outcome)
                try:
                    entity.run()
                finally:
                    self.existed = entity.found is not None
                    self.admin = self._was_admin(entity)
            else:
                work = self.item.work()
                self.outcome = cast(WritingWork, work).outcome
                work.run(client)
        except IRedMailError as error:
            self.unreachable = is_out_of_reach(error)
            self._failed(str(error), client)
        except Exception as error:  # pylint: disable=broad-except  # one object must not take the others with it
            text = "this is a bug of mailstate.iredmail, please report it: %s: %s" % (type(error).__name__, error)
            self._failed(text, client)

    def _was_admin(self, entity: Entity) -> bool:
        before = self.outcome.before
        if before.get("state") == "absent":
            return False
        if "global_admin" in before:  # planning has changed what was found
            return before["global_admin"] is True
        renamed = self.outcome.values.get(self.item.kind.name) or {}
        values = entity.found.values if entity.found else renamed
        return values.get("global_admin") is True

    def _failed(self, text: str, client: Client) -> None:
        self.failure = str(scrub(text, self._secrets()))
        if client.read_only:
            self.outcome = Outcome()  # half a plan is none

    def give_up(self, sentence: str) -> None:
        """It must not be carried out."""
        self.skip()
        self.failure = sentence

    def skip(self) -> None:
        """Forget what was planned; but not what was done."""
        self.skipped = True
        if self.half is None:
            self.outcome = Outcome()
        elif self.failure is None:
            self.failure = "it was made, and the rest of it was not sent, since something before it failed."

    def _secrets(self) -> List[str]:
        want = self.item.want
        found = [want.password, want.password_hash] if want else [self.item.params.get("password")]
        return [secret for secret in found if secret]

    def foretell(self, planned: Planned) -> None:
        """Tell those who come later in the plan what will be there by then."""
        kind, ident, want = self.item.kind.name, self.item.ident, self.item.want
        values = self.outcome.values.get(kind) or {}
        if self.action == CREATE:
            planned.add(kind, ident, values)
        elif self.action == RENAME:
            planned.add(kind, ident, values, want.rename_from if want else None)
        elif self.action == UPDATE:
            planned.change(kind, ident, self.outcome.after)

    @property
    def action(self) -> str:
        """What happens to the object."""
        if not self.outcome.operations:
            return NONE
        state = self.outcome.after.get("state")
        if state in ("absent", "present"):
            return DELETE if state == "absent" else CREATE
        if self.item.want is not None and not self.item.want.present:
            return DELETE
        if self.item.want is not None and not self.item.want.rename_from and not self.existed:
            return CREATE  # which failed, or nobody would say "present"
        return RENAME if any("/change_email/" in one["path"] for one in self.outcome.operations) else UPDATE

    @property
    def deletes_object(self) -> bool:
        """Whether something with a life of its own goes."""
        return self.action == DELETE and self.item.resource is not None

    def takes_rights(self) -> bool:
        """Whether a global admin is deleted, disabled or made an ordinary one."""
        after = self.outcome.after
        lost = after.get("enabled") is False or after.get("global_admin") is False
        return self.admin and (self.deletes_object or (bool(self.outcome.operations) and lost))

    def change(self) -> Dict[str, Any]:
        """The entry of ``changes``."""
        return {
            "kind": self.item.kind.name,
            "id": self.item.ident,
            "action": self.action,
            "declared": not self.pruned,
            "before": self.outcome.before,
            "after": self.outcome.after,
        }

    def diff(self) -> Dict[str, Any]:
        """The block of ``diff``."""
        block: Dict[str, Any] = self.outcome.as_result(self.item.kind.name, self.item.ident)["diff"]
        return block


def is_out_of_reach(error: BaseException) -> bool:
    """Whether the panel could not be asked at all, or did not answer in spite of all tries."""
    if isinstance(error, (TlsError, LoginRefused, SessionLost)):
        return True
    # of a write whose answer was lost, what reading back said counts
    return any(isinstance(one, IRedMailError) and one.transient for one in (error, error.__cause__))


def checksum(steps: Iterable[Step]) -> str:
    """Of everything that would be sent, with secrets left out, in an order that does not depend on chance."""
    lines = sorted(json.dumps(one, sort_keys=True) for step in steps for one in step.outcome.operations)
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()
