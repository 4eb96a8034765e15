# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: profile
short_description: Read a profile from an iRedMail server
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Returns accounts, domains and settings of an iRedMail server, in the vocabulary of the modules that manage them, and
    read in the same way as their C(_info) modules read them.
  - It asks the panel from the controller each time the expression is evaluated. For many objects, or for anything that
    a play needs more than once, register the result of an C(_info) module.
extends_documentation_fragment:
  - mailstate.iredmail.plugin_connection
  - mailstate.iredmail.plugin_connection.vars
options:
  _terms:
    description:
      - "What to read: a kind and a name, such as V(user ada@example.com). With O(kind), the name alone."
      - "The kinds are V(domain), V(admin), V(user), V(alias), V(ml), V(maillist), V(domain_admins), V(spampolicy),
        V(throttle), V(greylisting) and V(wblist). What has more than one key takes all of them, in the order of
        its module: V(throttle example.com outbound), V(wblist global inbound blacklist)."
      - "V(domains), V(users example.com), V(aliases example.com) and V(mls example.com) return all there are, which may
        be none."
    type: list
    elements: str
    required: true
  kind:
    description:
      - The kind of all terms. Then the terms do not begin with it.
    type: str
  default:
    description:
      - What to return for an object that does not exist. Without it that is an error.
      - A read that fails is an error in any case.
    type: raw
notes:
  - The connection cannot come from C(module_defaults), which concern modules. It comes from options of the lookup,
    from variables (C(iredmail_api_url) and so on), or from the environment.
  - C(errors=ignore), which every lookup takes, hides a panel that cannot be read as well. Use O(default) to allow for
    an object that does not exist.
  - Evaluations in one process share one login. Ansible starts a process for every task of every host.
seealso:
  - module: mailstate.iredmail.iredmail_user_info
  - module: mailstate.iredmail.iredmail_domain_info
  - plugin: mailstate.iredmail.domains
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Show the quota of a mailbox
  ansible.builtin.debug:
    msg: "{{ lookup('mailstate.iredmail.profile', 'user ada@example.com').quota }} MB"

- name: Fail unless all of these are there
  ansible.builtin.assert:
    that: query('mailstate.iredmail.profile', item, kind='user', default=none) != [none]
  loop:
    - ada@example.com
    - charles@example.com

- name: Name the users of a domain that are disabled
  ansible.builtin.debug:
    msg: "{{ users | rejectattr('enabled') | map(attribute='mail') | list }}"
  vars:
    users: "{{ query('mailstate.iredmail.profile', 'users example.com') }}"

- name: Show how much an account may send, with a connection of its own
  ansible.builtin.debug:
    msg: "{{ lookup('mailstate.iredmail.profile', 'throttle example.com outbound', default={}, api_url=mail_api_url) }}"
  vars:
    iredmail_api_username: postmaster@example.com
    iredmail_api_password: "{{ mail_admin_password }}"
"""

RETURN = r"""
_raw:
  description:
    - What was asked for, in the order of the terms. A setting that the panel does not show is null.
    - The C(_info) module of a kind documents what one of them holds.
  type: list
  elements: dict
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.supported import check_ansible

check_ansible()

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.connection import connection_spec
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.arguments import given
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import (
    DOMAIN_ADMINS_INFO,
    GREYLISTING_INFO,
    info_module,
    set_info_module,
    setting_info_module,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import Module
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import IRedMailError
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.catalog import RESOURCES
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.spampolicy import SPAMPOLICY
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.throttle import THROTTLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.in_process import ask, plain
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.unsafe import literal


class Kind(NamedTuple):
    """What can be asked for.

    :ivar shows: under which name the module returns what it found
    :ivar keys: the options that name one, in the order of a term
    :ivar many: none is an answer like any other
    """

    module: Module
    shows: str
    keys: tuple[str, ...]
    many: bool = False


def _kinds() -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for resource in RESOURCES:
        module = info_module(resource)
        found[resource.name] = Kind(module, resource.plural, (resource.identity,))
        if resource.list_path:
            found[resource.plural] = Kind(module, resource.plural, () if resource is DOMAIN else ("domain",), True)
    for name, shows, module in (
        ("domain_admins", "domain_admins", DOMAIN_ADMINS_INFO),
        (SPAMPOLICY.name, SPAMPOLICY.plural, setting_info_module(SPAMPOLICY)),
        (THROTTLE.name, THROTTLE.plural, setting_info_module(THROTTLE)),
        ("greylisting", "greylistings", GREYLISTING_INFO),
        (WBLIST.name, WBLIST.plural, set_info_module(WBLIST)),
    ):
        keys = tuple(key for key, option in module.spec()["argument_spec"].items() if option.get("required"))
        found[name] = Kind(module, shows, keys)
    return found


KINDS = _kinds()


class LookupModule(LookupBase):
    """Profiles by kind and name."""

    def run(self, terms: list[Any], variables: Mapping[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        unknown = sorted(set(kwargs) - {"kind", "default", *connection_spec()})
        if unknown:  # which Ansible would pass over
            raise AnsibleLookupError("mailstate.iredmail.profile: there is no option %s." % ", ".join(unknown))
        # Ansible's own reading of options takes every text that it does not understand for a no
        self._kind = str(kwargs.get("kind") or "")
        connection = self._connection(variables or {}, kwargs)
        found: list[Any] = []
        for term in self._flatten(terms):
            kind, params = self._understood(str(term).split())
            try:
                answer = ask(kind.module, dict(connection, **params))[kind.shows]
            except IRedMailError as error:
                raise AnsibleLookupError("mailstate.iredmail.profile: %s" % error) from None
            if not answer and not kind.many:
                if "default" not in kwargs:
                    raise AnsibleLookupError("mailstate.iredmail.profile: there is no %s." % self._label(term))
                answer = [kwargs["default"]]
            found += answer
        return list(literal(found))

    def _connection(self, variables: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
        """The connection options that are given; variables, which Ansible hands over as written, come second."""
        spec = connection_spec()
        names = {name: "iredmail_" + name for name in spec}
        own = given(spec, {name: plain(options[name]) for name in names if name in options})
        by_name = {
            name: plain(self._templar.template(variables[variable]))
            for name, variable in names.items()
            if variable in variables and name not in own
        }
        return {**given(spec, by_name), **own}

    def _understood(self, words: list[str]) -> tuple[Kind, dict[str, str]]:
        """:raises AnsibleLookupError: a term is no kind with a name"""
        name = self._kind
        if not name and words:
            name, words = words[0], words[1:]
        if name not in KINDS:
            raise AnsibleLookupError(
                "mailstate.iredmail.profile: %s is no kind; there are %s." % (name or "nothing", ", ".join(KINDS))
            )
        kind = KINDS[name]
        if len(words) != len(kind.keys):
            raise AnsibleLookupError(
                "mailstate.iredmail.profile: %s takes %s, and was given %s."
                % (name, ", ".join(kind.keys) or "no name", " ".join(words) or "nothing")
            )
        return kind, dict(zip(kind.keys, words, strict=True))

    def _label(self, term: Any) -> str:
        return " ".join(filter(None, [self._kind, str(term)]))
