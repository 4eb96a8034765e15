# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel, read in option values: the only reader above the client.

It alone knows which answers mean "there is none", and which shapes an answer may have.
"""

from __future__ import annotations

from typing import AbstractSet, Any, Dict, FrozenSet, List, Mapping, Optional

from .._api.client import Client
from .._errors import (
    BadAnswer,
    IRedMailError,
    LoginRefused,
    MissingDomain,
    NoSuchEndpoint,
    Rejected,
    ServerFault,
    WriteInCheckMode,
)
from .._model.accounts import Target
from .._model.descriptors import AddressSet, Resource, Setting
from .._model.fields import SQL
from .._model.paths import Path, api_path
from .._model.resources.admin import ADMIN
from .._model.resources.domain import DOMAIN
from .._model.resources.domain_admins import ADMINS
from .._model.sources import MISSING, UNREADABLE
from .current import (
    Current,
    Found,
    decode,
    decode_field,
    decode_set,
    decode_setting,
    is_another_kind,
    personality,
    unknown_shape,
    unwrap,
)
from .listing import Listing, decode_names, decode_rows
from .plan import Operation
from .view import INVALID_MAIL, NOTHING, InUse, View, check_admitted

#: answers to a question for a list that mean "there is no such domain"
NO_DOMAIN = DOMAIN.absent_codes
#: an address to ask for where it does not matter which
ANYBODY = "postmaster@example.com"


class Panel(View):
    """One panel, read in option values and written to.

    :param read_only: refuse every write; whoever plans has such a panel
    """

    def __init__(self, client: Client, read_only: bool) -> None:
        self._client = client
        self.read_only = read_only

    # -- who and what it is

    @property
    def username(self) -> Optional[str]:
        return self._client.account

    @property
    def in_use(self) -> InUse:
        return InUse(self.username, self._client.username, self._is_global)

    def _is_global(self) -> Optional[bool]:
        """Whether a global admin is logged in: nobody else may ask for standalone admins.

        See panel/login.md#normal-admins.
        """
        try:
            self.get(ADMIN, self.username or ANYBODY, NO_DOMAIN)
        except Rejected as refusal:
            return False if refusal.code == "PERMISSION_DENIED" else None
        except (BadAnswer, NoSuchEndpoint):
            return None
        return True

    @property
    def address(self) -> str:
        """Where the panel is."""
        return self._client.address

    @property
    def backend_hint(self) -> Optional[str]:
        return self._client.backend_hint

    @property
    def own_shown(self) -> Optional[bool]:
        return self._client.own_shown

    @own_shown.setter
    def own_shown(self, shown: Optional[bool]) -> None:
        self._client.own_shown = shown

    @property
    def confirms(self) -> Dict[str, bool]:
        """Whether the panel confirms passwords, by what has them, as far as that was learned."""
        return self._client.confirms

    @property
    def retries(self) -> int:
        """How often a request may be tried again."""
        return self._client.retries

    @property
    def knows_what_comes(self) -> bool:
        return not self.read_only

    def login(self) -> None:
        """Log in, unless that was done.

        :raises LoginRefused: wrong account or password
        """
        self._client.login()

    def pause(self, tries: int) -> None:
        """Wait before the next try."""
        self._client.pause(tries)

    # -- objects

    def get(
        self,
        resource: Resource,
        identity: str,
        absent: FrozenSet[str] = NOTHING,
        options: Optional[AbstractSet[str]] = None,
    ) -> Optional[Current]:
        data = self.profile(resource, identity, absent)
        if data is MISSING:
            return None
        current = decode(resource, identity, data)
        if current.own_shown:
            self.own_shown = True
        return current

    def profile(self, resource: Resource, identity: str, absent: FrozenSet[str] = frozenset()) -> Any:
        """The answer that :meth:`get` decodes, ``MISSING`` if there is none: it may be decoded for several variants."""
        try:
            query = dict(resource.reading.query) or None
            data = self._data(resource.at(identity), resource.absent_codes | absent, query)
            return MISSING if is_another_kind(resource, data) else data
        except Rejected as refusal:
            if refusal.code != INVALID_MAIL:
                raise
            raise Rejected(
                "GET %s was refused: %s. Old panels say so of an account that is not there, and any panel of an "
                "address that it does not take; nothing was concluded from it."
                % (api_path(resource.at(identity)), refusal.code),
                refusal.code,
            ) from None
        except NoSuchEndpoint as failure:
            if not resource.only:
                check_admitted(resource, identity, failure)
                raise
            raise NoSuchEndpoint(
                "%s exist on %s panels only, and this one does not know them (%s)"
                % (resource.plural, resource.only.upper(), failure)
            ) from None

    def names(self, resource: Resource, domain: str = "", disabled_only: bool = False) -> Optional[List[str]]:
        """From the names-only form of the list."""
        path = resource.list_at(domain)
        query = dict(resource.list_query)
        if disabled_only:
            query["disabled_only"] = "yes"
        try:
            data = self._data(path, NO_DOMAIN if domain else frozenset(), query)
        except NoSuchEndpoint as failure:
            if domain:
                check_admitted(DOMAIN, domain, failure)
            raise
        return None if data is MISSING else decode_names(resource, data, path)

    def all_names(self, resource: Resource, domain: str = "") -> List[str]:
        """All names, from the detailed list where the one of names fails (panel/user-profiles.md#list-of-users).

        :raises IRedMailError: neither can be read
        """
        try:
            return self.names_in(resource, domain) if domain else self.names(resource) or []
        except (ServerFault, BadAnswer):
            try:
                return sorted(self.listing(resource, domain).rows)
            except LoginRefused:
                raise
            except IRedMailError:
                pass
            raise

    def listing(self, resource: Resource, domain: str) -> Listing:
        """The detailed list of a domain's objects.

        :raises IRedMailError: it cannot be read, or has a shape nobody knows
        """
        path = resource.list_at(domain)
        # a panel that cannot make a list crashes every time (panel/user-profiles.md#list-of-users)
        return decode_rows(resource, self._client.get(path, after_crash=False), path)

    # -- settings

    def setting(self, setting: Setting, target: Target) -> Optional[Current]:
        data = self._data(target.at(setting.path), setting.unset_codes)
        return None if data is MISSING else decode_setting(setting, target, data)

    def addresses(self, kind: AddressSet, target: Target) -> Found:
        data = self._data(target.at(kind.path), kind.unset_codes)
        return Found() if data is MISSING else decode_set(kind, target, data)

    # -- who manages a domain

    def admins(self, domain: str) -> Optional[FrozenSet[str]]:
        path = DOMAIN.at(domain)
        data = self._data(path, DOMAIN.absent_codes)
        if data is MISSING:
            raise MissingDomain("there is no domain %s." % domain)
        profile = unwrap(data)
        if not isinstance(profile, dict):
            raise unknown_shape(path, data)
        shown = [place for place in ADMINS.sql if place.find(profile) is not MISSING]
        backend = personality(DOMAIN, profile)
        if backend is None and not shown:
            raise unknown_shape(path, profile)
        current = Current(backend or SQL)
        decode_field(ADMINS, profile, domain, current)
        if ADMINS.option in current.problems:
            raise BadAnswer("GET %s: who manages it is %s." % (api_path(path), current.problems[ADMINS.option]))
        admins: Any = current.value(ADMINS.option)
        return None if admins is UNREADABLE else frozenset(admins)

    # -- the rest

    def verify_password(self, kind: str, mail: str, password: str) -> bool:
        return self._client.verify_password(kind, mail, password)

    def raw(self, path: Path, query: Optional[Mapping[str, str]] = None) -> Any:
        """The ``_data`` of any GET, for captures and texts.

        :raises IRedMailError: it could not be read
        """
        return self._client.get(path, query)

    def write(self, operation: Operation) -> None:
        """Change something. Never repeated when the server may have carried it out: the caller looks again.

        :raises WriteInCheckMode: in check mode, before anything is sent
        """
        if self.read_only:
            shown = "%s %s" % (operation.method, api_path(operation.path))
            raise WriteInCheckMode("A write (%s) was stopped: nothing is written while planning." % shown)
        self._client.write(operation.method, operation.path, operation.params)

    def _data(self, path: Path, absent: FrozenSet[str], query: Optional[Mapping[str, str]] = None) -> Any:
        """What a GET returns; ``MISSING`` on a refusal with one of the codes."""
        try:
            return self._client.get(path, query)
        except Rejected as refusal:
            if refusal.code in absent:
                return MISSING
            raise
