# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that does with mailing lists what mlmmjadmin was measured to do (panel/mailing-lists.md)."""

from __future__ import annotations

from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.descriptors import Resource
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.paths import Path
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML
from tests.support.fake_panel import Server

NONE: frozenset[str] = frozenset()


class ListServer(Server):
    """Keeps lists in files as mlmmj has them.

    :ivar dead: lists that mlmmj cannot deliver to any more; ``discarding`` those whose mail altermime drops
    """

    def __init__(self, backend: str = "sql") -> None:
        super().__init__(backend)
        self.dead: set[str] = set()
        self.discarding: set[str] = set()

    def has(self, resource: Resource, identity: str, **values: Any) -> Current:
        return super().has(resource.of({"mail": identity}), identity, **values)

    def has_list(self, mail: str, **values: Any) -> Current:
        return self.has(ML, mail, **values)

    def list_of(self, mail: str) -> dict[str, Any]:
        return dict(self.things[ML.at(mail)].values)

    def _change(self, resource: Any, method: str, path: Path, params: dict[str, str]) -> None:
        super()._change(resource, method, path, params)
        if resource.name != "ml" or method not in ("POST", "PUT"):
            return
        before = self._before
        now = self.things[path[:2]]
        mail, values = path[1], now.values
        if params.get("extra_addresses") == "" or method == "POST":
            self.dead.discard(mail)
        if params.get("extra_addresses") == "":
            self.dead.add(mail)
        values["extra_addresses"] = values["extra_addresses"] - {mail}
        if params.get("only_moderator_can_post") == "yes":
            values["only_subscriber_can_post"] = False
        elif params.get("only_subscriber_can_post") == "yes":
            values["only_moderator_can_post"] = False
        self._moderation(method, params, before, values)
        if "footer_text" in params or "footer_html" in params:
            self.discarding.discard(mail)
            if params.get("footer_text") == "" and values["footer_html"] and not params.get("footer_html"):
                self.discarding.add(mail)

    def _moderation(self, method: str, params: dict[str, str], before: dict[str, Any], values: dict[str, Any]) -> None:
        """One file holds who moderates subscriptions; that they are moderated means that it is there."""
        flag, people = params.get("moderate_subscription"), params.get("subscription_moderators")
        on, those = before["moderate_subscription"], before["subscription_moderators"]
        if flag == "no":
            on, those = False, NONE
        elif flag == "yes" and not people:
            on = True
        elif people is not None:
            on, those = bool(people), frozenset(people.split(",")) - {""}
        values.update(moderate_subscription=on, subscription_moderators=those)

    def _carry_out(self, method: str, path: Path, params: dict[str, str]) -> None:
        there = self.things.get(path[:2])
        fresh = {"moderate_subscription": False, "subscription_moderators": NONE}
        self._before = dict(there.values) if isinstance(there, Current) else fresh
        super()._carry_out(method, path, params)
