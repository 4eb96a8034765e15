# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an answer is taken for: a success, or which failure; and what may be done after that."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.envelope import understand
from tests.support.scripted import BASE, GOOD, answer, refusal

LOGIN = "POST /api/login"
HTML = "text/html; charset=utf-8"


def read(reply, shown="GET /api/user/a@b.cd"):
    method, _blank, path = shown.partition(" /api/")
    return understand(method, tuple(path.split("/")), reply, BASE)


def failure(reply, shown="GET /api/user/a@b.cd"):
    with pytest.raises(errors.IRedMailError) as caught:
        read(reply, shown)
    return caught.value


@pytest.mark.parametrize("body", [GOOD, {"success": True}, {"_success": True, "_data": {"mail": "a@b.cd"}}])
def test_a_success_is_handed_on_whole(body):
    assert read(answer(body)) == body


@pytest.mark.parametrize("verdict", ["true", 1, None, "yes"])
def test_nothing_but_true_is_a_success(verdict):
    assert isinstance(failure(answer({"_success": verdict})), errors.BadAnswer)


@pytest.mark.parametrize(
    "body",
    [
        {"_success": True, "_msg": "", "data": {"profile": {"mail": "a@b.cd"}}},
        {"_success": False, "_msg": "INVALID", "_parameter": "mail"},
    ],
)
@pytest.mark.parametrize("shown", [LOGIN, "GET /api/user/a@b.cd"])
def test_another_product_is_told_by_its_name(body, shown):
    refused = failure(answer(body), shown)
    assert isinstance(refused, errors.BadAnswer)
    assert "iRedMail Enterprise Edition" in str(refused)
    assert read(answer({"_success": True, "_data": {"data": 1}, "data": 1}))["_data"] == {"data": 1}


def test_the_new_name_of_the_verdict_counts():
    assert isinstance(failure(answer({"_success": False, "success": True})), errors.Rejected)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("NO_SUCH_ACCOUNT", "NO_SUCH_ACCOUNT"),
        (" no such account ", "NO_SUCH_ACCOUNT"),
        ("PERMISSION_DENIED", "PERMISSION_DENIED"),
        ("", "NO_REASON_GIVEN"),
        (None, "NO_REASON_GIVEN"),
        (["x"], "NO_REASON_GIVEN"),
    ],
)
def test_a_refusal_has_a_code(message, code):
    refused = failure(answer({"_success": False, "_msg": message}))
    assert isinstance(refused, errors.Rejected)
    assert refused.code == code
    assert not refused.maybe_done


@pytest.mark.parametrize(
    ("shown", "message", "words"),
    [
        (
            "PUT /api/user/a@b.cd",
            "EXCEEDED_DOMAIN_QUOTA_SIZE",
            "was refused: EXCEEDED_DOMAIN_QUOTA_SIZE. The domain does not",
        ),
        (
            "POST /api/user/a@b.cd",
            "PW_NO_LETTER,PW_EMPTY",
            "PW_NO_LETTER,PW_EMPTY. Put a letter into the password; give",
        ),
        ("POST /api/alias/a@b.cd", "INVALID_DOMAIN_NAME", "or it is an alias domain"),
        ("GET /api/admin/a@b.cd", "PERMISSION_DENIED", "was refused: PERMISSION_DENIED. The API account may not"),
    ],
)
def test_a_code_that_people_meet_is_told_with_its_remedy(shown, message, words):
    assert words in str(failure(refusal(message), shown))


def test_the_name_of_a_domain_is_no_alias_domain():
    assert str(failure(refusal("INVALID_DOMAIN_NAME"), "POST /api/domain/b.cd")).endswith(
        "refused: INVALID_DOMAIN_NAME."
    )


@pytest.mark.parametrize("message", ["INVALID_CREDENTIALS", "invalid credentials", "EMPTY_PASSWORD", "whatever"])
def test_any_refusal_of_a_login_ends_it(message):
    refused = failure(refusal(message), LOGIN)
    assert isinstance(refused, errors.LoginRefused)
    assert ("api_password" in str(refused)) == (message != "whatever")


@pytest.mark.parametrize("shown", [LOGIN, "GET /api/user/a@b.cd"])
def test_an_address_that_is_not_allowed_is_no_wrong_password(shown):
    refused = failure(refusal("NOT_ALLOWED_IP"), shown)
    assert isinstance(refused, errors.Rejected)
    assert "IP address" in str(refused)


def test_words_of_a_lost_session_are_no_refusal():
    assert isinstance(failure(refusal("LOGIN_REQUIRED")), errors.SessionLost)
    assert isinstance(failure(refusal("LOGIN_REQUIRED"), LOGIN), errors.LoginRefused)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_the_login_page_is_a_lost_session(status):
    moved = answer(b"", status, location=BASE + "/login?msg=SESSION_EXPIRED")
    assert isinstance(failure(moved), errors.SessionLost)
    assert isinstance(failure(moved, LOGIN), errors.BadAnswer)


@pytest.mark.parametrize("location", ["https://mail.example.com/x", BASE + "/login/api/users", ""])
def test_another_redirect_is_not(location):
    assert isinstance(failure(answer(b"", 302, location=location)), errors.BadAnswer)


@pytest.mark.parametrize(("status", "transient"), [(500, False), (502, True), (503, True), (504, True)])
def test_a_server_that_fails_may_have_done_it(status, transient):
    failed = failure(answer(b"x", status, HTML))
    assert isinstance(failed, errors.ServerFault)
    assert failed.maybe_done
    assert failed.transient is transient


@pytest.mark.parametrize("status", [404, 405])
def test_no_route_is_no_absence(status):
    missing = failure(answer(b"not found", status, HTML))
    assert isinstance(missing, errors.NoSuchEndpoint)
    assert "this release lacks it" in str(missing)


@pytest.mark.parametrize("status", [400, 401, 403, 413, 429])
def test_other_statuses_come_from_something_before_the_panel(status):
    failed = failure(answer(GOOD, status))
    assert isinstance(failed, errors.BadAnswer)
    assert f"HTTP {status}" in str(failed)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'"text"', b"null", b'{"_success": true', b"<html>hi</html>", b"\xff", b"{} {}"]
)
def test_what_is_not_the_api_is_no_answer(body):
    assert isinstance(failure(answer(body)), errors.BadAnswer)


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1" * 400, "1" * 5000, "[" * 100_000]
)
def test_what_python_reads_and_json_does_not_have(number):
    body = f'{{"_success": true, "_data": {{"quota": {number}}}}}'
    assert isinstance(failure(answer(body.encode())), errors.BadAnswer)
    assert isinstance(failure(answer(number.encode())), errors.BadAnswer)
    assert read(answer(b'{"_success": true, "_data": [1.5, -2e3]}'))["_data"] == [1.5, -2000.0]


@pytest.mark.parametrize("content_type", [HTML, "application/json"])
def test_a_page_with_a_login_form_is_a_lost_session(content_type):
    page = answer(b"\n<html><form action='login'>", content_type=content_type)
    assert isinstance(failure(page), errors.SessionLost)
    assert isinstance(failure(page, LOGIN), errors.BadAnswer)


@pytest.mark.parametrize("body", [b"dn: uid=a", b"# extended LDIF", b"version: 1\ndn: x", b"", b" \n"])
def test_an_export_may_come_without_envelope(body):
    assert read(answer(body, content_type="text/plain"), "GET /api/ldif/user/a@b.cd")["_data"] == body.decode()
    assert isinstance(failure(answer(body, content_type="text/plain")), errors.BadAnswer)


def test_an_export_that_is_no_text_is_none():
    export = answer(b"dn: uid=\xff", content_type="text/plain")
    assert isinstance(failure(export, "GET /api/ldif/user/a@b.cd"), errors.BadAnswer)


def test_broken_text_is_told_and_not_compared():
    assert isinstance(failure(answer(b'{"_success": true, "_data": "\xff"}')), errors.BadAnswer)
    assert isinstance(failure(answer(b'{"_success": false, "_msg": "\xff"}')), errors.Rejected)
    assert read(answer(b'{"_success": true, "_msg": "\xff"}'))["_success"] is True, "nothing in it is compared"


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("https://mail.example.com/iredadmin/api/login", "https://mail.example.com/iredadmin; use this address as"),
        ("/iredadmin/api/login/", "http://mail.example.com/iredadmin; use this address as api_url."),
        ("/api/login/", "http://mail.example.com/api/login/, which is the same address to the API; check the web"),
        ("https://www.example.com/", "https://www.example.com/, which is not an address of the API; check api_url."),
        ("http://[::1", "http://[::1, which is no address; check the web server before the panel."),
    ],
)
def test_a_redirect_tells_the_address_of_the_panel(location, words):
    with pytest.raises(errors.BadAnswer) as caught:
        understand("POST", ("login",), answer(b"", 301, location=location), "http://mail.example.com")
    assert str(caught.value).startswith("POST /api/login was redirected to " + words)


def test_a_redirect_to_nowhere_names_no_address():
    assert str(failure(answer(b"", 302), LOGIN)) == "POST /api/login was redirected, and not told where to (HTTP 302)."


def page(title):
    return f"<html><head><TITLE>\n{title}\n</TITLE></head><body>...</body></html>".encode()


NGINX = page("404 Not Found") + b"<hr><center>nginx</center>"
TO_TLS = (
    page("400 The plain HTTP request was sent to HTTPS port"),
    b"<title>400 Bad Request</title>Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
    b"Client sent an HTTP request to an HTTPS server.\n",
)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (
            answer(NGINX, 404, HTML),
            f"A web server answers at {BASE}, and there is no panel (HTTP 404 for /api/login): ",
        ),
        (answer({"detail": "?"}, 404), "and there is no panel (HTTP 404 for /api/login): api_url is wrong"),
        (answer(page("Not &quot;here&quot;"), 404, HTML), "no panel (HTTP 404, \"Not 'here'\" for /api/login): "),
        (answer(b"not found", 404, HTML), "or this is the free iRedAdmin, which has no API."),
        (
            answer(page("Welcome to nginx!"), 200, HTML),
            'with a web page "Welcome to nginx!", not by the API; check api_url',
        ),
        (answer(b"<html>login</html>", 200, HTML), "was answered with a web page, not by the API; check api_url."),
        (answer(page("x" * 99), 200, HTML), f'with a web page "{"x" * 60}...", not by'),
        (
            answer(page("ERROR: no such host"), 503, HTML),
            'The server failed on POST /api/login (HTTP 503, "ERROR: no such',
        ),
        (answer(page("403 Forbidden"), 403, HTML), "was answered with HTTP 403 by something before the panel; check"),
        (answer(b"hello", 200, "text/plain"), "holds text and no JSON; it is not the API's: check api_url."),
        (answer(b" \n", 200, "text/plain"), "is empty; it is not the API's: check api_url."),
        (answer({"status": "ok"}), "has no _success; it is not the API's: check api_url."),
        (answer([1]), "is JSON, but not the API's: check api_url."),
        (answer(TO_TLS[0], 400, HTML), "was answered with HTTP 400 by something before the panel; check"),
    ],
)
def test_whoever_answers_is_told_by_what_it_is(reply, words):
    failed = failure(reply, LOGIN)
    assert words in str(failed)
    assert str(failed).count("(") == str(failed).count(")")


@pytest.mark.parametrize("body", TO_TLS)
def test_plain_http_to_a_port_of_tls(body):
    with pytest.raises(errors.BadAnswer) as caught:
        understand("POST", ("login",), answer(body, 400, HTML), "http://mail.example.com:443")
    assert str(caught.value) == (
        "What answers at http://mail.example.com:443 speaks TLS, and was spoken to without. Begin api_url with https."
    )
