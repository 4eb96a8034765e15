# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects a whole state consists of, in the order in which they are made; deleted in reverse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Optional, Tuple

from .._api.connection import connection_spec
from .._engine.address_set import set_module
from .._engine.domain_admins import DOMAIN_ADMINS
from .._engine.domain_users import DOMAIN_USERS
from .._engine.entity import resource_module
from .._engine.greylisting import GREYLISTING_MODULE, SPF_MODULE
from .._engine.setting import setting_module
from .._engine.task import Module, Params
from .._engine.writing import WritingTask
from .._model.descriptors import Resource
from .._model.resources.admin import ADMIN
from .._model.resources.alias import ALIAS
from .._model.resources.domain import DOMAIN
from .._model.resources.maillist import MAILLIST
from .._model.resources.ml import ML
from .._model.resources.spampolicy import SPAMPOLICY
from .._model.resources.throttle import THROTTLE
from .._model.resources.user import USER
from .._model.resources.wblist import WBLIST


@dataclass(frozen=True)
class Kind:
    """One kind.

    :param plural: its key in a state; ``name`` is what one of them is called in results
    :param module: the module for one of them
    :param resource: its descriptor, where it is an object with a life of its own
    """

    plural: str
    name: str
    module: Module
    resource: Optional[Resource] = None

    def options(self) -> Dict[str, Any]:
        """The argument_spec of one item: the module's, without the connection."""
        spec = dict(self.module.spec()["argument_spec"])
        for option in connection_spec():
            spec.pop(option)
        return spec

    def task(self, params: Params) -> WritingTask:
        """The module's task for an item.

        :raises InputError: the item is impossible
        """
        task = self.module.start(params)
        if not isinstance(task, WritingTask):
            raise TypeError("%s has a module that writes nothing" % self.name)
        return task


def _entity(resource: Resource) -> Kind:
    return Kind(resource.plural, resource.name, resource_module(resource), resource)


#: A domain's admins come after its users, since some of them may be made in the same run; what speaks for all users of
#: a domain comes after each of them.
KINDS: Tuple[Kind, ...] = (
    _entity(DOMAIN),
    _entity(ADMIN),
    _entity(USER),
    Kind("domain_admins", "domain_admins", DOMAIN_ADMINS),
    Kind("domain_users", "domain_users", DOMAIN_USERS),
    _entity(ALIAS),
    _entity(ML),
    _entity(MAILLIST),
    Kind("spampolicies", "spampolicy", setting_module(SPAMPOLICY)),
    Kind("throttles", "throttle", setting_module(THROTTLE)),
    Kind("greylistings", "greylisting", GREYLISTING_MODULE),
    Kind("greylisting_spf_domains", "greylisting_spf_domains", SPF_MODULE),
    Kind("wblists", "wblist", set_module(WBLIST)),
)
BY_NAME: Dict[str, Kind] = {kind.plural: kind for kind in KINDS}
#: the kinds that can be listed, so that what is not declared can be found
PRUNABLE: Tuple[str, ...] = tuple(kind.plural for kind in KINDS if kind.resource and kind.resource.list_path)
