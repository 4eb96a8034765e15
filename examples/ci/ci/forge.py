#!/usr/bin/env python3
# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pipelines ask of GitHub and GitLab.

ci/forge.py comment plan/plan.md          show the plan in the request, in one comment that is kept up to date
ci/forge.py approved approved/plan.json   get the plan of the request that the current commit was merged from

MAIL_FORGE_TOKEN is the token. Everything else is in the environment that GitHub Actions and GitLab CI give to a job,
but for PULL_REQUEST, the number of the pull request on GitHub.
"""

from __future__ import annotations

import io
import json
import os
import sys
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

MARK = "<!-- mail plan -->"
#: the longest comment that both forges take, with room to spare
LONGEST = 60_000
WORKFLOW, ARTIFACT, JOB = "mail.yml", "mail-plan", "plan"


class Forge:
    """Requests to one forge."""

    def __init__(self, base: str, header: str, value: str) -> None:
        self._base, self._header, self._value = base, header, value

    def ask(self, path: str, method: str = "GET", **body: str) -> bytes:
        """The answer as it is; anything but success is an error."""
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self._base + path, data=data, method=method)
        # not for the storage that an answer may redirect to
        request.add_unredirected_header(self._header, self._value)
        if data:
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return bytes(answer.read())

    def get(self, path: str) -> Any:
        """The answer as JSON."""
        return json.loads(self.ask(path))

    def comment(self, listed: str, edited: str, edit: str, text: str) -> None:
        """Edit our comment, or write it."""
        page, ours = 1, None
        while ours is None:
            comments = self.get(f"{listed}?per_page=100&page={page}")
            ours = next((one["id"] for one in comments if one["body"].startswith(MARK)), None)
            if len(comments) < 100:
                break
            page += 1
        if ours is None:
            self.ask(listed, "POST", body=text)
        else:
            self.ask(f"{edited}/{ours}", edit, body=text)


def github() -> Forge:
    """GitHub, as Actions describe it."""
    base = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}"
    return Forge(base, "Authorization", f"Bearer {os.environ['MAIL_FORGE_TOKEN']}")


def gitlab() -> Forge:
    """GitLab, as its CI describes it."""
    base = f"{os.environ['CI_API_V4_URL']}/projects/{os.environ['CI_PROJECT_ID']}"
    return Forge(base, "PRIVATE-TOKEN", os.environ["MAIL_FORGE_TOKEN"])


def first(found: list[Any], what: str) -> Any:
    """The first of what was found."""
    if not found:
        sys.exit(
            f"{what}. Nothing was written. Run the pipeline by hand: it makes a plan, and asks before it applies it."
        )
    return found[0]


def approved_on_github() -> bytes:
    """The plan of the pull request that the commit came from."""
    forge, commit = github(), os.environ["GITHUB_SHA"]
    merged = [one for one in forge.get(f"/commits/{commit}/pulls") if one["merged_at"]]
    head = first(merged, f"No merged pull request has the commit {commit}")["head"]["sha"]
    query = f"event=pull_request&status=success&head_sha={head}"
    runs = forge.get(f"/actions/workflows/{WORKFLOW}/runs?{query}")["workflow_runs"]
    run = first(runs, f"The pull request's last commit {head} has no complete plan")["id"]
    artifacts = forge.get(f"/actions/runs/{run}/artifacts?name={ARTIFACT}")["artifacts"]
    kept = [one for one in artifacts if not one["expired"]]
    artifact = first(kept, f"The plan of {head} is not kept any more")["id"]
    with zipfile.ZipFile(io.BytesIO(forge.ask(f"/actions/artifacts/{artifact}/zip"))) as content:
        return content.read("plan.json")


def approved_on_gitlab() -> bytes:
    """The plan of the merge request that the commit came from."""
    forge, commit = gitlab(), os.environ["CI_COMMIT_SHA"]
    requests = forge.get(f"/repository/commits/{commit}/merge_requests")
    merged = [one for one in requests if one["state"] == "merged"]
    number = first(merged, f"No merged request has the commit {commit}")["iid"]
    pipelines = forge.get(f"/merge_requests/{number}/pipelines")
    newest = first(pipelines, f"The merge request !{number} has no pipeline")
    complete = [newest] if newest["status"] == "success" else []
    pipeline = first(complete, f"The last pipeline of the merge request !{number} did not succeed")["id"]
    jobs = [one for one in forge.get(f"/pipelines/{pipeline}/jobs") if one["name"] == JOB]
    job = first(jobs, f"The last pipeline of the merge request !{number} made no plan")["id"]
    return forge.ask(f"/jobs/{job}/artifacts/plan/plan.json")


def main(what: str, name: str) -> None:
    """Called by the pipelines."""
    file, on_github = Path(name), "GITHUB_API_URL" in os.environ
    if what == "approved":
        plan = approved_on_github() if on_github else approved_on_gitlab()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(plan)
        return
    text = f"{MARK}\n{file.read_text(encoding='utf-8')}"
    if len(text) > LONGEST:
        text = text[:LONGEST] + "\n\nThe rest is in the artifacts of the job."
    if on_github:
        github().comment(f"/issues/{os.environ['PULL_REQUEST']}/comments", "/issues/comments", "PATCH", text)
    else:
        notes = f"/merge_requests/{os.environ['CI_MERGE_REQUEST_IID']}/notes"
        gitlab().comment(notes, notes, "PUT", text)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("comment", "approved"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
