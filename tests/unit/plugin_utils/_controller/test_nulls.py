# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which empty texts were nulls in a template, for ansible-core before 2.19."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.nulls import as_written, with_nulls

MODULE = "mailstate.iredmail.iredmail_user"
TEMPLATE = "{{ one.bcc }}"


def is_template(text: str) -> bool:
    return "{{" in text


def meant(args: dict[str, Any], written: dict[str, Any], *without: str) -> dict[str, Any]:
    return with_nulls(args, written, is_template, without)


def test_what_a_template_came_to_was_a_null_and_what_is_written_is_meant() -> None:
    args = {"bcc": "", "name": "", "quota": "1GB", "enabled": False, "members": []}
    written = dict(args, bcc=TEMPLATE, quota=TEMPLATE)

    assert meant(args, written) == dict(args, bcc=None)


def test_it_is_so_within_lists_and_dictionaries() -> None:
    args = {"declared": {"users": [{"mail": "ada@example.com", "bcc": ""}, {"mail": "bob@example.com", "bcc": ""}]}}
    written = {"declared": {"users": [{"mail": TEMPLATE, "bcc": TEMPLATE}, {"mail": TEMPLATE, "bcc": ""}]}}
    first, second = meant(args, written)["declared"]["users"]

    assert (first["bcc"], second["bcc"]) == (None, "")


@pytest.mark.parametrize(
    ("args", "written", "place"),
    [
        ({"bcc": ""}, {}, "bcc"),
        ({"members": ["", "ada@example.com"]}, {"members": TEMPLATE}, r"members\[0\]"),
        ({"declared": {"users": [{"bcc": ""}]}}, {"declared": TEMPLATE}, r"declared\.users\[0\]\.bcc"),
        ({"declared": {"users": [{"bcc": ""}]}}, {"declared": {"users": TEMPLATE}}, r"declared\.users\[0\]\.bcc"),
        ({"declared": {"users": [{"bcc": ""}]}}, {"declared": {"users": [TEMPLATE]}}, r"declared\.users\[0\]\.bcc"),
        ({"members": ["", ""]}, {"members": [""]}, r"members\[0\]"),
    ],
)
def test_what_nobody_can_tell_is_refused(args: dict[str, Any], written: dict[str, Any], place: str) -> None:
    with pytest.raises(InputError, match=f"^{place}: is empty, and before ansible-core 2.19 a null"):
        meant(args, written)


def test_an_option_whose_emptiness_says_something_is_left_as_it_is() -> None:
    assert meant({"expect_checksum": ""}, {"expect_checksum": TEMPLATE}, "expect_checksum") == {"expect_checksum": ""}


@pytest.mark.parametrize(
    "written",
    [
        {MODULE: {"mail": TEMPLATE, "name": ""}},
        {"action": {"module": MODULE, "mail": TEMPLATE, "name": ""}},
        {"local_action": {"module": MODULE, "mail": TEMPLATE, "name": ""}},
        {MODULE: None, "args": {"mail": TEMPLATE, "name": ""}},
        {MODULE: f"mail='{TEMPLATE}' name=''"},
    ],
)
def test_arguments_are_found_however_they_are_written(written: dict[str, Any]) -> None:
    task = SimpleNamespace(get_ds=lambda: dict(written, name="A task", register="result"), collections=[])

    assert as_written(task) == {"mail": TEMPLATE, "name": ""}


@pytest.mark.parametrize("written", [None, {}, {"name": "no module"}])
def test_a_task_that_nobody_wrote_has_none(written: Any) -> None:
    assert as_written(SimpleNamespace(get_ds=lambda: written, collections=[])) == {}
