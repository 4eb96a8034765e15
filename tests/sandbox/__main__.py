# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.sandbox``: a sandbox panel to try playbooks on."""

from __future__ import annotations

import argparse
import secrets
import sys

from tests.sandbox.panel import Panel
from tests.sandbox.seeding import seed
from tests.sandbox.serving import serve
from tests.sandbox.shapes import PRESETS, SWITCHES


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted."""
    options = parser().parse_args(arguments)
    shapes = dict(pair.partition("=")[::2] for pair in options.shape)
    password = options.password or "Sandbox-" + secrets.token_hex(6) + "-A1"
    try:
        panel = Panel(
            options.backend,
            database=options.database,
            admin=options.admin,
            password=password,
            preset=options.preset,
            shapes=shapes,
            prefix=options.prefix.rstrip("/"),
            api_disabled=options.api_disabled,
            allow_client=options.allow_client,
        )
        panel.wait(options.latency)
        if options.seed:
            domains, _x, users = options.seed.partition("x")
            seed(panel, int(domains), int(users or 0))
    except ValueError as problem:
        sys.exit(str(problem))
    tls = (options.tls_cert, options.tls_key) if options.tls_cert else None
    server = serve(panel, options.host, options.port, tls)
    scheme = "https" if tls else "http"
    print(f"export IREDMAIL_API_URL={scheme}://{options.host}:{server.server_port}{panel.prefix}")
    print(f"export IREDMAIL_API_USERNAME={panel.admin}")
    print(f"export IREDMAIL_API_PASSWORD={password}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        server.server_close()
    return 0


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    shapes = "\n".join(
        f"  {name:16} {', '.join(one or repr(one) for one in switch.choices)}  [{switch.text}; docs/{switch.source}]"
        for name, switch in SWITCHES.items()
    )
    result = argparse.ArgumentParser(
        prog="python -m tests.sandbox",
        description="A server that behaves like the RESTful API of iRedAdmin-Pro, as far as that is known.",
        epilog=f"shapes (what nobody knows about the real answers, each switchable):\n{shapes}\n\n"
        "What was asked of the sandbox is at /_sandbox/log, what was against the document at /_sandbox/violations.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = result.add_argument
    add("--backend", choices=["sql", "ldap"], default="sql", help="how profiles read and what they can hold")
    add("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    add("--port", type=int, default=0, help="port to listen at (default: a free one)")
    add("--prefix", default="/iredadmin", help="where the panel is mounted (default: %(default)s)")
    add(
        "--database",
        default="sqlite://",
        help="SQLAlchemy URL (default: SQLite in memory); its tables are dropped first",
    )
    add("--admin", default="postmaster@example.com", help="the first global admin (default: %(default)s)")
    add("--password", help="its password (default: a random one, printed)")
    add("--latency", type=float, default=0, metavar="MS", help="milliseconds to wait before each answer")
    add("--seed", metavar="DOMAINSxUSERS", help="start with so many domains, each with so many users: 10x1000")
    add("--preset", choices=sorted(PRESETS), default="default", help="a named combination of shapes")
    add("--shape", action="append", default=[], metavar="KEY=VALUE", help="turn one switch; may be repeated")
    add("--api-disabled", action="store_true", help="as if ENABLE_RESTFUL_API were not set")
    add("--allow-client", action="append", metavar="IP", help="answer only to this address; may be repeated")
    add("--tls-cert", metavar="FILE", help="serve HTTPS with this certificate")
    add("--tls-key", metavar="FILE", help="and this key")
    return result


if __name__ == "__main__":
    sys.exit(main())
