"""Make the collection importable and the environment predictable, also when pytest is called by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest

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

# A machine that does other things besides is no reason to fail
hypothesis.settings.register_profile("project", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("project")

LONG_PRESETS = ("old", "strings")


def pytest_addoption(parser: pytest.Parser) -> None:
    """--matrix: everything. --rest: of that, what `make test` leaves out or does less thoroughly."""
    parser.addoption("--matrix", action="store_true", help="run the long tests as well")
    parser.addoption("--rest", action="store_true", help="with --matrix: run nothing that is the same without it")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to the matrix what takes long and repeats on other ground what the rest shows."""
    if config.getoption("--rest"):
        left = [item for item in items if not (_is_long(item) or item.get_closest_marker("thorough"))]
    elif config.getoption("--matrix"):
        left = []
    else:
        left = [item for item in items if _is_long(item)]
    config.hook.pytest_deselected(items=left)
    gone = set(left)
    items[:] = [item for item in items if item not in gone]


def _is_long(item: pytest.Item) -> bool:
    if item.get_closest_marker("matrix"):
        return True
    if "integration" not in item.path.parts:
        return False
    params = getattr(getattr(item, "callspec", None), "params", {})
    both_backends, both_doors = (item.get_closest_marker(f"both_{name}") for name in ("backends", "doors"))
    backend, door, preset = params.get("backend", "sql"), params.get("door"), params.get("preset", "default")
    if preset in LONG_PRESETS or (door == "module" and not both_doors):
        return True
    if backend == "ldap":
        return not both_backends or preset != "default"
    return preset != "default" and not both_backends
