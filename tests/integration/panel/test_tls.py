# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS: refused unless the certificate can be trusted, and for the right name; and with certificates of clients."""

from __future__ import annotations

import os
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import BLIND
from tests.sandbox.handle import Sandbox
from tests.support.certificates import Authority, private, self_signed
from tests.support.playbook import DOORS, connection, in_environment, run_tasks, task
from tests.support.roles import APPLY_TASK


def look(_name="", **options):
    return task("iredmail_domain_info", _name, domain="example.com", **options)


def refusal(result):
    """The sentence of a connection that was refused: which one, and why."""
    assert result["failed"], result
    assert result["msg"].startswith("domain example.com: TLS to https://127.0.0.1:")
    assert "was refused: " in result["msg"]
    for word in ("Traceback", "Error(", "HTTPSConnectionPool"):
        assert word not in result["msg"]
    return result["msg"]


@pytest.mark.parametrize("door", DOORS)
def test_a_certificate_that_nobody_vouches_for(tmp_path, door):
    tls = self_signed(tmp_path, "127.0.0.1")
    with Sandbox(tls=tls) as sandbox:
        tasks = [look(), look(ca_path=tls[0]), look(validate_certs=False)]
        # options of the task win over the environment
        env = {"REQUESTS_CA_BUNDLE": __file__}
        first, more = run_tasks(sandbox, tasks[:1], door), run_tasks(sandbox, tasks[1:], door, env=env)
        refused, trusted, blind = first.results + more.results
    assert "ca_path" in refusal(refused)
    for result in (trusted, blind):
        assert not result.get("failed"), result.get("msg")
        assert result["domains"] == []
    assert (trusted.get("warnings", []), blind["warnings"]) == ([], [BLIND])
    for word in ("InsecureRequestWarning", "stderr"):  # of urllib3, for each request
        assert word not in more.output


def question(name: str, **variables: Any) -> dict[str, Any]:
    expression = "{{ query('mailstate.iredmail.profile', 'domains') }}"
    return {"name": name, "ansible.builtin.debug": {"msg": expression}, "ignore_errors": True, "vars": variables}


def inventory(folder: Path, env: dict[str, str], **options: Any) -> str:
    """What ansible-inventory says that fails."""
    path = folder / "iredmail_domains.yml"
    path.write_text(yaml.safe_dump({"plugin": "mailstate.iredmail.domains", **options}), encoding="utf-8")
    environment = dict(os.environ, ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="true", **env)
    command = ["ansible-inventory", "-i", str(path), "--list"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode != 0, done.stdout
    return " ".join(done.stderr.split())


@pytest.mark.parametrize("text", ["", pytest.param("maybe", marks=pytest.mark.matrix)])
def test_a_switch_that_says_nothing_or_nonsense_switches_nothing_off(tmp_path: Path, text: str) -> None:
    """The admin's password must not go to whoever answers."""
    words = "was refused: " if text == "" else "IREDMAIL_VALIDATE_CERTS in the environment is not a boolean: maybe"
    named = "was refused: " if text == "" else "is not a valid boolean"
    role = {"role": "mailstate.iredmail.mail_state", "mail_state_declared": {"domains": []}}
    with Sandbox(tls=self_signed(tmp_path, "127.0.0.1")) as sandbox:
        env = in_environment(sandbox)
        own = run_tasks(
            None,
            [
                look("here", validate_certs=text),
                dict(look("there", validate_certs=text), vars={"iredmail_in_process": False}),
                dict(look("null", validate_certs=None)),
                dict(look("null there", validate_certs=None), vars={"iredmail_in_process": False}),
                question("variable", iredmail_validate_certs=text),
                question("template", iredmail_validate_certs="{{ switch }}"),
            ],
            env=env,
            variables={"switch": text},
        )
        env["IREDMAIL_VALIDATE_CERTS"] = text
        given = run_tasks(
            None,
            [
                look("here"),
                dict(look("there"), vars={"iredmail_in_process": False}),
                question("lookup"),
                {"name": "role", "ansible.builtin.include_role": {"name": role.pop("role")}, "vars": role},
            ],
            env=env,
        )
        files = [inventory(tmp_path, env)]
        del env["IREDMAIL_VALIDATE_CERTS"]
        files += [inventory(tmp_path, env, validate_certs=one) for one in (text, "{{ '" + text + "' }}")]
        assert sandbox.log() == []
    for name in ("null", "null there"):
        assert "was refused: " in own.named(name)["msg"], name
    for name in ("here", "there", "variable", "template"):
        assert named in own.named(name)["msg"], name
    for name in ("here", "there", "lookup"):
        assert words in given.named(name)["msg"], name
    assert words in given.named(APPLY_TASK)["msg"], given.output
    assert words in files[0]
    assert all(named in one for one in files[1:]), files


@pytest.mark.parametrize("door", DOORS)
def test_a_certificate_for_another_name(tmp_path, door):
    tls = self_signed(tmp_path, "192.0.2.1")
    with Sandbox(tls=tls) as sandbox:
        refusal(run_tasks(sandbox, [look(ca_path=tls[0])], door).only)
        assert sandbox.log() == []


def test_plain_http_where_tls_is_spoken(tmp_path):
    tls = self_signed(tmp_path, "127.0.0.1")
    with Sandbox(tls=tls) as sandbox:
        options = dict(connection(sandbox), api_url=sandbox.url.replace("https:", "http:"), api_retries=0)
        result = run_tasks(sandbox, [look(**options)]).only
    assert result["failed"]
    assert "Traceback" not in result["msg"]


# -- certificates of clients


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """The company's own CA."""
    return Authority(tmp_path / "own", "company")


def closed(authority: Authority, newest: ssl.TLSVersion) -> ssl.SSLContext:
    """A server that speaks only to whom the CA vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.sign("server", "127.0.0.1"))
    context.load_verify_locations(authority.path)
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = newest
    return context


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=lambda version: version.name)
@pytest.mark.parametrize("door", DOORS)
def test_who_has_a_certificate_is_let_in_and_nobody_else(tmp_path, authority, door, newest):
    cert, key = authority.sign("ansible")
    alien, alien_key = Authority(tmp_path / "alien", "company").sign("ansible")
    both = tmp_path / "both.pem"
    both.write_bytes(Path(cert).read_bytes() + Path(key).read_bytes())
    welcome = {
        "two files": {"client_cert": cert, "client_key": key},
        "one file": {"client_cert": str(both)},
        "blind": {"client_cert": cert, "client_key": key, "validate_certs": False},
    }
    unwelcome = {"none": {}, "alien": {"client_cert": alien, "client_key": alien_key}}
    tasks = [look(name, **{"ca_path": authority.path, **options}) for name, options in (welcome | unwelcome).items()]
    with Sandbox(tls=closed(authority, newest)) as sandbox:
        run = run_tasks(sandbox, tasks, door)
        served = len(sandbox.log())
    for name in welcome:
        assert not run.named(name).get("failed"), run.named(name)
        assert run.named(name)["domains"] == []
    for name in unwelcome:
        assert "client_cert" in refusal(run.named(name))
    assert served == 2 * len(welcome), "a login and a read for each"
    assert "Traceback" not in run.output


def test_certificates_that_cannot_be_used(tmp_path, authority):
    cert, key = authority.sign("ansible")
    _other, other_key = authority.sign("other")
    locked, text = tmp_path / "locked.key", tmp_path / "text.pem"
    locked.write_bytes(private(authority.key, b"secret"))
    text.write_text("no certificate", encoding="utf-8")
    cases = {
        "another's key": {"client_cert": cert, "client_key": other_key},
        "no key": {"client_cert": cert},
        "no certificate": {"client_cert": str(text), "client_key": key},
        "a key with a password": {"client_cert": cert, "client_key": str(locked)},
        "only a key": {"client_key": key},
        "no file": {"client_cert": str(tmp_path / "missing.pem"), "client_key": key},
        "no CA": {"client_cert": cert, "client_key": key, "ca_path": str(text)},
    }
    with Sandbox(tls=closed(authority, ssl.TLSVersion.TLSv1_3)) as sandbox:
        tasks = [look(name, **{"ca_path": authority.path, **options}) for name, options in cases.items()]
        run = run_tasks(sandbox, tasks)
        assert sandbox.log() == []
    words = {"no CA": "TLS to https://127.0.0.1:"}
    for name in cases:
        assert run.named(name)["failed"], name
        assert words.get(name, "client_cert") in run.named(name)["msg"]
    assert "Traceback" not in run.output
    assert "secret" not in run.output
