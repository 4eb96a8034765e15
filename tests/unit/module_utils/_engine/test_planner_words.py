# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The planner, where a setting is in words of the panel: services and languages."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import LDAP, SQL
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from tests.support.plans import domain, plan_for, user


def test_names_of_services_are_known_in_any_case():
    current = Current(LDAP, {"services": frozenset({"imap", "smtp", "displayedInGlobalAddressBook"})})
    for options, params in (
        ({"services": ["IMAP", "Smtp"]}, []),
        ({"remove_services": ["IMAP"]}, [{"removeService": "imap"}]),
        ({"add_services": ["IMAP", "POP3"]}, [{"addService": "pop3"}]),
        ({"remove_services": ["displayedinglobaladdressbook"]}, [{"removeService": "displayedInGlobalAddressBook"}]),
    ):
        plan = plan_for(USER, current, **options)
        assert ([write.params for write in plan.operations], plan.warnings) == (params, [])


@pytest.mark.parametrize("services", [frozenset({"imap"}), UNREADABLE])
def test_an_unknown_service_to_remove_is_a_slip(services):
    for resource, name, meant in ((USER, "impa", "imap"), (DOMAIN, "selfservice", "self-service")):
        current = Current(LDAP, {"services": services})
        with pytest.raises(InputError, match=f"^remove_services: there is no {name}; the nearest name is {meant}"):
            plan_for(resource, current, remove_services=["mail", name])
        plan = plan_for(resource, current, remove_services=[name], verify="warn")
        assert any(meant in text for text in plan.warnings)


def test_a_service_of_ones_own_can_be_removed_and_a_new_one_is_doubted():
    current = Current(LDAP, {"services": frozenset({"imap", "vendor-feature"})})
    plan = plan_for(USER, current, remove_services=["vendor-feature"])
    assert [write.params for write in plan.operations] == [{"removeService": "vendor-feature"}]
    plan = plan_for(USER, current, add_services=["impas"])
    assert [write.params for write in plan.operations] == [{"addService": "impas"}]
    assert "services: impas is not a name that is known; the nearest one is imap" in plan.warnings[0]
    current = Current(SQL, {"services": frozenset()}, vocabulary={"services": frozenset({"vendor-feature"})})
    assert plan_for(USER, current, remove_services=["vendor-feature"]).operations == []


@pytest.mark.parametrize("options", [{"services": ["mail", "self-service"]}, {"add_services": ["DomainAlias"]}])
def test_services_of_a_domain_that_only_ldap_has_are_refused_on_sql(options):
    with pytest.raises(InputError, match=r"^services: this panel has no place for (mail|domainalias) "):
        plan_for(DOMAIN, domain(SQL, services=frozenset()), **options)
    assert plan_for(DOMAIN, domain(LDAP, services=frozenset()), **options).operations != []
    plan = plan_for(DOMAIN, domain(SQL, services=frozenset({"self-service"})), verify="warn", **options)
    assert (plan.operations, plan.unverified) == ([], ["services"])


def test_a_language_is_doubted_before_it_is_sent():
    plan = plan_for(USER, user(language="en_US"), language="de_AT")
    assert [text.partition(" which")[0] for text in plan.warnings] == [
        "language: de_AT is probably no language of the panel,"
    ]
    assert plan_for(USER, user(language="de_AT"), language="de_AT").warnings == []
