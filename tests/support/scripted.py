# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers by a script: for the panel instead of a client, for the client instead of a transport, and for the transport
instead of the network."""

from __future__ import annotations

import io
import json
from email.message import Message
from types import SimpleNamespace
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.client import Client
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.moment import MOMENT
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.transport import Answer, Transport
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.paths import api_path

BASE = "https://mail.example.com/iredadmin"
GOOD = {"_success": True}


def answer(body: Any, status: int = 200, content_type: str = "application/json", location: str = "") -> Answer:
    """What a transport returns; a body that is not bytes is sent as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, content_type, data, location)


def refusal(message: str) -> Answer:
    """A panel's no."""
    return answer({"_success": False, "_msg": message})


class Answers:
    """A client that answers by path; an answer may be an error. A POST that changes nothing succeeds unless it has one.

    :ivar asked: what was read, with its query; ``sent`` what was written
    """

    username: str | None = "root@example.org"
    backend_hint: str | None = "sql"
    session = "iRedAdmin-Pro-MYSQL=new"
    retries = 3

    @property
    def account(self) -> str | None:
        return self.username

    def __init__(self, **answers: Any) -> None:
        self.answers: dict[str, Any] = answers
        self.asked: list[tuple[Any, ...]] = []
        self.sent: list[tuple[Any, ...]] = []
        self.done: list[str] = []

    def get(self, path: tuple[str, ...], query: Any = None, after_crash: bool = True) -> Any:
        self.asked.append((api_path(path), query, after_crash))
        found = self.answers[api_path(path)]
        if isinstance(found, Exception):
            raise found
        return found

    verify_password = Client.verify_password

    def ask(self, path: tuple[str, ...], form: Any) -> None:
        self.asked.append((api_path(path), form))
        if api_path(path) in self.answers:
            raise self.answers[api_path(path)]

    def write(self, method: str, path: tuple[str, ...], params: Any) -> None:
        self.sent.append((method, api_path(path), params))

    def forget_session(self) -> None:
        self.done.append("forget")

    def login(self) -> None:
        self.done.append("login")
        if "login" in self.answers:
            raise self.answers["login"]


class Script:
    """A transport that expects these requests in this order and gives these answers (or raises them)."""

    base = BASE

    def __init__(self, *steps: tuple[str, Any]) -> None:
        self.steps = list(steps)
        self.forms: list[tuple[Any, Any]] = []
        self.jar: dict[str, str] = {}

    def send(self, method: str, path: tuple[str, ...], query: Any, form: Any) -> Answer:
        shown = f"{method} {api_path(path)}"
        assert self.steps, "unexpected request: " + shown
        expected, reply = self.steps.pop(0)
        assert shown == expected
        self.forms.append((query, form))
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, Answer) else answer(reply)

    def cookies(self) -> dict[str, str]:
        return dict(self.jar)

    def set_cookie(self, name: str, value: str) -> None:
        self.jar = {name: value}

    def forget_cookies(self) -> None:
        self.jar = {}


class Network(HTTPAdapter):
    """What ``requests`` sends is kept, with its options; each reply is raised, or is a body with headers.

    :ivar sent: the requests as they would go over the wire
    :ivar options: of each, what was said about its time-out and TLS
    :ivar leaves: whether a request that fails has left before
    """

    def __init__(self, *replies: Any) -> None:
        super().__init__()
        self.replies = list(replies)
        self.sent: list[requests.PreparedRequest] = []
        self.options: list[dict[str, Any]] = []
        self.leaves = True

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        self.sent.append(request)
        self.options.append(options)
        reply = self.replies.pop(0)
        MOMENT.left = self.leaves
        if isinstance(reply, Exception):
            raise reply
        status, headers, body = reply
        raw = urllib3.HTTPResponse(io.BytesIO(body), headers, status, preload_content=False)
        message = Message()
        for name, value in headers.items():
            message[name] = value
        raw._original_response = SimpleNamespace(msg=message, isclosed=lambda: True)  # type: ignore[assignment]
        return self.build_response(request, raw)


def connected(*replies: Any, url: str = BASE, **options: Any) -> tuple[Transport, Network]:
    """A transport whose network gives these replies."""
    transport, network = Transport(url, **options), Network(*replies)
    transport._session.mount("https://", network)
    transport._session.mount("http://", network)
    return transport, network
