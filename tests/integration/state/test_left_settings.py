# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Amavisd and iRedAPD keep at an address, once an account is made there or gets that name.

Nobody knows whether it goes along with a rename (panel/endpoints-sql.md#change-of-address): either way the state is as
declared afterwards, at once.
"""

from __future__ import annotations

import pytest

from tests.support.common import COM, PASSWORD
from tests.support.state_export import apply, assert_nothing_to_do, panel

OLD, NEW = f"old@{COM}", f"new@{COM}"
#: what was configured for somebody
LEFT = (
    ("POST", "throttle/{}/outbound", {"period": 60, "max_msgs": 1, "max_quota": 7}),
    ("POST", "throttle/{}/inbound", {"period": 60, "max_msgs": 1}),
    ("PUT", "spampolicy/user/{}", {"bypass_virus_checks": "yes", "spam_score": "3"}),
    ("POST", "greylisting/{}", {"status": "disable"}),
    ("POST", "greylisting/{}/whitelists", {"senders": "192.0.2.9"}),
    ("POST", "wblist/inbound/blacklist/{}", {"addresses": "stale@x.example,bad@x.example"}),
    ("POST", "wblist/inbound/whitelist/{}", {"addresses": "good@x.example"}),
    ("POST", "wblist/outbound/blacklist/{}", {"addresses": "gone@x.example"}),
)
#: and what is to be there
DECLARED = {
    "throttles": [
        {"account": NEW, "direction": "outbound", "period": 3600, "max_msgs": 100},
        {"account": NEW, "direction": "inbound", "state": "absent"},
    ],
    "spampolicies": [{"account": NEW, "bypass_spam_checks": True}],
    "greylistings": [{"account": NEW, "enabled": True, "whitelist": ["192.0.2.1"]}],
    "wblists": [
        {"account": NEW, "direction": "inbound", "list": "blacklist", "addresses": ["good@x.example", "bad@x.example"]},
        {"account": NEW, "direction": "outbound", "list": "blacklist", "addresses": []},
    ],
}


@pytest.mark.parametrize(
    ("renamed", "left"),
    [("", (NEW,)), ("moved", (OLD,)), ("moved", (OLD, NEW)), ("left", (OLD,)), ("left", (OLD, NEW))],
)
def test_what_is_declared_stands_at_once(backend, renamed, left):
    with panel(backend) as sandbox:
        sandbox.api("POST", f"/api/domain/{COM}")
        user = {"mail": NEW, "password": PASSWORD, "update_password": "on_create"}
        if renamed:
            sandbox.api("POST", f"/api/user/{OLD}", password=PASSWORD)
            sandbox.shape(renamed_settings=renamed)
            user["rename_from"] = OLD
        for mail in left:
            for method, path, params in LEFT:
                assert sandbox.api(method, "/api/" + path.format(mail), **params)["_success"]
        declared = {"users": [user], **DECLARED}

        predicted, done = apply(sandbox, declared, check=True), apply(sandbox, declared)

        assert not done.get("failed"), done["msg"]
        assert predicted["operations"] == done["operations"]
        assert predicted["checksum"] == done["checksum"]
        assert_nothing_to_do(sandbox, declared)
        policy = sandbox.api("GET", f"/api/spampolicy/user/{NEW}")["_data"]
        assert policy["bypass_spam_checks"] == "Y"
        assert policy["bypass_virus_checks"] == "Y", "nothing was said of it, so it stays, or goes along with its owner"
        assert sandbox.violations() == []


def test_a_new_domain_may_have_had_a_namesake(backend):
    declared = {
        "domains": [{"domain": COM}],
        "throttles": [{"account": COM, "direction": "outbound", "period": 3600, "max_msgs": 100}],
        "wblists": [{"account": COM, "direction": "inbound", "list": "blacklist", "addresses": ["bad@x.example"]}],
    }
    with panel(backend) as sandbox:
        sandbox.shape(domain_settings="kept")
        for method, path, params in LEFT:
            sandbox.api(method, "/api/" + path.format(COM).replace("user/", "domain/"), **params)
        predicted, done = apply(sandbox, declared, check=True), apply(sandbox, declared)
        assert not done.get("failed"), done["msg"]
        assert predicted["operations"] == done["operations"]
        assert_nothing_to_do(sandbox, declared)
