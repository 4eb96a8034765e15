# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing asks a panel for more than four things at once unless it is told to: it has five workers for everybody.

See panel/transport.md#several-requests-at-once; tests/unit/test_plugin_docs.py has that four is the default everywhere.
"""

from __future__ import annotations

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import execute
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.domains import DOMAINS_MODULE
from tests.support.modules import job_of
from tests.support.playbook import connection
from tests.support.state_export import panel

MOST = 4
USERS = [f"user00000@d{number}.example" for number in range(8)]


def asked(sandbox, module, check=False, **params):
    """How many requests there were at once, with every option that is not given at its default."""
    spec = module.spec()["argument_spec"]
    usual = {name: option.get("default") for name, option in spec.items()}
    sandbox.clear_log()
    result = execute(module, {**usual, **connection(sandbox), **params}, check)
    assert not result.get("failed"), result["msg"]
    return sandbox.most_at_once()


def test_no_run_takes_a_panel_for_itself(backend):
    state, export = job_of("iredmail_state"), job_of("iredmail_state_info")
    throttle = {"direction": "outbound", "period": 60, "max_msgs": 5}
    drift = {"throttles": [{"account": mail, **throttle} for mail in USERS]}
    with panel(backend) as sandbox:
        sandbox.seed([mail.partition("@")[2] for mail in USERS], 2)
        sandbox.latency(10)
        change = {"users": [{"mail": mail, "quota": 5} for mail in USERS], **drift}
        made = {"users": [{"mail": "new." + mail, "password_hash": "{PLAIN}x"} for mail in USERS]}
        gone = {"users": [{"mail": mail, "state": "absent"} for mail in USERS[:6]]}
        found = {
            "drift": asked(sandbox, state, check=True, declared=change),
            "state": asked(sandbox, state, declared=change),
            "creation": asked(sandbox, state, declared=made),
            "deletion": asked(sandbox, state, declared=gone),
            "export": asked(sandbox, export),
            "inventory": asked(sandbox, DOMAINS_MODULE, domains=["*"]),
        }
        assert found == dict.fromkeys(found, MOST)
        assert asked(sandbox, export, concurrency=6) == 6, "as many as there are can be told"
