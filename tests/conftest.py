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

#: integration tests that take long and repeat on other ground what the rest shows: `make matrix` runs them too
LONG_FILES = (
    "test_awx_setup",
    "test_canary",
    "test_drift_page",
    "test_examples",
    "test_execution_environment",
    "test_guides",
    "test_runner",
    "test_slices",
)
LONG_PRESETS = ("old", "strings")
SAME_ENGINE = ("admin", "alias", "maillist")
#: always on both backends and through both doors; of the others the matrix has what is not SQL or not in-process
CORE = ("test_options", "test_lifecycle", "test_passwords", "test_alien_shapes", "test_state", "test_state_roundtrip")


def pytest_addoption(parser: pytest.Parser) -> None:
    """--matrix: everything."""
    parser.addoption("--matrix", action="store_true", help="run the long tests as well")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long tests to the matrix."""
    if config.getoption("--matrix"):
        return
    kept = [item for item in items if not _is_long(item)]
    config.hook.pytest_deselected(items=[item for item in items if _is_long(item)])
    items[:] = kept


def _is_long(item: pytest.Item) -> bool:
    if "integration" not in item.path.parts:
        return False
    params = getattr(getattr(item, "callspec", None), "params", {})
    name = item.path.stem
    backend, door, preset = (params.get(one) for one in ("backend", "door", "preset"))
    other = preset not in (None, "default")
    again = params.get("resource") in SAME_ENGINE and ("together" in item.name or other)
    if name in LONG_FILES or preset in LONG_PRESETS or again or (backend == "ldap" and (other or door == "module")):
        return True
    plain = backend in (None, "sql") and door in (None, "in_process") and preset in (None, "default")
    return name not in CORE and not plain
