# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only LDAP panels have: lists without subscription (panel/maillists.md) and LDIF exports (panel/ldif.md)."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from werkzeug.test import Client

from tests.sandbox.app import OPERATOR, App
from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.sandbox.lists import GROUP, LIST, do, prepared, refusal, web


@pytest.fixture
def ldap() -> Iterator[Sandbox]:
    """An LDAP panel with a domain and a user."""
    yield from prepared("ldap")


class TestUnsubscribable:
    """/api/maillist."""

    def test_no_such_route_on_sql(self) -> None:
        for sandbox in prepared("sql"):
            client, headers = Client(App(sandbox.panel)), {OPERATOR: "yes"}
            for path in (GROUP, "/api/ldif/user/ada@example.org", "/api/ldif/domain/example.org"):
                assert client.get(sandbox.panel.prefix + path, headers=headers).status_code == 404

    def test_life(self, ldap: Sandbox) -> None:
        sent = "Ada@example.org,gone@example.org,b@x.example,nobody"
        do(ldap, "POST", GROUP, name="Staff", accessPolicy="membersonly", members=sent)
        assert do(ldap, "GET", GROUP) == {
            "mail": ["staff@example.org"],
            "cn": ["Staff"],
            "accountStatus": ["active"],
            "accessPolicy": ["membersonly"],
            "enabledService": ["mail", "deliver"],
            "members": ["ada@example.org", "b@x.example"],
        }
        kept = {(row["entry"], row["attribute"]) for row in ldap.state()["ldap_values"]}
        assert {("ada@example.org", "memberOfGroup"), ("staff@example.org", "mailExternalUser")} <= kept
        do(ldap, "PUT", GROUP, addMember="c@x.example", removeMember="ada@example.org,b@x.example")
        found = do(ldap, "GET", GROUP)
        assert (found["cn"], found["members"]) == (["Staff"], ["c@x.example"])
        do(ldap, "PUT", GROUP, name="", members="", accessPolicy="public")
        found = do(ldap, "GET", GROUP)
        assert (found.get("cn"), found["members"], found["accessPolicy"]) == (None, [], ["public"])
        assert ldap.api("DELETE", GROUP, archive="no") == ldap.api("DELETE", GROUP) == {"_success": True}
        assert refusal(ldap, "GET", GROUP) == refusal(ldap, "PUT", GROUP) == "NO_SUCH_ACCOUNT"
        ldap.shape(delete_missing="NO_SUCH_ACCOUNT")
        assert refusal(ldap, "DELETE", GROUP) == "NO_SUCH_ACCOUNT"

    def test_a_deleted_user_is_no_member(self, ldap: Sandbox) -> None:
        do(ldap, "POST", GROUP, members="ada@example.org")
        do(ldap, "DELETE", "/api/user/ada@example.org")
        assert do(ldap, "GET", GROUP)["members"] == []

    def test_the_key_of_the_members_is_a_shape(self, ldap: Sandbox) -> None:
        do(ldap, "POST", GROUP, members="b@x.example")
        ldap.shape(maillist_members="mailForwardingAddress")
        assert do(ldap, "GET", GROUP)["mailForwardingAddress"] == ["b@x.example"]
        ldap.shape(maillist_members="hidden")
        assert "b@x.example" not in str(do(ldap, "GET", GROUP))

    def test_the_two_kinds_do_not_mix(self, ldap: Sandbox) -> None:
        do(ldap, "POST", GROUP)
        do(ldap, "POST", LIST)
        assert refusal(ldap, "POST", "/api/ml/staff@example.org") == "ALREADY_EXISTS"
        assert refusal(ldap, "GET", "/api/ml/staff@example.org") == "NO_SUCH_ACCOUNT"
        assert do(ldap, "DELETE", "/api/ml/staff@example.org") is None
        assert refusal(ldap, "GET", "/api/maillist/news@example.org") == "NO_SUCH_ACCOUNT"
        ldap.shape(maillist_scope="all")
        assert do(ldap, "GET", "/api/maillist/news@example.org")["mailingListID"]
        assert do(ldap, "GET", GROUP)["members"] == []

    def test_violations(self, ldap: Sandbox) -> None:
        do(ldap, "POST", GROUP)
        assert "members conflicts with addMember" in web(ldap, "PUT", GROUP, members="", addMember="a@x.example")[0]
        ldap.clear_violations()
        assert "no parameter accountStatus" in web(ldap, "PUT", GROUP, accountStatus="active")[0]
        ldap.clear_violations()
        assert "accessPolicy=all is none of" in web(ldap, "PUT", GROUP, accessPolicy="all")[0]


BASE = "domainName=example.org,o=domains,dc=example,dc=com"
NAMES = {
    "/api/user/ada@example.org": f"mail=ada@example.org,ou=Users,{BASE}",
    "/api/alias/team@example.org": f"mail=team@example.org,ou=Aliases,{BASE}",
    GROUP: f"mail=staff@example.org,ou=Groups,{BASE}",
    LIST: f"mail=news@example.org,ou=Groups,{BASE}",
    "/api/admin/it@x.example": "mail=it@x.example,o=domainAdmins,dc=example,dc=com",
    "/api/domain/example.org": BASE,
}


def test_every_kind_has_its_place_in_the_directory(ldap: Sandbox) -> None:
    """panel/ldap.md#entries."""
    for path in NAMES:
        ldap.api("POST", path, password=PASSWORD)
    ldap.shape(wrapped="ldif", lists="pairs", domains="pairs")
    assert {path: do(ldap, "GET", path)["dn"] for path in NAMES} == NAMES
    for path, one in (("users", "/api/user/ada"), ("aliases", "/api/alias/team"), ("mls", LIST.partition("@")[0])):
        ((name, _attributes),) = do(ldap, "GET", f"/api/{path}/example.org")
        assert name == NAMES[one + "@example.org"]
    for path, name in NAMES.items():
        ldif = do(ldap, "GET", path.replace("/api/ml/", "/api/maillist/").replace("/api/", "/api/ldif/"))
        assert ldif.replace("\n ", "").splitlines()[0] == f"dn: {name}"


class TestLdif:
    """/api/ldif."""

    @pytest.fixture(autouse=True)
    def _accounts(self, ldap: Sandbox) -> None:
        do(ldap, "PUT", "/api/domain/example.org", name="Öl", catchall="c@x.example", defaultQuota="7")
        do(ldap, "POST", "/api/admin/root@x.example", password=PASSWORD)
        do(ldap, "POST", "/api/alias/team@example.org", members="b@x.example")
        do(ldap, "POST", GROUP, members="b@x.example,ada@example.org")

    @pytest.mark.parametrize(
        ("path", "lines"),
        [
            ("domain/example.org", ["domainName: example.org", "cn:: w5Zs", "accountSetting: defaultQuota:7"]),
            ("catchall/example.org", ["mail: @example.org", "mailForwardingAddress: c@x.example"]),
            ("admin/root@x.example", ["dn: mail=root@x.example,o=domainAdmins,dc=example,dc=com"]),
            ("user/ada@example.org", ["uid: ada", "memberOfGroup: staff@example.org"]),
            ("maillist/staff@example.org", ["objectClass: mailList", "hasMember: yes", "mail: b@x.example"]),
            ("alias/team@example.org", ["objectClass: mailAlias", "mailForwardingAddress: b@x.example"]),
        ],
    )
    def test_entries(self, ldap: Sandbox, path: str, lines: list[str]) -> None:
        found = do(ldap, "GET", "/api/ldif/" + path).replace("\n ", "").splitlines()
        assert found[0].startswith("dn: ")
        assert set(lines) <= set(found)

    @pytest.mark.parametrize("path", ["user/ada@example.org", "admin/root@x.example"])
    def test_the_hash_of_the_password_is_in_it(self, ldap: Sandbox, path: str) -> None:
        text = do(ldap, "GET", "/api/ldif/" + path)
        assert max(map(len, text.splitlines())) <= 76
        line = next(one for one in text.replace("\n ", "").splitlines() if one.startswith("userPassword:: "))
        assert base64.b64decode(line.partition(":: ")[2]).startswith(b"{SSHA512}")

    def test_it_may_be_text(self, ldap: Sandbox) -> None:
        whole = do(ldap, "GET", "/api/ldif/user/ada@example.org")
        ldap.shape(ldif="text")
        client, path = Client(App(ldap.panel)), ldap.panel.prefix + "/api/ldif/user/ada@example.org"
        answer = client.get(path, headers={OPERATOR: "yes"})
        assert (answer.status_code, answer.mimetype, answer.get_data(as_text=True)) == (200, "text/plain", whole)

    def test_what_is_missing(self, ldap: Sandbox) -> None:
        do(ldap, "PUT", "/api/domain/example.org", catchall="")
        paths = ["domain/x.example", "catchall/example.org"]
        paths += [kind + "/no@example.org" for kind in ("admin", "user", "maillist", "alias")]
        for path in paths:
            assert refusal(ldap, "GET", "/api/ldif/" + path) == "NO_SUCH_ACCOUNT"
        ldap.shape(ldif_missing="empty")
        for path in paths:
            assert do(ldap, "GET", "/api/ldif/" + path) == ""
