"""How the HTML report looks, light and dark."""

STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fff; --faint: #d9d9de; --muted: #5a5a62;
  --good: #17663a; --bad: #a4161a; --c0: #0b5cad; --c1: #b3470b; --c2: #5b2a86; --c3: #1f6f43; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececf1; --paper: #17181c; --faint: #3a3b42; --muted: #b3b3bd;
    --good: #6fd39b; --bad: #ff8f8f; --c0: #74b3ff; --c1: #ffab70; --c2: #cfa6ff; --c3: #7ddba3; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { margin-top: 2.5rem; font-size: 1.25rem; border-bottom: 1px solid var(--faint); }
.verdict { padding: .6rem .9rem; border-left: 4px solid; font-weight: 600; }
.good { color: var(--good); } .bad { color: var(--bad); }
figure { margin: 1rem 0 2rem; } figcaption, caption { color: var(--muted); text-align: left; }
svg { width: 100%; height: auto; } svg text { fill: var(--muted); font-size: 12px; }
.grid { stroke: var(--faint); } .line { fill: none; stroke-width: 2; } .thin { stroke-width: 1; opacity: .75; }
.c0 { stroke: var(--c0); } .c1 { stroke: var(--c1); } .c2 { stroke: var(--c2); } .c3 { stroke: var(--c3); }
.mark.c0 { fill: var(--c0); } .mark.c1 { fill: var(--c1); } .mark.c2 { fill: var(--c2); } .mark.c3 { fill: var(--c3); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; padding: 0; list-style: none; }
.key { width: 40px; height: 12px; margin-right: .5rem; vertical-align: middle; }
.scroll { overflow-x: auto; } .scroll:focus-visible { outline: 2px solid var(--c0); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } caption { padding: .25rem 0; }
th, td { padding: .25rem .75rem .25rem 0; text-align: right; white-space: nowrap; }
tr { border-bottom: 1px solid var(--faint); }
th:first-child { text-align: left; font-weight: 600; }
@media (max-width: 40rem) { figure svg text { font-size: 20px; } }
summary { cursor: pointer; } dt { font-weight: 600; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
@media print { details > * { display: block; } }
"""
