# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page for a browser: one file that loads nothing, and runs nothing but what is given here."""

from __future__ import annotations

import base64
import hashlib

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="%(policy)s">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>%(title)s</title>
<style>%(style)s</style>
</head>
<body>
%(body)s</body>
</html>
"""


def page(title: str, style: str, body: str, script: str = "") -> str:
    """The file's content.

    :param title: escaped, as ``body`` is
    :param script: the only one that may be run, whatever a name may hold; ``body`` has it where it is wanted
    """
    scripts = " script-src %s;" % _hash(script) if script else ""
    policy = "default-src 'none'; style-src %s;%s base-uri 'none'; form-action 'none'" % (_hash(style), scripts)
    return _PAGE % {"policy": policy, "title": title, "style": style, "body": body}


def _hash(text: str) -> str:
    return "'sha256-%s'" % base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
