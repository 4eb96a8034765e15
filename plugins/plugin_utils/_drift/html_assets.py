# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The looks of drift.html and its filter: constants, so that the page can name their hashes and allow nothing else."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #1b2330; --dim: #556070; --line: #d5dae1; --focus: #1f5fbf;
  --failed: #a4161a; --failed-bg: #fde8e8; --drift: #8a4b00; --drift-bg: #fff0d9; --unknown: #4c4f9a;
  --unknown-bg: #ebebfb; --repaired: #0b5d77; --repaired-bg: #dff3fa; --in_sync: #1c6b36; --in_sync-bg: #e2f5e7;
  --gone-bg: #fbe3e4; --come-bg: #dff4e4; }
@media (prefers-color-scheme: dark) { :root {
  --page: #12161c; --card: #1b212a; --text: #e6eaf0; --dim: #a3aebd; --line: #343d4a; --focus: #7db0ff;
  --failed: #ff9c9c; --failed-bg: #471a1d; --drift: #ffc46b; --drift-bg: #46300d; --unknown: #b9bcff;
  --unknown-bg: #2b2d55; --repaired: #8adcf5; --repaired-bg: #123c4a; --in_sync: #8fdca5; --in_sync-bg: #17391f;
  --gone-bg: #4a2226; --come-bg: #1b4027; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.45 system-ui, sans-serif;
  overflow-wrap: anywhere; }
main { max-width: 72rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.verdict { font-size: 1.1rem; font-weight: 600; margin: 0 0 .25rem; }
.dim { color: var(--dim); margin: 0; font-size: .9rem; }
.alarm { margin: 1rem 0; padding: .75rem 1rem; border-left: .35rem solid var(--failed); background: var(--failed-bg);
  color: var(--failed); font-weight: 600; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .6rem; margin: 1.25rem 0 0;
  padding: 0; list-style: none; }
.tiles li { background: var(--card); border: 1px solid var(--line); border-top: .25rem solid var(--c);
  border-radius: .4rem; padding: .5rem .75rem; }
.tiles b { display: block; font-size: 1.6rem; line-height: 1.2; color: var(--c); }
.tiles .none b { color: var(--dim); }
.tiles small { display: block; color: var(--dim); }
.failed { --c: var(--failed); --b: var(--failed-bg); } .drift { --c: var(--drift); --b: var(--drift-bg); }
.unknown { --c: var(--unknown); --b: var(--unknown-bg); } .repaired { --c: var(--repaired); --b: var(--repaired-bg); }
.in_sync { --c: var(--in_sync); --b: var(--in_sync-bg); }
.filters { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 0 0 .75rem; }
.filters[hidden], [hidden] { display: none; }
.filters label { display: flex; flex-direction: column; font-size: .85rem; color: var(--dim); min-width: 9rem;
  flex: 1; }
.filters output { flex: 1; min-width: 9rem; font-size: .9rem; color: var(--dim); padding-bottom: .5rem; }
select { font: inherit; padding: .4rem; color: var(--text); background: var(--card); border: 1px solid var(--dim);
  border-radius: .3rem; max-width: 100%; }
select:focus-visible { outline: 3px solid var(--focus); outline-offset: 1px; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); }
th, td { text-align: left; vertical-align: top; padding: .55rem .7rem; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-size: .85rem; color: var(--dim); font-weight: 600; }
thead th, .counts { overflow-wrap: normal; }
tbody th { font-weight: 600; }
.status { white-space: nowrap; width: 1%; }
.counts { width: auto; min-width: 20rem; }
.counts td, .counts thead th + th { text-align: right; font-variant-numeric: tabular-nums; }
.badge { display: inline-block; padding: .05rem .55rem; border-radius: 1rem; font-size: .85rem; font-weight: 600;
  white-space: nowrap; color: var(--c); background: var(--b); }
.undeclared { border: 2px dashed var(--c); color: var(--c); border-radius: .3rem; padding: 0 .4rem; font-size: .8rem;
  font-weight: 600; white-space: nowrap; }
.kind, .where { display: block; color: var(--dim); font-size: .85rem; font-weight: 400; }
.changes { margin: 0; padding: 0; list-style: none; } .changes li { margin: 0 0 .2rem; }
.message { margin: 0 0 .2rem; }
del, ins { text-decoration: none; padding: 0 .3rem; border-radius: .2rem; white-space: pre-wrap; }
del { background: var(--gone-bg); } ins { background: var(--come-bg); }
del.item::before { content: "\\2212\\a0" / ""; } ins.item::before { content: "+\\a0" / ""; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 40rem) {
  .objects thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .objects, .objects tbody, .objects tr, .objects td, .objects tbody th { display: block; width: auto; }
  .objects { border: 0; background: none; }
  .objects tr { background: var(--card); border: 1px solid var(--line); border-left: .3rem solid var(--c);
    border-radius: .4rem; margin: 0 0 .7rem; padding: .5rem .3rem; }
  .objects tr[hidden] { display: none; }
  .objects td, .objects tbody th { border: 0; padding: .15rem .6rem; }
  .scroll { overflow-x: auto; }
  .counts { min-width: 0; }
  .counts th, .counts td { padding: .4rem; font-size: .85rem; }
}
@media print { .filters { display: none; } }
"""

SCRIPT = """
(function () {
  "use strict";
  var filters = document.getElementById("filters");
  var rows = Array.prototype.slice.call(document.querySelectorAll("#objects tbody tr"));
  var selects = Array.prototype.slice.call(filters.querySelectorAll("select"));
  var shown = document.getElementById("shown");
  function fits(row, select) {
    var have = row.getAttribute("data-" + select.name);
    if (select.value === "*") { return true; }
    return select.value === "!in_sync" ? have !== "in_sync" : have === select.value.slice(1);
  }
  function apply() {
    var number = 0;
    rows.forEach(function (row) {
      var fit = selects.every(function (select) { return fits(row, select); });
      row.hidden = !fit;
      number += fit ? 1 : 0;
    });
    shown.textContent = number + " of " + rows.length + " listed objects shown";
  }
  selects.forEach(function (select) { select.addEventListener("change", apply); });
  filters.hidden = false;
  apply();
}());
"""
