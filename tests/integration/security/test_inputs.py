# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is typed, against a panel: it stands there as it was meant, or the task failed with one clear sentence.

Without Ansible around it, since there are thousands of such tasks.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter

import pytest
from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.connection import make_client
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import execute
from ansible_collections.mailstate.iredmail.plugins.module_utils._model import codecs
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.catalog import ACCOUNTS
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import KINDS
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.task import STATE_MODULE
from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.inputs import HERE, clear, codecs_of, domains, explore, items, mails, validated
from tests.support.playbook import connection

pytestmark = pytest.mark.thorough

#: names that the server can take, most of the time: accounts in its domain, admins in another
NEAR = mails("abcXYZ089_-.#&").map(lambda mail: mail.partition("@")[0] + "@" + HERE)
NAMES = {
    **{one.plural: {"mail": NEAR | NEAR | NEAR | mails()} for one in ACCOUNTS},
    "domains": {"domain": domains()},
    "admins": {"mail": mails("abc09-_").map(lambda mail: mail.partition("@")[0] + "@admins.example")},
    "domain_admins": {"domain": st.just(HERE)},
    "domain_users": {"domain": st.just(HERE)},
}
#: what only the server can know, so that it is told after a write
SERVER_KNOWS = re.compile(
    "was not accepted by the server|did not carry it out|was refused: |server refuses the name|shows nothing configured"
    "|this panel has no place"
)


class Desk:
    """A panel with a domain and two users, one login, and modules that are run on it."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.options = connection(sandbox)
        self.client = make_client(dict(self.options, api_timeout=60.0, api_retries=0, validate_certs=True))
        for path in (f"domain/{HERE}", f"user/ada@{HERE}", f"user/bob@{HERE}"):
            answer = sandbox.api("POST", f"/api/{path}", password=PASSWORD, name="x")
            assert answer["_success"]
        self.database = sandbox.panel.engine.raw_connection().driver_connection
        self.begin = sqlite3.connect(":memory:", check_same_thread=False)
        self.database.backup(self.begin)

    def clear(self):
        """As in the beginning; a copy is made in no time."""
        with self.sandbox.panel.lock:
            self.begin.backup(self.database)

    def run(self, job, params):
        self.sandbox.clear_log()
        result = execute(job, params, check_mode=False, clients=lambda _params: self.client)
        assert self.sandbox.violations() == []
        if result.get("failed"):
            clear(result)
        return result


def shown_as_typed(kind, item, result):
    """Texts and names come back letter by letter."""
    shown = result[kind.name]
    for option, codec in codecs_of(kind).items():
        # None is what the panel does not show
        if option not in item or shown.get(option) is None or kind.plural == "domain_users":
            continue
        if type(codec) is codecs.Text:
            assert shown[option] == item[option].strip(), option
        elif isinstance(codec, codecs.Items) and not codec.vocabulary:
            missing = codec.accept(item[option]) - set(shown[option]) - {item.get("mail", "").strip().lower()}
            assert not missing, option


BOTH = [
    pytest.param(kind, panel, id=f"{kind.plural}-{panel}")
    for kind in KINDS
    for panel in ("sql", "ldap")
    if not kind.resource or kind.resource.only in (None, panel)
]


@pytest.mark.parametrize(("kind", "panel"), BOTH)
def test_what_is_accepted_stands_there(request, kind, panel):
    seen = Counter()
    with Sandbox(panel) as sandbox:
        desk = Desk(sandbox)

        wishes = items(kind, **NAMES.get(kind.plural, {}))

        @explore(request, few=25, many=250, quick=False, item=wishes, leave=st.booleans())
        def check(item, leave):
            params = validated(kind.module, {**desk.options, **item})
            if params is None:
                return
            desk.clear()
            first = desk.run(kind.module, params)
            if first.get("failed"):
                wrote = bool(sandbox.writes())
                assert not wrote or SERVER_KNOWS.search(first["msg"]), first["msg"]
                seen["told by the server" if wrote else "refused before a write"] += 1
                return
            seen["accepted"] += 1
            shown_as_typed(kind, item, first)
            again = desk.run(kind.module, params)
            assert not again.get("failed"), again["msg"]
            assert again[kind.name] == first[kind.name]
            if not again["unverified"]:
                assert not again["changed"], again["operations"]
                assert sandbox.writes() == []
            if leave and "absent" in kind.options()["state"]["choices"]:
                goes(desk, kind, params)

        assert seen["accepted"], seen


def goes(desk, kind, params):
    """It can be removed under the name under which it was made."""
    keys = [name for name, option in kind.options().items() if option.get("required")]
    options = {**desk.options, **{name: params[name] for name in keys}, "state": "absent"}
    gone = validated(kind.module, options)
    for last in (False, True):
        result = desk.run(kind.module, gone)
        assert not result.get("failed"), result["msg"]
        assert not (last and result["changed"] and not result["unverified"])


#: what Ansible fills in
STATE = {
    "max_deletions": 10,
    "max_delete_percent": 30.0,
    "concurrency": 2,
    "continue_on_error": False,
    "verify": "strict",
}


@pytest.mark.parametrize("panel", ["sql", "ldap"])
def test_a_whole_state_sends_the_same(request, panel):
    kinds = [kind for kind in KINDS if not kind.resource or kind.resource.only in (None, panel)]
    wishes = st.sampled_from(kinds).flatmap(
        lambda kind: items(kind, **NAMES.get(kind.plural, {})).map(lambda item: (kind, item))
    )
    seen = Counter()
    with Sandbox(panel) as sandbox:
        desk = Desk(sandbox)

        @explore(request, few=80, many=1500, quick=False, wish=wishes)
        def check(wish):
            kind, item = wish
            params = validated(kind.module, {**desk.options, **item})
            if params is None:
                return
            desk.clear()
            single = desk.run(kind.module, params)
            written = [(one["method"], one["path"], one["params"]) for one in sandbox.writes()]
            desk.clear()
            # that somebody else has an address, or nobody one of a domain, is known of a whole state only
            ignored = ["claimed_twice", "unknown_address"]
            options = {**desk.options, **STATE, "verify": "strict", "ignore_findings": ignored}
            whole = desk.run(STATE_MODULE, {**options, "declared": {kind.plural: [item]}})
            assert bool(whole.get("failed")) == bool(single.get("failed")), (single.get("msg"), whole.get("msg"))
            if not single.get("failed"):
                assert [(one["method"], one["path"], one["params"]) for one in sandbox.writes()] == written
                seen["written" if written else "nothing to do"] += 1

    assert seen["written"], seen
