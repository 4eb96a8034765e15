# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""State files in a folder: what is read from them, or the sentence that refuses them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.parsed import ParseError
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.reader import StateFiles

SECRET = "Canary-4711"
USERS = "users:\n- mail: ada@example.com\n"


def decrypt(data: bytes) -> bytes:
    """Stands for Ansible Vault."""
    if b"broken" in data:
        raise ParseError("cannot be decrypted: no key.")
    return data.replace(b"$ANSIBLE_VAULT;1.1;AES256\n", b"").swapcase()


def write(folder: Path, **files: str) -> None:
    """Files by name, with __ for a dot."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")


def read(folder: Path, src: object = "", pruned: tuple[str, ...] = ()) -> dict[str, object]:
    """What is declared in a folder, or in some of its files."""
    find = str(folder).__add__ if not src else lambda path: str(folder / path)
    return StateFiles(find, decrypt, pruned).read(src or "/")


def refused(folder: Path, src: object = "", pruned: tuple[str, ...] = ()) -> str:
    """The sentence of a refusal."""
    with pytest.raises(InputError) as caught:
        read(folder, src, pruned)
    text = str(caught.value)
    assert "\n" not in text
    assert SECRET not in text
    return text


def text_refused(tmp_path: Path, text: str, name: str = "a.yml") -> str:
    (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    return refused(tmp_path, name)
