# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make release` in a clone: what it refuses, what it does, and that a step that fails leaves everything as it was."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.common import ROOT

GIT = ("git", "-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main")
CURRENT = str(yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"])
MAJOR, MINOR = CURRENT.split(".")[:2]
NEXT = f"{MAJOR}.{int(MINOR) + 1}.0"
NEWS = "iredmail_user - something that nobody had before."
#: stands for the long checks
PASSES, FAILS = "#!/bin/sh\necho looked at $1\n", "#!/bin/sh\nexit 7\n"


class Clone:
    """The working tree as it is now, committed in a repository of its own, with the tools of this one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        listed = subprocess.run(
            ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\0")
        for name in listed:
            if name and (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        (folder / ".venv").mkdir()
        for path in (ROOT / ".venv" / name for name in ("bin", "lib", "pyvenv.cfg")):
            (folder / ".venv" / path.name).symlink_to(path)
        (folder / "changelogs" / "fragments").mkdir(exist_ok=True)
        (folder / "changelogs" / "fragments" / "news.yml").write_text(f"---\nminor_changes:\n  - {NEWS}\n")
        self.git("init", "--quiet")
        self.commit("Begin")

    def git(self, *arguments: str) -> str:
        """What git prints."""
        done = subprocess.run([*GIT, *arguments], cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def commit(self, message: str) -> None:
        """Everything that is there."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def put(self, name: str, text: str) -> None:
        """Another content of a file, committed."""
        (self.folder / name).write_text(text, encoding="utf-8")
        self.commit(f"Change {name}")

    def release(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """scripts/release, with somebody's name for the commit."""
        names = {
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "Test"), ("EMAIL", "test@example.com"))
        }
        return subprocess.run(
            [self.folder / "scripts" / "release", *arguments],
            env={**os.environ, **names},
            capture_output=True,
            text=True,
            check=False,
        )

    def read(self, name: str) -> str:
        """A file."""
        return (self.folder / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    return Clone(tmp_path_factory.mktemp("begun"))


@pytest.fixture
def clone(begun, tmp_path):
    """A copy for each test, which is quicker than another beginning."""
    folder = tmp_path / "clone"
    shutil.copytree(begun.folder, folder, symlinks=True)
    copy = object.__new__(Clone)
    copy.folder = folder
    return copy


@pytest.mark.parametrize("version", [(), ("",), ("v0.2.0",), ("0.2",), ("0.2.0-rc1",), ("0.2.0; true",), ("00.2.0",)])
def test_a_version_has_three_numbers(begun, version):
    done = begun.release(*version)
    assert done.returncode == 1
    assert "which version? make release VERSION=0.2.0" in done.stderr


def test_what_is_refused_before_anything_is_changed(clone):
    (clone.folder / "scrap.txt").write_text("new", encoding="utf-8")
    assert "there are changes that are not committed" in clone.release(NEXT).stderr
    (clone.folder / "scrap.txt").unlink()
    clone.git("tag", f"v{NEXT}")
    assert f"there is a tag v{NEXT} already" in clone.release(NEXT).stderr
    clone.git("tag", "--delete", f"v{NEXT}")
    assert f"0.0.9 is older than {CURRENT}" in clone.release("0.0.9").stderr
    patch = clone.release(NEXT[:-1] + "1").stderr
    assert "holds bug fixes alone, and there is more in changelogs/fragments/" in patch
    clone.git("checkout", "--quiet", "--detach")
    assert "no branch is checked out" in clone.release(NEXT).stderr
    clone.git("checkout", "--quiet", "main")
    for path in (clone.folder / "changelogs" / "fragments").iterdir():
        path.unlink()
    clone.commit("Remove what there is to tell")
    assert "there is nothing to tell" in clone.release(NEXT).stderr
    assert clone.git("status", "--porcelain") == ""
    assert clone.git("tag") == ""


def test_version_changelog_commit_and_tag(clone):
    clone.put("scripts/package", PASSES)
    begin = clone.git("rev-parse", "HEAD")
    done = clone.release(NEXT)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"looked at {NEXT}" in done.stdout
    assert "nothing is uploaded" in done.stdout
    assert clone.git("status", "--porcelain") == ""
    assert clone.git("cat-file", "-t", f"v{NEXT}") == "tag"
    assert clone.git("log", "--format=%s", f"{begin}..v{NEXT}") == f"Release {NEXT}"
    assert yaml.safe_load(clone.read("galaxy.yml"))["version"] == NEXT
    assert f'VERSION = "{NEXT}"' in clone.read("plugins/module_utils/_version.py")
    for name in ("README.md", "docs/ci.md", "examples/ci/requirements.yml"):
        assert re.findall(r"^ *version: (?:main|v.*)$", clone.read(name), re.MULTILINE) == [f"    version: v{NEXT}"]
    notes = clone.read("CHANGELOG.rst")
    assert re.findall(r"^v\d.*$", notes, re.MULTILINE)[0] == f"v{NEXT}"
    assert f"\n- {NEWS}\n" in notes
    assert list((clone.folder / "changelogs").glob("fragments/*")) == []


@pytest.mark.matrix
def test_a_step_that_fails_leaves_everything_as_it_was(clone):
    clone.put("scripts/package", FAILS)
    begin = clone.git("rev-parse", "HEAD")
    assert clone.release(NEXT).returncode == 7
    assert clone.git("status", "--porcelain") == ""
    assert (clone.git("rev-parse", "HEAD"), clone.git("tag")) == (begin, "")
    clone.put("changelogs/fragments/broken.yml", "---\nbugfixes: no list\n")
    assert clone.release(NEXT).returncode != 0
    assert clone.git("status", "--porcelain") == ""


def test_a_tag_that_cannot_be_made_leaves_no_commit(clone):
    clone.put("scripts/package", PASSES)
    clone.git("config", "tag.gpgSign", "true")
    clone.git("config", "gpg.program", "false")
    begin = clone.git("rev-parse", "HEAD")
    assert clone.release(NEXT).returncode != 0
    assert (clone.git("rev-parse", "HEAD"), clone.git("tag"), clone.git("status", "--porcelain")) == (begin, "", "")


def test_what_somebody_changes_meanwhile_is_neither_released_nor_lost(clone):
    clone.put("scripts/package", "#!/bin/sh\necho mine >>Makefile\n")
    begin = clone.git("rev-parse", "HEAD")
    done = clone.release(NEXT)
    assert "something was changed while the package was made" in done.stderr, done.stdout
    assert (clone.git("rev-parse", "HEAD"), clone.git("tag")) == (begin, "")
    assert clone.git("status", "--porcelain") == "M Makefile"
    assert clone.read("Makefile").endswith("\nmine\n")


@pytest.mark.matrix
def test_a_whole_release(clone):
    """With all checks: galaxy-importer, the demo from the package, the site; and it installs from the tag."""
    done = clone.release(NEXT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (clone.folder / "dist" / f"mailstate-iredmail-{NEXT}.tar.gz").exists()
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=clone.folder / "dist", check=True)
    assert NEWS in clone.read("dist/notes.md").replace("\\", "")
    assert (clone.folder / ".build" / "site" / "index.html").exists()
    target = clone.folder.parent / "installed"
    source = f"git+file://{clone.folder},v{NEXT}"
    subprocess.run(["ansible-galaxy", "collection", "install", "-p", target, source], check=True, capture_output=True)
    assert (target / "ansible_collections" / "mailstate" / "iredmail" / "README.md").exists()


def publish(folder: Path, key: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """scripts/publish of a clone."""
    return subprocess.run(
        [folder / "scripts" / "publish", *arguments],
        env={**os.environ, "GALAXY_API_KEY": key},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_what_is_not_published(begun):
    assert "which version?" in publish(begun.folder, "K").stderr
    assert "GALAXY_API_KEY is empty" in publish(begun.folder, "", CURRENT).stderr
    assert "there is no dist/" in publish(begun.folder, "K", CURRENT).stderr


def test_only_what_was_looked_at_is_published_and_only_of_its_tag(clone):
    dist = clone.folder / "dist"
    dist.mkdir()
    package = dist / f"mailstate-iredmail-{CURRENT}.tar.gz"
    package.write_bytes(b"package")
    assert "nothing says that" in publish(clone.folder, "K", CURRENT).stderr
    looked_at(package)
    assert f"there is no tag v{CURRENT}" in publish(clone.folder, "K", CURRENT).stderr
    clone.git("tag", f"v{CURRENT}")
    clone.put("README.md", "later")
    assert f"this is not the tag v{CURRENT}" in publish(clone.folder, "K", CURRENT).stderr
    package.write_bytes(b"another")
    assert "dist is not what was looked at" in publish(clone.folder, "K", CURRENT).stderr


def looked_at(package: Path) -> None:
    """Write down what scripts/package does at its end."""
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    (package.parent / "SHA256SUMS").write_text(f"{digest}  {package.name}\n", encoding="ascii")


class _Galaxy(BaseHTTPRequestHandler):
    """As much of Galaxy as an upload asks for."""

    sent: list[tuple[str, str, bytes]]

    def do_GET(self) -> None:
        self._answer({"available_versions": {"v3": "v3/"}})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.sent.append((self.path, str(self.headers["Authorization"]), body))
        self._answer({"task": "/api/v3/imports/collections/1/"})

    def _answer(self, what: dict[str, Any]) -> None:
        text = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.mark.matrix
def test_the_package_is_uploaded_with_the_key(clone):
    (clone.folder / "dist").mkdir()
    package = clone.folder / "dist" / f"mailstate-iredmail-{CURRENT}.tar.gz"
    subprocess.run([clone.folder / "scripts" / "build", package.parent], check=True, capture_output=True)
    looked_at(package)
    clone.git("tag", f"v{CURRENT}")
    sent: list[tuple[str, str, bytes]] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Galaxy", (_Galaxy,), {"sent": sent})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        done = publish(clone.folder, "Key-7f3a", CURRENT, "--server", url, "--no-wait", "-vvv")
        server.shutdown()

    assert done.returncode == 0, done.stdout + done.stderr
    ((path, authorization, body),) = sent
    assert path.endswith("/artifacts/collections/")
    assert authorization == "Token Key-7f3a"
    assert hashlib.sha256(package.read_bytes()).hexdigest().encode() in body
    assert "Key-7f3a" not in done.stdout + done.stderr
