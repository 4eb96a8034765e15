# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the vendor's documents list: api.yml as objects, and manifest.yml."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent
DOCUMENTS = (2017, 2022)


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice, which YAML would quietly drop."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _value in node.value if key.value != "<<"]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"{key} is there twice{node.start_mark}")
        self.flatten_mapping(node)
        return super().construct_mapping(node, deep)


def load(name: str) -> Any:
    """A YAML file of this folder."""
    return yaml.load((FOLDER / name).read_text(), Loader=_Loader)


@dataclass(frozen=True)
class Parameter:
    """One parameter of an endpoint."""

    name: str
    text: str
    since: str
    documents: tuple[int, ...]
    backend: str | None


@dataclass(frozen=True)
class Endpoint:
    """One endpoint, or some that differ only in whom they are about; ``calls`` are like ``GET /api/domains``."""

    calls: tuple[str, ...]
    title: str
    since: str
    documents: tuple[int, ...]
    backend: str | None
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True)
class Section:
    """A chapter of the documents."""

    title: str
    endpoints: tuple[Endpoint, ...]


def _parameter(name: str, said: Any, endpoint: dict[str, Any]) -> Parameter:
    said = {"text": said} if isinstance(said, str) else said
    unknown = set(said) - {"text", "since", "documents", "backend"}
    if unknown:
        raise ValueError(f"{name}: {unknown}")
    return Parameter(
        name,
        said["text"],
        said.get("since") or endpoint.get("parameters_since") or endpoint["since"],
        tuple(said.get("documents") or endpoint.get("documents") or DOCUMENTS),
        said.get("backend"),
    )


def _endpoint(said: dict[str, Any]) -> Endpoint:
    unknown = set(said) - {"calls", "title", "since", "parameters_since", "documents", "backend", "parameters"}
    if unknown:
        raise ValueError(f"{said['calls']}: {unknown}")
    return Endpoint(
        tuple(said["calls"]),
        said["title"],
        said["since"],
        tuple(said.get("documents") or DOCUMENTS),
        said.get("backend"),
        tuple(_parameter(name, one, said) for name, one in said.get("parameters", {}).items()),
    )


@cache
def sections() -> list[Section]:
    """The chapters, in the order of the document of 2022."""
    return [
        Section(said["title"], tuple(_endpoint(one) for one in said["endpoints"]))
        for said in load("api.yml")["sections"]
    ]


def endpoints() -> Iterator[Endpoint]:
    """All endpoints."""
    for section in sections():
        yield from section.endpoints


def listed() -> set[tuple[str, str]]:
    """Every call with each of its parameters, and with the empty string for the call itself."""
    return {
        (call, name)
        for endpoint in endpoints()
        for call in endpoint.calls
        for name in ("", *(parameter.name for parameter in endpoint.parameters))
    }
