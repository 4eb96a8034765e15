# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection runs on; anything older is refused in one sentence, before it meets what it cannot read.

Plugins and modules ask before they import anything else of the collection, so this file is for every Python 3.
"""

import json
import sys
from typing import Any, Tuple

#: the oldest ansible-core, the Python that comes with it on the controller, and the one where a module runs
ANSIBLE, CONTROLLER, TARGET = (2, 17), (3, 10), (3, 8)


def dotted(version: Tuple[Any, ...]) -> str:
    """A version as people write it."""
    return ".".join(str(part) for part in version[:3])


def check_python() -> None:
    """In a module: end it as one that failed, if its Python is too old."""
    if sys.version_info < TARGET:
        message = (
            "mailstate.iredmail needs Python %s or newer where its modules run, and this is Python %s at %s:"
            " name a newer one in ansible_python_interpreter."
        )
        message %= dotted(TARGET), dotted(sys.version_info), sys.executable
        sys.stdout.write(json.dumps({"failed": True, "changed": False, "msg": message}))
        raise SystemExit(1)
