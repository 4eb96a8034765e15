# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/monitoring: what it asks for is in drift.prom, by these names and with these labels."""

from __future__ import annotations

import configparser
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.formats import FORMATS
from tests.support.common import ROOT
from tests.support.drift_nights import seven

FOLDER = ROOT / "examples" / "monitoring"
RULES = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))
DASHBOARD = json.loads((FOLDER / "grafana.json").read_text(encoding="utf-8"))
WORDS = {"sum", "max", "by", "time", "absent", "or"}
_TOKEN = re.compile(
    r"\s*(?:(?P<name>[a-z_]+)|(?P<number>\d+)|(?P<text>\"[^\"]*\")|(?P<sign>=~|[(){},=<>*-]))", re.IGNORECASE
)


def metrics() -> dict[str, set[str]]:
    """The metrics of a report, and their labels."""
    text = FORMATS["prometheus"][1](seven())
    return {
        family.name: {label for sample in family.samples for label in sample.labels}
        for family in text_string_to_metric_families(text)
    }


def tokens(expression: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(expression.rstrip()):
        one = _TOKEN.match(expression, at)
        assert one is not None, expression[at:]
        found.append((str(one.lastgroup), one[str(one.lastgroup)]))
        at = one.end()
    return found


def check(expression: str) -> None:
    """An expression is made of known words, metrics and labels, and its brackets close."""
    known, open_ones, labels = metrics(), [], set()
    used = {word for kind, word in tokens(expression) if kind == "name" and word in known}
    assert used, expression
    allowed = set.intersection(*(known[name] for name in used))
    for kind, word in tokens(expression):
        if kind == "sign" and word in "({":
            open_ones.append(word)
        elif kind == "sign" and word in ")}":
            assert open_ones.pop() == {")": "(", "}": "{"}[word], expression
        elif kind == "name" and word not in WORDS | used:
            labels.add(word)
    assert open_ones == [], expression
    assert labels <= allowed, (expression, labels - allowed)


def expressions() -> Iterator[str]:
    for group in RULES["groups"]:
        yield from (rule["expr"] for rule in group["rules"])
    for panel in DASHBOARD["panels"]:
        yield from (target["expr"] for target in panel["targets"])


@pytest.mark.parametrize("expression", list(expressions()))
def test_each_expression_asks_for_what_there_is(expression):
    check(expression)


@pytest.mark.parametrize(
    "wrong",
    ["sum(iredmail_drift_findings", "sum by (colour) (iredmail_drift_findings)", "iredmail_drift_nothing > 0", "a $ b"],
)
def test_a_wrong_expression_is_found(wrong):
    with pytest.raises(AssertionError):
        check(wrong)


def test_alert_rules_have_what_prometheus_wants():
    assert set(RULES) == {"groups"}
    for group in RULES["groups"]:
        assert set(group) == {"name", "rules"}
        names = [rule["alert"] for rule in group["rules"]]
        assert len(set(names)) == len(names)
        for rule in group["rules"]:
            assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
            assert rule["labels"]["severity"] in ("critical", "warning")
            assert set(rule["annotations"]) == {"summary", "description"}
            for text in rule["annotations"].values():
                assert set(re.findall(r"{{\s*(\$\w+)", text)) <= {"$value", "$labels"}
                labels = set(re.findall(r"\$labels\.(\w+)", text))
                # what sum by () leaves is all that an alert has
                assert all(f"by ({label})" in rule["expr"] for label in labels)


def test_the_dashboard_is_one_that_grafana_imports():
    assert {"title", "uid", "schemaVersion", "panels", "templating"} <= set(DASHBOARD)
    panels: list[dict[str, Any]] = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    names = {one["name"] for one in DASHBOARD["templating"]["list"]}
    assert set(re.findall(r"\$\{?([a-z]\w*)", json.dumps(DASHBOARD))) <= names
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _y in cells) < 24
        taken |= cells


def unit(name: str) -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None, strict=False)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read_string((FOLDER / name).read_text(encoding="utf-8"))
    return found


def test_the_units_of_systemd_fit_together():
    service, timer = unit("mail-drift.service"), unit("mail-drift.timer")
    assert timer["Timer"]["Persistent"] == "true"
    variables = yaml.safe_load((FOLDER / "mail-drift.yml").read_text(encoding="utf-8"))
    assert service["Service"]["ExecStart"].endswith(" mailstate.iredmail.drift -e @/etc/mail-drift.yml")
    state = "/var/lib/" + service["Service"]["StateDirectory"]
    assert variables["mail_drift_output_dir"].startswith(state)
    assert variables["mail_drift_output_dir"] + "/drift.prom" in service["Service"]["ExecStopPost"]
    assert "prometheus" in variables["mail_drift_formats"]
    defaults = yaml.safe_load((ROOT / "roles/mail_drift/meta/argument_specs.yml").read_text(encoding="utf-8"))
    assert set(variables) <= set(defaults["argument_specs"]["main"]["options"])


def test_no_credential_stands_in_a_unit():
    text = (FOLDER / "mail-drift.service").read_text(encoding="utf-8")
    assert "EnvironmentFile=/etc/mail-drift.env" in text
    assert not re.search(r"^(Environment|ExecStart)=.*IREDMAIL", text, re.MULTILINE)
