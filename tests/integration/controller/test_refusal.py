# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An Ansible or a Python that is too old is refused in one sentence, by whatever meets it first."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.common import ROOT
from tests.support.cores import TOO_OLD, path_with, python
from tests.support.playbook import Run, run_playbook

(OLD,) = TOO_OLD
NEEDS = re.compile(
    r"mailstate\.iredmail needs ansible-core 2\.17 or newer, which needs Python 3\.10 or newer, and this is"
    r" ansible-core 2\.15\.\d+ with Python 3\.\d+\.\d+: upgrade it, or give AWX an execution environment that has it\."
)
ROLE_NEEDS = re.compile(
    r"mailstate\.iredmail needs ansible-core 2\.17 or newer, and this is ansible-core 2\.15\.\d+: upgrade it, or give"
    r" AWX an execution environment that has it\."
)
NOTHING = "http://127.0.0.1:9/iredadmin"
LOGIN = {"api_url": NOTHING, "api_username": "a@example.com", "api_password": "x"}
#: by plugin, a template that calls it
CALLS = {
    "profile": "lookup('mailstate.iredmail.profile', 'user a@example.com', api_url='http://127.0.0.1:9')",
    "people_files": "lookup('mailstate.iredmail.people_files', 'people.csv', dir='mail')",
    "unknown_variables": "lookup('mailstate.iredmail.unknown_variables', 'mail_state')",
    "plan_files": "{} | mailstate.iredmail.plan_files",
    "state_files": "{} | mailstate.iredmail.state_files",
    "drift_report": "{} | mailstate.iredmail.drift_report('2026-01-01T00:00:00Z')",
}
#: by role, what it takes
ROLES = {
    "mail_state": {"mail_state_src": "mail"},
    "mail_drift": {"mail_drift_src": "mail"},
    "mail_export": {"mail_export_dir": "mail"},
    "mail_import": {"mail_import_src": "people.csv", "mail_import_dir": "mail"},
    "awx_setup": {f"awx_setup_{name}": "x" for name in ("scm_url", "api_url", "api_username", "api_password")},
}


def words(text: str) -> str:
    """What was printed, without the ends of lines that Ansible puts into warnings."""
    return " ".join(text.split())


def play(folder: Path, tasks: list[dict[str, Any]], env: dict[str, str], **more: Any) -> Run:
    """Run a play on the controller."""
    path = folder / "play.yml"
    content = dict({"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}, **more)
    path.write_text(yaml.safe_dump([content], sort_keys=False), encoding="utf-8")
    return run_playbook(path, (), env)


def test_every_lookup_filter_and_role_refuses_an_old_ansible(tmp_path: Path) -> None:
    there = {path.stem for kind in ("lookup", "filter") for path in (ROOT / "plugins" / kind).glob("*.py")}
    assert there == set(CALLS)
    assert {path.name for path in (ROOT / "roles").iterdir()} == set(ROLES)
    tasks: list[dict[str, Any]] = [
        {"name": name, "ansible.builtin.debug": {"msg": f"{{{{ {call} }}}}"}, "ignore_errors": True}
        for name, call in CALLS.items()
    ]
    for role, variables in ROLES.items():
        include = {"name": role, "ansible.builtin.include_role": {"name": f"mailstate.iredmail.{role}"}}
        tasks.append({"block": [dict(include, vars=variables)], "rescue": [{"ansible.builtin.meta": "noop"}]})
    # awx.awx is not there, and Ansible looks for all of a role's modules before it starts one: this is what stands in
    modules = tmp_path / "ansible_collections" / "awx" / "awx" / "plugins" / "modules"
    modules.mkdir(parents=True)
    used = (ROOT / "roles" / "awx_setup" / "tasks").glob("*.yml")
    for name in {name for path in used for name in re.findall(r"^ *awx\.awx\.(\w+):", path.read_text(), re.MULTILINE)}:
        (modules / f"{name}.py").write_text("")
    collections = os.pathsep.join([os.environ["ANSIBLE_COLLECTIONS_PATH"], str(tmp_path)])
    run = play(tmp_path, tasks, {"PATH": path_with(OLD), "ANSIBLE_COLLECTIONS_PATH": collections})

    for name in CALLS:
        assert NEEDS.search(run.named(name)["msg"]), run.named(name)
    refused = [
        line["result"]["msg"] for line in run.lines if line["task"].endswith(" : Refuse an Ansible that is too old")
    ]
    assert [bool(ROLE_NEEDS.fullmatch(message)) for message in refused] == [True] * len(ROLES), run.output


@pytest.mark.parametrize(
    "how", ["module", *(pytest.param(how, marks=pytest.mark.matrix) for how in ("callback", "inventory"))]
)
def test_the_rest_refuses_an_old_ansible_and_nothing_more_is_run(how: str, tmp_path: Path) -> None:
    env = dict(os.environ, PATH=path_with(OLD))
    task = {"mailstate.iredmail.iredmail_login" if how == "module" else "ansible.builtin.ping": {}}
    tasks = [dict(task, ignore_errors=True), {"ansible.builtin.ping": {}, "name": "SECOND"}]
    content = [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]
    (tmp_path / "play.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    (tmp_path / "iredmail_domains.yml").write_text("plugin: mailstate.iredmail.domains\n", encoding="utf-8")
    command = ["ansible-playbook", "play.yml"]
    if how == "callback":
        env["ANSIBLE_CALLBACKS_ENABLED"] = "mailstate.iredmail.drift"
    elif how == "inventory":
        command = ["ansible-inventory", "-i", "iredmail_domains.yml", "--list"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env, cwd=tmp_path, timeout=60)

    # an inventory that cannot be read is a warning of Ansible's own
    assert (done.returncode == 0) == (how == "inventory"), done.stdout + done.stderr
    assert len(NEEDS.findall(words(done.stderr))) == 1, done.stderr
    assert "SECOND" not in done.stdout
    assert "Traceback" not in done.stderr


def test_a_module_refuses_an_old_python(tmp_path: Path) -> None:
    """Of the ansible-cores that the collection takes, 2.17 alone runs modules with a Python that it does not take."""
    interpreter = python("3.7")
    if interpreter is None:
        pytest.skip("there is no Python 3.7 on this machine")
    task = {"mailstate.iredmail.iredmail_login": LOGIN, "name": "login", "ignore_errors": True}
    variables = {"ansible_python_interpreter": interpreter}
    run = play(tmp_path, [task], {"PATH": path_with("2.17")}, vars=variables)

    found = run.named("login")
    assert re.fullmatch(
        r"mailstate\.iredmail needs Python 3\.8 or newer where its modules run, and this is Python 3\.7\.\d+ at \S+:"
        r" name a newer one in ansible_python_interpreter\.",
        found["msg"],
    ), found
    assert found["failed"]
    assert not found["changed"]
