# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup: what the _info modules return, in an expression; and one sentence when there is nothing to return."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from ansible_collections.mailstate.iredmail.plugins.lookup.profile import EXAMPLES
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.catalog import IN_DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import BY_NAME
from tests.sandbox.handle import Sandbox
from tests.support.common import COM, PASSWORD
from tests.support.playbook import Run, connection, in_environment, run_tasks, task

PROFILE = "mailstate.iredmail.profile"
# a term, and the _info module that returns the same
SAME: list[tuple[str, str, dict[str, Any]]] = [
    (f"domain {COM}", "domain", {"domain": COM}),
    (f"user ada@{COM}", "user", {"mail": f"ada@{COM}"}),
    (f"alias sales@{COM}", "alias", {"mail": f"sales@{COM}"}),
    (f"ml team@{COM}", "ml", {"mail": f"team@{COM}"}),
    ("admin admin@partner.invalid.example", "admin", {"mail": "admin@partner.invalid.example"}),
    (f"spampolicy {COM}", "spampolicy", {"account": COM}),
    ("throttle global outbound", "throttle", {"account": "global", "direction": "outbound"}),
    (f"greylisting {COM}", "greylisting", {"account": COM}),
    (
        "wblist global inbound whitelist",
        "wblist",
        {"account": "global", "direction": "inbound", "list": "whitelist"},
    ),
    ("domains", "domain", {}),
    *((f"{one.plural} {COM}", one.name, {"domain": COM}) for one in IN_DOMAIN),
]
ON_LDAP: list[tuple[str, str, dict[str, Any]]] = [
    (f"maillist all@{COM}", "maillist", {"mail": f"all@{COM}"}),
    (f"domain_admins {COM}", "domain_admins", {"domain": COM}),
]


@pytest.fixture
def living(living: Sandbox) -> Iterator[Sandbox]:
    """Nothing here writes."""
    yield living
    assert living.writes() == []


def show(expression: str, **more: Any) -> dict[str, Any]:
    """A task that returns what an expression comes to, and may fail."""
    shown = {"name": expression, "ansible.builtin.debug": {"msg": "{{ " + expression + " }}"}, "ignore_errors": True}
    return dict(shown, **more)


def run(sandbox: Sandbox, *expressions: str, args: tuple[str, ...] = (), **variables: Any) -> Run:
    return run_tasks(
        None, [show(one) for one in expressions], env=in_environment(sandbox), args=args, variables=variables
    )


def look(sandbox: Sandbox, *expressions: str, **more: Any) -> list[Any]:
    """What the expressions come to."""
    done = run(sandbox, *expressions, **more)
    assert not any(result.get("failed") for result in done.results), done.output
    return [result["msg"] for result in done.results]


def test_it_returns_what_the_info_modules_return(living: Sandbox) -> None:
    cases = SAME + (ON_LDAP if living.backend == "ldap" else [])
    found = look(living, *(f"query('{PROFILE}', '{term}')" for term, _module, _options in cases))
    modules = run_tasks(living, [task(f"iredmail_{module}_info", term, **options) for term, module, options in cases])

    for (term, _module, _options), shown in zip(cases, found, strict=True):
        result = modules.named(term)
        (plural,) = set(result) & set(BY_NAME)
        assert shown == result[plural], term
        assert shown, term


@pytest.mark.parametrize("backend", ["sql"])
def test_terms_in_order_with_one_login(living: Sandbox) -> None:
    (found,) = look(living, f"query('{PROFILE}', 'zoe@{COM}', ['ada@{COM}', 'bob@{COM}'], kind='user')")

    assert [one["mail"] for one in found] == [f"{name}@{COM}" for name in ("zoe", "ada", "bob")]
    assert [entry["path"] for entry in living.log()].count("/api/login") == 1


@pytest.mark.parametrize("backend", ["sql"])
def test_what_does_not_exist(living: Sandbox) -> None:
    expressions = [
        f"lookup('{PROFILE}', 'user nobody@{COM}')",
        f"query('{PROFILE}', 'user nobody@{COM}', errors='ignore')",
        f"query('{PROFILE}', 'user nobody@{COM}', 'user ada@{COM}', default={{}}) | map('length') | list",
        f"query('{PROFILE}', 'user nobody@{COM}', default=none)",
        f"query('{PROFILE}', 'throttle nobody@{COM} inbound', default=[])",
        f"query('{PROFILE}', 'users no.example')",
    ]
    refused, *others = run(living, *expressions).results

    assert refused["failed"]
    assert f"there is no user nobody@{COM}." in refused["msg"]
    ignored, lengths, none, empty, users = [result["msg"] for result in others]
    assert (ignored, none, empty, users) == ([], [None], [[]], [])
    assert lengths[0] == 0
    assert lengths[1] > 10


BAD_TERMS = {
    "'mailbox ada@example.com'": "mailbox is no kind; there are domain, domains, admin, user, users,",
    "''": "nothing is no kind",
    "'user'": "user takes mail, and was given nothing.",
    "'throttle example.com'": "throttle takes account, direction, and was given example.com.",
    "'throttle example.com sideways'": "direction must be one of: inbound, outbound",
    "'domains example.com'": "domains takes no name, and was given example.com.",
    "'user impossible'": "mail: 'impossible' is not",
    "'user ada@example.com', nosuch=1": "there is no option nosuch.",
    "'user ada@example.com', api_timeout=0": "api_timeout must be more than 0",
}


@pytest.mark.parametrize("backend", ["sql"])
def test_bad_terms_send_nothing(living: Sandbox) -> None:
    results = run(living, *(f"query('{PROFILE}', {term})" for term in BAD_TERMS)).results

    for sentence, result in zip(BAD_TERMS.values(), results, strict=True):
        assert result["failed"]
        assert sentence in result["msg"]
        assert "Traceback" not in result["msg"]
    assert living.log() == []


@pytest.mark.parametrize("backend", ["sql"])
def test_an_empty_option_is_none(living: Sandbox) -> None:
    (found,) = look(living, f"query('{PROFILE}', 'user ada@{COM}', api_url='')")

    assert found[0]["mail"] == f"ada@{COM}"


@pytest.mark.parametrize("backend", ["sql"])
def test_the_connection_comes_from_options_variables_or_the_environment(living: Sandbox) -> None:
    given = connection(living)
    expression = f"lookup('{PROFILE}', 'user ada@{COM}').mail"
    options = ", ".join(f"{name}=mine.{name}" for name in given)
    with_options = show(expression.replace(")", f", {options})", 1), vars={"mine": given})
    with_vars = show(expression, vars={f"iredmail_{name}": "{{ mine." + name + " }}" for name in given})
    done = run_tasks(None, [with_options, with_vars, show(expression)], variables={"mine": given})

    assert [result["msg"] for result in done.results[:2]] == [f"ada@{COM}"] * 2
    assert "api_url is missing" in done.results[2]["msg"]


@pytest.mark.parametrize("backend", ["sql"])
def test_a_failed_read_is_an_error_whatever_the_default(living: Sandbox) -> None:
    living.fault(method="GET", path="/api/user/*", times=None, action={"status": 500})
    result = run(living, f"query('{PROFILE}', 'user ada@{COM}', default=none)").only

    assert result["failed"]
    assert f"user ada@{COM}: The server failed on GET /api/user/ada@{COM} (HTTP 500)" in result["msg"]


@pytest.mark.parametrize("backend", ["sql"])
def test_a_wrong_password_is_tried_once_and_not_shown(living: Sandbox) -> None:
    wrong = "Canary-Wrong-4711"
    expression = f"[query('{PROFILE}', 'user ada@{COM}', errors='ignore'), lookup('{PROFILE}', 'user bob@{COM}')]"
    done = run_tasks(
        None, [show(expression)], env=dict(in_environment(living), IREDMAIL_API_PASSWORD=wrong), args=("-vvv",)
    )

    assert "The login was refused" in done.only["msg"]
    assert [entry["path"] for entry in living.log()] == ["/api/login"]
    assert wrong not in done.output + json.dumps(done.lines)


@pytest.mark.parametrize("backend", ["sql"])
def test_no_password_is_shown(living: Sandbox) -> None:
    done = run(living, f"query('{PROFILE}', 'users {COM}')", args=("-vvv",))

    assert f"ada@{COM}" in done.output
    assert living.password not in done.output + json.dumps(done.lines)


@pytest.mark.parametrize("backend", ["sql"])
def test_what_a_server_says_is_never_a_template(living: Sandbox) -> None:
    evil = "{{ 7 * 191 }}"
    assert living.api("PUT", f"/api/user/ada@{COM}", name=evil)["_success"]

    assert look(living, f"lookup('{PROFILE}', 'user ada@{COM}').name") == [evil]


@pytest.mark.parametrize("backend", ["sql"])
def test_examples(living: Sandbox) -> None:
    assert living.api("POST", f"/api/user/charles@{COM}", password=PASSWORD)["_success"]
    tasks = yaml.safe_load(EXAMPLES)
    variables = {"mail_api_url": living.url, "mail_admin_password": living.password}
    done = run_tasks(None, tasks, env=in_environment(living), variables=variables)

    assert done.code == 0, done.output
    shown = {result["msg"] if isinstance(result["msg"], str) else str(result["msg"]) for result in done.results[::2]}
    assert "1024 MB" in shown
    assert f"['zoe@{COM}']" in shown
