# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses that the server gives an account for each alias domain of its domain (panel/domains.md#alias-domains).

They stand among those that people declare, and nobody declares them: an exact list speaks of them only by name.
"""

from __future__ import annotations

from typing import FrozenSet, Iterable, Optional

from .._errors import IRedMailError
from .._model.addresses import own_in_other_domains
from .._model.fields import Field, ListField
from .._model.resources.domain import DOMAIN
from .current import Current
from .desired import Desired
from .plan import Plan
from .view import View

OPTION = "alias_domains"
NONE: FrozenSet[str] = frozenset()


def alias_domains(view: View, domain: str) -> Optional[FrozenSet[str]]:
    """The alias domains of a domain; None where that is not known."""
    try:
        found = view.get(DOMAIN, domain, options=frozenset({OPTION}))
    except IRedMailError:
        return None
    value = None if found is None else found.value(OPTION)
    return value if isinstance(value, frozenset) else None


def in_other_domains(one: Field, names: Iterable[str], found: Current) -> FrozenSet[str]:
    """Of a list the addresses that the server may have put there: the local part of a name in another domain.

    :param names: that of the account, and its former one
    """
    if not isinstance(one, ListField) or one.in_alias_domains != found.backend:
        return NONE
    value = found.value(one.option)
    if not isinstance(value, frozenset):
        return NONE
    return own_in_other_domains(names, value)


def may_be_given(one: Field, desired: Desired, found: Current) -> FrozenSet[str]:
    """What of a list an exact one would take away, although the server may have put it there."""
    names = [name for name in (desired.identity, desired.rename_from) if name]
    perhaps = in_other_domains(one, names, found) if one.option in desired.exact else NONE
    return perhaps - desired.mentioned(one) if perhaps else NONE


def given(addresses: FrozenSet[str], domains: Optional[FrozenSet[str]]) -> FrozenSet[str]:
    """Which of these addresses are in an alias domain; all of them where nobody knows."""
    if domains is None:
        return addresses
    return frozenset(address for address in addresses if address.rpartition("@")[2] in domains)


def say_not_read(one: Field, desired: Desired, addresses: FrozenSet[str], plan: Plan) -> None:
    """Warn that addresses are left alone, since nobody knows whether the server put them there."""
    plan.warnings.append(
        "%s: the alias domains of %s cannot be read, so whether the server itself put %s there is not known, and "
        "nothing is taken away. To take them away, name them in remove_%s."
        % (one.option, desired.identity.rpartition("@")[2], ", ".join(sorted(addresses)), one.option)
    )
