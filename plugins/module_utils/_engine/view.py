# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What planning looks at: a panel that is asked, or what was read from one before."""

from __future__ import annotations

from functools import partial
from typing import (
    AbstractSet,
    Any,
    Callable,
    Dict,
    FrozenSet,
    Iterable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Tuple,
    Union,
)

from .._errors import IRedMailError, NoSuchEndpoint, NotListed, Rejected, Unroutable
from .._model.accounts import Target
from .._model.descriptors import AddressSet, Resource, Setting
from .current import Current, Found

NOTHING: FrozenSet[str] = frozenset()
#: what panels say of an address that is none to them, and those of old of one that is not there
#: (panel/codes.md#not-found)
INVALID_MAIL = "INVALID_MAIL"


class Many(NamedTuple):
    """Objects that a list has named.

    :ivar found: those that are there, in the order of the list
    :ivar unread: those that the panel lists and cannot be asked for, with why
    """

    found: List[Tuple[str, Current]]
    unread: Dict[str, IRedMailError]

    def warnings(self, kind: str) -> List[str]:
        """A sentence for each of those that could not be read."""
        return [left_out(kind, name, error) for name, error in self.unread.items()]


class InUse(NamedTuple):
    """Who is logged in.

    :ivar account: None where only a session is known
    :ivar api_username: whom to log in as, whether or not that was done
    :ivar is_global: asks whether it is a global admin; None where nobody can tell
    """

    account: Optional[str]
    api_username: Optional[str]
    is_global: Callable[[], Optional[bool]]


class View:
    """What is there, in option values.

    :ivar read_only: whoever plans has such a view; nothing can be written through it
    """

    read_only = True
    #: whether the panel shows an account's own address among its forwardings, once somebody's has told
    own_shown: Optional[bool] = None

    @property
    def username(self) -> Optional[str]:
        """The account in use, where it is known."""
        raise NotImplementedError

    @property
    def in_use(self) -> InUse:
        """Who is logged in, as far as that can be told."""
        raise NotImplementedError

    @property
    def backend_hint(self) -> Optional[str]:
        """``sql`` or ``ldap``, where the session tells."""
        raise NotImplementedError

    @property
    def knows_what_comes(self) -> bool:
        """Whether what is not there now will not be made before this is done for real; in check mode it may be."""
        raise NotImplementedError

    def get(
        self,
        resource: Resource,
        identity: str,
        absent: FrozenSet[str] = NOTHING,
        options: Optional[AbstractSet[str]] = None,
    ) -> Optional[Current]:
        """The object, or None: only on an answer that is documented to mean "there is none".

        :param absent: more codes that mean it
        :param options: the only options that matter, where that is known; the others may be left out
        :raises IRedMailError: on any other failure, and on a profile of an unknown shape
        """
        raise NotImplementedError

    def get_many(self, resource: Resource, names: Iterable[str], options: Optional[AbstractSet[str]] = None) -> Many:
        """Objects of a list, each as :meth:`get` shows it. One that the panel cannot be asked for stops nobody.

        :raises IRedMailError: on any other failure, and if it can be asked for none of them
        """
        many = Many([], {})
        for name, answer in each_of(self, resource, names, options):
            if isinstance(answer, IRedMailError):
                many.unread[name] = answer
            elif answer is not None:
                many.found.append((name, answer))
        return many

    def names(self, resource: Resource, domain: str = "", disabled_only: bool = False) -> Optional[List[str]]:
        """Names of all objects (of a domain), sorted.

        :returns: None if the domain does not exist
        :raises IRedMailError: on any other failure, and on an unknown shape
        """
        raise NotImplementedError

    def names_in(self, resource: Resource, domain: str) -> List[str]:
        """The same for a domain that is known to exist: that the panel denies it is no empty list.

        :raises NotListed: it does
        """
        return names_listed(resource, domain, self.names(resource, domain))

    def setting(self, setting: Setting, target: Target) -> Optional[Current]:
        """The setting as it stands; None when nothing is configured.

        :raises IRedMailError: it could not be read, or has a shape nobody knows
        """
        raise NotImplementedError

    def addresses(self, kind: AddressSet, target: Target) -> Found:
        """The addresses; none where nothing is configured, or the account is not known there (panel/wblist.md#profile).

        :raises IRedMailError: they could not be read, or have a shape nobody knows
        """
        raise NotImplementedError

    def admins(self, domain: str) -> Optional[FrozenSet[str]]:
        """The admins that the domain's profile shows; None where it never does (panel/admins.md#who-manages-a-domain).

        :raises MissingDomain: there is no such domain
        """
        raise NotImplementedError

    def verify_password(self, kind: str, mail: str, password: str) -> bool:
        """Whether a password is the account's; denied of a disabled one (panel/login.md#verifying-a-password).

        :raises Rejected: it may not be asked
        """
        raise NotImplementedError


def each_of(
    view: View, resource: Resource, names: Iterable[str], options: Optional[AbstractSet[str]] = None
) -> Iterator[Tuple[str, Union[Current, IRedMailError, None]]]:
    """Objects of a list one by one; instead of one that the panel cannot be asked for, why.

    :raises IRedMailError: on any other failure, and if it can be asked for none of them
    """
    refusals, answered = [], False
    for name in names:
        answer: Union[Current, IRedMailError, None] = tried(partial(get_listed, view, resource, name, options))
        if isinstance(answer, IRedMailError):
            refusals.append(answer)
        else:
            answered = True
        yield name, answer
    if not answered:
        not_by_name(refusals)


def get_listed(
    view: View, resource: Resource, name: str, options: Optional[AbstractSet[str]] = None
) -> Optional[Current]:
    """Something that is listed, as :meth:`View.get` shows it.

    :raises Unroutable: the panel cannot be asked for it
    """
    check_routed(resource, name)
    return view.get(resource, name, options=options)


def tried(look: Callable[[], Any]) -> Any:
    """What a look at something that is listed finds; the failure itself, if it concerns that alone.

    :raises IRedMailError: any other failure
    """
    try:
        return look()
    except IRedMailError as error:
        if concerns_one(error):
            return error
        raise


def check_routed(resource: Resource, name: str) -> None:
    """:raises Unroutable: the panel may list it, and cannot be asked for it: no route takes the name"""
    try:
        resource.identity_codec.accept(name)
    except ValueError as error:
        sentence = "the panel cannot be asked for %s %s: its name %s."
        raise Unroutable(sentence % (resource.name, name, error)) from None


def check_admitted(resource: Resource, name: str, failure: NoSuchEndpoint) -> None:
    """:raises Unroutable: there was no route for a name that is a strange one"""
    try:
        resource.identity_codec.admit(name)
    except ValueError as error:
        raise Unroutable("%s The name %s." % (failure, error)) from None


def left_out(kind: str, name: str, error: IRedMailError) -> str:
    """A warning that something which is listed could not be read."""
    return "%s %s is listed and left out, since it cannot be read: %s" % (kind, name, error)


def concerns_one(error: BaseException) -> bool:
    """Whether a failure to read something that is listed concerns that alone: the panel does not take its name.

    That a path of an ordinary name is not known says nothing of the name: one of several panels may have no API.
    """
    return isinstance(error, Unroutable) or (isinstance(error, Rejected) and error.code == INVALID_MAIL)


def not_by_name(refusals: Iterable[IRedMailError]) -> None:
    """Of a list nothing at all could be read: that is no matter of names, unless all of these are odd.

    :raises IRedMailError: one of them is not
    """
    for error in refusals:
        if not isinstance(error, Unroutable):
            raise error


def names_listed(resource: Resource, domain: str, names: Optional[List[str]]) -> List[str]:
    """What :meth:`View.names` returned for a domain that is known to exist.

    :raises NotListed: the panel denies that there is such a domain
    """
    if names is None:
        raise NotListed(
            "the panel says that there is no domain %s when it is asked for its %s." % (domain, resource.plural)
        )
    return names
