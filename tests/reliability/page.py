# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/reliability.md, made of the cases."""

from __future__ import annotations

from pathlib import Path

from tests.reliability.language import Case, Row
from tests.reliability.rows import SECTIONS
from tests.soak import figures

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"

HEAD = """\
# What happens when something fails

Networks break, proxies give up, panels crash, sessions end, and other people change the same objects. This page says
what the collection promises for such cases, and what each of them comes to.

## What is promised

- **What never left is sent again**: no connection could be made (no such name, refused, not in time, or no tunnel
  through the proxy), or the panel wanted a login first. From the first byte of a request on, also behind a proxy and
  with TLS, it counts as one whose answer was lost. One lost session is renewed once for a request, and once for all
  threads of a run.
- **A request takes no longer than `api_timeout`**, from connecting to the last byte of its answer.
- **Reads are repeated** when the answer is lost or the server fails (HTTP 5xx), as often as `api_retries` says; after
  HTTP 500, which seldom passes by itself, once, and not at all where something else can be read instead. The first
  pause is a quarter of a second, each further one twice as long, up to eight seconds. An answer that did come and makes
  no sense is not asked for again.
- **A write is never repeated blindly.** If its answer is lost, is HTTP 5xx, or is not the API's, the server may have
  carried it out; so the object is read. If it shows what was sent, all is well. If not, the write is sent once more
  where a later try may end differently (a lost answer, HTTP 502, 503, 504), again as often as `api_retries` says;
  otherwise the task fails (HTTP 500, an answer that is not the API's). A later refusal does not undo an earlier try:
  the object is read once more. A password is verified, or sent again.
- **A refused login is never tried again**: servers ban those who fail repeatedly. One whose answer was lost is.
- **Every write is read back**, also after a success, since panels silently ignore what they do not like. `verify` says
  what a difference leads to.
- **No failure is taken for absence.** Only the documented answers for "there is none" are.
- **The result of a task that fails is true.** `operations` has the writes that may have been carried out, and `changed`
  is true if there is one. A write that the panel refused is not among them, unless a part of it is seen to stand (it
  is looked at if it had several parameters), or an earlier try of it may have been carried out unseen.
- **A second run converges.** Whatever the first one left behind, the next one does what is missing and nothing else,
  and makes nothing twice.
- **No secret and no traceback** is printed, with `-vvv` neither.

## What each fault comes to

`make reliability` makes these tables of the tests: each row is data in `tests/reliability/rows`, which
`tests/integration/reliability` runs with `ansible-playbook -vvv --diff` against the sandbox. It asserts the message
word by word, how often the request was sent and a login was made, and every row of the panel's database after that run
and after two more without the fault. Where a cell names several faults or tasks, each is tested with each, and the
message shown is that of the first. `make test` has all of it on an SQL panel, `make matrix` on an LDAP panel as well,
and the first of each row as ordinary modules. `api_retries` is 1 there.

*The server* is what it did with the request that the fault happened to. Of a whole state (`iredmail_state`) five
objects are declared, and the fault happens to one of them or to a list. *Run again* is the same task when the fault is
over.
"""

SOAK = """\
## Everything at once

`make soak` goes on for an hour, or as long as `MINUTES` says. In each round a random server is furnished; two
controllers plan random states for it, both plans are approved, and both are applied at once, or one of them while the
other one is read only, reports drift or exports. Meanwhile answers are lost, slow, broken or HTTP 5xx, sessions expire,
the panel is restarted, all clocks jump, and somebody changes things by hand. Then all of that is over: the state is
planned, applied, applied again, reported and exported. Most rounds call what modules call, in processes that live as
long as the soak; some are run with `ansible-playbook -vvv`, by the roles. In each round it is made sure that

- no account is lost but what an approved plan takes away, by the panel's record of each request,
- nothing is written but what was approved, and what a failure puts back; a controller that is read only writes nothing,
- without faults, what check mode says is what is sent, and a second run sends nothing; nor does applying an export,
- a drift report has its form, is compared with no report of the future, and has nothing of what was just applied; what
  is declared absent and protected from pruning, so that it stays, is taken out of the declaration before that,
- no password and no cookie is in a result, a report, an export, a message or a log, and no temporary file is left,
- no connection is open, and in the end open files, connections and threads are no more than after the warm-up, which is
  the first quarter, and memory has grown by no more than 8 MiB since then, by a line through all measurements.

What check mode cannot foresee is not held against it: that the panel refuses a name which an account has as an alias
address that is not declared, since not every list shows these. The figures of {minutes:g} minutes on {date}, with the
seed {seed}:
"""


def page() -> str:
    """The whole page."""
    lines = [HEAD]
    for section in SECTIONS:
        lines += [f"### {section.title}", ""]
        lines += [section.text] if section.text else []
        lines += ["| Fault | While | The server | The task | Run again |", "|---|---|---|---|---|"]
        for row in section.rows:
            cells = [row.fault, during(row), server(row), outcome(row), second_run(row)]
            lines.append("| " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines) + "\n" + soak()


def soak() -> str:
    """What the last soak came to that was recorded."""
    found = figures.recorded()
    return SOAK.format(**found) + "\n" + figures.table(found) + "\n"


def during(row: Row) -> str:
    """What tasks do when it happens."""
    if row.during:
        return row.during
    read_first = row.method == "GET" and not row.path
    return ", ".join(
        "before " + task.words if read_first and task.module == "iredmail_user" else task.words for task in row.tasks
    )


def server(row: Row) -> str:
    """What became of the request there."""
    reads = [Case(row, task, action).is_read for task, action in row.cases()]
    return "–" if reads and all(reads) else row.server


def outcome(row: Row) -> str:
    """What the task does, and says."""
    words = row.outcome.words.replace("fails", "**fails**")
    messages = [Case(row, task, action).message for task, action in row.cases()][:1]
    return f'{words}: "{messages[0]}"' if messages and messages[0] else words


def second_run(row: Row) -> str:
    """What the second run comes to."""
    if row.second_run:
        return row.second_run
    if all(task.reads for task in row.tasks) and row.tasks:
        return "reads it"
    if not row.changes_again:
        return "changes nothing"
    return "does the rest" if row.left is not None or row.outcome.ok else "does it"
