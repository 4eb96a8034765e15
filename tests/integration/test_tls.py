# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS: refused unless the certificate can be trusted, and for the right name."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.integration.playbook import DOORS, connection, run_tasks, task
from tests.sandbox.handle import Sandbox


def certificate(folder: Path, address: str) -> tuple[str, str]:
    """A self-signed certificate for an address, and its key: paths of PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sandbox")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key_file.write_bytes(key.private_bytes(*private))
    return str(cert_file), str(key_file)


def look(**options):
    return task("iredmail_domain_info", domain="example.com", **options)


@pytest.mark.parametrize("door", DOORS)
def test_a_certificate_that_nobody_vouches_for(tmp_path, door):
    tls = certificate(tmp_path, "127.0.0.1")
    with Sandbox(tls=tls) as sandbox:
        tasks = [look(), look(ca_path=tls[0]), look(validate_certs=False)]
        # options of the task win over the environment
        env = {"REQUESTS_CA_BUNDLE": __file__}
        refused, trusted, blind = (
            run_tasks(sandbox, tasks[:1], door).results + run_tasks(sandbox, tasks[1:], door, env=env).results
        )
    assert refused["failed"]
    assert "TLS to https://127.0.0.1" in refused["msg"]
    assert "was refused" in refused["msg"]
    assert "ca_path" in refused["msg"]
    for result in (trusted, blind):
        assert not result.get("failed"), result.get("msg")
        assert result["domains"] == []


@pytest.mark.parametrize("door", DOORS)
def test_a_certificate_for_another_name(tmp_path, door):
    tls = certificate(tmp_path, "192.0.2.1")
    with Sandbox(tls=tls) as sandbox:
        result = run_tasks(sandbox, [look(ca_path=tls[0])], door).only
        assert sandbox.log() == []
    assert result["failed"]
    assert "TLS to https://127.0.0.1" in result["msg"]


def test_plain_http_where_tls_is_spoken(tmp_path):
    tls = certificate(tmp_path, "127.0.0.1")
    with Sandbox(tls=tls) as sandbox:
        options = dict(connection(sandbox), api_url=sandbox.url.replace("https:", "http:"), api_retries=0)
        result = run_tasks(sandbox, [look(**options)]).only
    assert result["failed"]
    assert "Traceback" not in result["msg"]
