# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the collection importable and the environment predictable, also when pytest is called by hand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.support.selection import none_left_whole, sentence, why_left

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

    # What runs in the background of a script, or under nohup, has these ignored, and so would all that a test starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

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

LEFT = pytest.StashKey[Counter[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """--matrix: everything. --rest: of that, what `make test` leaves out or does less thoroughly."""
    parser.addoption("--matrix", action="store_true", help="run the long tests as well")
    parser.addoption("--rest", action="store_true", help="with --matrix: run nothing that is the same without it")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to the matrix what takes long and repeats on other ground what the rest shows."""
    reasons = none_left_whole({item: (item.nodeid.partition("[")[0], _why_left(item)) for item in items})
    if config.getoption("--rest"):
        left = [item for item in items if not (reasons[item] or item.get_closest_marker("thorough"))]
    elif config.getoption("--matrix"):
        left = []
    else:
        left = [item for item in items if reasons[item]]
        config.stash[LEFT] = Counter(reasons[item] for item in left)
    config.hook.pytest_deselected(items=left)
    gone = set(left)
    items[:] = [item for item in items if item not in gone]


def _why_left(item: pytest.Item) -> str:
    marks = {mark.name for mark in item.iter_markers()}
    if "integration" not in item.path.parts:
        marks &= {"matrix"}
        return why_left(marks, {})
    return why_left(marks, getattr(getattr(item, "callspec", None), "params", {}))


# The workers of pytest-xdist collect the tests, and each finds the same; the process that reports hears it from them.


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that reports what was left out."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left"] = dict(session.config.stash.get(LEFT, Counter()))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear of it; a process that crashed has not said it."""
    left = getattr(node, "workeroutput", {}).get("left")
    if left:
        node.config.stash[LEFT] = Counter(left)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what was left out, so that nobody takes for tested what is not."""
    left = config.stash.get(LEFT, Counter())
    if left:
        terminalreporter.write_line(sentence(left))
