# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""State files on the controller: found, decrypted, parsed and joined, before any request is sent."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import yaml

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.items import nearest
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import BY_NAME
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.task import ORIGINS
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.wording import names_of

from .json_reader import parse_json
from .parsed import LINE, Parsed, ParseError
from .yaml_reader import parse_yaml

SUFFIXES = (".yml", ".yaml", ".json")
VAULT_HEADER = b"$ANSIBLE_VAULT"
#: what an export wrote; hidden files are not read as state
MANIFEST = ".manifest.yml"
#: what is there while an export writes
UNFINISHED = ".manifest.unfinished.yml"
#: what reading something else in its place raises
NO_MANIFEST = (yaml.YAMLError, LookupError, TypeError, ValueError)
#: so many missing files are named
NAMED = 3
#: decrypts the content of a file or of a value; raises ParseError
Decrypt = Callable[[bytes], bytes]


class StateFiles:
    """Joins state files.

    :param find: turns a path of a user into one of the file system
    :param pruned: kinds of which nothing undeclared may stay, so that a list that is null in one file is an error
    """

    def __init__(self, find: Callable[[str], str], decrypt: Decrypt, pruned: Sequence[str] = ()) -> None:
        self._find, self._decrypt, self._pruned = find, decrypt, pruned
        self._content: dict[str, list[Any] | None] = {}
        self._origins: dict[str, list[str]] = {}
        self._places: dict[tuple[str, ...], str] = {}
        self._keys = {name: identity_of(name) for name in BY_NAME}

    def read(self, src: Any) -> dict[str, Any]:
        """What is declared, with the origin of each item.

        :raises InputError: in the user's words, with the file and the place in it, one line for each file
        """
        paths = src if isinstance(src, (list, tuple)) else [src]
        if not paths:
            raise InputError("src: the list of paths is empty.")
        seen: set[str] = set()
        errors: list[str] = []
        for name, path in (found for one in paths for found in self._files(one)):
            real = os.path.realpath(path)
            if real not in seen:
                seen.add(real)
                try:
                    self._join(name, self._parsed(name, path))
                except InputError as error:
                    errors.append(str(error))
        if errors:
            raise InputError("\n".join(errors))
        return dict(self._content, **{ORIGINS: self._origins})

    def _files(self, given: Any) -> Iterator[tuple[str, str]]:
        """The files that a path stands for: how messages call each, and where it is."""
        if not isinstance(given, str) or not given.strip():
            raise InputError("src: takes the path of a file or a directory, or a list of such paths.")
        path = self._find(given)
        if not os.path.isdir(path):
            yield given, path
            return
        found = sorted(walk(path))
        if not found:
            raise InputError("src: there is no file %s in %s." % (", ".join("*" + end for end in SUFFIXES), given))
        if self._pruned:
            _check_manifests(given, path)
        for one in found:
            yield os.path.join(given, os.path.relpath(one, path)), one

    def _parsed(self, name: str, path: str) -> Parsed:
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError as error:
            raise InputError("%s cannot be read: %s." % (name, error.strerror)) from None
        try:
            if data.startswith(VAULT_HEADER):
                data = self._decrypt(data)
            text = data.decode("utf-8-sig")
            if path.endswith(".json"):
                return parse_json(text)
            if text.lstrip()[:1] == "{":
                try:
                    return parse_json(text)
                except json.JSONDecodeError:
                    pass  # YAML has such mappings too
            return parse_yaml(text, lambda secret: self._decrypt(secret.encode()).decode())
        except ParseError as error:
            raise InputError("%s: %s" % (_place(name, error.place), error)) from None
        except json.JSONDecodeError as error:
            place = _place(name, "%s%d" % (LINE, error.lineno))
            raise InputError("%s: this is no valid JSON: %s." % (place, error.msg)) from None
        except UnicodeDecodeError as error:
            place = _place(name, "%s%d" % (LINE, data[: error.start].count(b"\n") + 1))
            raise InputError("%s: this is not text in UTF-8." % place) from None

    def _join(self, name: str, parsed: Parsed) -> None:
        for kind, items in parsed.kinds.items():
            place, places = parsed.places[kind]
            if kind not in BY_NAME:
                known = ", ".join(BY_NAME)
                sentence = "%s: there is no kind %s%s There are %s."
                raise InputError(sentence % (_place(name, place), kind, nearest(kind, BY_NAME), known))
            if items is None:
                if kind in self._pruned:
                    raise InputError(
                        "%s: prune names %s, and the list of them is null here; nothing was read or written. If there "
                        "are none in this file, say %s: []." % (_place(name, place), kind, kind)
                    )
                self._content.setdefault(kind, None)
                continue
            if not isinstance(items, list):
                raise InputError("%s: %s is not a list." % (_place(name, place), kind))
            origins = [_place(name, one) for one in places]
            self._refuse_twice(kind, items, origins)
            self._content[kind] = (self._content.get(kind) or []) + items
            self._origins.setdefault(kind, []).extend(origins)

    def _refuse_twice(self, kind: str, items: list[Any], origins: list[str]) -> None:
        options = self._keys[kind]
        for item, place in zip(items, origins, strict=True):
            if not isinstance(item, dict):
                continue
            values = [str(item.get(option) or "").strip().lower() for option in options]
            if not all(values):
                continue  # the engine says what is missing
            before = self._places.setdefault((kind, *values), place)
            if before is not place:
                label = " ".join([BY_NAME[kind].name, *values])
                raise InputError("%s is declared twice: %s, and %s." % (label, before, place))


def identity_of(kind: str) -> tuple[str, ...]:
    """The options that together name one object of a kind."""
    return tuple(name for name, option in BY_NAME[kind].options().items() if option.get("required"))


def walk(path: str) -> Iterator[str]:
    """State files below a directory; hidden files and directories are none."""
    for folder, names in _folders(path):
        for name in names:
            if name.endswith(SUFFIXES) and not name.startswith("."):
                yield os.path.join(folder, name)


def _folders(path: str) -> Iterator[tuple[str, list[str]]]:
    """A directory and those below it that are not hidden, each with the names of its files."""

    def fail(error: OSError) -> None:
        raise InputError("%s cannot be read: %s." % (error.filename, error.strerror))

    for folder, folders, names in os.walk(path, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield folder, names


def listed_files(manifest: str) -> dict[str, dict[str, Any]]:
    """What the content of a manifest says of each file, by name; one of ``NO_MANIFEST`` if it is none."""
    return {str(one["name"]): dict(one) for one in yaml.safe_load(manifest)["files"]}


def _check_manifests(given: str, path: str) -> None:
    """What a missing file declares would be pruned. Each directory may have a manifest of its own.

    :raises InputError: files are missing that an export wrote; a line for each manifest
    """
    errors = []
    for folder, names in _folders(path):
        shown = os.path.normpath(os.path.join(given, os.path.relpath(folder, path)))
        if UNFINISHED in names:
            errors.append(
                "%s tells of an export that was interrupted or is under way, so files may be missing, and prune would "
                "delete what they declare; nothing was read or written. Export all domains again, or delete this file "
                "once all others are there." % os.path.join(shown, UNFINISHED)
            )
        elif MANIFEST in names:
            errors += _missing_files(os.path.join(shown, MANIFEST), folder)
    if errors:
        raise InputError("\n".join(errors))


def _missing_files(shown: str, folder: str) -> list[str]:
    """A sentence, if not all files are there that the manifest in a directory lists.

    :param shown: how messages call the manifest
    """
    try:
        with open(os.path.join(folder, MANIFEST), encoding="utf-8") as file:
            names = list(listed_files(file.read()))
    except (OSError, *NO_MANIFEST) as error:
        return [
            "%s cannot be read (%s), so nobody knows whether a file is missing; nothing was read or written."
            % (shown, type(error).__name__)
        ]
    missing = [name for name in names if not os.path.exists(os.path.join(folder, name))]
    if not missing:
        return []
    return [
        "%s lists %s, which is missing, and prune would delete what was declared there; nothing was read or "
        "written. Bring the file back; if it was deleted on purpose, delete its entry in the manifest too."
        % (shown, names_of(missing, NAMED))
    ]


def _place(name: str, place: str) -> str:
    """As compilers and editors have it: ``mail/example.com.yml:12``."""
    if place.startswith(LINE):
        return name + ":" + place[len(LINE) :]
    return ", ".join(filter(None, (name, place)))
