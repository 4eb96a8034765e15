"""Make the collection importable and the environment predictable, also when pytest is called by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TREE = ROOT / ".build"
SANDBOX_HOSTS = "127.0.0.1,localhost"


def _prepare() -> None:
    # Python imports ansible_collections.mailstate.iredmail from the tree like any namespace package: ansible's own
    # collection loader is not needed for that, and finds the same files when a test starts it.
    subprocess.run([ROOT / "scripts" / "stage"], check=True)
    for path in (str(ROOT), str(TREE)):
        if path not in sys.path:
            sys.path.insert(0, path)

    # Nothing of the caller's Ansible, panel or proxy settings may reach a test or the playbooks that it runs.
    for name in [name for name in os.environ if name.startswith(("ANSIBLE_", "IREDMAIL_"))]:
        del os.environ[name]
    os.environ.update(
        ANSIBLE_COLLECTIONS_PATH=str(TREE),
        ANSIBLE_CONFIG=str(ROOT / "tests" / "ansible.cfg"),
        ANSIBLE_HOME=str(TREE / "ansible"),
        ANSIBLE_NOCOLOR="true",
        ANSIBLE_REMOTE_TMP=str(TREE / "ansible" / "tmp"),
        HYPOTHESIS_STORAGE_DIRECTORY=str(TREE / "hypothesis"),
        PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    )
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = ",".join(filter(None, [SANDBOX_HOSTS, os.environ.get(name)]))
    os.environ.setdefault("LC_ALL", "C.UTF-8")


_prepare()
