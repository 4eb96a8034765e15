# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a domain allows, and items that break it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Callable, DefaultDict, Dict, Iterable, Iterator, List, Mapping, Optional

from .._model.resources.domain import DOMAIN
from .._model.resources.user import USER
from .findings import ERROR, WARNING, Finding, finding
from .items import Item

#: whether an option of an object (kind, name, option) is going to be sent
IsSent = Callable[[str, str, str], bool]


class Limits:
    """What a domain allows, as it will be: options of the domain by name; 0 is unlimited, -1 forbids."""

    def __init__(self, domain: str, values: Mapping[str, Any]) -> None:
        self.domain = domain
        self.values = {name: value for name, value in values.items() if isinstance(value, int)}

    def of(self, option: str) -> int:
        return self.values.get(option, 0)


def over_limits(
    items: Iterable[Item], limits: Mapping[str, Limits], is_sent: IsSent, is_raised: Optional[IsSent] = None
) -> Iterator[Finding]:
    """Items that break what their domain allows. What stands was let through some day, and is only a warning.

    :param is_raised: whether an option is sent and will be more than it was; as ``is_sent`` unless given
    """
    is_raised = is_raised or is_sent
    sums: DefaultDict[str, int] = defaultdict(int)
    users: DefaultDict[str, List[Item]] = defaultdict(list)
    for item in items:
        desired, known = item.desired, limits.get(item.domain)
        if known is None or not desired.present:
            continue
        if item.kind.name == DOMAIN.name:
            default, most = known.of("default_quota"), known.of("max_user_quota")
            if 0 < most < default and {"default_quota", "max_user_quota"} & set(desired.exact):
                sent = any(is_sent(DOMAIN.name, item.ident, one) for one in ("default_quota", "max_user_quota"))
                sentence = "default_quota (%d MB) is more than max_user_quota (%d MB)." % (default, most)
                yield finding("over_limit", _severity(sent), item, "default_quota", sentence)
        elif item.kind.name == USER.name:
            quota, most = desired.exact.get("quota"), known.of("max_user_quota")
            if isinstance(quota, int):
                sums[item.domain] += quota
                users[item.domain].append(item)
                if 0 < most < quota:
                    sent = is_sent(USER.name, item.ident, "quota") or is_sent(
                        DOMAIN.name, item.domain, "max_user_quota"
                    )
                    sentence = "quota: %d MB is more than max_user_quota of %s, %d MB." % (quota, item.domain, most)
                    yield finding("over_limit", _severity(sent), item, "quota", sentence)
            yield from _password_limits(item, known, is_sent)
    for domain, total in sums.items():
        most = limits[domain].of("quota")
        if 0 < most < total:
            sent = any(is_raised(USER.name, item.ident, "quota") for item in users[domain])
            sentence = "quota: those declared in %s come to %d MB, and the quota of the domain is %d MB."
            severity = _severity(sent or is_sent(DOMAIN.name, domain, "quota"))
            yield finding("over_limit", severity, users[domain][-1], "quota", sentence % (domain, total, most))


def _password_limits(item: Item, known: Limits, is_sent: IsSent) -> Iterator[Finding]:
    password = item.desired.password
    if not password:
        return
    least, most = known.of("min_password_length"), known.of("max_password_length")
    if len(password) < least:
        sentence = "password: it is shorter than the %d characters that %s asks for." % (least, item.domain)
    elif 0 < most < len(password):
        sentence = "password: it is longer than the %d characters that %s allows." % (most, item.domain)
    else:
        return
    severity = _severity(is_sent(USER.name, item.ident, "password"))
    yield finding("over_limit", severity, item, "password", sentence)


def _severity(sent: bool) -> str:
    return ERROR if sent else WARNING


def declared_limits(items: Iterable[Item]) -> Dict[str, Limits]:
    """What the declaration itself says of the limits of domains."""
    return {
        item.ident: Limits(item.ident, item.desired.exact)
        for item in items
        if item.kind.name == DOMAIN.name and item.desired.present
    }


def over_declared_limits(items: List[Item]) -> Iterator[Finding]:
    """Items that break what the declaration itself says of their domain, as far as that is known without a server."""
    for_new = {item.ident for item in items if item.desired.update_password == "on_create"}

    def is_sent(_kind: str, ident: str, option: str) -> bool:
        return option != "password" or ident not in for_new

    return over_limits(items, declared_limits(items), is_sent)
