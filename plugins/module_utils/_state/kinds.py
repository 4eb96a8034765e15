# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects a whole state consists of, in the order in which they are made; deleted in reverse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Optional, Tuple

from .._api.connection import connection_spec
from .._engine.address_set import set_job
from .._engine.domain_admins import DOMAIN_ADMINS_JOB
from .._engine.domain_users import DOMAIN_USERS_JOB
from .._engine.greylisting import GREYLISTING_JOB, SPF_JOB
from .._engine.setting import setting_job
from .._engine.task import Job, resource_job
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
    :param job: the module for one of them
    :param resource: its descriptor, where it is an object with a life of its own
    """

    plural: str
    name: str
    job: Job
    resource: Optional[Resource] = None

    def options(self) -> Dict[str, Any]:
        """The argument_spec of one item: the module's, without the connection."""
        spec = dict(self.job.spec()["argument_spec"])
        for option in connection_spec():
            spec.pop(option)
        return spec


def _entity(resource: Resource) -> Kind:
    return Kind(resource.plural, resource.name, resource_job(resource), resource)


#: A domain's admins come after its users, since some of them may be made in the same run; what speaks for all users of
#: a domain comes after each of them.
KINDS: Tuple[Kind, ...] = (
    _entity(DOMAIN),
    _entity(ADMIN),
    _entity(USER),
    Kind("domain_admins", "domain_admins", DOMAIN_ADMINS_JOB),
    Kind("domain_users", "domain_users", DOMAIN_USERS_JOB),
    _entity(ALIAS),
    _entity(ML),
    _entity(MAILLIST),
    Kind("spampolicies", "spampolicy", setting_job(SPAMPOLICY)),
    Kind("throttles", "throttle", setting_job(THROTTLE)),
    Kind("greylistings", "greylisting", GREYLISTING_JOB),
    Kind("greylisting_spf_domains", "greylisting_spf_domains", SPF_JOB),
    Kind("wblists", "wblist", set_job(WBLIST)),
)
BY_NAME: Dict[str, Kind] = {kind.plural: kind for kind in KINDS}
#: the kinds that can be listed, so that what is not declared can be found
PRUNABLE: Tuple[str, ...] = tuple(kind.plural for kind in KINDS if kind.resource and kind.resource.list_path)
