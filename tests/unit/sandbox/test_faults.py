# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand, the shapes of what nobody knows, and presets of them."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from werkzeug.test import Client

from tests.sandbox import shapes_lists, shapes_settings
from tests.sandbox.app import OPERATOR, App
from tests.sandbox.faults import Fault
from tests.sandbox.handle import Sandbox
from tests.sandbox.shapes import PRESETS, SWITCHES
from tests.support.common import ROOT
from tests.support.sandbox.web import DOMAIN, Web, name

BACKENDS = ("sql", "ldap")


def put(web: Web) -> requests.Response:
    """The request that faults happen to."""
    return web.ask("PUT", DOMAIN, data={"name": "after"})


@pytest.mark.parametrize(("after", "stored"), [(False, "before"), (True, "after")])
def test_status(sandbox: Sandbox, web: Web, after: bool, stored: str) -> None:
    sandbox.fault({"status": 502, "after": after})

    answer = put(web)

    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (502, "text/html")
    assert name(sandbox) == stored


@pytest.mark.parametrize(("when", "stored"), [("before", "before"), ("after", "after")])
def test_drop(sandbox: Sandbox, web: Web, when: str, stored: str) -> None:
    sandbox.fault({"drop": when})

    with pytest.raises(requests.ConnectionError):
        put(web)

    assert name(sandbox) == stored
    assert sandbox.writes()[-1]["status"] == (200 if when == "after" else None), "what the panel did"
    assert web.ask("GET", DOMAIN).json()["_success"] is True


def test_delay_and_latency(sandbox: Sandbox, web: Web) -> None:
    sandbox.fault({"delay": 0.2})
    started = time.monotonic()
    assert put(web).json() == {"_success": True}
    assert time.monotonic() - started >= 0.2
    assert 0.2 <= sandbox.log()[-1]["seconds"] <= time.monotonic() - started

    sandbox.latency(100)
    started = time.monotonic()
    web.ask("GET", DOMAIN)
    assert time.monotonic() - started >= 0.1
    assert 0.1 <= sandbox.log()[-1]["seconds"] <= time.monotonic() - started


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [("logout", 200, "application/json"), ("html", 200, "text/html"), ("redirect", 303, "text/html")],
)
def test_lost_sessions(sandbox: Sandbox, web: Web, action: str, status: int, kind: str) -> None:
    sandbox.fault({action: True})

    answer = put(web)

    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (status, kind)
    if action == "redirect":
        assert answer.headers["Location"] == "/iredadmin/login?msg=SESSION_EXPIRED"
    assert ("Login to manage" in answer.text) is (action == "html")
    assert put(web).json() == {"_success": False, "_msg": "LOGIN_REQUIRED"}, "the session stays lost"
    assert name(sandbox) == "before"
    web.login()
    assert put(web).json() == {"_success": True}


def test_truncate(sandbox: Sandbox, web: Web) -> None:
    sandbox.fault({"truncate": True}, "GET")
    half, whole = web.ask("GET", DOMAIN), web.ask("GET", DOMAIN)

    assert half.content == whole.content[: len(whole.content) // 2]
    assert int(half.headers["Content-Length"]) == len(half.content)


def test_garbage(sandbox: Sandbox, web: Web) -> None:
    sandbox.fault({"garbage": True})

    with pytest.raises(UnicodeDecodeError):
        put(web).content.decode()


def test_ignore(sandbox: Sandbox, web: Web) -> None:
    sandbox.fault({"ignore": ["name"]})

    assert web.ask("PUT", DOMAIN, data={"name": "after", "transport": "smtp:x"}).json() == {"_success": True}
    data = sandbox.api("GET", DOMAIN)["_data"]
    assert (data["description"], data["transport"]) == ("before", "smtp:x")


def test_hide(sandbox: Sandbox, web: Web) -> None:
    sandbox.fault({"hide": ["description", "maxquota"]})
    hidden, shown = (web.ask("GET", DOMAIN).json()["_data"] for _ in range(2))

    assert set(shown) - set(hidden) == {"description", "maxquota"}


@pytest.mark.parametrize(
    ("action", "body"),
    [({"body": {"_success": True, "_data": [1]}}, {"_success": True, "_data": [1]}), ({"body": None}, None)]
    + [({"fail": "SERVER_DOWN"}, {"_success": False, "_msg": "SERVER_DOWN"})],
)
def test_another_answer(sandbox: Sandbox, web: Web, action: dict[str, Any], body: Any) -> None:
    sandbox.fault(action)

    answer = put(web)

    assert (answer.status_code, answer.json()) == (200, body)
    assert name(sandbox) == "before"


def test_which_requests_a_fault_happens_to(sandbox: Sandbox, web: Web) -> None:
    def messages(*requests_: tuple[str, str]) -> list[str | None]:
        return [web.ask(method, path).json().get("_msg") for method, path in requests_]

    sandbox.fault({"fail": "X"}, "GET", "/api/domain/*", times=2, skip=1)
    get = ("GET", DOMAIN)
    assert messages(("GET", "/api/domains"), ("PUT", DOMAIN), get, get, get, get) == [None, None, None, "X", "X", None]

    sandbox.fault({"fail": "X"}, times=None)
    assert messages(get, get, get) == ["X"] * 3
    assert sandbox.api(*get)["_success"] is True, "operators are spared"
    sandbox.clear_faults()
    assert messages(get) == [None]


@pytest.mark.parametrize("action", [{}, {"nonsense": 1}, {"status": 500, "nonsense": 1}])
def test_unknown_faults(action: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="unknown fault"):
        Fault(action)


# Of an alias, two of them nobody: in its own domain, and in another one here
MEMBERS = "ada@example.org,out@x.example,nobody@example.org,nobody@example.net"


class Scene:
    """A panel with something of everything, and everything it answers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        api = sandbox.api
        api("POST", DOMAIN, name="Example", quota="10240", maxUserQuota="2048")
        api("POST", "/api/domain/example.net", name="Other")
        domain = {"senderBcc": "s@x.example", "recipientBcc": "r@x.example", "outboundRelay": "smtp:[relay.example]"}
        api("PUT", DOMAIN, catchall="any@x.example", aliasDomains="alias.example", accountStatus="disabled", **domain)
        for user in ("ada", "bob"):
            api("POST", f"/api/user/{user}@example.org", password="Correct-Horse-1", quota="1024")
        more = {"senderBcc": "s@x.example", "recipientBcc": "r@x.example", "addForwarding": "f@x.example"}
        api("PUT", "/api/user/ada@example.org", aliases="lovelace@example.org,countess@example.org", **more)
        api("POST", "/api/alias/team@example.org", members="ada@example.org,out@x.example")
        self.before = self.answers()

    def answers(self) -> dict[str, str]:
        """All of it, without times."""
        client = Client(App(self.sandbox.panel))
        found = {}
        for operator, method, path, data in (
            ("yes", "PUT", "/api/user/bob@example.org", {"quota": "9999"}),
            ("yes", "PUT", "/api/alias/team@example.org", {"members": MEMBERS}),
            ("no", "GET", "/api/domains", {}),
            ("yes", "GET", "/api/domains", {}),
            ("yes", "GET", DOMAIN, {}),
            ("yes", "GET", "/api/domain/missing.example", {}),
            ("yes", "DELETE", "/api/user/missing@example.org", {}),
            ("yes", "GET", "/api/user/missing@example.org", {}),
            ("yes", "PUT", "/api/user/bob@example.org", {"aliases": "bob@alias.example"}),
            ("yes", "PUT", "/api/user/bob@example.org", {"removeAlias": "bob@alias.example"}),
            ("yes", "PUT", "/api/user/bob@example.org", {"name": "Bob"}),
            ("yes", "PUT", "/api/user/bob@example.org", {"name": ""}),
            ("yes", "POST", "/api/verify_password/user/bob@example.org", {"password": "Correct-Horse-1"}),
            ("yes", "POST", "/api/domain/lists.example", {"numberOfLists": "5"}),
            ("yes", "GET", "/api/domain/lists.example", {}),
            ("yes", "DELETE", "/api/domain/lists.example", {}),
            ("yes", "GET", "/api/user/ada@example.org", {}),
            ("yes", "GET", "/api/user/bob@example.org", {}),
            ("yes", "GET", "/api/alias/team@example.org", {}),
            ("yes", "GET", "/api/users/example.org", {}),
            ("yes", "GET", "/api/users/example.org?email_only=yes", {}),
        ):
            answer = client.open("/iredadmin" + path, method=method, data=data, headers={OPERATOR: operator})
            cookies = re.findall("(.*?)=", answer.headers.get("Set-Cookie", ""))
            text = f"{answer.status} {answer.headers.get('Location')} {cookies[:1]} {answer.get_data(as_text=True)}"
            found[f"{operator} {method} {path} {data}"] = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "TIME", text)
        return found


@pytest.fixture(scope="module")
def scenes() -> Iterator[dict[str, Scene]]:
    """One scene for each backend; whoever turns a switch turns it back."""
    with Sandbox("sql") as sql, Sandbox("ldap") as ldap:
        yield {"sql": Scene(sql), "ldap": Scene(ldap)}


# What cannot be seen on one of the backends: there are no such keys. The other choices must change some answer.
UNSEEN = {
    ("sql", "wrapped", "ldif"),
    ("sql", "mailbox_format", "hidden"),
    ("sql", "domain_quota", "GB"),
    ("sql", "domain_quota", "plain"),
    ("sql", "shadow_addresses", "kept"),
    ("sql", "empty_names", "refused"),
    ("sql", "empty_names", "ignored"),
    ("ldap", "number_of_lists", "ignored"),
    ("ldap", "scalars", "strings"),
    ("ldap", "scalars", "arrays"),
    ("ldap", "public_policy", "public"),
    ("ldap", "alias_members", "goto"),
    ("ldap", "forwardings", "forwarding"),
    ("ldap", "forwardings", "forwardings"),
    ("ldap", "user_bcc", "sbcc_bcc_address"),
    ("ldap", "domain_bcc", "sbcc_addr"),
    ("ldap", "domain_usage", "mailbox_count"),
    ("ldap", "domain_usage", "hidden"),
    ("ldap", "person_columns", "missing"),
    ("ldap", "no_account", "INVALID_MAIL"),
    # for these, see test_in_front.py
    *(
        (backend, switch, choice)
        for backend in BACKENDS
        for switch, choice in (("head_limit", "4096"), ("long_head", "drop"))
    ),
}
CASES = [
    (backend, switch, choice)
    for switch in sorted(set(SWITCHES) - set(shapes_lists.SWITCHES) - set(shapes_settings.SWITCHES))
    for backend in BACKENDS
    for choice in (*SWITCHES[switch].choices, *["other-cookie"] * SWITCHES[switch].free)
    if choice != getattr(SWITCHES[switch], backend)
]


@pytest.mark.parametrize(("backend", "switch", "choice"), CASES)
def test_a_switch_changes_an_answer(scenes: dict[str, Scene], backend: str, switch: str, choice: str) -> None:
    scene = scenes[backend]
    scene.sandbox.shape(**{switch: choice})
    after = scene.answers()
    scene.sandbox.shape(**{switch: getattr(SWITCHES[switch], backend)})

    changed = [request for request in after if after[request] != scene.before[request]]
    assert bool(changed) is ((backend, switch, choice) not in UNSEEN), changed
    assert scene.sandbox.violations() == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_nothing_but_switches_changes_answers(scenes: dict[str, Scene], backend: str) -> None:
    assert scenes[backend].answers() == scenes[backend].before


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_takes_its_choices_only(scenes: dict[str, Scene], switch: str) -> None:
    known = SWITCHES[switch]
    for backend in BACKENDS:
        assert getattr(known, backend) in known.choices
        assert scenes[backend].sandbox.panel.shapes[switch] == getattr(known, backend)
    assert known.source
    if not known.free:
        with pytest.raises(ValueError, match="is no choice"):
            scenes["sql"].sandbox.shape(**{switch: "nonsense"})


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("preset", PRESETS)
def test_presets(preset: str, backend: str) -> None:
    with Sandbox(backend, preset=preset) as sandbox:
        answers = Scene(sandbox).before

        assert all(sandbox.panel.shapes[switch] == choice for switch, choice in PRESETS[preset].items())
        assert not sandbox.violations(), "nothing crashed"
    crashed = {request.split("?")[0].split("/")[2] for request, text in answers.items() if text.startswith("500")}
    assert crashed == ({"users"} if preset == "hiding" else set())


def test_help_lists_every_switch() -> None:
    ended = subprocess.run([sys.executable, "-m", "tests.sandbox", "--help"], cwd=ROOT, capture_output=True, timeout=20)

    assert ended.returncode == 0
    assert [switch for switch in SWITCHES if f"  {switch:16} " not in ended.stdout.decode()] == []
