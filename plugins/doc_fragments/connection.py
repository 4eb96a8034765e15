# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options every module has."""

from __future__ import annotations


class ModuleDocFragment:
    """How to reach the panel."""

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - Address of the panel, for example V(https://mail.example.com/iredadmin); C(/api) is appended.
      - If not given, the environment variable E(IREDMAIL_API_URL) is used.
    type: str
  api_username:
    description:
      - Full email address of the admin to log in as.
      - If not given, the environment variable E(IREDMAIL_API_USERNAME) is used.
    type: str
  api_password:
    description:
      - Password of O(api_username). A wrong one is tried once, since servers ban repeated failures.
      - If not given, the environment variable E(IREDMAIL_API_PASSWORD) is used.
    type: str
  api_session:
    description:
      - A session returned by M(mailstate.iredmail.iredmail_login); then no login is made.
      - With O(api_username) and O(api_password) given too, a session that was lost is renewed once.
      - If not given, the environment variable E(IREDMAIL_API_SESSION) is used.
    type: str
  api_timeout:
    description:
      - Seconds a request may take, from connecting to the last byte of its answer. Each further try has as many.
      - If not given, the environment variable E(IREDMAIL_API_TIMEOUT) is used.
    type: float
    default: 60
  api_retries:
    description:
      - Extra tries for requests that are safe to repeat. A creation is never repeated blindly.
      - If not given, the environment variable E(IREDMAIL_API_RETRIES) is used.
    type: int
    default: 3
  api_read_only:
    description:
      - Whether every write is refused before it is sent, with an error that names the switch. Use it to try things out
        on a live server. What only reads works as usual, and so does check mode.
      - If not given, the environment variable E(IREDMAIL_READ_ONLY) is used.
    type: bool
    default: false
  validate_certs:
    description:
      - Whether the server's TLS certificate is verified. Wins over E(REQUESTS_CA_BUNDLE).
      - If not given, the environment variable E(IREDMAIL_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - File with the CA certificates to trust. Wins over E(REQUESTS_CA_BUNDLE).
      - If not given, the environment variable E(IREDMAIL_CA_PATH) is used.
    type: path
  client_cert:
    description:
      - File with a TLS client certificate, where the web server before the panel asks for one.
      - If not given, the environment variable E(IREDMAIL_CLIENT_CERT) is used.
    type: path
  client_key:
    description:
      - File with the key of O(client_cert), unless that file holds it too.
      - If not given, the environment variable E(IREDMAIL_CLIENT_KEY) is used.
    type: path
requirements:
  - ansible-core >= 2.17
  - python >= 3.8, where the module runs
  - requests >= 2.28
notes:
  - With C(-vvv) or more, once the connection options are accepted, C(api_trace) is returned too. It lists every request
    of the task with its outcome and duration, reads included. Parameters are left out.
"""
