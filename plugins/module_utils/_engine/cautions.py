# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an object would not do as it seems, although it is as it is declared. Pure."""

from __future__ import annotations

from typing import Collection, List, Optional

from .._model.descriptors import Resource
from .current import Current
from .desired import Desired

#: whole states have findings about these
FOUND = ("access_policy",)


def cautions_of(resource: Resource, desired: Desired, state: Optional[Current], but: Collection[str] = ()) -> List[str]:
    """Warnings about an object as it is or will be, of options that the desired state speaks of.

    :param but: options of which nothing is said
    """
    if state is None:
        return []
    named = {one.option for one in resource.fields if desired.names(one)} - set(but)
    values = dict(state.values, **desired.exact)  # the panel may hide what is declared
    return [sentence for options, sentence in resource.cautions(values) if named & set(options)]
