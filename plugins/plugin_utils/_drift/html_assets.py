# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The looks of drift.html and its filter: constants, so that the page can name their hashes and allow nothing else."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #1b2330; --dim: #556070; --line: #d5dae1; --focus: #1f5fbf;
  --security: #a4161a; --security-bg: #fde8e8; --lost_mail: #8a4b00; --lost_mail-bg: #fff0d9;
  --rest: #4a5568; --rest-bg: #e9ecf1; --calm: #1c6b36; --new: #1f4f9f; --new-bg: #e3edfd; --code: #eef1f5; }
@media (prefers-color-scheme: dark) { :root {
  --page: #12161c; --card: #1b212a; --text: #e6eaf0; --dim: #a3aebd; --line: #343d4a; --focus: #7db0ff;
  --security: #ff9c9c; --security-bg: #471a1d; --lost_mail: #ffc46b; --lost_mail-bg: #46300d;
  --rest: #b4c0d0; --rest-bg: #2a323e; --calm: #8fdca5; --new: #a9c8ff; --new-bg: #1b3358; --code: #12161c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.45 system-ui, sans-serif;
  overflow-wrap: break-word; }
main, footer { max-width: 76rem; margin: 0 auto; padding: 1.25rem 1rem 1rem; }
header { border-left: .35rem solid var(--line); padding: 0 0 0 1rem; }
header.calm { border-color: var(--calm); } header.calm h1 { color: var(--calm); }
h1 { font-size: 1.35rem; line-height: 1.3; margin: .1rem 0 .25rem; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .2rem 0; } .run { display: block; }
.dim { color: var(--dim); font-size: .9rem; font-weight: 400; }
.alarm { margin: 1rem 0; padding: .75rem 1rem; border-left: .35rem solid var(--security); color: var(--security);
  background: var(--security-bg); font-weight: 600; }
[hidden] { display: none !important; }
.filters { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; margin: 1rem 0 0; }
.filters .search { flex: 1 1 12rem; max-width: 26rem; }
.filters details[open] { flex-basis: 100%; }
.filters details > div { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; padding-top: .5rem; }
.filters details label { display: flex; flex-direction: column; font-size: .85rem; color: var(--dim); min-width: 9rem; }
.filters .check { flex-direction: row; align-items: center; gap: .4rem; padding-bottom: .5rem; }
.filters output { font-size: .9rem; color: var(--dim); }
input[type=search], select, button { font: inherit; padding: .35rem .55rem; color: var(--text);
  background: var(--card); border: 1px solid var(--dim); border-radius: .3rem; max-width: 100%; }
input[type=search] { width: 100%; }
button { cursor: pointer; font-size: .85rem; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 1px; }
.findings, .sentences { list-style: none; margin: 0; padding: 0; }
.finding { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: .25rem 1.25rem;
  background: var(--card); border: 1px solid var(--line); border-left: .3rem solid var(--c); padding: .65rem .9rem;
  margin: 0 0 .5rem; border-radius: .3rem; }
.security { --c: var(--security); --b: var(--security-bg); } .lost_mail { --c: var(--lost_mail);
  --b: var(--lost_mail-bg); } .rest { --c: var(--rest); --b: var(--rest-bg); }
.object { min-width: 0; } .what { min-width: 0; }
.object a, .names a { color: inherit; text-decoration: none; } .object a:hover, .names a:hover {
  text-decoration: underline; }
:target { outline: 2px solid var(--focus); outline-offset: 3px; border-radius: .2rem; }
.badge { display: inline-block; padding: 0 .5rem; border-radius: 1rem; font-size: .8rem; font-weight: 600;
  white-space: nowrap; color: var(--c, var(--rest)); background: var(--b, var(--rest-bg)); }
.badge.new { color: var(--new); background: var(--new-bg); }
details { margin: .25rem 0 0; } summary { cursor: pointer; color: var(--dim); font-size: .9rem; }
.names { margin: .25rem 0; padding: 0 0 0 1.1rem; }
.todo p { margin: .4rem 0 .2rem; }
.copy { display: flex; gap: .5rem; align-items: start; margin: 0 0 .5rem; max-width: 60rem; }
pre { flex: 1; min-width: 0; margin: 0; padding: .5rem .7rem; overflow-x: auto; background: var(--code);
  border: 1px solid var(--line); border-radius: .3rem; font: .875rem/1.45 ui-monospace, monospace; }
table { border-collapse: collapse; background: var(--card); border: 1px solid var(--line); }
th, td { text-align: left; padding: .4rem .8rem; border-top: 1px solid var(--line); white-space: nowrap; }
thead th { border-top: 0; font-size: .85rem; color: var(--dim); font-weight: 600; }
tbody th { font-weight: 400; }
td, thead th + th { text-align: right; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; max-width: 100%; }
footer span { display: inline-block; margin-right: 1.25rem; }
footer { color: var(--dim); font-size: .85rem; border-top: 1px solid var(--line); padding-bottom: 3rem; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 46rem) {
  main { padding-top: .75rem; }
  h1 { font-size: 1.15rem; }
  h2 { margin-top: 1.1rem; }
  .finding { grid-template-columns: minmax(0, 1fr); }
  .copy { flex-direction: column; } .copy pre { width: 100%; white-space: pre-wrap; overflow-wrap: anywhere; }
  th, td { padding: .35rem .3rem; font-size: .8rem; } tbody th, thead th { white-space: normal; font-size: .8rem; }
}
@media print { .filters, button { display: none !important; } .finding { break-inside: avoid; }
  pre { white-space: pre-wrap; } }
"""

SCRIPT = """
(function () {
  "use strict";
  var all = function (what, where) { return Array.prototype.slice.call((where || document).querySelectorAll(what)); };
  var filters = document.getElementById("filters");
  var rows = all(".finding");
  var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
  var selects = all("select", filters);
  var search = document.getElementById("search");
  var fresh = document.getElementById("new");
  var shown = document.getElementById("shown");
  function fits(row, select) {
    return select.value === "*" ||
      row.getAttribute("data-" + select.name).split("\\n").indexOf(select.value.slice(1)) >= 0;
  }
  function apply() {
    var number = 0;
    var words = search.value.toLowerCase().split(/\\s+/);
    rows.forEach(function (row, at) {
      var fit = selects.every(function (select) { return fits(row, select); }) &&
        words.every(function (word) { return texts[at].indexOf(word) >= 0; }) &&
        (!fresh || !fresh.checked || row.getAttribute("data-new") === "yes");
      row.hidden = !fit;
      number += fit ? 1 : 0;
    });
    all("section").forEach(function (one) { one.hidden = !one.querySelector(".finding:not([hidden])"); });
    shown.textContent = number === rows.length ? "" : number + " of " + rows.length + " findings shown";
  }
  function reveal() {
    var name = location.hash.slice(1);
    try { name = decodeURIComponent(name); } catch (error) { return; }
    var one = name && document.getElementById(name);
    if (!one) { return; }
    for (var up = one; up; up = up.parentElement) {
      if (up.tagName === "DETAILS") { up.open = true; }
      if (up.hidden) { up.hidden = false; }
    }
    one.scrollIntoView();
  }
  function select(pre) {
    var range = document.createRange();
    range.selectNodeContents(pre);
    var chosen = window.getSelection();
    chosen.removeAllRanges();
    chosen.addRange(range);
  }
  all(".copy button").forEach(function (button) {
    var pre = button.parentElement.querySelector("pre");
    function say(word) {
      button.textContent = word;
      setTimeout(function () { button.textContent = "Copy"; }, 2000);
    }
    function byHand() {
      select(pre);
      say(document.execCommand("copy") ? "Copied" : "Selected");
    }
    button.hidden = false;
    button.addEventListener("click", function () {
      if (navigator.clipboard) {
        navigator.clipboard.writeText(pre.textContent).then(function () { say("Copied"); }, byHand);
      } else { byHand(); }
    });
  });
  selects.forEach(function (one) { one.addEventListener("change", apply); });
  search.addEventListener("input", apply);
  if (fresh) { fresh.addEventListener("change", apply); }
  window.addEventListener("hashchange", reveal);
  window.addEventListener("beforeprint", function () {
    all("details").forEach(function (one) { one.open = true; });
  });
  filters.hidden = false;
  apply();
  reveal();
}());
"""
