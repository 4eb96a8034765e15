# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading profiles: every shape that the API's facts list, and shapes that nobody knows."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import decode, decode_setting
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.panel import Panel
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import BadAnswer, Rejected, ServerFault
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.accounts import Target
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import LDAP, SQL
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.spampolicy import SPAMPOLICY
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE

SQL_DOMAIN = {
    "domain": "example.com",
    "description": "Example",
    "aliases": 5,
    "mailboxes": 10,
    "maillists": 0,
    "maxquota": 2048,
    "quota": 0,
    "transport": "dovecot",
    "backupmx": 0,
    "active": 1,
    "catchall": ["a@x.example"],
}
LDAP_USER = {
    "mail": ["a@example.com"],
    "cn": ["Ada"],
    "mailQuota": ["1073741824"],
    "accountStatus": ["active"],
    "preferredLanguage": ["en_US"],
    "enabledService": ["mail", "smtp", "domainadmin"],
    "shadowAddress": ["b@example.com"],
    "domainGlobalAdmin": ["yes"],
    "stored_bytes": 17,
}


def values(resource, identity, data):
    return decode(resource, identity, data).values


@pytest.mark.parametrize(
    "settings",
    [
        {"default_user_quota": 1024, "default_language": "de_DE", "disabled_user_profiles": ["bcc", "relay"]},
        "default_user_quota:1024;default_language:de_DE;disabled_user_profiles:bcc,relay;",
        ["default_user_quota:1024", "default_language:de_DE", "disabled_user_profiles:bcc,relay"],
    ],
)
def test_sql_settings_in_every_form(settings):
    shown = values(DOMAIN, "example.com", dict(SQL_DOMAIN, settings=settings))
    assert (shown["default_quota"], shown["language"]) == (1024, "de_DE")
    assert shown["disabled_user_profiles"] == {"bcc", "relay"}
    assert shown["max_user_quota"] == 0, "what settings leave out is empty"
    assert (shown["quota"], shown["max_users"], shown["max_aliases"]) == (2048, 10, 5)


@pytest.mark.parametrize("settings", [None, "", {}])
def test_empty_settings_are_readable(settings):
    assert values(DOMAIN, "example.com", dict(SQL_DOMAIN, settings=settings))["default_quota"] == 0


def test_what_sql_does_not_show_is_unreadable_and_never_empty():
    shown = values(DOMAIN, "example.com", SQL_DOMAIN)
    for option in ("sender_bcc", "outbound_relay", "alias_domains", "default_quota"):
        assert shown[option] is UNREADABLE


@pytest.mark.parametrize("key", ["sender_bcc", "senderBcc", "sender_bcc_address", "domainSenderBccAddress"])
def test_sql_bcc_candidates(key):
    assert values(DOMAIN, "example.com", dict(SQL_DOMAIN, **{key: "B@x.example"}))["sender_bcc"] == "b@x.example"


@pytest.mark.parametrize(
    "setting",
    [
        {"domainQuota": "10:GB", "numberOfUsers": 7, "disabledDomainProfile": ["bcc"]},
        {"domainQuota": "10240:MB", "numberOfUsers": "7", "disabledDomainProfile": "bcc"},
        ["domainQuota:10:GB", "numberOfUsers:7", "disabledDomainProfile:bcc"],
    ],
)
def test_ldap_account_setting_in_every_form(setting):
    profile = {"domainName": ["example.com"], "accountStatus": ["disabled"], "accountSetting": setting}
    shown = values(DOMAIN, "example.com", profile)
    assert (shown["quota"], shown["max_users"], shown["enabled"]) == (10240, 7, False)
    assert shown["disabled_domain_profiles"] == {"bcc"}
    assert (shown["description"], shown["sender_bcc"], shown["catchall"]) == ("", "", frozenset())


@pytest.mark.parametrize(
    "data", [LDAP_USER, {"dn": "mail=a@example.com", "ldif": LDAP_USER}, ["mail=a@example.com", LDAP_USER]]
)
def test_ldap_profiles_bare_and_wrapped(data):
    current = decode(USER, "a@example.com", data)
    assert current.backend == LDAP
    assert current.values["quota"] == 1024
    assert current.values["services"] == {"mail", "smtp", "domainadmin"}
    assert current.values["aliases"] == {"b@example.com"}
    assert current.values["forwarding"] == {"a@example.com"}, "no forwarding: mail stays in the mailbox"
    assert current.values["global_admin"] is True
    assert current.values["mailbox_folder"] is UNREADABLE
    assert current.facts == {"stored_bytes": 17}


def test_sql_user():
    profile = {
        "username": "a@example.com",
        "active": "1",
        "quota": "5",
        "forwardings": ["a@example.com", "x@y.example"],
        "enablesmtp": 1,
        "enablepop3": 0,
        "enablesogowebmail": "y",
        "enablesogocalendar": "n",
        "storagebasedirectory": "/var/vmail",
        "storagenode": "vmail1",
        "maildir": "example.com/a/",
        "password": "{SSHA512}x",
    }
    current = decode(USER, "a@example.com", profile)
    assert current.backend == SQL
    assert current.values["services"] == {"smtp", "sogowebmail"}
    assert current.vocabulary["services"] == {"smtp", "pop3", "sogowebmail", "sogocalendar"}
    assert current.values["maildir"] == "/var/vmail/vmail1/example.com/a/"
    assert current.values["aliases"] is UNREADABLE
    assert "telephone_numbers" not in current.values
    assert "password" not in repr(current)


def test_members_by_their_old_name_and_as_ldap_has_them():
    assert values(ALIAS, "l@x.example", {"address": "l@x.example", "active": 1, "goto": "a@x.example,b@x.example"})[
        "members"
    ] == {"a@x.example", "b@x.example"}
    assert values(ALIAS, "l@x.example", {"mail": ["l@x.example"], "mailForwardingAddress": ["a@x.example"]})[
        "members"
    ] == {"a@x.example"}


@pytest.mark.parametrize("data", [None, [], {}, "a@example.com", {"profile": {"x": 1}}, [LDAP_USER], 5, {"data": []}])
def test_an_alien_profile_is_an_error_never_absence(data):
    with pytest.raises(BadAnswer):
        decode(USER, "a@example.com", data)


def test_the_error_names_the_keys_but_no_values():
    with pytest.raises(BadAnswer, match="alpha, beta") as caught:
        decode(USER, "a@example.com", {"beta": "secret", "alpha": 1})
    assert "secret" not in str(caught.value)


def test_a_profile_of_somebody_else_is_an_error():
    with pytest.raises(BadAnswer, match=r"b@example\.com"):
        decode(USER, "a@example.com", {"username": "b@example.com", "active": 1})


def test_one_alien_field_does_not_hide_the_others():
    profile = dict(LDAP_USER, mailQuota=["much"], shadowAddress={"x": 1})
    current = decode(USER, "a@example.com", profile)
    assert set(current.problems) == {"quota", "aliases"}
    assert current.values["name"] == "Ada"


class Answers:
    """A client that gives one answer."""

    def __init__(self, answer):
        self.answer = answer

    def get(self, _path, _query=None):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def panel(answer):
    return Panel(Answers(answer), read_only=True)


@pytest.mark.parametrize(("resource", "code"), [(USER, "NO_SUCH_ACCOUNT"), (DOMAIN, "INVALID_DOMAIN_NAME")])
def test_documented_answers_mean_absent(resource, code):
    assert panel(Rejected("no", code)).get(resource, "x") is None


@pytest.mark.parametrize(
    "failure",
    [
        Rejected("no", "PERMISSION_DENIED"),
        Rejected("no", "INVALID_DOMAIN_NAME"),
        Rejected("", ""),
        ServerFault("x", 500),
    ],
)
def test_any_other_failure_is_an_error(failure):
    with pytest.raises(type(failure)):
        panel(failure).get(USER, "a@example.com")


# -- shapes that the survey of 2026-11 found


def test_names_of_a_user_stick_only_where_there_are_columns_for_them():
    """Which iRedMail has since 1.7.3; before, nothing can be read, and nothing is concluded."""
    row = {"username": "a@b.cd", "name": "A", "active": 1}
    old, new = decode(USER, "a@b.cd", row), decode(USER, "a@b.cd", {**row, "first_name": "A", "last_name": None})
    assert [old.value(name) for name in ("given_name", "surname")] == [UNREADABLE, UNREADABLE]
    assert [new.value(name) for name in ("given_name", "surname")] == ["A", ""]


def test_a_domain_of_pro_sql_2_8_shows_its_limits_and_no_usage():
    current = decode(DOMAIN, "b.cd", {"domain": "b.cd", "active": 1, "mailboxes": 5, "aliases": -1, "maillists": 0})
    assert [current.value(name) for name in ("max_users", "max_aliases", "max_lists")] == [5, -1, 0]
    assert current.facts == {}


def test_a_bare_profile_has_its_settings_at_the_top():
    profile = {"domainName": ["b.cd"], "accountSetting": {"numberOfUsers": 5, "create_new_domains": "yes"}}
    assert decode(DOMAIN, "b.cd", profile).value("max_users") == 5


def test_an_alias_of_ldap_may_have_a_policy_and_moderators():
    """Since iRedMail 1.7.2; the option is of SQL panels, as the API document has it."""
    entry = {"mail": ["a@b.cd"], "accountStatus": ["active"], "accessPolicy": ["domain"], "listModerator": ["m@b.cd"]}
    current = decode(ALIAS, "a@b.cd", {**entry, "mailForwardingAddress": ["x@x.example"]})
    assert (current.value("members"), current.problems) == ({"x@x.example"}, {})
    assert "access_policy" not in current.values


@pytest.mark.parametrize(
    ("row", "on"),
    [
        ({"spam_quarantine_to": "spam-quarantine", "spam_lover": "N"}, True),
        ({"spam_quarantine_to": "spam-quarantine"}, True),
        ({"spam_quarantine_to": "spam-quarantine", "spam_lover": "Y"}, False),
        ({"spam_quarantine_to": "", "spam_lover": "N"}, False),
        ({"spam_quarantine_to": None, "spam_lover": "Y"}, False),
        ({"quarantine_spam": "yes", "spam_lover": "Y"}, True),
    ],
)
def test_a_lover_of_spam_has_no_quarantine(row, on):
    current = decode_setting(SPAMPOLICY, Target((("account", "global"),)), row)
    assert current.value("quarantine_spam") is on


def test_banned_rules_are_a_list_with_commas():
    row = {"banned_rulenames": "ALLOW_MS_WORD,ALLOW_MS_EXCEL"}
    current = decode_setting(SPAMPOLICY, Target((("account", "global"),)), row)
    assert current.value("banned_rulenames") == "ALLOW_MS_WORD,ALLOW_MS_EXCEL"
