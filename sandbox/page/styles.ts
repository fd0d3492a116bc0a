/** The one style sheet of the sandbox's pages. */
import { raw } from "hono/html";

export const styles = raw(`<style>
:root {
  color-scheme: light dark;
  --page: light-dark(#f4f5f7, #0e1217);
  --card: light-dark(#ffffff, #171c24);
  --sunk: light-dark(#f0f2f5, #10151b);
  --line: light-dark(#dde1e7, #2b333e);
  --text: light-dark(#1a1f26, #e7eaf0);
  --muted: light-dark(#566070, #a2adbb);
  --accent: light-dark(#1b53c4, #86aeff);
  --on-accent: light-dark(#ffffff, #0b1524);
  --good: light-dark(#116b3b, #6fd3a0);
  --warn: light-dark(#8a4b00, #f0b35e);
  --bad: light-dark(#a3201f, #ff9a94);
  --note: light-dark(#fff6dc, #33290f);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
a { color: var(--accent); }
h1 { font-size: 1.45rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; margin: 0 0 .75rem; }
p { margin: 0 0 .75rem; }
code { overflow-wrap: anywhere; }
.mono { font: .82em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.muted { color: var(--muted); }
.small { font-size: .86rem; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem; z-index: 2; }
.sandbox-line { background: var(--note); padding: .45rem 1.25rem; margin: 0; font-size: .88rem; border-bottom: 1px solid var(--line); }
.top { background: var(--card); border-bottom: 1px solid var(--line); }
.top > div, .wrap { max-width: 84rem; margin: 0 auto; padding: 0 1.25rem; }
.top > div { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: center; }
.brand { font-weight: 650; padding: .8rem 0; text-decoration: none; color: inherit; }
nav { display: flex; flex-wrap: wrap; gap: .25rem; }
nav a { padding: .8rem .6rem; text-decoration: none; color: var(--muted); border-bottom: 2px solid transparent; }
nav a[aria-current] { color: var(--text); border-color: var(--accent); font-weight: 600; }
.clock { margin-left: auto; color: var(--muted); font-size: .86rem; }
.wrap { padding-top: 1.25rem; padding-bottom: 3rem; display: grid; gap: 1.25rem; }
.wrap > * { min-width: 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.25rem; }
.notice { border-left: 4px solid var(--good); display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
.notice.bad { border-color: var(--bad); }
.notice p { margin: 0; }
form { margin: 0; }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .75rem 1rem; align-items: end; }
label { display: block; font-size: .86rem; color: var(--muted); }
label > input, label > select, label > textarea { display: block; width: 100%; margin-top: .2rem; }
label.check { display: flex; gap: .5rem; align-items: center; min-height: 2.4rem; color: var(--text); }
label.check > input { width: auto; margin: 0; min-height: 0; }
input, select, textarea, button, .button { font: inherit; font-size: .92rem; color: var(--text); border: 1px solid light-dark(#8b95a3, #5c6775); border-radius: 7px; background: var(--card); padding: .42rem .6rem; min-height: 2.4rem; }
button, .button { cursor: pointer; border-color: light-dark(#c3cad4, #3d4754); background: var(--sunk); font-weight: 550; text-decoration: none; display: inline-flex; align-items: center; justify-content: center; white-space: nowrap; }
button:hover, .button:hover { border-color: var(--accent); }
button.main, .button.main { background: var(--accent); color: var(--on-accent); border-color: transparent; }
button.danger { color: var(--bad); }
button.quiet { background: none; border-color: transparent; color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
.row > strong { min-width: 9rem; padding-bottom: .5rem; }
form.row + form.row { margin-top: .75rem; }
.spread { display: flex; flex-wrap: wrap; gap: .5rem 1rem; justify-content: space-between; align-items: end; margin-bottom: .75rem; }
.spread > * { margin: 0; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th { text-align: left; font-weight: 600; color: var(--muted); font-size: .82rem; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
td { padding: .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child > td { border-bottom: 0; }
td .name { font-weight: 600; text-decoration: none; }
td .name:hover { text-decoration: underline; }
.badge { display: inline-block; padding: .05rem .55rem; border-radius: 99px; border: 1px solid currentColor; font-size: .8rem; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); } .neutral { color: var(--muted); }
details > summary { cursor: pointer; color: var(--accent); }
details.acts > summary { list-style: none; display: inline-flex; align-items: center; border: 1px solid light-dark(#c3cad4, #3d4754); border-radius: 7px; padding: .42rem .7rem; min-height: 2.4rem; background: var(--sunk); color: var(--text); font-weight: 550; font-size: .92rem; }
details.acts > summary::-webkit-details-marker { display: none; }
details.acts > summary::after { content: "▾"; margin-left: .4rem; }
details.acts[open] > summary::after { content: "▴"; }
.act-panel { background: var(--sunk); border: 1px solid var(--line); border-radius: 8px; padding: .8rem; margin-top: .5rem; display: grid; gap: .75rem; }
.act-panel .row label { min-width: 9rem; }
.acts-cell { min-width: 17.5rem; }
.unbroken { white-space: nowrap; }
.acts-cell .row { align-items: start; }
.acts-cell details[open] { flex-basis: 100%; }
.wide { grid-column: span 2; }
pre { background: var(--sunk); border: 1px solid var(--line); border-radius: 7px; padding: .7rem; margin: .5rem 0 0; overflow: auto; max-height: 24rem; font-size: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .75rem 1.25rem; margin: 0; }
dl.facts dt { color: var(--muted); font-size: .82rem; }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
iframe.mail { display: block; width: 100%; min-height: 24rem; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
.sent-card { max-width: 40rem; }
.sent-card .separated { border-top: 1px solid var(--line); padding-top: .75rem; }
.sent-card .lines { white-space: pre-line; }
.pager { display: flex; gap: 1rem; align-items: center; justify-content: space-between; margin-top: .75rem; }
.empty { padding: 1.5rem; text-align: center; color: var(--muted); }
ol.attempts { margin: .35rem 0 0; padding-left: 1.2rem; font-size: .86rem; }
body.narrow { display: grid; justify-items: center; align-content: start; gap: 1rem; padding: 2.5rem 1rem; }
body.narrow .card { width: 100%; max-width: 28rem; padding: 1.75rem; }
body.narrow section + section { margin-top: 1.25rem; }
body.narrow .sandbox-line { border: 1px solid var(--line); border-radius: 8px; max-width: 28rem; text-align: center; }
.people { list-style: none; margin: 0; padding: 0; display: grid; gap: .4rem; }
.people li { position: relative; display: flex; align-items: center; gap: .8rem; padding: .55rem .7rem; border: 1px solid light-dark(#c3cad4, #3d4754); border-radius: 8px; background: var(--sunk); }
.people li:hover, .people li:focus-within { border-color: var(--accent); }
.people button { justify-content: flex-start; min-height: 0; padding: 0; border: 0; background: none; font-weight: 650; }
.people button::after { content: ""; position: absolute; inset: 0; border-radius: 8px; }
.people button:focus-visible { outline: 0; }
.people button:focus-visible::after { outline: 2px solid var(--accent); outline-offset: 2px; }
.avatar { flex: none; width: 2.2rem; height: 2.2rem; border-radius: 50%; display: grid; place-items: center; background: var(--accent); color: var(--on-accent); font-weight: 650; }
.person { display: grid; line-height: 1.35; }
.person > span { color: var(--muted); font-size: .84rem; }
body.narrow form > .quiet { margin-top: 1rem; }
@media (max-width: 760px) {
  .wrap, .top > div { padding-left: .85rem; padding-right: .85rem; }
  .sandbox-line { padding-left: .85rem; padding-right: .85rem; }
  .card { padding: .9rem; }
  nav { width: 100%; order: 3; gap: 0 .1rem; }
  nav a { padding: .4rem .5rem; white-space: nowrap; }
  .wide { grid-column: auto; }
  .brand { padding: .6rem 0 0; }
  .clock { padding-top: .6rem; }
  table, tbody, tr, td { display: block; width: 100%; }
  thead { position: absolute; left: -9999px; }
  tr { padding: .7rem 0; border-bottom: 1px solid var(--line); }
  tbody tr:last-child { border-bottom: 0; }
  td { border: 0; padding: .15rem 0; display: grid; grid-template-columns: 6.5rem 1fr; gap: .5rem; }
  td::before { content: attr(data-label); color: var(--muted); font-size: .82rem; }
  td[data-label=""] { display: block; padding-top: .4rem; }
  td > * { min-width: 0; overflow-wrap: anywhere; }
}
</style>`);
