# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for tests: self-signed ones, and a CA that signs those of servers and of clients."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """A CA in a folder of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.name, self.key = folder, name, ec.generate_private_key(ec.SECP256R1())
        self.made = _certificate(name, self.key, name, self.key, ca=True)
        self.path = _write(folder / "ca.pem", _pem(self.made))

    def sign(self, name: str, address: str | None = None) -> tuple[str, str]:
        """A certificate for a name or an address, and its key: paths of PEM files."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _certificate(name, key, self.name, self.key, address)
        return _write(self.folder / f"{name}.pem", _pem(made)), _write(self.folder / f"{name}.key", private(key))


def self_signed(folder: Path, address: str) -> tuple[str, str]:
    """A self-signed certificate for an address, and its key: paths of PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = _certificate("sandbox", key, "sandbox", key, address, ca=True)
    return _write(folder / "cert.pem", _pem(made)), _write(folder / "key.pem", private(key))


def private(key: Any, password: bytes | None = None) -> bytes:
    """A key as PEM, encrypted if there is a password."""
    coding = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, coding))


def _certificate(
    name: str, key: Any, issuer: str, issuer_key: Any, address: str | None = None, ca: bool = False
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        # since Python 3.13 a certificate without these is refused
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(_usage(ca), critical=True)
    )
    if address:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(ca: bool) -> x509.KeyUsage:
    others = (
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(digital_signature=True, key_cert_sign=ca, crl_sign=ca, **dict.fromkeys(others, False))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(made: x509.Certificate) -> bytes:
    return made.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)
