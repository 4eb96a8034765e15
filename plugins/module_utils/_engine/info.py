# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading modules: objects and settings, in the vocabulary of the writing modules."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Callable, Dict, List, Optional

from .._api.client import Client
from .._errors import InputError, IRedMailError, MissingDomain
from .._model.accounts import Keys, Target
from .._model.codecs import accept
from .._model.descriptors import AddressSet, Resource, Setting
from .._model.resources import domain_admins, domain_users
from .._model.resources.domain import DOMAIN
from .._model.resources.greylisting import GREYLISTING, WHITELIST
from .._model.resources.user import USER
from .argument_spec import info_spec
from .current import Current
from .desired import target_of
from .domain_users import users_of
from .lost import WAY_OUT, what_is_left
from .panel import Panel
from .result import show_object, show_set, show_setting
from .task import Module, Params, Task, reading_module
from .view import each_of, left_out

Shown = List[Dict[str, Any]]


class ReadingTask(Task):
    """Collects things and returns them under the plural of their kind; after a failure, those read until then."""

    def __init__(self, plural: str, subject: str) -> None:
        self.plural, self.subject = plural, subject
        self.found: Shown = []
        self.warnings: List[str] = []

    def run(self, client: Client, check_mode: bool) -> None:
        self.collect(Panel(client, read_only=True))

    def collect(self, panel: Panel) -> None:
        """Read, and put into ``found``."""
        raise NotImplementedError

    def result(self) -> Dict[str, Any]:
        result: Dict[str, Any] = {"changed": False, self.plural: self.found}
        if self.warnings:
            result["warnings"] = self.warnings
        return result


class ObjectsTask(ReadingTask):
    """One object of a resource, or all of a domain.

    The detailed form of the list endpoints shows too little and has been seen to crash, so names are listed and each
    object is read by itself (panel/user-profiles.md#list-of-users).
    """

    def __init__(self, resource: Resource, params: Params) -> None:
        self.resource = resource = resource.of(params)
        self.enabled = params.get("enabled")
        self.identity = self.domain = ""
        if params.get(resource.identity):
            self.identity = accept(resource.identity, resource.identity_codec, params[resource.identity])
        elif params.get("domain"):
            self.domain = accept("domain", DOMAIN.identity_codec, params["domain"])
        subject = " ".join(part for part in (resource.name, self.identity or self.domain) if part)
        super().__init__(resource.plural, subject)

    def collect(self, panel: Panel) -> None:
        disabled_only = self.enabled is False
        if self.identity:
            self._take(panel, self.identity, panel.get(self.resource, self.identity))
            return
        names = panel.names(self.resource, self.domain, disabled_only) or []
        for name, answer in each_of(panel, self.resource, names):
            if isinstance(answer, IRedMailError):
                self.warnings.append(left_out(self.resource.name, name, answer))
            else:
                self._take(panel, name, answer)

    def _take(self, panel: Panel, name: str, current: Optional[Current]) -> None:
        if current is None and self._is_lost(panel, name):
            self.warnings.append("%s %s: %s" % (self.resource.name, name, WAY_OUT))
        if current is not None and self.enabled in (None, current.values.get("enabled")):
            self.found.append(show_object(self.resource, name, current))

    def _is_lost(self, panel: Panel, name: str) -> bool:
        if self.identity:
            return what_is_left(panel, self.resource, name) is not None
        return self.resource.reading.files_apart


class DomainUsersInfoTask(ReadingTask):
    """The users of a domain; none where there is no such domain, as with the other reading modules."""

    def __init__(self, params: Params) -> None:
        self.domain = target_of(domain_users.KEYS, params).as_dict()["domain"]
        super().__init__("users", "domain_users " + self.domain)

    def collect(self, panel: Panel) -> None:
        with suppress(MissingDomain):
            users = users_of(panel, self.domain)
            self.warnings = users.warnings(USER.name)
            self.found = [show_object(USER, name, current) for name, current in users.found]


class OneTask(ReadingTask):
    """What there is of one thing, as a list of none or one."""

    def __init__(self, thing: Any, params: Params, read: Callable[[Panel, Target], Dict[str, Any]]) -> None:
        self.target, self.read = target_of(thing.keys, params), read
        super().__init__(thing.plural, "%s %s" % (thing.name, self.target))

    def collect(self, panel: Panel) -> None:
        found = self.read(panel, self.target)
        self.found = [found] if found else []


def read_setting(setting: Setting) -> Callable[[Panel, Target], Dict[str, Any]]:
    """What reads and shows a setting."""
    return lambda panel, target: show_setting(target, panel.setting(setting, target))


def read_set(addresses: AddressSet) -> Callable[[Panel, Target], Dict[str, Any]]:
    """What reads and shows a set of addresses."""
    return lambda panel, target: show_set(addresses, target, panel.addresses(addresses, target).own)


def read_greylisting(panel: Panel, target: Target) -> Dict[str, Any]:
    """The setting with its whitelist."""
    setting = show_setting(target, panel.setting(GREYLISTING, target))
    return dict(show_set(WHITELIST, target, panel.addresses(WHITELIST, target).own, bool(setting)), **setting)


class DomainAdminsInfoTask(ReadingTask):
    """Who manages a domain."""

    def __init__(self, params: Params) -> None:
        self.domain = target_of(domain_admins.KEYS, params).as_dict()["domain"]
        super().__init__("domain_admins", "domain_admins " + self.domain)

    def collect(self, panel: Panel) -> None:
        try:
            admins = panel.admins(self.domain)
        except MissingDomain:
            return
        if admins is None:
            raise InputError(
                "this panel does not show who manages a domain; ask iredmail_user_info or iredmail_admin_info."
            )
        if admins:
            self.found = [{"domain": self.domain, "admins": sorted(admins)}]


def key_options(keys: Keys) -> Dict[str, Dict[str, Any]]:
    """The options that name a setting or a set."""
    return {option: dict(codec.argument, required=True) for option, codec in keys}


def info_module(resource: Resource) -> Module:
    """The info module of a resource."""
    return Module(lambda: info_spec(resource), lambda params: ObjectsTask(resource, params))


def setting_info_module(setting: Setting) -> Module:
    """The info module of a setting."""
    return reading_module(lambda params: OneTask(setting, params, read_setting(setting)), **key_options(setting.keys))


def set_info_module(addresses: AddressSet) -> Module:
    """The info module of an address set."""
    return reading_module(lambda params: OneTask(addresses, params, read_set(addresses)), **key_options(addresses.keys))


GREYLISTING_INFO = reading_module(
    lambda params: OneTask(GREYLISTING, params, read_greylisting), **key_options(GREYLISTING.keys)
)
DOMAIN_ADMINS_INFO = reading_module(DomainAdminsInfoTask, **key_options(domain_admins.KEYS))
DOMAIN_USERS_INFO = reading_module(DomainUsersInfoTask, **key_options(domain_users.KEYS))
