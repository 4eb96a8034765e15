# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A capture tells nothing of people, holds one of everything, and can be read as the panel itself."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.client import Client
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.transport import Answer, Transport
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.desired import target_of
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.panel import Panel
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import execute
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.paths import api_path
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.admin import ADMIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.greylisting import (
    GREYLISTING,
    WHITELIST,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.spampolicy import SPAMPOLICY
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.throttle import THROTTLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._support.server import SERVER_INFO
from ansible_collections.mailstate.iredmail.plugins.module_utils._version import VERSION
from tests.sandbox.handle import Sandbox
from tests.sandbox.shapes import FORMS
from tests.support.common import ROOT
from tests.support.playbook import Run, run_playbook

PLAYBOOK = ROOT / "playbooks" / "capture.yml"
# Every name of the scene holds these letters; neither the API's words nor replacements do
MARK = "zq"
FIRM, ADA, SALES, TEAM = "zqfirm.test", "zqada@zqfirm.test", "zqsales@zqfirm.test", "zqteam@zqfirm.test"
BOSS, PASSWORD, IP, PHONE = "zqboss@zqfirm.test", "Zq-Canary-4711", "10.11.12.13", "4930555123"
RESOURCES = (DOMAIN, USER, ALIAS, ML, ADMIN)


def furnish(sandbox: Sandbox) -> None:
    """One of everything, and a canary wherever a panel takes a text."""

    def send(method: str, path: str, **params: Any) -> None:
        answer = sandbox.api(method, "/api/" + path, **params)
        assert answer["_success"], (method, path, answer)

    send("POST", f"domain/{FIRM}", name="Zqfirm & Söhne", quota=102400, numberOfUsers=50, maxUserQuota=4096)
    send("PUT", f"domain/{FIRM}", minPasswordLength=8, defaultQuota=512, language="de_DE", disableDomainProfile="bcc")
    send("PUT", f"domain/{FIRM}", senderBcc="zqaudit@zqother.test", outboundRelay=f"smtp:[{IP}]:587")
    send("POST", f"user/{ADA}", name="Zqada Zqlovelace", password=PASSWORD, quota=1024)
    send("POST", f"alias/{SALES}", name="Zqsales, all of them", members=f"{ADA},zqx@zqother.test")
    people = f"{ADA},zqx@zqother.test"
    send("POST", f"ml/{TEAM}", name="Zqteam", subscribers=people, require_confirm="no", owner=ADA)
    send("PUT", f"ml/{TEAM}", name="Zqteam", subject_prefix="[zqteam] ", footer_text="Zqgreetings\nZqboss")
    send("PUT", f"ml/{TEAM}", name="Zqteam", custom_headers="X-Zqfirm: zqtoken", extra_addresses=f"zqt@{FIRM}")
    send("PUT", f"domain/{FIRM}", catchall=f"{ADA},zqx@zqother.test", aliasDomains="zqfirm2.test")
    more = {"telephoneNumber": PHONE, "mobile": f"+{PHONE}"} if sandbox.backend == "ldap" else {}
    send(
        "PUT",
        f"user/{ADA}",
        gn="Zqada",
        sn="Zqlovelace",
        employeeid="ZQ-1",
        forwarding=f"{ADA},zqx@zqother.test",
        **more,
    )
    send("PUT", f"user/{ADA}", aliases=f"zqadal@{FIRM}", recipientBcc="zqaudit@zqother.test", language="en_US")
    send("PUT", f"user/{ADA}", maildir=f"/srv/zqmail/{FIRM}/zqada")
    for account, kind in (("global", "global"), (FIRM, f"domain/{FIRM}"), (ADA, f"user/{ADA}")):
        send("PUT", f"spampolicy/{kind}", bypass_spam_checks="yes", spam_score="4.5", quarantine_virus="yes")
        send("POST", f"throttle/{account}/outbound", period=3600, max_msgs=100)
        send("POST", f"greylisting/{account}", status="enable")
        send("POST", f"greylisting/{account}/whitelists", addSenders=f"{IP},zqx@zqother.test,@.zqother.test")
        send("POST", f"wblist/inbound/whitelist/{account}", addresses=f"{IP},zqx@zqother.test")
        send("POST", f"wblist/outbound/blacklist/{account}", addresses="@zqother.test,zqx@*")


def options(sandbox: Sandbox) -> dict[str, Any]:
    return {
        "api_url": sandbox.url,
        "api_username": sandbox.username,
        "api_password": sandbox.password,
        "api_timeout": 60.0,
        "api_retries": 1,
        "validate_certs": True,
    }


def run_capture(sandbox: Sandbox, path: Path, password: str = "", **env: str) -> Run:
    environment = {
        "IREDMAIL_API_URL": sandbox.url,
        "IREDMAIL_API_USERNAME": sandbox.username,
        "IREDMAIL_API_PASSWORD": password or sandbox.password,
        "IREDMAIL_API_RETRIES": "1",
    }
    return run_playbook(PLAYBOOK, ("-e", f"capture_file={path}"), dict(environment, **env))


def assert_harmless(text: str, sandbox: Sandbox) -> None:
    for canary in (MARK, PASSWORD.lower(), sandbox.password.lower(), IP, PHONE):
        assert canary not in text.lower()


def families() -> set[str]:
    """The endpoints that can be read, by the first part of their paths; LDIF has hashes in it and is not asked for."""
    text = (ROOT / "tests" / "coverage" / "api.yml").read_text(encoding="utf-8")
    return set(re.findall(r"GET /api/([a-z]+)", text)) - {"ldif"}


@pytest.mark.parametrize("preset", ["hiding", "wrapped"])
def test_the_playbook(backend, preset, tmp_path):
    path = tmp_path / "capture.json"
    with Sandbox(backend=backend, preset=preset, admin=BOSS) as sandbox:
        furnish(sandbox)
        sandbox.clear_log()
        run = run_capture(sandbox, path)
        log, text = sandbox.log(), path.read_text(encoding="utf-8")
        assert sandbox.violations() == []
        assert run.code == 0, run.output
        assert str(path) in run.output
        assert "before you attach it" in run.output
        assert_harmless(run.output, sandbox)
        assert_harmless(text, sandbox)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert sandbox.writes() == []
        assert [entry["path"] for entry in log if entry["method"] != "GET"] == ["/api/login"]
        assert not any("/ldif/" in entry["path"] for entry in log)
    capture = json.loads(text)
    assert "\n  " in text
    assert (capture["version"], capture["backend"], capture["release"]) == (VERSION, backend, "unknown")
    assert capture["server"]["backend"] == backend
    assert families() <= {entry["request"].split("/")[2].partition("?")[0] for entry in capture["requests"]}
    for kind, name in subjects(capture).items():
        assert name, kind
    probes = [entry for entry in capture["requests"] if "/no-such-" in entry["request"]]
    assert len(probes) >= 15
    assert all(entry["answer"] is not None and entry["status"] for entry in capture["requests"])


def test_what_the_panel_answers_stops_nothing(tmp_path, monkeypatch):
    """Pages, broken JSON, refusals, an alien list of domains; the file goes where the playbook was started."""
    monkeypatch.chdir(tmp_path)
    with Sandbox(admin=BOSS) as sandbox:
        furnish(sandbox)
        sandbox.fault({"status": 502}, "GET", f"/api/user/{ADA}", times=None)
        sandbox.fault({"truncate": True}, "GET", f"/api/alias/{SALES}", times=None)
        sandbox.fault({"drop": "before"}, "GET", f"/api/ml/{TEAM}", times=None)
        sandbox.fault({"fail": "no index for zqtable 'zqx'"}, "GET", "/api/throttle/*", times=None)
        # the account's domain is all that is known now
        alien = {"_success": True, "_data": {"zqada": {"n": 1}, "count": 7, "of": "zqada@zqfirm.test"}}
        sandbox.fault({"body": alien}, "GET", "/api/domains", times=None)
        run = run_capture(sandbox, Path("iredmail-capture.json"))
        assert run.code == 0, run.output
        text = (tmp_path / "iredmail-capture.json").read_text(encoding="utf-8")
        assert_harmless(text, sandbox)
        assert sandbox.violations() == []
    capture = json.loads(text)
    assert "problem" not in capture  # a domain "zqada" that cannot be asked for is left out
    found = {entry["request"].partition("?")[0]: entry for entry in capture["requests"]}
    shown = found["GET /api/domains"]["answer"]["_data"]
    assert list(shown.values()) == [{"n": 1}, 7, "user1@domain1.example"]
    assert list(shown)[1:] == ["count", "of"]
    by_kind = {entry["request"].split("/")[2]: entry for entry in capture["requests"] if not entry["ok"]}
    assert len(capture["requests"]) > 50
    assert (found["GET /api/user/user1@domain1.example"]["status"], by_kind["throttle"]["failure"]) == (502, "Rejected")
    assert re.match(r"text\d+ '", by_kind["throttle"]["answer"]["_msg"])
    failures = {entry.get("failure") for entry in capture["requests"]}
    assert {"ServerFault", "BadAnswer", "AnswerLost", "Rejected", "NoSuchEndpoint"} <= failures
    assert {None, 200, 404, 502} == {entry["status"] for entry in capture["requests"]}


def test_a_refused_login_leaves_no_file(tmp_path):
    with Sandbox(admin=BOSS) as sandbox:
        run = run_capture(sandbox, tmp_path / "capture.json", password="Wrong-Password-1")
        assert run.code != 0
        assert "The login was refused" in run.output
        assert [entry["path"] for entry in sandbox.log()] == ["/api/login"]
    assert list(tmp_path.iterdir()) == []


def test_only_what_is_asked_for_is_captured():
    with Sandbox(admin=BOSS) as sandbox:
        assert "capture" not in execute(SERVER_INFO, options(sandbox), False)
        capture = execute(SERVER_INFO, dict(options(sandbox), capture=True), True)["capture"]
        assert sandbox.violations() == []
    # a new panel, with nothing in it but the account
    requests = [entry["request"] for entry in capture["requests"]]
    assert families() <= {request.split("/")[2].partition("?")[0] for request in requests}
    assert len(requests) == len(set(requests))
    found = readings(replay(capture), subjects(capture))
    assert "alias" not in found
    assert unread(found) == {}


def test_long_lists_are_cut():
    with Sandbox(admin=BOSS) as sandbox:
        sandbox.seed(3, 30, aliases=3)
        names = ",".join(f"zq{number}@zqother.test" for number in range(60))
        sandbox.api("POST", "/api/wblist/inbound/whitelist/global", addresses=names)
        capture = execute(SERVER_INFO, dict(options(sandbox), capture=True), False)["capture"]
    found = {entry["request"]: entry for entry in capture["requests"]}
    domains = found["GET /api/domains?name_only=yes"]
    assert (domains["answer"]["_data"], domains["cut"]) == (["domain1.example", "domain2.example"], True)
    users = found["GET /api/users/domain1.example?email_only=yes"]
    assert (len(users["answer"]["_data"]), users["cut"]) == (2, True)
    wblist = found["GET /api/wblist/inbound/whitelist/global"]
    assert (len(wblist["answer"]["_data"]), wblist["cut"]) == (50, True)
    assert "cut" not in found["GET /api/domain/domain1.example"]


class Replay:
    """A transport that answers from a capture."""

    base = "https://panel.example"

    def __init__(self, capture: dict[str, Any]) -> None:
        self.answers = {entry["request"]: entry for entry in capture["requests"]}

    def set_cookie(self, name: str, value: str) -> None:
        """Logged in from the start."""

    def send(self, method: str, path: tuple[str, ...], query: Any, form: Any) -> Answer:
        words = "&".join(f"{name}={value}" for name, value in (query or {}).items())
        entry = self.answers[f"{method} {api_path(path)}" + ("?" + words if words else "")]
        body = entry["answer"] if isinstance(entry["answer"], str) else json.dumps(entry["answer"])
        return Answer(entry["status"], entry["content_type"], body.encode(), "")


def replay(capture: dict[str, Any]) -> Client:
    transport: Any = Replay(capture)
    return Client(transport, session="name=value", retries=0)


def subjects(capture: dict[str, Any]) -> dict[str, str]:
    """The example of each kind of object in a capture; blank if there is none."""
    found = {}
    for resource in RESOURCES:
        start = f"GET /api/{resource.name}/"
        names = [
            entry["request"] for entry in capture["requests"] if entry["ok"] and entry["request"].startswith(start)
        ]
        found[resource.name] = names[0].removeprefix(start).partition("?")[0] if names else ""
    return found


def readings(client: Client, names: dict[str, str]) -> dict[str, Any]:
    """What the collection makes of every object and setting of a panel, without words, for the names there are."""
    found: dict[str, Any] = {}
    panel = Panel(client, read_only=True)
    for resource in RESOURCES:
        name = names[resource.name]
        if not name:
            continue
        current = panel.get(resource, name)
        assert current is not None, resource.name
        shown = {option: _form(value, name) for option, value in current.values.items()}
        found[resource.name] = (current.backend, shown, sorted(current.problems), current.vocabulary)
    for account in filter(None, ("global", names["domain"], names["user"])):
        where = "global" if account == "global" else "user" if "@" in account else "domain"
        for setting in (SPAMPOLICY, GREYLISTING):
            row = panel.setting(setting, target_of(setting.keys, {"account": account}))
            found[f"{setting.name} {where}"] = row and {key: _form(value) for key, value in row.values.items()}
        found[f"whitelist {where}"] = _form(
            panel.addresses(WHITELIST, target_of(WHITELIST.keys, {"account": account})).own
        )
        for direction in ("inbound", "outbound"):
            keys = {"account": account, "direction": direction}
            row = panel.setting(THROTTLE, target_of(THROTTLE.keys, keys))
            found[f"throttle {where} {direction}"] = row and row.values
            for kind in ("whitelist", "blacklist"):
                target = target_of(WBLIST.keys, dict(keys, list=kind))
                found[f"wblist {where} {direction} {kind}"] = _form(panel.addresses(WBLIST, target).own)
    return found


def unread(found: dict[str, Any]) -> dict[str, Any]:
    """What is not understood of each kind of object."""
    objects = (resource.name for resource in RESOURCES if resource.name in found)
    return {name: found[name][2] for name in objects if found[name][2]}


def _form(value: Any, name: str = "") -> Any:
    if value is UNREADABLE:
        return "hidden"
    if isinstance(value, frozenset):
        return len(value), name in value
    return bool(value) if isinstance(value, str) else value


@pytest.mark.parametrize("preset", FORMS)
def test_a_capture_reads_as_the_panel(backend, preset):
    with Sandbox(backend=backend, preset=preset, admin=BOSS) as sandbox:
        furnish(sandbox)
        capture = execute(SERVER_INFO, dict(options(sandbox), capture=True), False)["capture"]
        assert_harmless(json.dumps(capture, ensure_ascii=False), sandbox)
        live = Client(Transport(sandbox.url), sandbox.username, sandbox.password)
        here = readings(live, {"domain": FIRM, "user": ADA, "alias": SALES, "ml": TEAM, "admin": BOSS})
        assert sandbox.violations() == []
    assert readings(replay(capture), subjects(capture)) == here
    assert set(here) >= {resource.name for resource in RESOURCES}
    assert unread(here) == {}
    # the comparison would see a difference
    assert here["wblist user inbound whitelist"] == (2, False)
    assert here["throttle domain outbound"]["max_msgs"] == 100


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "captures").glob("*.json")), ids=lambda path: path.stem)
def test_captures_of_real_panels(path):
    """Everything in a capture that somebody sent can be read."""
    capture = json.loads(path.read_text(encoding="utf-8"))
    found = readings(replay(capture), subjects(capture))
    assert unread(found) == {}


def test_the_version_is_that_of_the_collection():
    assert yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"] == VERSION
