"""Does the load generator of `duet compare` see what wrk sees?

Both load the same server in turns, in a closed loop over as many connections, at rates that both can hold: the
product without its short way, and FastAPI.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from statistics import median

from hdrh.histogram import HdrHistogram

from benchmarks.candidates import FASTAPI, LONG_WAY, compared
from benchmarks.cores import on_load_core
from benchmarks.load import ANSWER_LIMIT_S, CLASSIFY, CONNECTIONS, Rate, wrk
from benchmarks.processes import running
from benchmarks.report import HELD, print_setting, print_table, say
from benchmarks.stores import trained_store
from shared.compare.figures import DIGITS, LONGEST_US
from shared.compare.loop import Loop, Taken

CHOSEN = (FASTAPI, *LONG_WAY.values())
LIMIT = 0.1  # by which the median of the rounds' ratios may differ from 1


@dataclass(frozen=True, slots=True)
class Settings:
    rounds: int
    seconds: int


def run(settings: Settings, command: str) -> bool:
    """Measure and print the table; whether all figures agree."""
    pairs: dict[str, list[tuple[Rate, Rate]]] = {name: [] for name in CHOSEN}
    with trained_store("lda") as store:
        servers = [server for server in compared("lda", store, store) if server.name in CHOSEN]
        for turn in range(settings.rounds):
            for server in servers:
                with running(server) as found:
                    _ours(found.port, 1)  # both start warm
                    pairs[server.name].append(_in_turns(found.port, settings.seconds, is_wrk_first=turn % 2 == 0))
                    say(f"round {turn + 1}: {server.name}: {pairs[server.name][-1]}")
    rows = [row for name, found_pairs in pairs.items() for row in _rows(name, found_pairs)]
    print("\n## The load generator of `duet compare` beside wrk\n")
    print_setting(
        command,
        f"{settings.rounds} rounds of {settings.seconds} s, {CONNECTIONS} connections; medians, of the ratios too",
    )
    print_table(("server", "figure", "wrk", "duet compare", "ratio", "within a tenth"), rows)
    return all(row[-1] == HELD[True] for row in rows)


def _rows(name: str, pairs: list[tuple[Rate, Rate]]) -> Iterator[list[str]]:
    for figure, shown_as, unit in (
        ("per_second", "requests", "/s"),
        ("p50_ms", "p50", " ms"),
        ("p99_ms", "p99", " ms"),
    ):
        theirs, ours = (median(getattr(pair[which], figure) for pair in pairs) for which in (0, 1))
        ratio = median(getattr(pair[1], figure) / getattr(pair[0], figure) for pair in pairs)
        shown = [f"{value:,.2f}{unit}" for value in (theirs, ours)]
        yield [name, shown_as, *shown, f"{ratio:.2f}", HELD[abs(ratio - 1) <= LIMIT]]


def _in_turns(port: int, seconds: int, *, is_wrk_first: bool) -> tuple[Rate, Rate]:
    if is_wrk_first:
        return wrk(port, CLASSIFY, seconds), _ours(port, seconds)
    ours = _ours(port, seconds)
    return wrk(port, CLASSIFY, seconds), ours


def _ours(port: int, seconds: int) -> Rate:
    with on_load_core():
        loop = Loop(("127.0.0.1", port), [CLASSIFY.wire(port)], CONNECTIONS, ANSWER_LIMIT_S)
        taken = loop.run_closed(repeat(0), seconds)
    p50, p99 = _corrected(taken)
    return Rate(taken.per_second, p50, p99, taken.errors.total())


def _corrected(taken: Taken) -> list[float]:
    """p50 and p99 in ms with what wrk adds: the requests that would have come while a slow one was waited for.

    wrk 4, `stats_correct`; HdrHistogram calls the same the corrected value.
    """
    histogram = HdrHistogram(1, LONGEST_US, DIGITS)
    expected_us = taken.duration_s * CONNECTIONS / len(taken.seconds) * 1e6
    for latency in taken.seconds:
        histogram.record_corrected_value(round(latency * 1e6), expected_us)
    return [histogram.get_value_at_percentile(share) / 1e3 for share in (50, 99)]
