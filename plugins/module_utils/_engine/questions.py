# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that only ask: whether a password is right, what an account looks like as LDIF, how settings stand."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List

from .._api.client import Client
from .._api.connection import connection_spec
from .._errors import BadAnswer, InputError, NoSuchEndpoint, Rejected
from .._model.accounts import Target, target_of
from .._model.addresses import Address
from .._model.resources.domain import DOMAIN
from .._model.resources.greylisting import GREYLISTING, WHITELIST
from .address_set import AddressSet, described_set, read_set
from .desired import name_of, secret
from .domain_admins import KEYS as DOMAIN_KEYS
from .domain_admins import NoDomain, listed
from .result import HIDDEN
from .setting import Setting, described, read_setting
from .task import Job, Params, Work

LDIF_KINDS = ("domain", "catchall", "admin", "user", "maillist", "alias")
# userPassword and its like, options of the attribute included; long values go on in lines that begin with a blank
SECRET_LINES = re.compile(r"^([a-z0-9-]*password[a-z0-9;-]*:[:<]?).*(\n .*)*", re.IGNORECASE | re.MULTILINE)

Reader = Callable[[Client, Target], Dict[str, Any]]


class Question(Work):
    """A module that returns one thing and changes nothing."""

    name = ""

    def __init__(self) -> None:
        self.answer: Any = None

    def result(self) -> Dict[str, Any]:
        return {"changed": False, self.name: self.answer}


class VerifyWork(Question):
    """Whether a password is the account's (panel/login.md#verifying-a-password)."""

    name = "valid"

    def __init__(self, params: Params) -> None:
        super().__init__()
        self.path = ("verify_password", params["kind"], name_of("account", Address(), params["account"]))
        self.password = secret("password", params["password"])
        self.subject = "verify_password %s" % self.path[2]

    def run(self, client: Client) -> None:
        try:
            client.ask(self.path, {"password": self.password})
            self.answer = True
        except Rejected as refusal:
            if refusal.code == "PERMISSION_DENIED":
                raise InputError("only a global admin may verify passwords.") from None
            if refusal.code != "INVALID_CREDENTIALS":
                raise
            self.answer = False


class LdifWork(Question):
    """One account as LDIF, which only LDAP panels can tell (panel/ldif.md)."""

    name = "ldif"

    def __init__(self, params: Params) -> None:
        super().__init__()
        self.kind = params["kind"]
        codec = DOMAIN_KEYS[0][1] if self.kind in ("domain", "catchall") else Address()
        self.path = ("ldif", self.kind, name_of("name", codec, params["name"]))
        self.subject = "ldif %s %s" % (self.kind, self.path[2])

    def run(self, client: Client) -> None:
        try:
            text = client.get(self.path)
        except NoSuchEndpoint as failure:
            raise NoSuchEndpoint("LDIF comes from LDAP panels only, and this one has none (%s)" % failure) from None
        except Rejected as refusal:
            if refusal.code not in DOMAIN.absent_codes:
                raise
            text = ""  # so do panels that export nothing of what is not there (panel/ldif.md#answer: unknown)
        if not isinstance(text, str):
            raise BadAnswer("the panel answered with a %s where LDIF text is expected." % type(text).__name__)
        self.answer = SECRET_LINES.sub(r"\1 " + HIDDEN, text)


def setting_question(setting: Setting) -> Callable[[Params], Work]:
    """Work that reads one setting."""

    def read(client: Client, target: Target) -> Dict[str, Any]:
        return described(setting, target, read_setting(client, setting, target))

    return lambda params: _Listed(setting.plural, setting.name, target_of(setting.keys, params), read)


def set_question(kind: AddressSet) -> Callable[[Params], Work]:
    """Work that reads one set of addresses."""

    def read(client: Client, target: Target) -> Dict[str, Any]:
        return described_set(kind, target, read_set(client, kind, target))

    return lambda params: _Listed(kind.plural, kind.name, target_of(kind.keys, params), read)


def _greylisting(client: Client, target: Target) -> Dict[str, Any]:
    setting = described(GREYLISTING, target, read_setting(client, GREYLISTING, target))
    return dict(described_set(WHITELIST, target, read_set(client, WHITELIST, target), bool(setting)), **setting)


def _admins(client: Client, target: Target) -> Dict[str, Any]:
    domain = target.as_dict()["domain"]
    try:
        admins = listed(client, domain)
    except NoDomain:
        return {}
    if admins is None:
        raise InputError(
            "this panel does not show who manages a domain; ask iredmail_user_info or iredmail_admin_info."
        )
    return {"domain": domain, "admins": sorted(admins)} if admins else {}


class _Listed(Question):
    """What there is, as a list of none or one."""

    def __init__(
        self, plural: str, name: str, target: Target, read: Callable[[Client, Target], Dict[str, Any]]
    ) -> None:
        super().__init__()
        self.name, self.target, self.read = plural, target, read
        self.answer: List[Dict[str, Any]] = []
        self.subject = "%s %s" % (name, target)

    def run(self, client: Client) -> None:
        found = self.read(client, self.target)
        self.answer = [found] if found else []


def question_job(start: Callable[[Params], Work], **options: Dict[str, Any]) -> Job:
    """A module that only asks; ``options`` beside those of the connection."""
    return Job(lambda: {"argument_spec": dict(connection_spec(), **options), "supports_check_mode": True}, start)


def keys_of(thing: Any) -> Dict[str, Dict[str, Any]]:
    """The options that name a setting or a set."""
    return {option: dict(codec.argument, required=True) for option, codec in thing.keys}


VERIFY_JOB = question_job(
    VerifyWork,
    account={"type": "str", "required": True},
    kind={"type": "str", "choices": ["user", "admin"], "default": "user"},
    password={"type": "str", "required": True, "no_log": True},
)
LDIF_JOB = question_job(
    LdifWork,
    kind={"type": "str", "choices": list(LDIF_KINDS), "required": True},
    name={"type": "str", "required": True},
)
GREYLISTING_INFO_JOB = question_job(
    lambda params: _Listed("greylistings", "greylisting", target_of(GREYLISTING.keys, params), _greylisting),
    **keys_of(GREYLISTING),
)
DOMAIN_ADMINS_INFO_JOB = question_job(
    lambda params: _Listed("domain_admins", "domain_admins", target_of(DOMAIN_KEYS, params), _admins),
    domain={"type": "str", "required": True},
)


def setting_info_job(setting: Setting) -> Job:
    """The info module of a setting."""
    return question_job(setting_question(setting), **keys_of(setting))


def set_info_job(kind: AddressSet) -> Job:
    """The info module of an address set."""
    return question_job(set_question(kind), **keys_of(kind))
