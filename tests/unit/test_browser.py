# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The browser of the tests leaves nothing, whatever its own processes still do when it goes."""

from __future__ import annotations

import time

import pytest

from tests.support.browser import Browser
from tests.support.waiting import wait_for

BROWSER = """#!/bin/sh
for one; do case $one in --user-data-dir=*) folder=${one#*=};; esac; done
mkdir "$folder/Default"
HELPER "$folder" &
exec sleep 60
"""
#: helpers that outlive it and write into its folder all the time: one for five seconds, one for a moment
IN_ITS_GROUP = """sh -c 'for _ in $(seq 500); do sleep 0.01; mkdir -p "$0/Default/more"; done'"""
LEFT_ITS_GROUP = """setsid sh -c 'n=0; while [ $n -lt 40000 ]; do n=$((n + 1)); : > "$0/Default/$n"; done'"""


@pytest.mark.parametrize("helper", [IN_ITS_GROUP, LEFT_ITS_GROUP], ids=["in-its-group", "left-its-group"])
def test_a_browser_whose_helper_still_writes(tmp_path, helper):
    path = tmp_path / "chromium"
    path.write_text(BROWSER.replace("HELPER", helper), encoding="utf-8")
    path.chmod(0o755)
    browser = Browser(str(path))
    wait_for(lambda: list(browser.folder.glob("Default/*")))
    browser.__exit__()
    time.sleep(0.2)
    assert not browser.folder.exists()
