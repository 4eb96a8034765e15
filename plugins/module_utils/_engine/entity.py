# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that are created and deleted: one of them on its way to the desired state."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Optional, Tuple

from .._errors import InputError, IRedMailError, NotVerified, Rejected
from .._model.catalog import MANAGERS
from .._model.descriptors import Resource
from .._model.sources import UNREADABLE
from .argument_spec import resource_spec
from .cautions import FOUND, cautions_of
from .creation import expected, inherited, plan_create
from .current import Current, after_post
from .desired import Desired, check_backend, desired_object
from .fates import give_back
from .hits import by_name, harm_of, harmed, may_harm
from .holders import TAKEN, check_spelling, name_taken
from .in_use import DELETED, RENAMED, Hit, rights_of
from .lost import refuse_lost, what_is_left
from .own_address import is_hidden, is_not_seen
from .panel import Panel
from .passwords import SEND, UNDECIDED, Password
from .plan import CREATE, DELETE, NONE, RENAME, UPDATE, Operation, Plan, doubts, nowhere, unmet
from .renaming import alias_moved, plan_rename, undo_of_rename
from .result import NOT_SHOWN, NOWHERE, SET, format_value, options_of, show_object
from .task import Module, Params
from .updating import plan_update
from .view import View
from .writing import WritingTask


class EntityTask(WritingTask):
    """Bring one object of a resource to its declared state."""

    def __init__(self, resource: Resource, desired: Desired) -> None:
        super().__init__(resource.name, desired.identity, desired)
        self.resource = resource
        #: where the object is now: under its former name until it is renamed
        self._lives_at = desired.identity
        self.former: Optional[Current] = None

    def read(self, view: View) -> Optional[Current]:
        found = view.get(self.resource, self.name, options=self.needed())
        return what_is_left(view, self.resource, self.name) if found is None else found

    def needed(self) -> Optional[FrozenSet[str]]:
        """The options on whose values the plan depends; None: the whole profile is to be read."""
        desired, rules = self.desired, self.resource.rules
        if not desired.present or desired.rename_from or may_harm(self.resource, desired):
            return None
        named = {one.option for one in self.resource.fields if desired.names(one)}
        named |= {other for option in named for other in self.resource.concerned(option)}
        return frozenset(named | rules.resend | ({"enabled"} if desired.password else set()))

    def basis(self) -> Any:
        needed = self.needed()
        return [
            None
            if current is None
            else options_of(
                self.resource,
                {name: value for name, value in current.values.items() if needed is None or name in needed},
                self.name,
                diff=True,
            )
            for current in (self.found, self.former)
        ]

    def show(self, state: Optional[Current]) -> None:
        self.outcome.values[self.kind] = show_object(self.resource, self.name, state)

    def live(self, panel: Panel) -> None:
        self._begin(panel)
        super().live(panel)
        self.outcome.warn(*cautions_of(self.resource, self.desired, self.state))

    def foresee(self, view: View) -> None:
        self._begin(view)
        super().foresee(view)
        for planned in self.chain:  # nobody reads it again before the rest is sent
            if planned.plan.action == CREATE:
                planned.plan.expect = expected(self.resource, planned.plan.carries)
        self.outcome.warn(*cautions_of(self.resource, self.desired, self.state, but=FOUND))

    def _begin(self, view: View) -> None:
        self._lives_at, self.former = self.desired.identity, None
        self.hits = ()
        self.keep_in_use(view, by_name(view, self.resource, self.desired))

    def plan(self, view: View, found: Optional[Current]) -> Plan:
        if not self.desired.present:
            if found is None:
                check_spelling(view, self.resource, self.name)
            return Plan() if found is None else self._plan_delete(view, found)
        if self.desired.rename_from:
            self.former = view.get(self.resource, self.desired.rename_from)
            if self.former is not None:
                return self._plan_rename(view, found, self.former)
            check_spelling(view, self.resource, self.desired.rename_from)
        if found is not None:
            return self._plan_update(view, found)
        return self._plan_create(view)

    # -- the plans

    def _plan_delete(self, view: View, found: Current) -> Plan:
        self.keep_in_use(view, harmed(view, self.resource, self.name, found, DELETED))
        path = self.resource.at(self.name)
        if self.desired.keep_mailbox_days is not None:
            path += ("keep_mailbox_days", str(self.desired.keep_mailbox_days))
        operations = [Operation("DELETE", path, dict(self.desired.delete_params))]
        return Plan(DELETE, operations, marks={"state": ("present", "absent")})

    def _plan_create(self, view: View) -> Plan:
        operation, posted = plan_create(self.resource, self.desired, view.backend_hint)
        plan = Plan(CREATE, [operation], marks={"state": ("absent", "present")}, carries=posted)
        plan.unverified = [option for option in ("password", "password_hash") if getattr(self.desired, option)]
        plan.marks.update(dict.fromkeys(plan.unverified, (None, SET)))
        new = plan.predicted = after_post(self.resource, view.backend_hint, self.name, posted)
        plan.rest = lambda made: self._updated(
            view, plan_update(view, self.resource, self.desired, made.storing_as(new), posted), made
        )
        plan.warnings = doubts(self.resource.fields, expected(self.resource, posted))
        plan.rest(plan.predicted)  # what cannot follow is refused before the object is made, as in check mode
        return plan

    def _plan_rename(self, view: View, found: Optional[Current], former: Current) -> Plan:
        old, new = str(self.desired.rename_from), self.name
        if found is not None:
            raise InputError(
                "both %s and %s exist; nothing was renamed. Delete or rename one of them first." % (old, new)
            )
        if self.resource in MANAGERS:
            self.keep_in_use(view, [Hit(old, RENAMED, rights_of(former))], among="to be renamed")
        for one in filter(self.desired.names, self.resource.fields):
            check_backend(one, former.backend)
        if view.read_only:
            self._lives_at = old
        plan = plan_rename(self.resource, old, new, former)
        plan.rest = lambda renamed: self._plan_update(view, renamed)
        return plan

    def _plan_update(self, view: View, found: Current) -> Plan:
        refuse_lost(found)
        plan = plan_update(view, self.resource, self.desired, found)
        harm = harm_of(plan)
        if harm:
            self.keep_in_use(view, harmed(view, self.resource, self._lives_at, found, harm))
        password = self._secret.to_do(view, found)
        if password == SEND:
            self._secret.put(view, plan)
        elif password == UNDECIDED:
            enables = self.desired.exact.get("enabled") and plan.operations
            if enables and not view.read_only:
                plan.rest = lambda enabled: self._plan_password(view, enabled)
            elif enables and view.knows_what_comes:
                self._secret.put(view, plan)  # a plan for later cannot ask in between
            else:
                plan.marks["password"] = (NOT_SHOWN, NOT_SHOWN)
                plan.unverified.append("password")
                plan.warnings.append(
                    "the account is disabled and its password does not verify, which proves nothing; it was not "
                    "written."
                )
        return self._updated(view, plan, found)

    def _plan_password(self, view: View, enabled: Current) -> Plan:
        """The account was just enabled, so its password can be verified now."""
        plan = Plan(marks={"password": (SET, SET)})
        if self._secret.verified(view, enabled) == SEND:
            self._secret.put(view, plan)
        return self._updated(view, plan, enabled)

    @staticmethod
    def _updated(view: View, plan: Plan, found: Current) -> Plan:
        plan.action = UPDATE if plan.operations else NONE
        plan.predicted = found.changed(plan.after) if plan.operations or view.read_only else found
        return plan

    def send(self, panel: Panel, plan: Plan) -> None:
        try:
            super().send(panel, plan)
        except IRedMailError as failure:
            give_back(self, panel, plan, undo_of_rename(self.resource, plan, self.outcome.operations), failure)
            raise
        self.outcome.warn(*self._secret.after(panel, plan))

    # -- after an operation

    def refused(self, panel: Panel, plan: Plan, refusal: Rejected) -> Plan:
        """Somebody else may have made or deleted the object since we looked."""
        if plan.action == DELETE and refusal.code in self.resource.absent_codes and self.read(panel) is None:
            self.outcome.action, self.outcome.before, self.outcome.after = NONE, {}, {}
            return Plan()
        if plan.action not in (CREATE, RENAME) or refusal.code != TAKEN:
            raise refusal
        if plan.action == RENAME:
            raise Rejected(name_taken(panel, self.resource, self.name, refusal), refusal.code)
        self.outcome.action = NONE
        made = self.read(panel)
        if made is None:
            raise InputError(name_taken(panel, self.resource, self.name, refusal))
        return self._plan_update(panel, made)

    def is_done(self, panel: Panel, plan: Plan, operation: Operation) -> bool:
        if plan.action == RENAME and operation.method == "PUT":
            return alias_moved(panel.get(self.resource, operation.path[1]), operation)
        state = self.read(panel)
        if plan.action == DELETE:
            return state is None
        if state is None or state.lost or plan.action == RENAME:
            return state is not None and not state.lost
        if plan.action == CREATE:
            if "password" in operation.params and self._secret.is_right(panel, state) is False:
                if self.chain:  # somebody else made it meanwhile, and only what was planned may follow
                    return False
                self._also_send_password(panel, plan)
            return True
        secret = any(option in operation.params for option in ("password", "password_hash"))
        if secret and not self._secret.is_right(panel, state):  # what else is there proves nothing of a password
            return False
        blind = any(state.value(option) is UNREADABLE for option in plan.after if option in state.values)
        return bool(plan.expect or secret) and not (blind or unmet(self.resource.fields, plan.expect, state.values))

    def may_be_partial(self, plan: Plan, operation: Operation, refusal: Rejected) -> bool:
        theirs = plan.action == CREATE and refusal.code == TAKEN
        return not theirs and super().may_be_partial(plan, operation, refusal)

    def stands(self, panel: Panel, plan: Plan, operation: Operation) -> List[str]:
        found = super().stands(panel, plan, operation)
        if plan.action == UPDATE and "password" in operation.params and self.desired.update_password == "verify":
            state = self.read(panel)
            return found + (["password"] if state is not None and self._secret.is_right(panel, state) else [])
        return found

    def values(self, state: Optional[Current]) -> Mapping[str, Any]:
        return {} if state is None else state.values

    def trouble(self, operation: Operation) -> str:
        sent = operation.params
        pairs = [(one, wire) for one in self.resource.fields for wire in one.parameters.values() if wire in sent]
        return " ".join(filter(None, dict.fromkeys(one.codec.trouble(sent[wire]) for one, wire in pairs)))

    def concerns(self, operation: Operation, option: str) -> bool:
        (one,) = [one for one in self.resource.fields if one.option == option]
        return any(parameter in operation.params for parameter in one.parameters.values())

    def unmet(self, plan: Plan, state: Optional[Current]) -> List[Tuple[Iterable[str], str]]:
        if plan.action == DELETE:
            shown = "the server accepted the DELETE and still shows the %s" % self.kind
            return [] if state is None else [((), shown)]
        if state is None or state.lost:
            what = {CREATE: "POST (creation)", RENAME: "POST (change_email)"}.get(plan.action, "PUT (update)")
            raise NotVerified("the server accepted the %s and does not show the %s." % (what, self.kind))
        unseen = dict.fromkeys(nowhere(plan, state.absent), UNREADABLE)
        self.outcome.warn(*[NOWHERE % option for option in unseen])
        values = dict(state.values, **unseen)
        # a panel may show a list only while it is empty
        self.outcome.mark_unverified(option for option in plan.expect if values.get(option, UNREADABLE) is UNREADABLE)
        found: List[Tuple[Iterable[str], str]] = []
        missing = unmet(self.resource.fields, plan.expect, values)
        for one in [one for one in self.resource.fields if one.option in missing]:
            sent, shown = missing[one.option]
            if is_hidden(one, self.name, sent, shown):
                self.outcome.mark_unverified([str(getattr(one, "self_option", ""))])
                self.outcome.warn("%s: this panel does not show the account's own address." % one.option)
                continue
            sentence = "%s was not accepted by the server: sent %s, found %s%s"
            found.append(((one.option,), sentence % (one.option, format_value(sent), format_value(shown), one.remark)))
        return found

    def prove(self, plan: Plan, state: Any) -> None:
        super().prove(plan, state)
        if plan.action == CREATE and state is not None:
            predicted = self.chain[-1].plan.predicted if self.chain else plan.predicted
            self.outcome.warn(*inherited(self.resource, self.desired, predicted, state))

    def look_again(self, panel: Panel, plan: Plan) -> Any:
        state = super().look_again(panel, plan)
        if panel.own_shown is None and is_not_seen(self.resource, self.name, plan, state):
            panel.own_shown = False
        return state

    def in_diff(self, plan: Plan, values: Dict[str, Any]) -> Dict[str, Any]:
        """Of a list only the items that the desired state speaks for; nothing of what a new object had before."""
        if values is plan.before and self.outcome.action == CREATE:
            return {}
        spoken_of = self.desired.spoken_of(self.resource, values, plan.given)
        return options_of(self.resource, spoken_of, self.name, diff=True)

    # -- password

    @property
    def _secret(self) -> Password:
        return Password(self.resource, self.desired, self._lives_at)

    def _also_send_password(self, view: View, plan: Plan) -> None:
        rest = plan.rest

        def with_password(made: Current) -> Plan:
            following = rest(made) if rest else Plan()
            following.operations = following.operations or [Operation("PUT", self.resource.at(self.name))]
            following.operations[0].params["password"] = str(self.desired.password)
            return self._updated(view, following, made)

        plan.rest = with_password


def resource_module(resource: Resource) -> Module:
    """The writing module of a resource."""

    def start(params: Params) -> EntityTask:
        variant = resource.of(params)
        return EntityTask(variant, desired_object(variant, params))

    return Module(lambda: resource_spec(resource), start, resource.fields)
