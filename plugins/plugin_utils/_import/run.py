# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A personnel list on the controller -> state files: what the lookup people_files returns."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError

from .._files.parsed import ParseError
from .._files.reader import VAULT_HEADER
from .._files.yaml_reader import parse_yaml
from .._files.yaml_writer import write_yaml
from .directory import Directory
from .people import Reader
from .plan import Import, in_directory
from .problems import Problems
from .settings import Settings
from .table import read_table

_HEAD = "# First passwords that the role mail_import made. The state files hold their hashes.\n"
#: from the content of a file to another
Decrypt = Callable[[bytes], bytes]
Encrypt = Callable[[bytes], bytes]


def import_people(
    src: str, folder: str, given: Mapping[str, Any], passwords_file: str, decrypt: Decrypt, encrypt: Encrypt | None
) -> dict[str, Any]:
    """What is to be written, nothing of which is written here.

    :param src: path of the CSV file; ``folder`` that of the state files
    :param given: settings by the names of the role's variables, without the prefix
    :param passwords_file: where first passwords go
    :param encrypt: encrypts with the vault secret of the run; None if it has none
    :returns: ``problems``, and if there are none ``files`` (path and content of each to be written) and ``plan``
    """
    name = os.path.basename(src)
    problems = Problems(name)
    try:
        settings = Settings.of(given)
        table = read_table(_read(src), name, settings.encoding, settings.separator)
        reader = Reader(table, settings, problems)
        people = reader.people()
        directory = Directory(folder, os.path.basename(os.path.normpath(folder)), decrypt)
        if problems:
            return {"problems": problems.lines(), "files": [], "plan": []}
        work = Import(directory, settings, problems, table.guess)
        texts = work.run(people)
        files = {os.path.join(folder, file): text for file, text in in_directory(folder, texts).items()}
        if work.passwords and encrypt is None:
            problems.add(0, _no_secret(len(work.passwords)))
        if problems:
            return {"problems": problems.lines(), "files": [], "plan": []}
        if work.passwords and encrypt:
            files[passwords_file] = _with_passwords(passwords_file, work.passwords, decrypt, encrypt)
        notes = ["columns that are not used: " + ", ".join(reader.unused)] if reader.unused else []
        if table.guess:
            notes.append("%s is no UTF-8; it was read as %s" % (name, table.guess))
        plan = work.plan(name, len(people), os.path.basename(passwords_file), notes)
    except (InputError, ParseError) as error:
        return {"problems": [*problems.lines(), *str(error).splitlines()], "files": [], "plan": []}
    return {
        "problems": [],
        "files": [{"path": path, "content": content} for path, content in sorted(files.items())],
        "plan": plan,
    }


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise InputError("%s cannot be read: %s." % (path, error.strerror)) from None


def _no_secret(number: int) -> str:
    return (
        "%d accounts need a first password, and this run has no vault secret to encrypt them with. Add "
        "--ask-vault-pass or --vault-password-file; or give a column password_hash; or set mail_import_passwords to "
        "none, and declare the passwords yourself." % number
    )


def _with_passwords(path: str, passwords: Mapping[str, str], decrypt: Decrypt, encrypt: Encrypt) -> str:
    """The encrypted file with more passwords in it.

    :raises InputError: there is another file in its place
    :raises ParseError: it cannot be decrypted
    """
    known: dict[str, Any] = {}
    if os.path.exists(path):
        data = _read(path)
        if not data.startswith(VAULT_HEADER):
            raise InputError("%s is not encrypted; move it away, or encrypt it by ansible-vault encrypt." % path)
        known = parse_yaml(decrypt(data).decode(), lambda secret: secret).kinds
    return encrypt((_HEAD + write_yaml(dict(sorted({**known, **passwords}.items())))).encode()).decode()
