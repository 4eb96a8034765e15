# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings: what is not created but configured, and otherwise inherited (spam policy, throttle, greylisting)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, FrozenSet, List, Mapping, Optional, Tuple

from .._api.client import Client
from .._api.transport import Path, api_path
from .._errors import BadAnswer, InputError, Rejected
from .._model.accounts import Target, target_of
from .._model.codecs import Text
from .._model.descriptors import SQL, Conflict, Field
from .._model.sources import MISSING, UNREADABLE
from .argument_spec import keyed_spec
from .current import Current, decode_field, unwrap
from .desired import Want, fill
from .plan import Write
from .result import Outcome, in_diff, public, spoken
from .task import Job, Params, Work
from .writing import Writer

#: answers that mean "nothing is configured", documented or likely (panel/open-questions.md#nothing-configured)
UNSET_CODES = frozenset({"NO_SUCH_ACCOUNT", "NOT_EXIST", "ACCOUNT_NOT_EXIST", "NO_SUCH_POLICY", "NO_SUCH_SETTING"})


@dataclass(frozen=True)
class Setting:
    """One kind of setting, the same on SQL and LDAP panels (panel/spam-policy.md#where-it-is-kept).

    :param keys: the options that name one, with their codecs
    :param path: where it lives; see :meth:`Target.at`
    :param method: the verb that sets it
    :param whole: send what is there along with what is wanted, since the server may replace everything
        (panel/spam-policy.md#whole-or-in-part); a value that says "not set" stays out, which leaves it so on servers
        that replace and on those that merge
    :param needed: options without which nothing can be set
    :param off: parameters that switch it off where there is no DELETE
    :param unset_when: an option and the value that mean the same as nothing configured
    :param where: of rows in a list, only those count that have these values; ``{option}`` stands for a key's value
    """

    name: str
    plural: str
    keys: Tuple[Tuple[str, Text], ...]
    path: Path
    method: str
    fields: Tuple[Field, ...]
    whole: bool = False
    needed: Tuple[str, ...] = ()
    off: Mapping[str, str] = field(default_factory=dict)
    unset_when: Optional[Tuple[str, Any]] = None
    where: Mapping[str, str] = field(default_factory=dict)
    conflicts: Tuple[Conflict, ...] = ()
    ordered: Tuple[Tuple[str, str], ...] = ()
    unset_codes: FrozenSet[str] = UNSET_CODES


def read_setting(client: Client, setting: Setting, target: Target) -> Optional[Current]:
    """The setting as it stands; None when nothing is configured.

    :raises IRedMailError: it could not be read, or has a shape nobody knows
    """
    path = target.at(setting.path)
    try:
        data = client.get(path)
    except Rejected as refusal:
        if refusal.code in setting.unset_codes:
            return None
        raise
    return decode_setting(setting, target, data, path)


def decode_setting(setting: Setting, target: Target, data: Any, path: Path) -> Optional[Current]:
    """Turn ``_data`` into values.

    :raises BadAnswer: a shape nobody knows; the message names the keys found
    """
    row = _row_in(setting, target, data)
    if row is None:
        return None
    if not isinstance(row, dict):
        raise BadAnswer(
            "GET %s returned a %s of unknown form; nothing was concluded from it."
            % (api_path(path), type(row).__name__)
        )
    if not any(place.find(row) is not MISSING for one in setting.fields for place in one.sql):
        raise BadAnswer(
            "GET %s returned a shape this collection does not know (keys: %s); nothing was concluded from it. Please "
            "report the keys." % (api_path(path), ", ".join(sorted(map(str, row))[:40]) or "none")
        )
    current = Current(SQL)
    for one in setting.fields:
        decode_field(one, row, "", current)
        if one.option in current.problems:
            raise BadAnswer("GET %s: %s: %s." % (api_path(path), one.option, current.problems[one.option]))
    return None if _is_unset(setting, current.values) else current


def _row_in(setting: Setting, target: Target, data: Any) -> Any:
    """A row may stand alone, in a list, or under its kind or account (panel/throttle.md#profile); None for none."""
    row = unwrap(data)
    for _option, name in target.names:
        if isinstance(row, dict) and name in row:
            row = row[name]
    if row == {} or row == []:
        return None
    if isinstance(row, list) and all(isinstance(one, dict) for one in row):
        where = {key: text.format(**target.as_dict()) for key, text in setting.where.items()}
        rows = [one for one in row if all(one.get(key, text) == text for key, text in where.items())]
        return rows[0] if len(rows) == 1 else rows or None
    return row


def _is_unset(setting: Setting, values: Mapping[str, Any]) -> bool:
    return bool(setting.unset_when and values.get(setting.unset_when[0]) == setting.unset_when[1])


class SettingWork(Work):
    """Bring one setting to its declared state."""

    def __init__(self, setting: Setting, params: Params) -> None:
        self.setting = setting
        self.target = target_of(setting.keys, params)
        self.want = Want(
            str(self.target),
            present=params.get("state", "present") == "present",
            verify=params.get("verify") or "strict",
            unreadable=params.get("unreadable") or "send",
        )
        if self.want.present:
            fill(self.want, setting, params)
        self.outcome = Outcome()
        self.subject = "%s %s" % (setting.name, self.target)

    def run(self, client: Client) -> None:
        writer = Writer(client, self.outcome, self.want.verify)
        current = read_setting(client, self.setting, self.target)
        current = self._present(writer, current) if self.want.present else self._absent(writer, current)
        self.outcome.values[self.setting.name] = described(self.setting, self.target, current)

    def _present(self, writer: Writer, current: Optional[Current]) -> Optional[Current]:
        setting, exact = self.setting, self.want.exact
        values = current.values if current else {}
        named = self._differing(values) if current else [one for one in setting.fields if one.option in exact]
        if not named or (current is None and _is_unset(setting, exact)):
            return current
        for option in setting.needed:
            if option not in exact and values.get(option, UNREADABLE) is UNREADABLE:
                why = "this panel does not show the one that is set" if current else "nothing is configured yet"
                raise InputError("%s is needed, since %s." % (option, why))
        if current is None:
            self.outcome.before["state"], self.outcome.after["state"] = "absent", "present"
            self.outcome.after.update({one.option: exact[one.option] for one in named})
        params: Dict[str, str] = {}
        for one in setting.fields:
            value = exact.get(one.option, values.get(one.option, UNREADABLE) if setting.whole else UNREADABLE)
            if value is not UNREADABLE and (one.option in exact or value != one.sql_missing):
                params[str(one.update)] = one.codec.to_wire(value)
        self._tell_hidden(values)
        writer.send(Write(setting.method, self.target.at(setting.path), params), lambda: self._stands(writer.client))
        if not writer.check and self.want.verify != "off":
            return self._verified(writer)
        predicted = Current(SQL, dict({one.option: one.after_create(SQL) for one in setting.fields}, **values))
        predicted.values.update({one.option: exact[one.option] for one in named})
        return None if _is_unset(setting, predicted.values) else predicted

    def _differing(self, values: Mapping[str, Any]) -> List[Field]:
        """The fields to be changed; what the panel does not show counts as different unless it is to be skipped."""
        differing: List[Field] = []
        for one in self.setting.fields:
            if one.option not in self.want.exact:
                continue
            value, wanted = values[one.option], self.want.exact[one.option]
            if value is UNREADABLE and self.want.unreadable == "skip":
                del self.want.exact[one.option]
                self.outcome.uncompared.append(one.option)
                continue
            differs = value is UNREADABLE or not one.codec.same(value, wanted)
            self.outcome.before[one.option] = in_diff(value)
            self.outcome.after[one.option] = wanted if differs else in_diff(value)
            if differs:
                differing.append(one)
        return differing

    def _tell_hidden(self, values: Mapping[str, Any]) -> None:
        for one in self.setting.fields:
            if values.get(one.option) is not UNREADABLE:
                continue
            if one.option in self.want.exact:
                self.outcome.warnings.append(
                    "%s is not shown by this panel, so it is sent without being compared (unreadable: send)."
                    % one.option
                )
            elif self.setting.whole:
                self.outcome.warnings.append(
                    "%s is not shown by this panel, which may set it back to its default when others are sent."
                    % one.option
                )

    def _stands(self, client: Client) -> bool:
        current = read_setting(client, self.setting, self.target)
        return _is_unset(self.setting, self.want.exact) if current is None else not self._unmet(current)

    def _unmet(self, current: Current) -> Dict[str, Any]:
        fields = {one.option: one for one in self.setting.fields}
        return {
            option: current.values[option]
            for option, value in self.want.exact.items()
            if option in fields
            and current.values[option] is not UNREADABLE
            and not fields[option].codec.same(current.values[option], value)
        }

    def _verified(self, writer: Writer) -> Optional[Current]:
        current = read_setting(writer.client, self.setting, self.target)
        if current is None:
            if not _is_unset(self.setting, self.want.exact):
                writer.complain("the server accepted the %s and shows nothing configured" % self.setting.method)
            return None
        self.outcome.doubt([one for one in self.want.exact if current.values.get(one) is UNREADABLE])
        for option, found in self._unmet(current).items():
            self.outcome.doubt([option])
            writer.complain(
                "%s was not accepted by the server: sent %s, found %s"
                % (option, spoken(self.want.exact[option]), spoken(found))
            )
        return current

    def _absent(self, writer: Writer, current: Optional[Current]) -> Optional[Current]:
        if current is None:
            return None
        path = self.target.at(self.setting.path)
        write = Write(self.setting.method, path, dict(self.setting.off)) if self.setting.off else Write("DELETE", path)
        self.outcome.before["state"], self.outcome.after["state"] = "present", "absent"
        writer.send(write, lambda: read_setting(writer.client, self.setting, self.target) is None)
        look = not writer.check and self.want.verify != "off"
        if look and read_setting(writer.client, self.setting, self.target) is not None:
            writer.complain("the server accepted the %s and still shows the %s" % (write.method, self.setting.name))
        return None

    def result(self) -> Dict[str, Any]:
        return self.outcome.of(self.setting.name, str(self.target), self.subject)


def described(setting: Setting, target: Target, current: Optional[Current]) -> Dict[str, Any]:
    """A setting as results show it; empty when nothing is configured."""
    if current is None:
        return {}
    return dict(target.as_dict(), **{option: public(value) for option, value in current.values.items()})


def setting_job(setting: Setting) -> Job:
    """The writing module of a setting."""
    return Job(lambda: keyed_spec(setting.keys, setting.fields), lambda params: SettingWork(setting, params))
