# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/ci: the files call the steps that there are, and forge.py asks GitHub and GitLab for what it needs."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.common import ROOT

FOLDER = ROOT / "examples" / "ci"
STEPS = sorted(path.name for path in (FOLDER / "ci").iterdir())
PIPELINES = [*sorted((FOLDER / "github").glob("*.yml")), FOLDER / "gitlab-ci.yml"]
PLAN = b'{"checksum": "1f3a"}'


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: path.name)
def test_pipelines_call_steps_that_there_are(path: Path) -> None:
    called = set(re.findall(r"\bci/([\w.]+\.(?:sh|py))", path.read_text(encoding="utf-8")))

    assert called
    assert called <= set(STEPS)


def test_every_step_is_called_on_both_forges() -> None:
    on_github = "".join(path.read_text(encoding="utf-8") for path in PIPELINES[:-1])
    on_gitlab = PIPELINES[-1].read_text(encoding="utf-8")
    for step in set(STEPS) - {"env.sh", "settings.yml"}:
        assert f"ci/{step}" in on_github
        assert f"ci/{step}" in on_gitlab
        assert os.access(FOLDER / "ci" / step, os.X_OK), step


@pytest.mark.parametrize("path", PIPELINES[:-1], ids=lambda path: path.name)
def test_who_has_the_password_on_github(path: Path) -> None:
    """Only jobs with an environment, and none that runs the code of a fork."""
    jobs: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    for name, job in jobs.items():
        if "secrets." in json.dumps(job):
            assert job["environment"], name
            assert (
                path.stem == "drift"
                or "github.event.pull_request.head.repo.full_name ==" in job["if"]
                or ("github.ref == 'refs/heads/main'" in job["if"])
            )
    assert path.stem == "drift" or "secrets." not in json.dumps(jobs["validate"])


def test_jobs_on_gitlab_fit_together() -> None:
    """Beyond what the schema says: stages that there are, jobs that others wait for, and where the password is."""
    jobs: dict[str, Any] = yaml.safe_load(PIPELINES[-1].read_text(encoding="utf-8"))
    stages = jobs.pop("stages")
    for word in ("workflow", "default"):
        jobs.pop(word)
    for name, job in jobs.items():
        whole = {**jobs.get(job.get("extends", ""), {}), **job}
        assert whole["stage"] in stages, name
        assert set(whole.get("needs", ())) <= set(jobs), name
        assert whole["rules"], name
        # variables are scoped to environments, and the check of strangers' requests has none
        assert ("environment" in whole) is (name != "validate"), name
    own = "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID"
    assert [
        rule["if"] for rule in jobs["plan"]["rules"] if "merge_request" in rule["if"] and own not in rule["if"]
    ] == []


class _Forge(BaseHTTPRequestHandler):
    answers: dict[str, Any]
    asked: list[tuple[str, str, Any]]

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        self.asked.append((self.command, self.path, body))
        if self.path.startswith("/storage"):
            # where an artifact lies is another server, which must not have the token
            known = self.headers.get("Authorization") is None
        else:
            known = "Bearer T" in str(self.headers.get("Authorization")) or self.headers.get("PRIVATE-TOKEN") == "T"
        answer = self.answers.get(f"{self.command} {self.path}") if known else None
        self.send_response(404 if answer is None else 302 if isinstance(answer, str) else 200)
        if isinstance(answer, str):
            self.send_header("Location", answer)
        text = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_PATCH = _answer

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def forge(answers: dict[str, Any]) -> Iterator[tuple[str, list[tuple[str, str, Any]]]]:
    """A forge that gives these answers, and what it was asked."""
    asked: list[tuple[str, str, Any]] = []
    handler = type("Handler", (_Forge,), {"answers": answers, "asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()


def call(url: str, kind: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """forge.py as a job of that forge runs it."""
    given = {
        "github": {"GITHUB_API_URL": url, "GITHUB_REPOSITORY": "c/mail", "GITHUB_SHA": "abc", "PULL_REQUEST": "7"},
        "gitlab": {
            "CI_API_V4_URL": url,
            "CI_PROJECT_ID": "9",
            "CI_COMMIT_SHA": "abc",
            "CI_MERGE_REQUEST_IID": "7",
        },
    }[kind]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "CI_"))}
    return subprocess.run(
        [sys.executable, FOLDER / "ci" / "forge.py", *arguments],
        env={**env, **given, "MAIL_FORGE_TOKEN": "T"},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def github(merged: Any = "2026-11-28", expired: bool = False) -> dict[str, Any]:
    """The answers on the way from a commit to the plan of its pull request."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as content:
        content.writestr("plan.json", PLAN)
    runs = "/repos/c/mail/actions/workflows/mail.yml/runs?event=pull_request&status=success&head_sha=def"
    return {
        "GET /repos/c/mail/commits/abc/pulls": [{"merged_at": merged, "head": {"sha": "def"}}],
        f"GET {runs}": {"workflow_runs": [{"id": 5}, {"id": 4}]},
        "GET /repos/c/mail/actions/runs/5/artifacts?name=mail-plan": {"artifacts": [{"id": 6, "expired": expired}]},
        "GET /repos/c/mail/actions/artifacts/6/zip": "/storage/6",
        "GET /storage/6": packed.getvalue(),
    }


def gitlab(status: str = "success", job: str = "plan") -> dict[str, Any]:
    """The same there."""
    return {
        "GET /projects/9/repository/commits/abc/merge_requests": [{"iid": 7, "state": "merged"}],
        "GET /projects/9/merge_requests/7/pipelines": [{"id": 5, "status": status}, {"id": 4, "status": "success"}],
        "GET /projects/9/pipelines/5/jobs": [{"id": 1, "name": "validate"}, {"id": 6, "name": job}],
        "GET /projects/9/jobs/6/artifacts/plan/plan.json": PLAN,
    }


@pytest.mark.parametrize(("kind", "answers"), [("github", github()), ("gitlab", gitlab())])
def test_the_plan_of_the_request_is_found(tmp_path: Path, kind: str, answers: dict[str, Any]) -> None:
    file = tmp_path / "approved" / "plan.json"
    with forge(answers) as (url, _asked):
        done = call(url, kind, "approved", str(file))

    assert done.returncode == 0, done.stderr
    assert file.read_bytes() == PLAN


@pytest.mark.parametrize(
    ("kind", "answers", "words"),
    [
        ("github", github(merged=None), "No merged pull request has the commit abc"),
        ("github", github(expired=True), "is not kept any more"),
        ("gitlab", gitlab(status="failed"), "did not succeed"),
        ("gitlab", gitlab(job="other"), "made no plan"),
    ],
)
def test_without_a_plan_nothing_is_approved(tmp_path: Path, kind: str, answers: dict[str, Any], words: str) -> None:
    file = tmp_path / "plan.json"
    with forge(answers) as (url, _asked):
        done = call(url, kind, "approved", str(file))

    assert done.returncode == 1
    assert words in done.stderr
    assert "Run the pipeline by hand" in done.stderr
    assert not file.exists()


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize(
    ("kind", "listed", "edited", "method"),
    [
        ("github", "/repos/c/mail/issues/7/comments", "/repos/c/mail/issues/comments/3", "PATCH"),
        ("gitlab", "/projects/9/merge_requests/7/notes", "/projects/9/merge_requests/7/notes/3", "PUT"),
    ],
)
def test_one_comment_is_kept_up_to_date(
    tmp_path: Path, kind: str, listed: str, edited: str, method: str, there: bool
) -> None:
    file = tmp_path / "plan.md"
    file.write_text("1 to change\n" + "x" * 70_000, encoding="utf-8")
    others = [{"id": number, "body": "what <!-- mail plan --> is"} for number in range(100)]
    ours = [{"id": 3, "body": "<!-- mail plan -->\nold"}] * there
    answers = {
        f"GET {listed}?per_page=100&page=1": others,
        f"GET {listed}?per_page=100&page=2": ours,
        f"POST {listed}": {},
        f"{method} {edited}": {},
    }
    with forge(answers) as (url, asked):
        done = call(url, kind, "comment", str(file))

    assert done.returncode == 0, done.stderr
    (written,) = [one for one in asked if one[0] != "GET"]
    assert written[:2] == ((method, edited) if there else ("POST", listed))
    assert written[2]["body"].startswith("<!-- mail plan -->\n1 to change\n")
    assert len(written[2]["body"]) < 65_536
    assert written[2]["body"].endswith("The rest is in the artifacts of the job.")
