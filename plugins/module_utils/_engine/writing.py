# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending writes: told before they are sent, looked after when their fate is unknown, complained of when ignored."""

from __future__ import annotations

from typing import Callable

from .._api.client import Client
from .._errors import InputError, IRedMailError, NotVerified
from .plan import Write
from .result import Outcome


class Writer:
    """What every engine that writes has in common.

    :param outcome: filled as things happen, so that it is true also after a failure
    :param verify: strict, warn or off
    """

    def __init__(self, client: Client, outcome: Outcome, verify: str) -> None:
        self.client, self.outcome, self.verify = client, outcome, verify
        self.check = client.read_only

    def complain(self, sentence: str) -> None:
        """What did not stick fails the task, unless the user asked only to be warned."""
        if self.verify == "strict":
            raise NotVerified(sentence + " (set verify: warn to go on regardless).")
        self.outcome.warnings.append(sentence + ".")

    def send(self, write: Write, done: Callable[[], bool]) -> None:
        """Send a write. Where its fate is unknown, look before trying again: never a blind second POST."""
        self.outcome.record(write)
        if self.check:
            return
        tries = 0
        while True:
            try:
                return self.client.write(write.method, write.path, write.params)
            except IRedMailError as failure:
                if not failure.maybe_done:
                    self.outcome.unrecord()
                    raise
                if self._looks_done(done, failure):
                    return
                if tries >= self.client.retries or not failure.transient:
                    raise
                self.client.pause(tries)
                tries += 1

    def not_yet(self, error: InputError) -> None:
        """In check mode an earlier task of the play may be going to make it; a whole state knows all that it makes.

        :raises InputError: it is not there
        """
        if not self.check or self.client.foresight is not None:
            raise error
        self.outcome.warnings.append("%s Unless it is made before, the task fails." % error)

    @staticmethod
    def _looks_done(done: Callable[[], bool], failure: IRedMailError) -> bool:
        try:
            return done()
        except IRedMailError as second:
            raise IRedMailError(
                "%s Whether it was carried out is not known, since reading back failed too: %s" % (failure, second)
            ) from second
