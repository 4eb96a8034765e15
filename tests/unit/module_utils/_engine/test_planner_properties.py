# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The planner, with plain values: properties that hold for every resource."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.desired import Desired
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.plan import unmet
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.planner import Planner
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._model import addresses, codecs, hosts, numbers
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import LDAP, SQL, ListField
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER

ME = {"user": "me@example.com", "alias": "me@example.com", "domain": "example.com"}
WORDS = {
    addresses.Address: st.sampled_from(["a@x.example", "b@x.example", "c@y.example", "me@example.com"]),
    addresses.DomainName: st.sampled_from(["x.example", "y.example"]),
    hosts.MailHost: st.sampled_from(["mx.example.net", "[192.0.2.1]:2525"]),
    addresses.Folder: st.sampled_from(["/var/vmail/a", "/var/vmail/b/"]),
    codecs.Flag: st.booleans(),
    numbers.Number: st.integers(0, 5),
    numbers.Size: st.integers(0, 5),
}


def values(codec):
    if isinstance(codec, codecs.Items):
        return st.frozensets(values(codec.item), max_size=4)
    if isinstance(codec, codecs.Enum):
        return st.sampled_from(codec.choices)
    if isinstance(codec, codecs.Word):
        return st.sampled_from(sorted(codec.known)[:5])
    return WORDS.get(type(codec), st.sampled_from(["maildir", "x1", "sogo", "smtp", "lmtp"]))


def fields_of(resource, backend):
    return [one for one in resource.fields if one.only in (None, backend) and one.parameters.keys() - {"create"}]


@st.composite
def cases(draw):
    """A resource, an object of it, and something wanted of it."""
    resource = draw(st.sampled_from([USER, ALIAS, DOMAIN]))
    backend = draw(st.sampled_from([SQL, LDAP]))
    me = ME[resource.name]
    current, want = Current(backend), Desired(me)
    for one in fields_of(resource, backend):
        current.values[one.option] = draw(values(one.codec))
        if isinstance(one, ListField) and one.self_option and not current.values[one.option]:
            current.values[one.option] = frozenset({me})
        kind = draw(st.sampled_from(["omit", "exact", "exact", "delta"]))
        if kind == "exact":
            want.exact[one.option] = draw(values(one.codec))
        elif kind == "delta" and isinstance(one, ListField):
            want.add[one.option] = draw(values(one.codec))
            want.remove[one.option] = draw(values(one.codec)) - want.add[one.option]
        if isinstance(one, ListField) and one.self_option:
            for place in (want.exact, want.add, want.remove):
                if one.option in place:
                    place[one.option] = place[one.option] - {me}
    if want.exact.get("backup_mx") is False and want.exact.get("primary_mx"):
        want.exact.pop("primary_mx", None)  # refused before planning
    if current.values.get("backup_mx") is False:
        current.values["primary_mx"] = ""  # as it is read
    return resource, current, want


def served(resource, before, writes):
    """What a faithful server holds after these writes: written from the API document's words for the parameters."""
    state = Current(before.backend, dict(before.values))
    for write in writes:
        assert write.method == "PUT"
        known = {name for one in resource.fields for name in one.parameters.values()}
        assert set(write.params) <= known
        for one in resource.fields:
            value = state.values.get(one.option)
            if one.update in write.params:
                raw = write.params[one.update]
                value = one.codec.from_wire(raw.split(",") if isinstance(one, ListField) else raw)
            if one.parameters.get("add") in write.params:
                value = value | frozenset(write.params[one.add].split(","))
            if one.parameters.get("remove") in write.params:
                value = value - frozenset(write.params[one.remove].split(","))
            along = resource.rules.with_params.get(one.option)
            if along and set(along) <= set(write.params) and one.update not in write.params:
                value = one.codec.empty
            state.values[one.option] = value
    return state


def plan_of(resource, want, current, **more):
    try:
        return Planner(resource, want, current, **more).update()
    except InputError as error:
        assume("nowhere to go" not in str(error))
        raise


@given(cases())
def test_applying_a_plan_converges_and_touches_nothing_else(case):
    resource, current, want = case
    plan = plan_of(resource, want, current)
    after = served(resource, current, plan.operations)
    assert unmet(resource.fields, plan.expect, after.values) == {}
    again = plan_of(resource, want, after)
    assert again.operations == []
    for one in fields_of(resource, current.backend):
        if not want.names(one) and one.option not in ("backup_mx", "primary_mx"):
            assert after.values[one.option] == current.values[one.option]


@given(cases())
def test_lists_go_as_deltas(case):
    resource, current, want = case
    for write in plan_of(resource, want, current).operations:
        for one in resource.fields:
            if not isinstance(one, ListField) or not one.add:
                continue
            if one.update:
                assert one.update not in write.params
            if one.add in write.params:
                sent = set(write.params[one.add].split(","))
                own = {want.identity} if one.self_option else set()
                assert not (sent - own) & current.values[one.option]
            if one.remove in write.params:
                assert set(write.params[one.remove].split(",")) <= current.values[one.option]


@given(cases())
def test_only_what_differs_is_sent(case):
    resource, current, want = case
    plan = plan_of(resource, want, current)
    for one in fields_of(resource, current.backend):
        if one.option not in plan.expect and not isinstance(one, ListField) and one.option != "backup_mx":
            assert not any(one.update in write.params for write in plan.operations)
