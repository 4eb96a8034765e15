# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people are told who have a wrong address or a wrong variable: through each door, as Ansible shows it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.support.playbook import run_tasks, task
from tests.support.raw_server import RawServer, send

HERE = {"api_username": "root@example.com", "api_password": "secret-1"}
NGINX = b"<html><head><title>%s</title></head><body><hr><center>nginx</center></body></html>"


def page(status: str, title: str, mime: str = "text/html") -> RawServer:
    body = NGINX % title.encode() if mime == "text/html" else title.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: {mime}\r\nContent-Length: {len(body)}\r\n\r\n"
    return RawServer(send(head.encode() + body))


WRONG = {
    "there is no panel (HTTP 404 for /api/login): api_url is wrong": page("404 Not Found", "404 Not Found"),
    'was answered with a web page "Welcome to nginx!", not by the API': page("200 OK", "Welcome to nginx!"),
    "speaks TLS, and was spoken to without. Begin api_url with https.": page(
        "400 Bad Request", "400 The plain HTTP request was sent to HTTPS port"
    ),
    'The server failed on POST /api/login (HTTP 503, "ERROR: no such host")': page("503 No", "ERROR: no such host"),
    "has no _success; it is not the API's: check api_url.": page("200 OK", '{"status": "ok"}', "application/json"),
    "does not speak HTTP: it is another service.": RawServer(greeting=send(b"220 mail.example.com ESMTP\r\n")),
}


def ask(door: bool, **options: Any) -> dict[str, Any]:
    wanted = {"api_retries": 0, **HERE, **options}
    return dict(task("iredmail_domain_info", **wanted), vars={"iredmail_in_process": door})


def test_whoever_answers_and_whatever_is_wrong_is_told(tmp_path: Path) -> None:
    with ExitStack() as stack:
        urls = [f"http://127.0.0.1:{stack.enter_context(server).port}/iredadmin" for server in WRONG.values()]
        source = tmp_path / "mail.iredmail_domains.yml"
        source.write_text("plugin: mailstate.iredmail.domains\napi_url: http://127.0.0.1:1\n")
        lookup = "{{ query('mailstate.iredmail.profile', 'domains', api_url='http://127.0.0.1:1') }}"
        tasks = [ask(True, api_url=url) for url in urls]
        for door in (True, False):
            for variable, value in (("IREDMAIL_API_TIMEOUT", "0"), ("IREDMAIL_API_URL", "mail.example.com")):
                given = {"api_url": urls[0]} if variable != "IREDMAIL_API_URL" else {}
                tasks.append(dict(ask(door, **given), environment={variable: value}))
            tasks.append(dict(ask(door, api_url=urls[0], api_retries=None), environment={"IREDMAIL_API_RETRIES": "x"}))
        tasks.append({"name": "Ask", "ansible.builtin.debug": {"msg": lookup}, "ignore_errors": True})
        env = {
            "IREDMAIL_API_RETRIES": "-1",
            "IREDMAIL_API_USERNAME": "root@example.com",
            "IREDMAIL_API_PASSWORD": "x-1",
        }
        run = run_tasks(None, tasks, args=("-i", str(source)), env=env)

    told = [result["msg"].removeprefix("domain: ") for result in run.results]
    for words, shown in zip(WRONG, told, strict=False):
        assert words in shown
        assert shown.count("(") == shown.count(")")
    assert told[len(WRONG) :] == [
        "api_timeout must be more than 0 seconds, and less than 9223372036. api_timeout comes from "
        "IREDMAIL_API_TIMEOUT in the environment.",
        "api_url is not the address of a panel; write it like https://mail.example.com/iredadmin ('/api' is appended). "
        "api_url comes from IREDMAIL_API_URL in the environment.",
        "IREDMAIL_API_RETRIES in the environment is not an integer: x",
    ] * 2 + [told[-1]]
    words = "api_retries must be 0 or more. api_retries comes from IREDMAIL_API_RETRIES in the environment."
    assert words in told[-1]
    # ansible-core before 2.19 breaks lines wherever they are full
    assert "".join(f"mailstate.iredmail.domains: {words}".split()) in "".join(run.output.split())
