# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The floor: what a script without any care would do. Log in, list, compare, write what differs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import requests


def main(url: str, username: str, password: str, path: str) -> None:
    """Bring name and quota of the users in a JSON file to the server."""
    state = json.loads(Path(path).read_text(encoding="utf-8"))
    wanted: dict[str, dict[str, dict[str, str]]] = {}
    for user in state["users"]:
        wanted.setdefault(user["mail"].partition("@")[2], {})[user["mail"]] = user
    with requests.Session() as session:
        session.trust_env = False
        session.post(f"{url}/api/login", data={"username": username, "password": password}, timeout=60)
        session.get(f"{url}/api/domains", timeout=60).json()
        for domain, users in wanted.items():
            data = session.get(f"{url}/api/users/{domain}", timeout=60).json()["_data"]
            rows = [entry[1] if isinstance(entry, list) else entry for entry in data]
            there = {row.get("username") or row["mail"][0]: row for row in rows}
            for mail, user in users.items():
                row = there[mail]
                quota = row["quota"] if "quota" in row else int(row["mailQuota"][0]) // 2**20
                if quota != user["quota"]:
                    session.put(f"{url}/api/user/{mail}", data={"quota": user["quota"]}, timeout=60)


if __name__ == "__main__":
    main(*sys.argv[1:5])
