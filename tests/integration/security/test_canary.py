# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canaries: no secret is printed, returned, or left in a file, by anything of the collection, whatever goes wrong.

The tables are in canary.py. A module, a plugin or a role that is in none of them fails the first test here.
"""

from __future__ import annotations

import base64
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.awx.collection import Unavailable, awx_collections
from tests.support.awx.stand_in import Controller
from tests.support.canary import FAULTS, SECRETS, Watch, connection, module_tasks, panel, role_tasks
from tests.support.playbook import IN_PROCESS, MODULE, Run, run_tasks

pytestmark = pytest.mark.matrix

VERBOSITIES = ("-v", "-vv", "-vvv", "-vvvv")


def test_a_secret_would_be_found(watch):
    """Wherever it is, as it is or in base64."""
    secret = SECRETS["USER"]
    coded = base64.b64encode(f"zip {secret}".encode()).decode()
    for place in (Run(0, f"x{secret}x"), Run(0, coded), Run(0, "", [{"result": {"msg": secret}}])):
        with pytest.raises(AssertionError, match="USER"):
            watch.assert_clean(place)
    for name, content, word in (
        ("x.log", secret, "USER"),
        ("HOME/x", "Canary-Hash-4714-A1", "HASH"),
        ("TMPDIR/x", "", "TMPDIR"),
    ):
        (watch.folder / name).write_text(content, encoding="utf-8")
        with pytest.raises(AssertionError, match=word):
            watch.assert_clean(Run(0, ""))
        (watch.folder / name).unlink()
    with pytest.raises(AssertionError, match="arguments"), watch.arguments():
        subprocess.run([sys.executable, "-c", "import time; time.sleep(0.5)", secret], check=True)
    watch.assert_clean(Run(0, ""))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each fault at all verbosities in the controller's process, and at one through the other door."""
    if "fault" not in metafunc.fixturenames:
        return
    if "through" in metafunc.fixturenames:
        cases = [(*one, IN_PROCESS) for one in itertools.product(FAULTS, VERBOSITIES)]
        cases += [(fault, "-vvvv", MODULE) for fault in FAULTS] + [("nothing", "-v", MODULE)]
        metafunc.parametrize(("fault", "verbosity", "through"), cases)
    else:
        metafunc.parametrize(("fault", "verbosity"), list(itertools.product(FAULTS, ("-v", "-vvvv"))))


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """A folder that holds whatever a run writes, in which it is started."""
    folder = tmp_path / "run"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Watch(folder)


def play(url, fault):
    """The connection, for modules and for the lookup."""
    options = connection(url, fault)
    variables = {f"iredmail_{name}": value for name, value in options.items()}
    return {"play": {"module_defaults": {"group/mailstate.iredmail.iredmail": options}}, "variables": variables}


def test_modules(watch, tmp_path, fault, verbosity, through):
    broken = tmp_path / "broken.yml"
    broken.write_text(f"users:\n  - mail: a@example.com\n    password: '{SECRETS['STATE']}\n", encoding="utf-8")
    backend = "ldap" if fault in ("nothing", "echo") else "sql"
    with panel(fault, backend, tmp_path) as sandbox, watch.arguments():
        tasks = module_tasks(broken)
        more = play(sandbox.url, fault)
        more["variables"]["iredmail_in_process"] = through == IN_PROCESS
        run = run_tasks(None, tasks, through, args=(verbosity, "--diff"), env=watch.env, **more)
    watch.assert_clean(run, sandbox)
    assert run.code == 0, run.output
    assert len(run.results) == len(tasks)
    failed = {line["task"] for line in run.lines if line["result"].get("failed")}
    if fault == "nothing":
        assert failed <= {"refused", "broken"}
        assert len({entry["session"] for entry in sandbox.log()}) > 1, "there were sessions to be shown"
    elif fault != "dropped write":
        fine = {line["task"] for line in run.lines} - failed
        assert len(fine) < 10, fine
    assert (watch.folder / "drift" / "drift.json").exists()


def test_roles(watch, tmp_path, fault, verbosity):
    backend = "ldap" if fault == "nothing" else "sql"
    with panel(fault, backend, tmp_path) as sandbox, watch.arguments():
        tasks = role_tasks(watch.folder)
        run = run_tasks(None, tasks, args=(verbosity, "--diff"), env=watch.env, **play(sandbox.url, fault))
    watch.assert_clean(run, sandbox)
    if fault == "nothing":
        assert run.code == 0, run.output
        assert list((watch.folder / "export").glob("*.yml"))
        assert SECRETS["HASH"] in (tmp_path / "imported" / "example.com.yml").read_text(encoding="utf-8")
        assert (watch.folder / "report" / "drift.json").exists()


def test_inventory(watch, tmp_path, fault, verbosity):
    source = watch.folder / "mail.iredmail_domains.yml"
    with panel(fault, "sql", tmp_path) as sandbox, watch.arguments():
        options = connection(sandbox.url, fault)
        options = {name: value for name, value in options.items() if name != "api_password"}
        source.write_text(yaml.safe_dump({"plugin": "mailstate.iredmail.domains", **options}), encoding="utf-8")
        secret = SECRETS["WRONG" if fault == "wrong password" else "API"]
        environment = dict(os.environ, **watch.env, IREDMAIL_API_PASSWORD=secret)
        command = ["ansible-inventory", "-i", str(source), "--list", verbosity]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    watch.assert_clean(Run(done.returncode, done.stdout + done.stderr), sandbox)
    assert ("example.com" in done.stdout) is (fault in ("nothing", "dropped write"))


# the door is that of awx.awx; as such, the test is one of `make matrix`
@pytest.mark.parametrize("door", [MODULE])
def test_awx(watch, door):
    try:
        collections = os.pathsep.join([str(awx_collections()), os.environ["ANSIBLE_COLLECTIONS_PATH"]])
    except Unavailable as error:
        pytest.skip(f"the collection awx.awx cannot be had: {error}")
    wishes = {
        "awx_setup_scm_url": "https://git.example.com/company/mail.git",
        "awx_setup_api_url": "https://mail.example.com/iredadmin",
        "awx_setup_api_username": "postmaster@example.com",
        "awx_setup_api_password": "{{ lookup('ansible.builtin.env', 'CANARY_API') }}",
    }
    role = {"ansible.builtin.include_role": {"name": "mailstate.iredmail.awx_setup"}, "vars": wishes}
    for password in (None, SECRETS["WRONG"]):
        with Controller() as controller, watch.arguments():
            env = {
                **watch.env,
                "ANSIBLE_COLLECTIONS_PATH": collections,
                "CONTROLLER_HOST": controller.url,
                "CONTROLLER_USERNAME": controller.username,
                "CONTROLLER_PASSWORD": password or controller.password,
            }
            run = run_tasks(None, [{"name": "AWX", **role}], args=("-vvvv", "--diff"), env=env)
        watch.assert_clean(run)
        assert controller.password not in run.output
        assert (run.code == 0) is (password is None), run.output
