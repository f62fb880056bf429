"""The report as one HTML file that asks for nothing else: charts are drawn in it, and each has its table."""

from collections.abc import Iterator
from html import escape
from math import isclose

from shared.compare.charts import Axis, Line, chart, legend
from shared.compare.comparison import Comparison, Total
from shared.compare.figures import SHARES
from shared.compare.html_style import STYLE
from shared.compare.summary import (
    Table,
    cold_table,
    cost_table,
    differences_in_words,
    milliseconds,
    percentile_table,
    ramp_table,
    round_table,
    told_settings,
)

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(found: Comparison) -> str:
    """The whole document."""
    title = f"{' and '.join(found.names)} compared: {found.scenario}"
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">',
            f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>",
            f"<h1>{escape(title)}</h1>",
            *_verdict(found),
            *_latencies(found),
            *_ramp(found),
            *_section("Throughput, failures, costs", _table(cost_table(found))),
            *_cold(found),
            *_rounds(found),
            *_settings(found),
            "</main></body></html>",
            "",
        ]
    )


def _verdict(found: Comparison) -> Iterator[str]:
    kind = "bad" if found.has_failed else "good"
    yield f'<p class="verdict {kind}">{escape(found.agreement_in_words())}</p>'
    if found.agreement.examples:
        yield _list(found.agreement.examples)
    yield f"<p>{escape(found.look_at)}</p>"
    yield "<h2>Differences</h2>"
    yield _list(differences_in_words(found))
    if found.warnings:
        yield f"<h2>Warnings</h2>{_list(found.warnings)}"


def _latencies(found: Comparison) -> Iterator[str]:
    if found.totals:
        yield f"<h2>Latency</h2>{_table(percentile_table(found))}"
    for kind in found.plan.mix:
        totals = [total for total in found.totals if total.kind == kind]
        if totals:
            yield f"<h3>{escape(kind)}</h3>{legend(found.names)}"
            yield _percentiles(found, kind, totals)
            yield _histogram(found, kind, totals)
            yield _over_time(found, kind, totals)


def _percentiles(found: Comparison, kind: str, totals: list[Total]) -> str:
    lines = [
        Line(total.target, list(enumerate(total.spread.shown())), found.names.index(total.target)) for total in totals
    ]
    label = f"Latency of {kind} by percentile; the table above has the same values"
    drawn = chart(label, Axis("percentile", names=tuple(SHARES)), Axis("ms", is_log=True), lines)
    return _figure(drawn, f"Latency of {kind} by percentile, in ms on a logarithmic axis.")


def _histogram(found: Comparison, kind: str, totals: list[Total]) -> str:
    lines = []
    for total in totals:
        shares = [(one.up_to_ms, 100 * one.count / total.spread.count) for one in total.bins]
        lines.append(Line(total.target, shares, found.names.index(total.target)))
    drawn = chart(f"Histogram of {kind}", Axis("ms, up to", is_log=True), Axis("% of requests"), lines)
    edges = sorted({one.up_to_ms for total in totals for one in total.bins})
    rows = [[milliseconds(edge), *(f"{_count(total, edge):,}" for total in totals)] for edge in edges]
    table = (f"Requests of {kind} by latency", ("ms, up to", *(total.target for total in totals)), rows)
    return _figure(drawn, f"Histogram of {kind}: how many requests took how long.", table)


def _count(total: Total, edge: float) -> int:
    return sum(one.count for one in total.bins if isclose(one.up_to_ms, edge))


def _over_time(found: Comparison, kind: str, totals: list[Total]) -> str:
    lines, rows = [], []
    for total in totals:
        style = found.names.index(total.target)
        lines.append(Line(f"{total.target}, median", [(slot.at_s, slot.p50_ms) for slot in total.slots], style, True))
        lines.append(Line(f"{total.target}, slowest", [(slot.at_s, slot.max_ms) for slot in total.slots], style))
        rows += [
            [total.target, f"{slot.at_s:.2f}", milliseconds(slot.p50_ms), milliseconds(slot.max_ms)]
            for slot in total.slots
        ]
    drawn = chart(f"Latency of {kind} over time", Axis("s of each target's own time"), Axis("ms", is_log=True), lines)
    table = (f"Latency of {kind} over time", ("target", "s", "median, ms", "slowest, ms"), rows)
    return _figure(
        drawn, f"Latency of {kind} over time: the slowest request of each moment, and thin, the median.", table
    )


def _ramp(found: Comparison) -> Iterator[str]:
    if not found.ramp:
        return
    lines = []
    for style, name in enumerate(found.names):
        tried = sorted((step.rate, step.p99_ms) for step in found.ramp if step.target == name and step.p99_ms)
        lines.append(Line(name, [(rate, p99) for rate, p99 in tried if p99 is not None], style))
    drawn = chart("p99 by rate", Axis("requests/s", is_log=True), Axis("p99, ms", is_log=True), lines)
    rows = [
        [
            f"{s.turn + 1}",
            s.target,
            f"{s.rate:,.0f}",
            milliseconds(s.p99_ms),
            f"{s.failed:,}",
            "yes" if s.held else "no",
        ]
        for s in found.ramp
    ]
    steps = ("Steps of the search", ("search", "target", "requests/s", "p99, ms", "failed or unsent", "held"), rows)
    yield from _section("Highest rate", _table(ramp_table(found)) + legend(found.names))
    yield _figure(drawn, "The 99th percentile at every rate that was tried.", steps)


def _cold(found: Comparison) -> Iterator[str]:
    lines = []
    for style, name in enumerate(found.names):
        for index, cold in enumerate(one for one in found.colds if one.target == name):
            points = [(float(at + 1), value) for at, value in enumerate(cold.milliseconds)]
            lines.append(Line(f"{name}, start {index + 1}", points, style, is_thin=index > 0))
    drawn = chart("The first requests after each other", Axis("request"), Axis("ms", is_log=True), lines)
    rows = [
        [cold.target, f"{cold.turn + 1}", f"{index + 1}", milliseconds(value)]
        for cold in found.colds
        for index, value in enumerate(cold.milliseconds)
    ]
    table = ("The first requests", ("target", "start", "request", "ms"), rows)
    yield from _section("Cold", _table(cold_table(found)) + legend(found.names))
    yield _figure(drawn, "The first requests of each target, one after the other.", table)


def _rounds(found: Comparison) -> Iterator[str]:
    if not found.rounds:
        return
    yield f"<h2>Rounds</h2>{legend(found.names)}"
    for kind in found.plan.mix:
        lines = []
        for style, name in enumerate(found.names):
            spreads = [
                (one.turn, one.spreads[kind]) for one in found.rounds if one.target == name and kind in one.spreads
            ]
            lines.append(
                Line(f"{name}, p50", [(turn + 1.0, spread.p50) for turn, spread in spreads], style, is_thin=True)
            )
            lines.append(Line(f"{name}, p99", [(turn + 1.0, spread.p99) for turn, spread in spreads], style))
        drawn = chart(f"p50 and p99 of {kind} by round", Axis("round"), Axis("ms", is_log=True), lines)
        yield _figure(
            drawn, f"The 99th percentile of {kind} in every round, and thin, the median.", round_table(found, kind)
        )


def _settings(found: Comparison) -> Iterator[str]:
    items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in told_settings(found))
    yield from _section("How it was measured", f"<dl>{items}</dl>")


def _section(title: str, content: str) -> Iterator[str]:
    if content:
        yield f"<h2>{escape(title)}</h2>{content}"


def _figure(drawn: str, caption: str, table: Table | None = None) -> str:
    """A chart with its caption, and its table where that is not elsewhere; nothing where nothing is drawn."""
    if not drawn:
        return ""
    detail = f"<details><summary>The same as a table</summary>{_table(table)}</details>" if table else ""
    return f"<figure>{drawn}<figcaption>{escape(caption)}</figcaption>{detail}</figure>"


def _table(table: Table) -> str:
    title, columns, rows = table
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    shown = f"<caption>{escape(title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}"><table>{shown}</table></div>'


def _list(sentences: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(sentence)}</li>' for sentence in sentences)}</ul>"
