# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory: domains as hosts, as `ansible-inventory` shows them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.mailstate.iredmail.plugins.inventory.domains import EXAMPLES
from tests.sandbox.handle import Sandbox
from tests.support.common import COM, ORG
from tests.support.playbook import connection, in_environment
from tests.support.scene import PLAIN, furnish

PLUGIN = "mailstate.iredmail.domains"


@pytest.fixture
def living(living: Sandbox) -> Iterator[Sandbox]:
    """Nothing here writes."""
    yield living
    assert living.writes() == []


class Source:
    """A configuration file of the plugin, and what becomes of it."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox, self.path, self.output = sandbox, folder / "mail.iredmail_domains.yml", ""
        self.env: dict[str, str] = in_environment(sandbox)

    def says(self, **options: Any) -> Source:
        self.path.write_text(yaml.safe_dump({"plugin": PLUGIN, **options}, sort_keys=False), encoding="utf-8")
        return self

    def run(self, *args: str, program: str = "ansible-inventory", **env: str) -> str:
        """What `ansible-inventory` or another program prints."""
        environment = dict(os.environ, ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="true", **{**self.env, **env})
        command = [program, "-i", str(self.path), *args]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
        self.code, self.output = done.returncode, done.stdout + done.stderr
        return done.stdout

    def told(self, sentence: str) -> bool:
        """Whether the last run said so; ansible-core before 2.19 breaks lines wherever they are full."""
        return "".join(sentence.split()) in "".join(self.output.split())

    def list(self, *args: str, **env: str) -> dict[str, Any]:
        printed = self.run("--list", *args, **env)
        assert self.code == 0, self.output
        found: dict[str, Any] = json.loads(printed)
        return found

    def hosts(self, **env: str) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.list(**env)["_meta"]["hostvars"]
        return found


@pytest.fixture
def source(living: Sandbox, tmp_path: Path) -> Source:
    return Source(living, tmp_path).says()


def members(listed: dict[str, Any]) -> dict[str, list[str]]:
    return {name: sorted(group["hosts"]) for name, group in listed.items() if "hosts" in group}


def text(shown: Any) -> Any:
    """A text; Ansible shows one that is never a template in a wrapping."""
    return shown["__ansible_unsafe"] if isinstance(shown, dict) else shown


def requests(sandbox: Sandbox) -> list[str]:
    return [f"{entry['method']} {entry['path']}" for entry in sandbox.log()]


def test_every_domain_is_a_host_with_its_settings(source: Source, living: Sandbox) -> None:
    hosts = source.hosts()

    assert sorted(hosts) == [COM, ORG, PLAIN]
    one = hosts[COM]
    assert one["iredmail_domain"] == COM
    assert one["iredmail_description"] == "Example & Söhne"
    assert one["iredmail_backend"] == living.backend
    assert one["iredmail_quota"] == 102400
    assert one["iredmail_max_users"] == 50
    assert one["iredmail_language"] == "de_DE"
    assert one["iredmail_disabled_domain_profiles"] == ["bcc", "relay"]
    assert one["iredmail_enabled"] is True
    assert hosts[ORG]["iredmail_enabled"] is False
    assert hosts[ORG]["iredmail_backup_mx"] is True
    assert hosts[ORG]["iredmail_primary_mx"] == "[192.0.2.25]:25"
    # it tells nobody how to connect, and nothing of the connection to the panel
    assert all(name.startswith("iredmail_") and "api" not in name for name in one)
    for secret in (living.password, living.username, living.url):
        assert secret not in json.dumps(hosts)


def test_groups(source: Source, living: Sandbox) -> None:
    found = members(source.list())

    assert found["iredmail_enabled"] == [COM, PLAIN]
    assert found["iredmail_disabled"] == [ORG]
    assert found["iredmail_backup_mx"] == [ORG]
    assert found["iredmail_primary_mx"] == [COM, PLAIN]
    assert found[f"iredmail_{living.backend}"] == [COM, ORG, PLAIN]
    graph = source.run("--graph")
    assert "|--@iredmail_domains:\n" in graph
    assert f"  |  |  |--{ORG}\n" in graph


def test_it_costs_one_login_one_list_and_a_request_a_domain(source: Source, living: Sandbox) -> None:
    source.hosts()

    assert sorted(requests(living)) == [
        *(f"GET /api/domain/{name}" for name in (COM, ORG, PLAIN)),
        "GET /api/domains",
        "POST /api/login",
    ]


def test_compose_groups_and_keyed_groups(source: Source) -> None:
    source.says(
        strict=True,
        compose={"ansible_connection": "'local'", "gigabytes": "iredmail_quota / 1024"},
        groups={"limited": "iredmail_max_users > 0"},
        keyed_groups=[{"key": "iredmail_backend", "prefix": "kind"}, {"key": "iredmail_domain.split('.')[-1]"}],
    )
    listed = source.list()

    variables = listed["_meta"]["hostvars"][COM]
    assert text(variables["ansible_connection"]) == "local"
    # a text before ansible-core 2.19
    assert float(variables["gigabytes"]) == 100
    found = members(listed)
    assert found["limited"] == [COM]
    assert found[f"kind_{source.sandbox.backend}"] == [COM, ORG, PLAIN]
    assert (found["_com"], found["_org"]) == ([COM], [ORG])


@pytest.mark.parametrize("backend", ["sql"])
def test_strict_says_whether_a_bad_expression_is_an_error(source: Source) -> None:
    source.says(compose={"bad": "iredmail_nosuch + 1"})
    assert "bad" not in source.hosts()[COM]

    source.says(compose={"bad": "iredmail_nosuch + 1"}, strict=True).run("--list")
    assert source.code != 0
    assert "iredmail_nosuch" in source.output


@pytest.mark.parametrize("backend", ["sql"])
def test_some_domains(source: Source, living: Sandbox) -> None:
    assert sorted(source.says(domains=["*.org", "PLAIN.example"]).hosts()) == [ORG, PLAIN]
    assert f"GET /api/domain/{COM}" not in requests(living)

    source.says(domains=["gone.example"]).run("--list")
    assert source.code != 0
    assert source.told("domains: there is no domain gone.example.")


def test_a_cache_saves_every_request_and_holds_no_secret(source: Source, living: Sandbox, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    source.says(
        cache=True, cache_plugin="jsonfile", cache_connection=str(cache), groups={"small": "not iredmail_quota"}
    )
    first = source.list()
    living.clear_log()

    assert source.list() == first
    assert living.log() == []
    (kept,) = cache.iterdir()
    content = kept.read_text(encoding="utf-8")
    assert COM in content
    for secret in (living.password, living.username, "iRedAdmin-Pro", "api_"):
        assert secret not in content

    # ansible-inventory has this option since ansible-core 2.19, ansible-playbook always
    (tmp_path / "play.yml").write_text("- hosts: all\n", encoding="utf-8")
    source.run("--flush-cache", "--list-hosts", str(tmp_path / "play.yml"), program="ansible-playbook")
    assert f"GET /api/domain/{COM}" in requests(living)


@pytest.mark.parametrize("backend", ["sql"])
def test_a_cache_is_that_of_one_panel_account_and_choice(source: Source, tmp_path: Path) -> None:
    cached = {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}
    assert len(source.says(**cached).hosts()) == 3
    with Sandbox(backend="sql") as other:
        other.seed(["other.example"], 0)
        assert list(source.hosts(IREDMAIL_API_URL=other.url, IREDMAIL_API_PASSWORD=other.password)) == ["other.example"]
    assert list(source.says(**cached, domains=[ORG]).hosts()) == [ORG]
    assert len(source.says(**cached).hosts()) == 3
    # nobody knows whose a session is
    source.run("--list", IREDMAIL_API_SESSION="another")
    assert source.code != 0
    assert source.told("api_session")
    source.run("--list", IREDMAIL_API_USERNAME="\udce4")
    assert source.told("no valid UTF-8")


@pytest.mark.parametrize("backend", ["sql"])
def test_the_connection_may_stand_in_the_file(source: Source, living: Sandbox) -> None:
    source.env = {"MAIL_ADMIN_PASSWORD": living.password}
    given = dict(connection(living), api_password="{{ lookup('ansible.builtin.env', 'MAIL_ADMIN_PASSWORD') }}")

    assert len(source.says(**given).hosts()) == 3


@pytest.mark.parametrize("backend", ["sql"])
@pytest.mark.parametrize(
    ("fault", "env", "sentence"),
    [
        (None, {"IREDMAIL_API_URL": ""}, "api_url is missing"),
        (None, {"IREDMAIL_API_PASSWORD": "Canary-Wrong-4711"}, "The login was refused"),
        (None, {"IREDMAIL_API_URL": "http://127.0.0.1:1/iredadmin"}, "127.0.0.1"),
        (("/api/domains", {"status": 500}), {}, "HTTP 500"),
        ((f"/api/domain/{ORG}", {"status": 500}), {}, f"domain {ORG} could not be read: The server failed on"),
        ((f"/api/domain/{ORG}", {"body": {"_success": True, "_data": [1]}}), {}, f"domain {ORG} could not be read"),
    ],
    ids=["no address", "password", "port", "list", "domain", "shape"],
)
def test_failures_are_one_sentence_and_no_hosts(
    source: Source, living: Sandbox, fault: Any, env: dict[str, str], sentence: str
) -> None:
    if fault:
        living.fault(method="GET", path=fault[0], times=None, action=fault[1])
    source.run("--list", "-vvv", IREDMAIL_API_RETRIES="0", **env)

    assert source.code != 0
    assert source.told(sentence)
    assert requests(living).count("POST /api/login") <= 1
    for secret in (living.password, "Canary-Wrong-4711"):
        assert secret not in source.output


@pytest.mark.parametrize("backend", ["sql"])
def test_other_files_are_not_taken(source: Source, tmp_path: Path) -> None:
    other = tmp_path / "hosts.yml"
    source.path.rename(other)
    source.path = other
    source.run("--list")

    assert source.code != 0
    assert source.told("could not be verified by inventory plugin")


def test_what_the_panel_does_not_show_is_null_and_in_no_group(backend: str, tmp_path: Path) -> None:
    with Sandbox(backend=backend) as sandbox:
        furnish(sandbox)
        action = {"body": {"_success": True, "_data": {"domain": ORG, "description": "Hidden"}}}
        sandbox.fault(method="GET", path=f"/api/domain/{ORG}", times=None, action=action)
        listed = Source(sandbox, tmp_path).says().list()
    found = members(listed)

    assert listed["_meta"]["hostvars"][ORG]["iredmail_enabled"] is None
    assert ORG not in found["iredmail_enabled"] + found.get("iredmail_disabled", [])
    assert ORG not in found["iredmail_primary_mx"] + found.get("iredmail_backup_mx", [])
    assert listed["_meta"]["hostvars"][COM]["iredmail_enabled"] is True


@pytest.mark.parametrize("backend", ["sql"])
def test_what_a_server_says_is_never_a_template(source: Source, living: Sandbox, tmp_path: Path) -> None:
    evil = "{{ 7 * 191 }}"
    assert living.api("PUT", f"/api/domain/{PLAIN}", name=evil)["_success"]
    cached = {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}
    for _time in range(2):
        hosts = source.says(**cached, compose={"shown": "iredmail_description"}).hosts()
        assert hosts[PLAIN]["iredmail_description"] == {"__ansible_unsafe": evil}
        assert text(hosts[PLAIN]["shown"]) == evil
    command = ["ansible", "-i", str(source.path), PLAIN, "-c", "local", "-m", "ansible.builtin.debug"]
    done = subprocess.run(
        [*command, "-a", "msg={{ iredmail_description }}"],
        env=dict(os.environ, **source.env),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert "1337" not in done.stdout
    assert "7 * 191" in done.stdout


@pytest.mark.parametrize("backend", ["sql"])
def test_examples(source: Source, living: Sandbox, tmp_path: Path) -> None:
    first, second = yaml.safe_load_all(EXAMPLES)
    assert source.says(**first).hosts()[COM]["iredmail_quota"] == 102400

    own = {"api_url": living.url, "api_username": living.username, "cache_connection": str(tmp_path / "cache")}
    source.env = {"MAIL_ADMIN_PASSWORD": living.password}
    assert living.api("POST", "/api/domain/sub.example.com")["_success"]
    listed = source.says(**dict(second, **own)).list()
    assert listed["iredmail_domains"]["children"]
    assert sorted(listed["_meta"]["hostvars"]) == [ORG, "sub.example.com"]
    assert members(listed)["unlimited"] == [ORG, "sub.example.com"]
    assert members(listed)["language_none"] == [ORG, "sub.example.com"]
