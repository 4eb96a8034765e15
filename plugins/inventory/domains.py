# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: domains
short_description: The mail domains of an iRedMail server as hosts
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Makes every mail domain of a panel a host of the inventory, so that C(forks), C(serial), C(--limit) and the job
    slices of AWX spread work over domains.
  - The file that configures it is named C(iredmail_domains.yml), or has a name that ends so.
  - The settings of a domain are variables of its host, in the vocabulary of M(mailstate.iredmail.iredmail_domain) with
    C(iredmail_) before each, such as C(iredmail_domain), C(iredmail_description), C(iredmail_enabled),
    C(iredmail_quota) and C(iredmail_backup_mx). C(iredmail_backend) is V(sql) or V(ldap). A setting that the panel does
    not show is null. Connection options are never among the variables.
  - All hosts are in the group C(iredmail_domains). Its children are C(iredmail_enabled) and C(iredmail_disabled) by
    status, C(iredmail_backup_mx) and C(iredmail_primary_mx) by whether the server is only a backup MX of the domain,
    and C(iredmail_sql) or C(iredmail_ldap) by backend. Where the panel does not show the status or the role, the host
    is in neither of the two groups.
  - A domain is no machine. Tasks for such a host are to run on the controller, so set C(connection=local) in the play,
    or C(ansible_connection) in O(compose). The plugin sets neither.
extends_documentation_fragment:
  - mailstate.iredmail.plugin_connection
  - constructed
  - inventory_cache
options:
  plugin:
    description:
      - The name of this plugin. It tells that the file is its configuration.
    type: str
    required: true
    choices:
      - mailstate.iredmail.domains
  domains:
    description:
      - The domains to take, as names or patterns such as V(*.example.com). By default all that the account may see.
      - A name without a pattern that does not exist is an error.
    type: list
    elements: str
    default: []
  concurrency:
    description:
      - The number of domains that are read at the same time.
    type: int
    default: 4
notes:
  - All options may be templates, but for O(plugin), and for O(compose), O(groups) and O(keyed_groups), which are
    evaluated for each domain. Options may be vaulted. Better leave the address and the login to the environment, which
    is where AWX puts them.
  - It costs one login, one list and one request for each domain. With O(cache) none of them, until the cache is out of
    date. What is cached are the variables and nothing else. The cache of another panel, account, session or choice of
    O(domains) is never taken.
  - A domain that the panel lists and cannot be asked for, since it does not route its name, is left out with a warning.
  - If the panel cannot be read, there are no hosts at all. ansible-core makes that a warning, and a play over no hosts
    succeeds. Set E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED) to V(true) wherever nobody reads warnings.
seealso:
  - module: mailstate.iredmail.iredmail_domain_info
  - plugin: mailstate.iredmail.profile
    plugin_type: lookup
"""

EXAMPLES = r"""
# iredmail_domains.yml: all domains; the connection comes from the environment (IREDMAIL_API_URL and so on)
plugin: mailstate.iredmail.domains

---
# mail.iredmail_domains.yml: some domains, in more groups, with tasks run on the controller, and cached
plugin: mailstate.iredmail.domains
api_url: https://mail.example.com/iredadmin
api_username: postmaster@example.com
api_password: "{{ lookup('ansible.builtin.env', 'MAIL_ADMIN_PASSWORD') }}"
domains:
  - "*.example.com"
  - example.org
strict: true
compose:
  ansible_connection: "'local'"
  quota_gb: (iredmail_quota / 1024) | round(1)
groups:
  unlimited: iredmail_quota == 0
keyed_groups:
  - key: iredmail_language
    prefix: language
    default_value: none
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: /var/tmp/iredmail_domains
cache_timeout: 600
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.supported import check_ansible

check_ansible()

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.connection import connection_spec, is_unset
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError, IRedMailError
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.domains import DOMAINS_MODULE
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.in_process import ask, checked, plain
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.unsafe import plain_or_literal

NAMES = ("iredmail_domains.yml", "iredmail_domains.yaml")
PARENT = "iredmail_domains"
#: evaluated for each host
EXPRESSIONS = ("compose", "groups", "keyed_groups")
#: types of options that cannot be empty, under each of their names
TYPES = {"bool": "bool", "boolean": "bool", "int": "int", "integer": "int", "float": "float"}
#: groups by the value of a variable
GROUPS: tuple[tuple[str, Mapping[Any, str]], ...] = (
    ("iredmail_enabled", {True: "iredmail_enabled", False: "iredmail_disabled"}),
    ("iredmail_backup_mx", {True: "iredmail_backup_mx", False: "iredmail_primary_mx"}),
    ("iredmail_backend", {"sql": "iredmail_sql", "ldap": "iredmail_ldap"}),
)


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Hosts from the domains of a panel."""

    NAME = "mailstate.iredmail.domains"

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and path.endswith(NAMES)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        params = self._params()
        domains = self._cached(self._key(path, params), params, cache)
        self.inventory.add_group(PARENT)
        for name in sorted(domains):
            self._add(name, domains[name])

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """Take the options of the file: rendered, and those that cannot be read refused.

        Ansible would take every text that it does not understand for a no.
        """
        options = {
            name: value if name in EXPRESSIONS else plain(self._rendered(value))
            for name, value in (direct or {}).items()
        }
        known = C.config.get_configuration_definitions("inventory", self._load_name)
        spec = {name: {"type": TYPES[one["type"]]} for name, one in known.items() if one.get("type") in TYPES}
        own = {name: options.pop(name) for name in {**spec, **connection_spec()} if name in options}
        own = {name: value for name, value in own.items() if not is_unset(value)}
        spec.update(connection_spec())
        try:
            own = checked(spec, own)
        except InputError as error:
            raise AnsibleParserError("mailstate.iredmail.domains: %s" % error) from None
        options.update((name, value) for name, value in own.items() if value is not None)
        super().set_options(task_keys, var_options, options)

    def _rendered(self, value: Any) -> Any:
        return self.templar.template(value)

    def _params(self) -> dict[str, Any]:
        names = (*connection_spec(), "domains", "concurrency")
        return {name: self.get_option(name) for name in names}

    def _key(self, path: str, params: Mapping[str, Any]) -> str:
        """The name under which it is cached: another panel, account, session or choice of domains is another one."""
        parts = [str(params.get(name, "")) for name in ("api_url", "api_username", "api_session")]
        parts += sorted(params["domains"] or ())
        digest = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
        return "%s_%s" % (self.get_cache_key(path), digest[:12])

    def _cached(self, key: str, params: Mapping[str, Any], cache: bool) -> Mapping[str, Any]:
        """The domains; ``cache`` is false when Ansible was told to flush or to refresh it."""
        wanted = self.get_option("cache")
        if wanted and cache:
            try:
                return dict(self._cache[key])
            except KeyError:
                pass  # nothing there, or out of date
        found = self._fetch(params)
        if wanted:
            self._cache[key] = found
        return found

    def _fetch(self, params: Mapping[str, Any]) -> dict[str, Any]:
        try:
            result = ask(DOMAINS_MODULE, params)
        except IRedMailError as error:
            raise AnsibleParserError("mailstate.iredmail.domains: %s" % error) from None
        for doubt in result["doubts"]:
            self.display.warning(doubt)
        return dict(result["domains"])

    def _add(self, name: str, variables: Mapping[str, Any]) -> None:
        self.inventory.add_host(name, group=PARENT)
        for variable, value in variables.items():
            self.inventory.set_variable(name, variable, plain_or_literal(value))
        for variable, names in GROUPS:
            if variables.get(variable) in names:
                self._join(names[variables[variable]], name)
        shown = self.inventory.get_host(name).get_vars()
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), shown, name, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), shown, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), shown, name, strict=strict)

    def _join(self, group: str, host: str) -> None:
        self.inventory.add_group(group)
        self.inventory.add_child(PARENT, group)
        self.inventory.add_child(group, host)
