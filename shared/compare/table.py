"""The report for a terminal, and as CSV."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from shared.compare.comparison import Comparison
from shared.compare.figures import SHARES
from shared.compare.summary import (
    cold_table,
    cost_table,
    differences_in_words,
    percentile_table,
    ramp_table,
    told_settings,
)


def terminal(found: Comparison) -> str:
    """The report in plain text; its first line says whether the targets agree."""
    lines = [found.agreement_in_words(), *(f"  {example}" for example in found.agreement.examples), ""]
    lines += [f"{found.scenario}. {found.look_at}", ""]
    for title, columns, rows in (percentile_table(found), ramp_table(found), cost_table(found), cold_table(found)):
        if rows:
            lines += [title, *_aligned(columns, rows), ""]
    lines += ["Differences", *(f"  {words}" for words in differences_in_words(found)), ""]
    lines += [f"Warning: {warning}" for warning in found.warnings]
    lines += [f"{name}: {value}" for name, value in told_settings(found)]
    return "\n".join(lines)


def _aligned(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    table = [columns, *rows]
    widths = [max(len(row[index]) for row in table) for index in range(len(columns))]
    for row in table:
        cells = (cell.ljust(widths[0]) if not index else cell.rjust(widths[index]) for index, cell in enumerate(row))
        yield f"  {'  '.join(cells)}".rstrip()


def csv_of(found: Comparison) -> str:
    """A line for each round, target and kind; milliseconds, megabytes."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    costs = ("cpu_ms_per_request", "memory_mb", "late_p99_ms")
    writer.writerow(("round", "target", "kind", "count", *SHARES, "per_second", "errors", "unsent", *costs))
    for one in found.rounds:
        for kind, spread in one.spreads.items():
            shown = (round(value, 4) for value in spread.shown())
            row = (one.turn + 1, one.target, kind, spread.count, *shown, round(one.per_second, 2))
            writer.writerow((*row, sum(one.errors.values()), one.unsent, *(getattr(one, cost) for cost in costs)))
    for step in found.ramp:
        p99 = "" if step.p99_ms is None else round(step.p99_ms, 4)
        writer.writerow((step.turn + 1, step.target, "ramp", "", "", "", p99, "", "", step.rate, step.failed))
    return text.getvalue()
