# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole state from files and from the playbook, through both doors: read, refused, kept secret, shown."""

from __future__ import annotations

import json
import stat
import subprocess
import threading
import time
from pathlib import Path

import pytest
import yaml

from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.playbook import DOORS, MODULE, Run, connection, run_playbook, run_tasks, task

VAULT_PASSWORD = "vault-password"
USERS = [
    {"mail": f"{name}@example.com", "name": name, "password": PASSWORD, "update_password": "on_create", "quota": "1GB"}
    for name in ("ada", "bob", "carl", "dora")
]
STATE = {
    "domains": [{"domain": "example.com", "description": "Example"}, {"domain": "new.example", "max_users": 7}],
    "users": [*USERS, dict(USERS[0], mail="eve@new.example")],
    "aliases": [{"mail": "all@example.com", "members": ["ada@example.com", "eve@new.example"]}],
    "throttles": [{"account": "example.com", "direction": "inbound", "period": 60, "max_msgs": 5}],
}
CREATED = 8  # the domain that is new, five users, the alias, the throttle


def dumped(state: dict) -> str:
    return yaml.safe_dump(state, sort_keys=False)


def key_in(folder) -> Path:
    """A file with the password of all that is encrypted here."""
    key = folder / ".key"
    key.write_text(VAULT_PASSWORD)
    return key


def vault(text: str, folder, *more: str) -> str:
    """What ansible-vault makes of a text."""
    command = ["ansible-vault", *(more or ("encrypt",)), "--vault-password-file", str(key_in(folder))]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, timeout=60).stdout


def whole_yaml(folder) -> object:
    (folder / "state.yml").write_text(dumped(STATE))
    return str(folder / "state.yml")


def whole_json(folder) -> object:
    (folder / "state.json").write_text(json.dumps(STATE))
    return str(folder / "state.json")


def whole_vaulted(folder) -> object:
    (folder / "state.yml").write_text(vault(dumped(STATE), folder))
    return str(folder / "state.yml")


def values_vaulted(folder) -> object:
    secret = vault(PASSWORD, folder, "encrypt_string", "--stdin-name", "password")
    lines = ["  " + line for line in secret.replace("\n          ", "\n      ").strip().splitlines()]
    text = dumped(STATE).replace(f"  password: {PASSWORD}", "\n".join(lines))
    assert PASSWORD not in text
    (folder / "state.yml").write_text(text)
    return str(folder / "state.yml")


def directory(folder) -> object:
    tree = folder / "mail"
    (tree / "b").mkdir(parents=True)
    (tree / ".hidden.yml").write_text("{{")
    (tree / "notes.txt").write_text("{{")
    (tree / "a.yml").write_text(dumped({"users": STATE["users"][:2], "aliases": None}))
    (tree / "b" / "c.json").write_text(json.dumps(dict(STATE, users=STATE["users"][2:])))
    return str(tree)


def several(folder) -> object:
    (folder / "a.yml").write_text(dumped({"users": STATE["users"]}))
    (folder / "b.json").write_text(json.dumps({kind: items for kind, items in STATE.items() if kind != "users"}))
    return [str(folder / "a.yml"), str(folder / "b.json")]


def apply(sandbox: Sandbox, folder, door: str, check: bool = False, more: tuple[str, ...] = (), **options):
    """The result of the only task, and the run."""
    args = ("--vault-password-file", str(key_in(folder)), *more)
    run = run_tasks(sandbox, [task("iredmail_state", **options)], door, check=check, args=args)
    assert "Traceback" not in run.output
    return run.only, run


@pytest.mark.parametrize("door", DOORS)
def test_every_form_is_the_same_plan(sandbox: Sandbox, tmp_path, door):
    tasks = [task("iredmail_state", declared=STATE)]
    for form in (whole_yaml, whole_json, whole_vaulted, values_vaulted, directory, several):
        (tmp_path / form.__name__).mkdir()
        tasks.append(task("iredmail_state", form.__name__, src=form(tmp_path / form.__name__)))
    run = run_tasks(sandbox, tasks, door, check=True, args=("--vault-password-file", str(key_in(tmp_path))))
    declared, *others = run.results
    assert len(declared["changes"]) == CREATED
    for result in others:
        for name in ("operations", "checksum"):
            assert result[name] == declared[name], name
        for here, there in zip(result["changes"], declared["changes"], strict=True):
            assert here | {"place": ""} == there | {"place": ""}
    assert sandbox.writes() == []


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("form", [whole_vaulted, values_vaulted, directory, None])
def test_check_then_apply_then_nothing(sandbox: Sandbox, tmp_path, door, form):
    options = {"src": form(tmp_path)} if form else {"declared": STATE}
    sandbox.clear_log()
    planned, _run = apply(sandbox, tmp_path, door, check=True, **options)
    assert planned["changed"], planned
    assert sandbox.writes() == []

    applied, _run = apply(sandbox, tmp_path, door, **options)
    assert not applied.get("failed"), applied
    assert applied["summary"]["created"] == CREATED == len(applied["changes"])
    for name in ("operations", "checksum", "changes"):
        assert applied[name] == planned[name], name
    assert len(sandbox.writes()) == len(applied["operations"])
    right = sandbox.api("POST", "/api/verify_password/user/eve@new.example", password=PASSWORD)
    assert right["_success"]

    sandbox.clear_log()
    again, _run = apply(sandbox, tmp_path, door, **options)
    assert (again["changed"], again["operations"], again["changes"]) == (False, [], [])
    assert sandbox.writes() == []
    assert [one["path"] for one in sandbox.log()].count("/api/login") == 1
    counts = {kind: f"{len(items)} items" for kind, items in STATE.items()}
    assert again["invocation"]["module_args"]["declared"] == (None if form else counts)
    assert again["invocation"]["module_args"]["src"] == options.get("src")


@pytest.mark.parametrize("door", DOORS)
def test_a_value_encrypted_in_the_playbook_is_used(sandbox: Sandbox, tmp_path, door):
    secret = vault(PASSWORD, tmp_path, "encrypt_string", "--stdin-name", "secret")
    (tmp_path / "vars.yml").write_text(secret)
    users = [dict(USERS[0], password="{{ secret }}")]
    more = ("-e", f"@{tmp_path / 'vars.yml'}", "--diff", "-vvv")
    result, run = apply(sandbox, tmp_path, door, more=more, declared={"users": users})
    assert result["summary"]["created"] == 1, result
    assert sandbox.api("POST", "/api/verify_password/user/ada@example.com", password=PASSWORD)["_success"]
    assert PASSWORD not in run.output + json.dumps(run.lines)


def all_refused(sandbox: Sandbox, folder, door: str, wishes: list[tuple[dict, list[str]]]) -> None:
    """A task with each of the options fails with the words beside them, and no request is sent."""
    sandbox.clear_log()
    tasks = [task("iredmail_state", **options) for options, _words in wishes]
    run = run_tasks(sandbox, tasks, door, args=("--vault-password-file", str(key_in(folder)), "-vvv"))
    for (_options, words), result in zip(wishes, run.results, strict=True):
        assert result["failed"]
        assert not result["changed"]
        for word in words:
            assert word in result["msg"], result["msg"]
    assert "Traceback" not in run.output
    assert PASSWORD not in run.output + json.dumps(run.lines)
    assert sandbox.log() == []


UNUSABLE = {
    "empty.yml": ("", "empty.yml: the file is empty"),
    "cut.json": (json.dumps(STATE)[:-40], "cut.json:1: this is no valid JSON"),
    "quote.yml": (dumped(STATE)[:100] + f"\n  - name: '{PASSWORD}", "quote.yml:8: "),
    "template.yml": (
        dumped({"users": [dict(USERS[0], password="{{ " + PASSWORD + " }}")]}),
        "template.yml:4: the value of password",
    ),
    "list.yml": ("- users", "holds no mapping of kinds to lists"),
    "kind.yml": ("usres: []", "there is no kind usres; did you mean users?"),
    "option.yml": ("users:\n- mail: a@example.com\n  quota: much", "option.yml:2: user a@example.com: quota"),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_file_that_cannot_be_used_costs_no_request(sandbox: Sandbox, tmp_path, door):
    prune, wishes = {"kinds": ["users"], "domains": ["example.com"]}, []
    for name, (text, words) in UNUSABLE.items():
        (tmp_path / name).write_text(text)
        wishes.append(({"src": str(tmp_path / name), "prune": prune}, [words]))
    all_refused(sandbox, tmp_path, door, wishes)


@pytest.mark.parametrize("door", DOORS)
def test_other_refusals_cost_no_request(sandbox: Sandbox, tmp_path, door):
    (tmp_path / "a.yml").write_text(dumped({"users": USERS}))
    (tmp_path / "b.yml").write_text("users:\n")
    (tmp_path / "c.yml").write_text(vault(dumped(STATE), tmp_path).replace("3", "4"))
    (tmp_path / "one.json").write_text(json.dumps({"users": USERS}, indent=1))
    (tmp_path / "two.yml").write_text(dumped({"users": [dict(USERS[0], mail="x@example.com"), dict(USERS[3])]}))
    a, b, c, missing, one, two = (
        str(tmp_path / name) for name in ("a.yml", "b.yml", "c.yml", "d.yml", "one.json", "two.yml")
    )
    pruned = {"kinds": ["users"], "domains": ["*"]}
    all_refused(
        sandbox,
        tmp_path,
        door,
        [
            ({"src": b, "prune": pruned}, ["b.yml:1: prune names users, and the list of them is null"]),
            ({"src": [a, b], "prune": pruned}, ["b.yml:1: prune names users"]),
            ({"src": c}, ["c.yml: cannot be decrypted"]),
            ({"src": missing}, ["there is no " + missing]),
            ({"src": []}, ["the list of paths is empty"]),
            ({"src": a, "prune": {"kinds": ["throttles"]}}, ["value of kinds must be one or more of"]),
            ({"src": a, "nosuch": True}, ["nosuch"]),
            ({"src": a, "declared": {"users": USERS}}, ["mutually exclusive"]),
            ({"src": None}, ["one of the following is required: declared, src"]),
            ({"src": a, "concurrency": 0}, ["concurrency: must be 1 or more"]),
            ({"src": [one, two]}, ["user dora@example.com is declared twice", "one.json, users[3]", "two.yml:7"]),
        ],
    )


def run_in(folder, sandbox: Sandbox, one: dict, **env: str) -> Run:
    """Run a task in a playbook of that folder."""
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [one]}
    play["module_defaults"] = {"group/mailstate.iredmail.iredmail": connection(sandbox)}
    (folder / "play.yml").write_text(dumped([play]))
    return run_playbook(folder / "play.yml", env=env)


def test_relative_paths_are_found_as_files_of_the_playbook_are(sandbox: Sandbox, tmp_path):
    (tmp_path / "files").mkdir()
    whole_yaml(tmp_path / "files")
    assert run_in(tmp_path, sandbox, task("iredmail_state", src="state.yml")).only["summary"]["created"] == CREATED


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("fault", [None, {"fail": f"error near {PASSWORD}"}, {"status": 500}], ids=str)
def test_no_password_is_shown(sandbox: Sandbox, tmp_path, door, fault):
    if fault:
        sandbox.fault(method="POST", path="/api/user/bob@example.com", times=None, action=fault)
    for options in ({"src": whole_yaml(tmp_path)}, {"declared": {"users": [dict(USERS[1], password="{{ secret }}")]}}):
        (tmp_path / "vars.json").write_text(json.dumps({"secret": PASSWORD}))
        more = ("--diff", "-vvv", "-e", f"@{tmp_path / 'vars.json'}")
        result, run = apply(sandbox, tmp_path, door, more=more, **options)
        assert bool(result.get("failed")) == bool(fault), result
        assert bool(fault or "src" in options) == ("user bob@example.com" in run.output)
        shown = run.output + json.dumps(run.lines)
        assert PASSWORD not in shown
        assert sandbox.password not in shown
    if not fault:
        assert (
            "~ throttle  "
            in run_tasks(
                sandbox,
                [task("iredmail_state", declared={"throttles": [dict(STATE["throttles"][0], max_msgs=9)]})],
                door,
                args=("--diff",),
            ).output
        )


@pytest.mark.parametrize("fault", [None, {"status": 500}], ids=["fine", "failing"])
@pytest.mark.parametrize("background", [False, True], ids=["", "async"])
@pytest.mark.parametrize("form", ["src", pytest.param("declared", marks=pytest.mark.matrix)])
def test_the_temporary_file_is_private_and_goes(tmp_path, fault, background, form):
    remote, seen, done = tmp_path / "remote", {}, threading.Event()

    def watch():
        while not done.is_set():
            for path in remote.glob("**/state.json"):
                try:
                    seen[path] = (stat.S_IMODE(path.stat().st_mode), PASSWORD in path.read_text())
                except OSError:
                    continue
            time.sleep(0.02)

    with Sandbox(backend="sql") as sandbox:
        sandbox.api("POST", "/api/domain/example.com", name="Example")
        if fault:
            sandbox.fault(method="POST", path="/api/user/*", times=None, action=fault)
        options = {"src": whole_yaml(tmp_path)} if form == "src" else {"declared": STATE}
        one = dict(task("iredmail_state", **options), **({"async": 60, "poll": 1} if background else {}))
        sandbox.latency(100)
        watcher = threading.Thread(target=watch)
        watcher.start()
        env = {"ANSIBLE_REMOTE_TMP": str(remote), "ANSIBLE_ASYNC_DIR": str(tmp_path / "async")}
        try:
            run = run_tasks(sandbox, [one], MODULE, args=("-vvv",), env=env)
        finally:
            done.set()
            watcher.join()
    assert bool(run.only.get("failed")) == bool(fault), run.only
    assert run.only["changes"], run.only
    assert list(seen.values()) == [(0o600, True)]
    deadline = time.monotonic() + (20 if background else 0)  # Ansible looks every five seconds whether it is done
    while (left := list(remote.glob("**/state.json"))) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert left == []
    assert PASSWORD not in run.output


def test_the_temporary_file_goes_even_where_others_are_kept(sandbox: Sandbox, tmp_path):
    env = {"ANSIBLE_REMOTE_TMP": str(tmp_path / "remote"), "ANSIBLE_KEEP_REMOTE_FILES": "true"}
    run = run_tasks(sandbox, [task("iredmail_state", declared=STATE)], MODULE, env=env)
    assert run.only["changed"]
    assert list((tmp_path / "remote").iterdir())
    assert list((tmp_path / "remote").glob("**/state.json")) == []


JSON_CALLBACK = """
DOCUMENTATION = "name: json\\ntype: stdout\\nshort_description: JSON\\ndescription: JSON\\n"
from ansible.plugins.callback import CallbackBase

class CallbackModule(CallbackBase):
    CALLBACK_VERSION, CALLBACK_TYPE, CALLBACK_NAME = 2.0, "stdout", "json"

    def v2_playbook_on_stats(self, stats):
        self._display.display('{"stats": {}}')
"""


@pytest.mark.parametrize("callback", ["default", "json"])
def test_progress_is_shown_of_long_work_only_and_not_beside_json(callback, tmp_path):
    (tmp_path / "callback_plugins").mkdir()
    (tmp_path / "callback_plugins" / "json.py").write_text(JSON_CALLBACK)
    env = {"ANSIBLE_STDOUT_CALLBACK": callback}
    mails = [{"mail": one["mail"], "quota": 5} for one in USERS[:3]]
    change = task("iredmail_state", concurrency=1, declared={"users": mails})
    with Sandbox(backend="sql") as sandbox:
        sandbox.api("POST", "/api/domain/example.com", name="Example")
        quick = run_in(tmp_path, sandbox, task("iredmail_state", declared=STATE), **env)
        assert quick.only["summary"]["created"] == CREATED
        assert "iredmail_state: " not in quick.output
        sandbox.latency(800)
        slow = run_in(tmp_path, sandbox, change, **env)
    assert slow.only["summary"]["updated"] == 3
    assert slow.only["summary"]["seconds"] > 6
    if callback == "json":
        json.loads(slow.output)
    else:
        assert "[localhost] iredmail_state: write users: " in slow.output
