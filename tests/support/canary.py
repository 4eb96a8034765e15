# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that must be seen nowhere, what everything of the collection is called with, and who looks for them where."""

from __future__ import annotations

import base64
import contextlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.sandbox.handle import Sandbox
from tests.support.certificates import self_signed
from tests.support.playbook import Run, task

COM = "example.com"
#: of the panel; of users, when they are made, changed, and asked for; of those in a declared state
SECRETS = {
    "API": "Canary-Api-4711-A1",
    "WRONG": "Canary-Wrong-4712-A1",
    "USER": "Canary-User-4713-A1",
    "HASH": "{PLAIN}Canary-Hash-4714-A1",
    "STATE": "Canary-State-4715-A1",
}
# ansible-core itself prints the lines of a playbook around a task that failed, so a secret must not stand in it
_FROM_ENV = {name: "{{ lookup('ansible.builtin.env', 'CANARY_" + name + "') }}" for name in SECRETS}
_ACCOUNT = {"account": COM}
_USER = {"mail": f"zoe@{COM}", "password": _FROM_ENV["STATE"], "update_password": "always"}
DECLARED: dict[str, Any] = {
    "domains": [{"domain": COM, "description": "Example"}],
    "users": [{"mail": f"yves@{COM}", "password_hash": _FROM_ENV["HASH"]}, _USER],
}
PASSWORD = {"password": _FROM_ENV["USER"], "update_password": "always"}
#: the plugins besides action plugins, and the roles, that tests/integration/security/test_canary.py calls with secrets
PLUGINS = {
    "callback/drift",
    "filter/drift_report",
    "filter/plan_files",
    "filter/state_files",
    "inventory/domains",
    "lookup/people_files",
    "lookup/profile",
    "lookup/unknown_variables",
}
ROLES = {"mail_state", "mail_export", "mail_drift", "mail_import", "awx_setup"}
#: every module, in an order in which all of them succeed on an LDAP panel; several calls where secrets differ
MODULES: dict[str, list[dict[str, Any]]] = {
    "iredmail_server_info": [{"capture": True}],
    "iredmail_domain": [{"domain": COM, "description": "Example"}],
    "iredmail_domain_info": [{"domain": COM}],
    "iredmail_user": [
        {"mail": f"ada@{COM}", "name": "Ada", **PASSWORD},
        {"mail": f"ada@{COM}", "password": _FROM_ENV["USER"]},
        {"mail": f"bob@{COM}", "password_hash": _FROM_ENV["HASH"]},
    ],
    "iredmail_user_info": [{"domain": COM}, {"mail": f"bob@{COM}"}],
    "iredmail_verify_password": [{"account": f"ada@{COM}", "password": _FROM_ENV["USER"]}],
    "iredmail_domain_users": [{"domain": COM, "enabled": True, **PASSWORD}],
    "iredmail_domain_users_info": [{"domain": COM}],
    "iredmail_domain_admins": [{"domain": COM, "add_admins": [f"ada@{COM}"]}],
    "iredmail_domain_admins_info": [{"domain": COM}],
    "iredmail_admin": [{"mail": "root@admins.example", "name": "Root", **PASSWORD}],
    "iredmail_admin_info": [{"mail": "root@admins.example"}],
    "iredmail_alias": [{"mail": f"sales@{COM}", "name": "Sales", "members": [f"ada@{COM}"]}],
    "iredmail_alias_info": [{"domain": COM}],
    "iredmail_ml": [{"mail": f"team@{COM}", "name": "Team", "subscribers": [f"ada@{COM}"]}],
    "iredmail_ml_info": [{"mail": f"team@{COM}"}],
    "iredmail_maillist": [{"mail": f"all@{COM}", "name": "All", "members": [f"ada@{COM}"]}],
    "iredmail_maillist_info": [{"mail": f"all@{COM}"}],
    "iredmail_spampolicy": [{**_ACCOUNT, "quarantine_spam": True}],
    "iredmail_spampolicy_info": [_ACCOUNT],
    "iredmail_throttle": [{**_ACCOUNT, "direction": "inbound", "period": 60, "max_msgs": 5}],
    "iredmail_throttle_info": [{**_ACCOUNT, "direction": "inbound"}],
    "iredmail_greylisting": [{**_ACCOUNT, "enabled": True, "whitelist": ["192.0.2.1"]}],
    "iredmail_greylisting_info": [_ACCOUNT],
    "iredmail_greylisting_spf_domains": [{"add_domains": ["other.example"]}],
    "iredmail_wblist": [{**_ACCOUNT, "direction": "inbound", "list": "blacklist", "addresses": ["@bad.example"]}],
    "iredmail_wblist_info": [{**_ACCOUNT, "direction": "inbound", "list": "blacklist"}],
    "iredmail_ldif_info": [{"kind": "user", "name": f"bob@{COM}"}],
    "iredmail_state": [{"declared": DECLARED}],
    "iredmail_state_info": [{"domains": [COM]}],
    "iredmail_login": [{}],
}


def _fault(path: str, method: str | None = None, **action: Any) -> dict[str, Any]:
    return {"path": "/api/" + path, "method": method, "action": action, "times": None}


def _echoes() -> list[dict[str, Any]]:
    """All that the panel is sent comes back."""
    sent = {
        f"user/ada@{COM}": "USER",
        f"user/bob@{COM}": "HASH",
        f"user/yves@{COM}": "HASH",
        f"user/zoe@{COM}": "STATE",
    }
    sent |= {f"users/{COM}": "USER", "admin/*": "USER", "verify_password/*": "USER"}
    said = {path: f"near '{SECRETS[name]}' by {SECRETS['API']}" for path, name in sent.items()}
    found = [_fault(path, method, fail=text) for path, text in said.items() for method in ("POST", "PUT")]
    return found + [_fault(path, fail=f"near '{SECRETS['API']}'") for path in ("[!alu]*", "alias/*", "ldif/*")]


_DROPPED = "name accountStatus addAdmin quarantine_spam period addSenders addresses subscribers members".split()
#: what goes wrong
FAULTS: dict[str, list[dict[str, Any]]] = {
    "nothing": [],
    "wrong password": [],
    "tls": [],
    "timeout": [_fault("login", delay=5)],
    "500": [_fault("[!l]*", status=500)],
    "echo": _echoes(),
    "dropped write": [_fault("*", method, ignore=_DROPPED) for method in ("POST", "PUT")],
}


def connection(url: str, fault: str) -> dict[str, Any]:
    """Connection options in which no secret stands."""
    password = _FROM_ENV["WRONG" if fault == "wrong password" else "API"]
    options = {"api_url": url, "api_username": "postmaster@example.com", "api_password": password, "api_retries": 0}
    return dict(options, api_timeout=0.15) if fault == "timeout" else options


@contextlib.contextmanager
def panel(fault: str, backend: str, folder: Path) -> Iterator[Sandbox]:
    """A sandbox in which something goes wrong."""
    tls = self_signed(folder, "127.0.0.1") if fault == "tls" else None
    with Sandbox(backend, tls=tls, password=SECRETS["API"]) as sandbox:
        sandbox.api("POST", f"/api/domain/{COM}", name="Example")
        for one in FAULTS[fault]:
            sandbox.fault(**one)
        yield sandbox


def module_tasks(broken: Path) -> list[dict[str, Any]]:
    """All modules, a session that is handed on, the lookup, and a file of states that cannot be read."""
    calls = [(module, options) for module, several in MODULES.items() for options in several]
    tasks = [task(module, f"{module} {number}", **options) for number, (module, options) in enumerate(calls)]
    for one in tasks:
        # a registered session must stay usable, so it is for the task to keep it to itself
        one["no_log"] = "mailstate.iredmail.iredmail_login" in one
    login = dict(task("iredmail_login", "log in"), no_log=True, register="login")
    session = "{{ login.session | default('no=session') }}"
    look = "{{ lookup('mailstate.iredmail.profile', 'user ada@example.com') }}"
    return [
        *tasks,
        login,
        task("iredmail_user", "with the session", mail=f"ada@{COM}", name="Ada", api_session=session, **PASSWORD),
        task("iredmail_user", "refused", mail=f"ada@{COM}", nosuch=True, **PASSWORD),
        task("iredmail_state", "broken", src=str(broken)),
        {"name": "look", "ansible.builtin.debug": {"msg": look}, "ignore_errors": True},
    ]


def role_tasks(folder: Path) -> list[dict[str, Any]]:
    """The roles that handle mail states, each whatever became of the one before it."""
    beside = folder.parent
    (beside / "people.csv").write_text(f"mail,password hash\nlea@{COM},{SECRETS['HASH']}\n", encoding="utf-8")
    variables = {
        "mail_state": {"mail_state_declared": DECLARED},
        "mail_export": {"mail_export_dir": str(folder / "export")},
        # its files are to hold the hash, so they are where nobody looks for it
        "mail_import": {
            "mail_import_src": str(beside / "people.csv"),
            "mail_import_dir": str(beside / "imported"),
        },
        "mail_drift": {"mail_drift_declared": DECLARED, "mail_drift_output_dir": str(folder / "report")},
    }
    return [
        {
            "name": role,
            "block": [{"ansible.builtin.include_role": {"name": "mailstate.iredmail." + role}, "vars": wishes}],
            "rescue": [{"ansible.builtin.debug": {"msg": "failed"}}],
        }
        for role, wishes in variables.items()
    ]


# -- where they are looked for


class Watch:
    """Everything that a run can leave a secret in: what it prints, its files, and the arguments of its processes."""

    def __init__(self, folder: Path, secrets: dict[str, str] | None = None) -> None:
        self.folder, self.secrets = folder, SECRETS if secrets is None else secrets
        self.env = {f"CANARY_{name}": secret for name, secret in self.secrets.items()}
        self.env |= {name: str(folder / name) for name in ("ANSIBLE_HOME", "HOME", "TMPDIR", "ANSIBLE_REMOTE_TMP")}
        self.env |= {
            "ANSIBLE_LOG_PATH": str(folder / "ansible.log"),
            "ANSIBLE_CALLBACKS_ENABLED": "capture,mailstate.iredmail.drift",
            "IREDMAIL_DRIFT_OUTPUT_DIR": str(folder / "drift"),
            "IREDMAIL_DRIFT_FORMATS": "json,markdown,html,junit,prometheus",
            # what modules are given goes through files then
            "ANSIBLE_PIPELINING": "false",
        }
        for name in ("HOME", "TMPDIR"):
            (folder / name).mkdir()

    @contextlib.contextmanager
    def arguments(self) -> Iterator[None]:
        """Look at the arguments of all processes, ten times a second, where the system shows them."""
        stop, found = threading.Event(), set()

        def look() -> None:
            while not stop.wait(0.1):
                for path in Path("/proc").glob("[0-9]*/cmdline"):
                    with contextlib.suppress(OSError):
                        found.update(secrets_in(path.read_bytes(), forms_of(self.secrets)))

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
        assert not found, f"a process had it in its arguments: {found}"

    def assert_clean(self, run: Run, sandbox: Any = None) -> None:
        """No secret anywhere, no session either, and no temporary file is left."""
        sessions = {str(entry["session"]) for entry in sandbox.log()} - {"None"} if sandbox else set()
        numbered = {f"session {number}": session for number, session in enumerate(sorted(sessions))}
        forms = forms_of({**self.secrets, **numbered})
        places = {"the screen": run.output.encode(), "the results": json.dumps(run.lines).encode()}
        files = {path.relative_to(self.folder): path for path in self.folder.rglob("*") if path.is_file()}
        places |= {str(name): path.read_bytes() for name, path in files.items()}
        found = {place: names for place, content in places.items() if (names := secrets_in(content, forms))}
        assert not found, found
        assert "Traceback" not in run.output, run.output
        left = [str(name) for name in files if {"TMPDIR", "tmp", "ANSIBLE_REMOTE_TMP"} & set(name.parts)]
        assert not left, left


def forms_of(secrets: dict[str, str]) -> dict[str, set[bytes]]:
    """Each secret, by its name, as it is, in a URL, and in base64 wherever it begins there."""
    found = {}
    for name, secret in secrets.items():
        text = secret.partition("}")[2] or secret
        coded = {base64.b64encode(b"x" * pad + text.encode())[4:-4] for pad in range(3)}
        found[name] = {text.encode(), quote(text, safe="").encode(), *coded}
    return found


def secrets_in(content: bytes, forms: dict[str, set[bytes]]) -> list[str]:
    """The names of the secrets in it."""
    return [name for name, several in forms.items() if any(form in content for form in several)]
