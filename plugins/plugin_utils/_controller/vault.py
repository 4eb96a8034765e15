# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault of a run: what Ansible was given passwords for."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleError
from ansible.module_utils.common.text.converters import to_text

from .._files.parsed import ParseError


def vault_of(loader: Any) -> Any:
    """The vault that a data loader has."""
    return loader._vault  # pylint: disable=protected-access  # there is no other way


def decrypt(loader: Any, data: bytes) -> bytes:
    """What was encrypted.

    :raises ParseError: no password fits, or it is damaged
    """
    try:
        return bytes(vault_of(loader).decrypt(data))
    except AnsibleError as error:
        raise ParseError("cannot be decrypted: %s" % " ".join(to_text(error).split())) from None
