# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How web.py reads a request: the panel's framework (panel/transport.md#requests), with all its forgiveness."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from werkzeug.wrappers import Request

# The regular expressions of the routes (panel/transport.md#paths); what does not match is no route at all: HTTP 404
MAIL = r"[\w\-\#][\w\-\.\+\=\/\&\#]*@[\w\-][\w\-\.]*\.[a-zA-Z0-9\-]{2,15}"
DOMAIN = r"[\w\-][\w\-\.]*\.[a-zA-Z0-9\-]{2,25}"
# What an account that can log in may be called: no + = / (panel/users.md#codes)
ACCOUNT = re.compile(r"[\w\-\#][\w\-\.\&\#]*@[\w\-][\w\-\.]*\.[a-zA-Z0-9\-]{2,15}", re.ASCII)
_MAIL = re.compile(MAIL, re.ASCII)
_DOMAIN = re.compile(DOMAIN, re.ASCII)


def is_mail(text: str) -> bool:
    """Whether the panel takes this for an address."""
    return bool(_MAIL.fullmatch(text))


def is_domain(text: str) -> bool:
    """Whether the panel takes this for a domain name."""
    return bool(_DOMAIN.fullmatch(text))


def domain_of(mail: str) -> str:
    """The domain part of an address."""
    return mail.rpartition("@")[2]


def head_size(request: Request) -> int:
    """The bytes of the request line and the headers (panel/transport.md#sizes)."""
    line = f"{request.method} {request.environ.get('REQUEST_URI', request.full_path)} HTTP/1.1"
    return len(line) + 4 + sum(len(name) + len(value) + 4 for name, value in request.headers)


@dataclass
class Sent:
    """The parameters of a request as web.py sees them, and what a strict reader would have complained about."""

    params: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)


def read(request: Request) -> Sent:
    """Merge query and body: any content type is form data, blanks are kept, the body wins, the last value wins.

    The body of a DELETE (and of a GET) is not read at all. Raises UnicodeDecodeError when the body is not UTF-8,
    which is a crash of the panel (HTTP 500).
    """
    sent = Sent()
    body = request.get_data(cache=True, parse_form_data=False)
    query = parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)
    pairs = list(query)
    sent.query = dict(query)
    if {"password", "password_hash"} & set(sent.query):
        sent.complaints.append("a password is in the query string, which web servers log")
    if request.method in ("POST", "PUT", "PATCH"):
        if request.mimetype == "multipart/form-data":
            form = [(name, value) for name, values in request.form.lists() for value in values]
        else:
            if request.mimetype not in ("application/x-www-form-urlencoded", ""):
                sent.complaints.append(f"content type {request.mimetype} is read as a form")
            form = parse_qsl(body.decode("utf-8"), keep_blank_values=True)
        if any(name in dict(form) for name, _value in query):
            sent.complaints.append("a parameter is in the query and in the body")
        names = [name for name, _value in form]
        for name in {name for name in names if names.count(name) > 1}:
            sent.complaints.append(f"parameter {name} is repeated: only the last one counts")
        pairs += form
    elif body:
        sent.complaints.append(f"the body of a {request.method} is never read")
    sent.params = dict(pairs)
    return sent
