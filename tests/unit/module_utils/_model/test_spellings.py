# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other ways to write a name."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._model.spellings import as_stored, delivered_to


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("Ceo@Example.COM", "ceo@example.com"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("abuse@BÜCHER.example", "abuse@xn--bcher-kva.example"),
        ("*@u\N{COMBINING DIAERESIS}ber.example", "*@xn--ber-goa.example"),  # one letter in two characters
        ("straße.example", "xn--strae-oqa.example"),  # and not strasse.example, which is another domain
        ("例え\u3002テスト", "xn--r8jz45g.xn--zckzah"),
        ("*.bücher.example", "*.xn--bcher-kva.example"),
        ("*bücher.example", "*bücher.example"),
        ("\N{KELVIN SIGN}.example", "k.example"),
    ],
)
def test_names_are_compared_as_servers_keep_them(name, stored):
    assert as_stored(name) == stored


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("ada@a.example", ("ada@a.example",)),
        ("ada+news@a.example", ("ada+news@a.example", "ada@a.example")),
        ("ada+a+b@a.example", ("ada+a+b@a.example", "ada@a.example")),
        ("+news@a.example", ("+news@a.example",)),
        ("a.example", ("a.example",)),
    ],
)
def test_the_names_under_which_an_address_is_found(address, names):
    assert delivered_to(address) == names
