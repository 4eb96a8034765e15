# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client against a scripted transport: an unexpected request fails, a missing one too."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.client import Client
from tests.support.scripted import GOOD, Script, answer, refusal

LOGIN = "POST /api/login"


@pytest.fixture
def script():
    made = []

    def make(*steps, **options):
        transport = Script(*steps)
        options = dict({"username": "Admin@Example.com", "password": "secret-1", "sleep": lambda _s: None}, **options)
        made.append(transport)
        return Client(transport, **options), transport

    yield make
    for transport in made:
        assert transport.steps == [], "requests that never came"


def test_logs_in_lazily_once(script):
    client, transport = script(
        (LOGIN, GOOD), ("GET /api/user/a@b.cd", {"_success": True, "_data": {"x": 1}}), ("GET /api/domains", GOOD)
    )
    assert client.get(("user", "a@b.cd")) == {"x": 1}
    assert client.get(("domains",), {"name_only": "yes"}) is None
    assert client.counters == {"logins": 1, "POST": 1, "GET": 2}
    assert transport.forms[0] == (None, {"username": "admin@example.com", "password": "secret-1"})
    assert transport.forms[2] == ({"name_only": "yes"}, None)


def test_session_needs_no_login(script):
    client, transport = script(("GET /api/domains", GOOD), session="iRedAdmin-Pro-LDAP=abc", username=None)
    client.get(("domains",))
    assert transport.jar == {"iRedAdmin-Pro-LDAP": "abc"}
    assert client.backend_hint == "ldap"
    assert client.session == "iRedAdmin-Pro-LDAP=abc"


@pytest.mark.parametrize(
    ("name", "backend"),
    [("iRedAdmin-Pro-MYSQL", "sql"), ("iRedAdmin-Pro-PGSQL", "sql"), ("iRedAdmin-Pro-LDAP", "ldap"), ("other", None)],
)
def test_backend_hint(script, name, backend):
    client, _transport = script(session=name + "=abc")
    assert client.backend_hint == backend


def test_the_account_in_use_is_known_only_if_this_run_logs_in(script):
    assert script()[0].account == "admin@example.com"
    assert script(session="iRedAdmin-Pro-LDAP=abc", username=None)[0].account is None
    lost = ("GET /api/domains", refusal("LOGIN REQUIRED"))
    client, _transport = script(lost, (LOGIN, GOOD), ("GET /api/domains", GOOD), session="iRedAdmin-Pro-LDAP=abc")
    assert client.account is None
    client.get(("domains",))
    assert client.account == "admin@example.com"


@pytest.mark.parametrize(
    "lost",
    [
        refusal("LOGIN REQUIRED"),
        refusal("login_required"),
        refusal("SESSION_EXPIRED"),
        answer(b"", 303, location="/iredadmin/login?msg=SESSION_EXPIRED"),
        answer(b"<html><form action=login></html>", content_type="text/html; charset=utf-8"),
    ],
)
@pytest.mark.parametrize("write", [False, True])
def test_lost_session_is_renewed_once(script, lost, write):
    what = "POST /api/user/a@b.cd" if write else "GET /api/user/a@b.cd"
    client, _transport = script((LOGIN, GOOD), (what, lost), (LOGIN, GOOD), (what, GOOD))
    client.write("POST", ("user", "a@b.cd"), {"name": "x"}) if write else client.get(("user", "a@b.cd"))
    assert client.counters["logins"] == 2


def test_session_lost_twice_is_an_error(script):
    lost = refusal("LOGIN_REQUIRED")
    client, _transport = script((LOGIN, GOOD), ("GET /api/domains", lost), (LOGIN, GOOD), ("GET /api/domains", lost))
    with pytest.raises(errors.SessionLost):
        client.get(("domains",))


def test_lost_session_without_credentials_says_so(script):
    client, _transport = script(("GET /api/domains", refusal("LOGIN_REQUIRED")), session="a=b", username=None)
    with pytest.raises(errors.SessionLost, match="iredmail_login"):
        client.get(("domains",))


def test_wrong_password_is_tried_once(script):
    client, _transport = script((LOGIN, refusal("INVALID_CREDENTIALS")))
    for _try in range(3):
        with pytest.raises(errors.LoginRefused, match="tried once"):
            client.get(("domains",))


@pytest.mark.parametrize(
    ("error", "more"), [(errors.AnswerLost, ()), (errors.BadAnswer, ()), (errors.ServerFault, (500,))], ids=str
)
@pytest.mark.parametrize("lost_session", [True, False])
def test_a_write_that_waits_for_a_login_is_not_done_when_that_fails(script, error, more, lost_session):
    write = "PUT /api/user/a@b.cd"
    before = [(LOGIN, GOOD), (write, refusal("LOGIN_REQUIRED"))] if lost_session else []
    client, _transport = script(*before, (LOGIN, error("x.", *more)), retries=0)
    with pytest.raises(error) as caught:
        client.write("PUT", ("user", "a@b.cd"), {"quota": "5"})
    assert caught.value.maybe_done is False


def test_login_is_retried_on_a_passing_fault(script):
    client, _transport = script(
        (LOGIN, errors.AnswerLost("lost")),
        (LOGIN, answer(b"", 503, "text/html")),
        (LOGIN, GOOD),
        ("GET /api/domains", GOOD),
    )
    client.get(("domains",))
    assert client.counters["logins"] == 1


@pytest.mark.parametrize("fault", [errors.AnswerLost("lost"), answer(b"bad gateway", 502, "text/html")])
def test_reads_are_repeated(script, fault):
    client, _transport = script((LOGIN, GOOD), ("GET /api/domains", fault), ("GET /api/domains", GOOD))
    client.get(("domains",))


def test_reads_are_not_repeated_for_ever(script):
    fault = answer(b"", 504, "text/html")
    client, _transport = script((LOGIN, GOOD), *[("GET /api/domains", fault)] * 4)
    with pytest.raises(errors.ServerFault):
        client.get(("domains",))


def test_a_crash_is_repeated_once_only(script):
    fault = answer(b"internal server error", 500, "text/html")
    client, _transport = script((LOGIN, GOOD), *[("GET /api/domains", fault)] * 2)
    with pytest.raises(errors.ServerFault):
        client.get(("domains",))


def test_a_crash_is_not_repeated_for_who_has_another_way_to_ask(script):
    crash, passing = answer(b"internal server error", 500, "text/html"), answer(b"", 503, "text/html")
    asked = "GET /api/domains"
    client, _transport = script((LOGIN, GOOD), (asked, crash), (asked, passing), (asked, GOOD))
    with pytest.raises(errors.ServerFault):
        client.get(("domains",), after_crash=False)
    client.get(("domains",), after_crash=False)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("fault", [errors.AnswerLost("lost"), answer(b"", 502), answer(b"", 500), answer(b"{", 200)])
def test_writes_are_never_repeated_blindly(script, method, fault):
    client, _transport = script((LOGIN, GOOD), (method + " /api/user/a@b.cd", fault))
    with pytest.raises(errors.IRedMailError) as caught:
        client.write(method, ("user", "a@b.cd"), {})
    assert caught.value.maybe_done


def test_a_write_that_never_left_is_repeated(script):
    client, _transport = script(
        (LOGIN, GOOD), ("POST /api/user/a@b.cd", errors.NotSent("refused")), ("POST /api/user/a@b.cd", GOOD)
    )
    client.write("POST", ("user", "a@b.cd"), {})


def test_check_mode_stops_a_write_before_it_leaves(script):
    client, _transport = script()
    client.read_only = True
    with pytest.raises(errors.WriteInCheckMode):
        client.write("DELETE", ("user", "a@b.cd"), {})


def test_what_the_user_forbids_never_leaves_and_the_switch_is_named(script):
    client, _transport = script(
        (LOGIN, GOOD),
        ("GET /api/domains", GOOD),
        ("POST /api/verify_password/user/a@b.cd", GOOD),
        locked_by="api_read_only",
    )
    for method in ("POST", "PUT", "DELETE"):
        with pytest.raises(errors.WriteForbidden) as caught:
            client.write(method, ("user", "a@b.cd"), {})
        assert str(caught.value).startswith(
            f"{method} /api/user/a@b.cd was not sent: api_read_only forbids every write."
        )
        assert not caught.value.maybe_done
        assert not caught.value.transient
    client.get(("domains",))
    assert client.verify_password("user", "a@b.cd", "x")


def test_delete_parameters_go_into_the_query(script):
    client, transport = script((LOGIN, GOOD), ("DELETE /api/ml/l@b.cd", GOOD))
    client.write("DELETE", ("ml", "l@b.cd"), {"keep_archive": "no"})
    assert transport.forms[1] == ({"keep_archive": "no"}, None)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (answer(b"not found", 404, "text/html"), "ENABLE_RESTFUL_API"),
        (answer(b"<html>404</html>", 404, "text/html"), "api_url is wrong"),
        (refusal("NOT_AUTHORIZED"), "IP address"),
        (refusal("NOT_ALLOWED_IP"), "IP address"),
        (answer(b"<html>hello</html>", 200, "text/html"), "web page"),
        (answer(b"", 301, location="https://mail.example.com/x"), "which is not an address of the API; check api_url"),
        (answer(b"denied", 403, "text/html"), "HTTP 403"),
        (answer(b"[1]"), "not the API's"),
        (answer(b'{"a": 1}'), "no _success"),
        (answer(b'{"_success": true'), "complete JSON"),
    ],
)
def test_what_login_failures_say(script, reply, words):
    client, _transport = script((LOGIN, reply))
    with pytest.raises(errors.IRedMailError, match=words):
        client.get(("domains",))


@pytest.mark.parametrize("text", [b'{"_success": true, "_data": {"name": "\xff\xfe"}}'])
def test_data_that_is_not_utf8_is_not_compared(script, text):
    client, _transport = script((LOGIN, GOOD), ("GET /api/domains", answer(text)))
    with pytest.raises(errors.BadAnswer, match="UTF-8"):
        client.get(("domains",))


def test_a_reason_that_is_not_utf8_is_still_told(script):
    client, _transport = script((LOGIN, GOOD), ("GET /api/domains", answer(b'{"_success": false, "_msg": "N\xff"}')))
    with pytest.raises(errors.Rejected, match="N"):
        client.get(("domains",))


def test_old_envelope(script):
    client, _transport = script((LOGIN, {"success": True}), ("GET /api/domains", {"success": False, "msg": "NO"}))
    with pytest.raises(errors.Rejected) as caught:
        client.get(("domains",))
    assert caught.value.code == "NO"


def test_credentials_are_required():
    with pytest.raises(errors.InputError, match="api_username"):
        Client(Script())


@pytest.mark.parametrize(
    "session", ["abc", "=abc", "abc=", "a=b; c=d", "a=b,c", "a=b\r\nX: y", "a=\u20ac", "a=b c"], ids=ascii
)
def test_a_session_is_one_cookie(session):
    with pytest.raises(errors.InputError, match="iredmail_login"):
        Client(Script(), session=session)
