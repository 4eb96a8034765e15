# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is typed, a request is what was meant: no further parameter, no further path, no further header.

The modules run with their own transport. What it hands to the network is taken apart again by a reader that shares no
code with it, and held against the routes of the sandbox, which are written from the API document.
"""

from __future__ import annotations

import json
import posixpath
import re
import threading
from collections import Counter
from importlib import import_module
from pathlib import Path
from unittest import mock

import pytest
import requests
from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.connection import connection_spec
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.transport import Transport
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import execute
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import ListField
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import KINDS
from tests.sandbox.app import find  # which has loaded the routes
from tests.sandbox.wire import Sent
from tests.support.common import PASSWORD
from tests.support.inputs import clear, codecs_of, domains, explore, items, mails, texts, validated

pytestmark = pytest.mark.thorough

BASE = "https://mail.example.com/iredadmin"
CONNECTION = {"api_url": BASE, "api_username": "root@example.org", "api_password": "Pw-1 &=+%\n;ü", "api_retries": 0}
COOKIE = "iRedAdmin-Pro-{}=" + "f" * 40
GONE = "gone@other.example"
HEADERS = {"accept", "accept-encoding", "connection", "content-length", "content-type", "cookie", "user-agent"}
RESOURCES = {kind.resource.path[0]: kind.resource for kind in KINDS if kind.resource}
#: words of the API that stand for booleans and the like
WORDS = {"", "yes", "no", "active", "disabled", "enable", "disable", "mb", "gb", "tb", "normal", GONE}
#: parameters of reads and of deletions; no list, and no secret
QUERIES = {"name_only", "email_only", "disabled_only", "with_subscribers", "keep_archive", "archive"}


# -- the reader


def decoded(text, plus=False):
    """Percent-decoding, and nothing that would have needed it."""
    assert re.fullmatch(r"(?:[A-Za-z0-9\-._~@]|%[0-9A-F]{2}" + (r"|\+" if plus else "") + ")*", text), text
    pieces = re.split("(%..)", text.replace("+", " ") if plus else text)
    return b"".join(bytes([int(one[1:], 16)]) if one[:1] == "%" else one.encode("ascii") for one in pieces).decode()


def form(text):
    """Parameters: each has one name and one value, and is there once."""
    pairs = [piece.split("=") for piece in text.split("&")] if text else []
    assert all(len(pair) == 2 for pair in pairs), text
    found = {decoded(name, True): decoded(value, True) for name, value in pairs}
    assert len(found) == len(pairs), "a parameter is there twice"
    return found


def taken_apart(request):
    """Method, path, query and form of what would go over the network."""
    assert request.url.startswith(BASE + "/api/"), request.url
    assert request.url.isascii()
    path, mark, query = request.url[len(BASE) + 5 :].partition("?")
    assert "?" not in query
    segments = tuple(decoded(part) for part in path.split("/"))
    whole = "/api/" + "/".join(segments)
    assert posixpath.normpath(whole) == whole, "a web server would make another path of it"
    for name, value in request.headers.items():
        assert name.lower() in HEADERS
        assert not re.search(r"[\r\n\0]", value if isinstance(value, str) else value.decode("latin-1"))
    body = request.body or ""
    assert not (body and request.method in ("GET", "DELETE"))
    return request.method, segments, form(query) if mark else {}, form(body)


# -- the panel


class Panel:
    """Answers enough for a module to go on: everything asked for is there, or was made by a POST."""

    def __init__(self, backend, there, missing=""):
        self.backend, self.there, self.missing = backend, there, missing
        self.sent, self.made = [], set()

    def run(self, job, params):
        real = Transport.send
        here = threading.local()

        def noted(transport, method, path, query, form):
            here.meant = (method, path, dict(query or {}), dict(form or {}))
            return real(transport, method, path, query, form)

        def network(_adapter, request, **_options):
            self.sent.append((here.meant, request))
            return self.answer(request)

        with (
            mock.patch.object(Transport, "send", noted),
            mock.patch.object(requests.adapters.HTTPAdapter, "send", network),
        ):
            return execute(job, params, check_mode=False)

    def answer(self, request):
        method, path, _query, _form = taken_apart(request)
        verdict = {"_success": True}
        if method == "GET":
            verdict = self.shown(path)
        elif path[0] == "verify_password":
            verdict = {"_success": False, "_msg": "INVALID_CREDENTIALS"}
        elif method == "POST":
            self.made.add(path[-1])
        response = requests.Response()
        response.status_code, response.request, response.url = 200, request, request.url
        response._content = json.dumps(verdict).encode()
        if path == ("login",):
            name, _sign, value = COOKIE.format("LDAP" if self.backend == "ldap" else "MYSQL").partition("=")
            response.cookies.set(name, value)
        return response

    def shown(self, path):
        """A profile with little but its name; all users of a domain; an address in each list; no setting."""
        if path[0] in RESOURCES and len(path) == 2:
            resource, name = RESOURCES[path[0]], path[1]
            if name not in self.made and (not self.there or name == self.missing):
                return {"_success": False, "_msg": min(resource.absent_codes)}
            key = resource.id_keys[self.backend]
            profile = {key: [name]} if self.backend == "ldap" else {key: name, "active": 1}
            # lists that can be changed only as a whole must be seen to add to them
            lists = [
                one
                for one in resource.fields
                if isinstance(one, ListField) and not one.add and one.only in (None, self.backend)
            ]
            profile |= {one.places(self.backend)[0].path: [] for one in lists}
            return {"_success": True, "_data": profile}
        if path[0] in ("domains", "users", "aliases", "mls"):
            return {"_success": True, "_data": ["a@" + path[-1]] if path[0] == "users" else []}
        return {"_success": True, "_data": [GONE] if path[0] == "wblist" or path[-1] == "whitelists" else None}

    @property
    def writes(self):
        meant = [one for one, _request in self.sent]
        return [one for one in meant if one[0] != "GET" and one[1][0] not in ("login", "verify_password")]


def held(panel):
    """What every run must hold, whatever was typed: the bytes are what was meant, and all of it is documented."""
    for meant, request in panel.sent:
        assert taken_apart(request) == meant
        method, path, query, form_ = meant
        # servers log it, and drop a request line of more than 8192 bytes: docs/panel/transport.md
        assert set(query) <= QUERIES, "what belongs in the body is in the query"
        assert set(query.values()) <= {"yes", "no"}
        # words of a draft that was in force for one day: panel/greylisting.md#setting
        assert "whitelistSenders" not in form_
        assert form_.get("status") != "inherit"
        assert len(request.url) + sum(map(len, request.headers.items())) < 4096
        # what only LDAP panels have may be asked for anywhere
        backend = "ldap" if method == "GET" else panel.backend
        route, pieces, _status = find(method, "/api/" + "/".join(path), backend)
        assert route, (method, path)
        assert set(pieces.values()) <= set(path), "a name reaches into another part of the path"
        complaints = route.complaints(Sent(params={**query, **form_}, query=query), backend)
        assert complaints == [], (method, path)


def same(text):
    """A text as it is comparable whatever its codec has made of it."""
    return re.sub(r"[\s:]+", "", re.sub("/+", "/", str(text).lower())).rstrip("/")


def everything_in(value):
    if isinstance(value, (list, tuple)):
        return {one for item in value for one in everything_in(item)}
    return {same(value)}


# -- writing modules


def nothing_was_split(kind, item, panel):
    """Every value that is written was typed as one, or is a word of the API."""
    words = {same(word) for codec in codecs_of(kind).values() for word in getattr(codec, "vocabulary", ())}
    typed = everything_in(list(item.values())) | words | WORDS
    for method, path, query, form_ in panel.writes:
        route, _pieces, _status = find(method, "/api/" + "/".join(path), panel.backend)
        for name, value in {**query, **form_}.items():
            cut = "\n" if name == "custom_headers" else "," if name in route.lists else None
            for piece in value.split(cut) if cut else [value]:
                assert same(piece) in typed or re.fullmatch(r"-?\d+(\.\d+)?", piece), (name, value)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.plural)
def test_a_write_is_what_was_typed(request, kind):
    seen = Counter()
    backends = ["ldap"] if kind.resource and kind.resource.only else ["sql", "ldap"]

    @explore(request, few=150, many=800, item=items(kind), backend=st.sampled_from(backends), there=st.booleans())
    def check(item, backend, there):
        params = validated(kind.module, {**CONNECTION, **item, "verify": "off"})
        if params is None:
            seen["refused by Ansible"] += 1
            return
        new_name = str(item[kind.resource.identity]).strip().lower() if "rename_from" in item else ""
        panel = Panel(backend, there or not kind.resource, new_name)
        result = panel.run(kind.module, params)
        held(panel)
        if result.get("failed"):
            clear(result)
            assert panel.writes == [], "refused after a write"
            seen["refused at once" if not panel.sent else "refused before a write"] += 1
        else:
            nothing_was_split(kind, item, panel)
            seen["written" if panel.writes else "nothing to do"] += 1

    assert seen["written"], seen
    assert seen["refused at once"], seen


# -- all others

MODULES = sorted(path.stem for path in (Path(__file__).parents[4] / "plugins" / "modules").glob("iredmail_*.py"))
WRITING = {"iredmail_" + kind.name for kind in KINDS} | {"iredmail_state"}
READING = sorted(set(MODULES) - WRITING)


def asked(name, option):
    """What somebody may type for an option of a module that only reads."""
    if option.get("no_log"):
        return texts().map((PASSWORD + "{}").format)
    if option.get("choices"):
        return st.sampled_from(option["choices"])
    good = {"mail": mails(), "domain": domains()}.get(name, mails() | domains() | st.just("global"))
    wild = good | good | texts().filter(str.strip)
    kinds = {"str": wild, "bool": st.booleans(), "list": st.lists(wild, max_size=2)}
    return kinds.get(option.get("type", "str"), st.integers(0, 9))


@pytest.mark.parametrize("name", READING)
def test_a_read_is_what_was_typed(request, name):
    job = import_module(f"ansible_collections.mailstate.iredmail.plugins.modules.{name}").MODULE
    spec = {one: option for one, option in job.spec()["argument_spec"].items() if one not in connection_spec()}
    required = {one: asked(one, option) for one, option in spec.items() if option.get("required")}
    optional = {one: asked(one, option) for one, option in spec.items() if one not in required}
    seen = Counter()

    @explore(
        request,
        few=40 if spec else 2,
        many=400,
        options=st.fixed_dictionaries(required, optional=optional),
        backend=st.sampled_from(["sql", "ldap"]),
        there=st.booleans(),
    )
    def check(options, backend, there):
        params = validated(job, {**CONNECTION, **options})
        if params is None:
            return
        panel = Panel(backend, there)
        result = panel.run(job, params)
        held(panel)
        assert panel.writes == []
        seen["sent" if panel.sent else "not sent"] += 1
        if result.get("failed"):
            clear(result)

    assert seen["sent"], seen


def test_every_module_is_tried():
    assert set(MODULES) >= WRITING
    assert {"iredmail_verify_password", "iredmail_ldif_info", "iredmail_user_info"} <= set(READING)
