# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the connection options of plugins that are no modules; their values come from there too."""

from __future__ import annotations


class ModuleDocFragment:
    """How to reach the panel from the controller."""

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - Address of the panel, for example V(https://mail.example.com/iredadmin); C(/api) is appended.
    type: str
    env:
      - name: IREDMAIL_API_URL
  api_username:
    description:
      - Full email address of the admin to log in as.
    type: str
    env:
      - name: IREDMAIL_API_USERNAME
  api_password:
    description:
      - Password of O(api_username). A wrong one is tried once, since servers ban repeated failures.
    type: str
    env:
      - name: IREDMAIL_API_PASSWORD
  api_session:
    description:
      - A session returned by M(mailstate.iredmail.iredmail_login); then no login is made.
      - With O(api_username) and O(api_password) given too, a session that was lost is renewed once.
    type: str
    env:
      - name: IREDMAIL_API_SESSION
  api_timeout:
    description:
      - Seconds a request may take, from connecting to the last byte of its answer. Each further try has as many.
    type: float
    default: 60
    env:
      - name: IREDMAIL_API_TIMEOUT
  api_retries:
    description:
      - Extra tries for a request that failed in passing.
    type: int
    default: 3
    env:
      - name: IREDMAIL_API_RETRIES
  api_read_only:
    description:
      - Whether every write is refused before it is sent. This plugin only reads, so it makes no difference here.
    type: bool
    default: false
    env:
      - name: IREDMAIL_READ_ONLY
  validate_certs:
    description:
      - Whether the server's TLS certificate is verified. Wins over E(REQUESTS_CA_BUNDLE).
    type: bool
    default: true
    env:
      - name: IREDMAIL_VALIDATE_CERTS
  ca_path:
    description:
      - File with the CA certificates to trust. Wins over E(REQUESTS_CA_BUNDLE).
    type: path
    env:
      - name: IREDMAIL_CA_PATH
  client_cert:
    description:
      - File with a TLS client certificate, where the web server before the panel asks for one.
    type: path
    env:
      - name: IREDMAIL_CLIENT_CERT
  client_key:
    description:
      - File with the key of O(client_cert), unless that file holds it too.
    type: path
    env:
      - name: IREDMAIL_CLIENT_KEY
requirements:
  - ansible-core >= 2.17
  - requests >= 2.28, on the controller
notes:
  - The requests to the panel come from the controller. The panel must allow its address to use the API.
"""

    # besides it: variables for the same options
    VARS = r"""
options:
  api_url:
    vars:
      - name: iredmail_api_url
  api_username:
    vars:
      - name: iredmail_api_username
  api_password:
    vars:
      - name: iredmail_api_password
  api_session:
    vars:
      - name: iredmail_api_session
  api_timeout:
    vars:
      - name: iredmail_api_timeout
  api_retries:
    vars:
      - name: iredmail_api_retries
  api_read_only:
    vars:
      - name: iredmail_api_read_only
  validate_certs:
    vars:
      - name: iredmail_validate_certs
  ca_path:
    vars:
      - name: iredmail_ca_path
  client_cert:
    vars:
      - name: iredmail_client_cert
  client_key:
    vars:
      - name: iredmail_client_key
"""
