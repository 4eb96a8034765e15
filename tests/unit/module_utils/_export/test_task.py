# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be exported, and that there is no half of a state."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._export.task import ExportTask


@pytest.mark.parametrize(
    ("given_options", "sentence"),
    [
        ({"domains": []}, "domains: is empty"),
        ({"domains": ["example.com", " "]}, "domains: is empty"),
        ({"kinds": []}, "kinds: is empty"),
        ({"concurrency": 0}, "concurrency"),
    ],
)
def test_options_that_make_no_sense(given_options, sentence):
    with pytest.raises(InputError, match=sentence):
        ExportTask(dict({"concurrency": 8}, **given_options))


def test_there_is_no_state_before_it_is_complete():
    assert ExportTask({"concurrency": 8}).result() == {"changed": False, "state": {}, "not_exported": []}
