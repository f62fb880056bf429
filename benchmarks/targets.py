"""The product beside what its users would run otherwise, and what it set out to reach.

Servers take turns in each round, so that a machine that drifts hits all alike: ratios are what carries
over. One worker each, the server on the first core and the load on the second.
"""

import json
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sklearn.datasets import load_iris

from benchmarks.candidates import (
    DUET,
    EMPTY,
    FASTAPI,
    FASTAPI_FOREST,
    FOREST,
    LONG_WAY,
    STARLETTE_EMPTY,
    compared,
)
from benchmarks.client import ask_exactly
from benchmarks.load import CLASSIFY, CONNECTIONS, Rate, Task, ask, wrk
from benchmarks.open_loop import Latencies, measure, schedule
from benchmarks.processes import Running, Server, product, running
from benchmarks.report import HELD, print_setting, print_table, say
from benchmarks.stores import trained_store
from shared.compare.figures import percentile_ms

N_ROWS = 1000
SETTLED = 10_000  # requests after which a backend's memory should grow no more

T = TypeVar("T")
Measured = dict[str, dict[str, list[Rate]]]  # by server, by task


@dataclass(frozen=True, slots=True)
class Settings:
    """How long to measure what; `recipe` is how iris is trained, where it is not the forest's turn."""

    rounds: int
    seconds: int
    recipe: str
    rate: int
    latency_seconds: int
    schedule: str
    requests: int
    starts: int


@dataclass(frozen=True, slots=True)
class Row:
    """A target and what was measured of it, by backend; None where that was not possible.

    Values have to reach `least`, or, where that is a limit, to stay at or under it; it is empty where
    there is only an aim. To miss the `least` of a ratio fails the run.
    """

    what: str
    unit: str
    least: Mapping[str, float]
    aim: float
    values: Mapping[str, float | None]
    is_limit: bool = False

    def holds(self, backend: str) -> bool | None:
        """Whether the target is met; None where there is none, or no measurement."""
        value, least = self.values[backend], self.least.get(backend)
        if value is None or least is None:
            return None
        return value <= least if self.is_limit else value >= least

    @property
    def has_failed(self) -> bool:
        """Whether a ratio is missed."""
        return not self.is_limit and any(self.holds(backend) is False for backend in DUET)

    def cells(self) -> list[str]:
        """The row as it is printed."""
        bound = "at most" if self.is_limit else "at least"
        least = f"{bound} {' / '.join(f'{value:g}' for value in dict.fromkeys(self.least.values()))} {self.unit}"
        shown = ["not available" if v is None else f"{v:,.2f} {self.unit}" for v in self.values.values()]
        held = " / ".join(HELD[self.holds(backend)] for backend in DUET)
        cells = [self.what, least if self.least else "", f"{self.aim:g} {self.unit}", *shown, held]
        return [cell.strip() for cell in cells]  # a count has no unit


def run(settings: Settings, command: str) -> bool:
    """Measure all and print the tables; whether every ratio that must hold does."""
    with trained_store(settings.recipe) as store, trained_store("forest") as forest_store:
        measured = _compare(compared(settings.recipe, store, forest_store), settings)
        mine = {backend: product(name, backend, {"DUET_STORE": store}) for backend, name in DUET.items()}
        latencies = {backend: _latencies(server, settings) for backend, server in mine.items()}
        memories = {backend: _memory(server, settings.requests) for backend, server in mine.items()}
        starts = {backend: _first_answer(server, settings.starts) for backend, server in mine.items()}
    rows = [*_ratios(measured), *_limits(settings, latencies, memories, starts)]
    _print(settings, command, rows, measured, latencies)
    return not any(row.has_failed for row in rows)


# --- measuring -------------------------------------------------------------------------------------


def _count(key: str) -> Callable[[bytes], bool]:
    return lambda body: len(json.loads(body)[key]) == N_ROWS


def _many_rows() -> bytes:
    rows = load_iris().data.tolist()
    return json.dumps({"rows": [rows[index % len(rows)] for index in range(N_ROWS)]}).encode()


MANY = f"{N_ROWS:,} rows"
PREDICT_FASTAPI = Task(MANY, "/predict", _many_rows(), _count("labels"))
PREDICT_DUET = Task(MANY, "/models/iris/predict", PREDICT_FASTAPI.body, _count("predictions"))
TASKS = {FASTAPI: (CLASSIFY, PREDICT_FASTAPI)} | dict.fromkeys(DUET.values(), (CLASSIFY, PREDICT_DUET))


def _compare(servers: list[Server], settings: Settings) -> Measured:
    measured: Measured = {server.name: {} for server in servers}
    for turn in range(settings.rounds):
        for server in servers:
            with running(server) as found:
                for task in TASKS.get(server.name, (server.ready,)):
                    if _is_there(found, task):
                        rate = wrk(found.port, task, settings.seconds)
                        measured[server.name].setdefault(task.name, []).append(rate)
                        say(f"round {turn + 1}: {server.name}: {task.name}: {rate.per_second:,.0f}/s")
    return measured


def _is_there(server: Running, task: Task) -> bool:
    """Whether `task` can be timed: False where its route is not there. Raises RuntimeError for a wrong answer."""
    status, body = ask(server.port, task)
    if status == 404:
        return False
    if status != 200 or not task.is_right(body):
        raise RuntimeError(f"{task.path} is answered by {status}: {body[:500]!r}")
    return True


def _latencies(server: Server, settings: Settings) -> Latencies:
    starts = schedule(settings.rate, settings.latency_seconds, is_poisson=settings.schedule == "poisson")
    with running(server) as found:
        say(f"{server.name}: open loop, {len(starts):,} requests")
        return measure(found.port, CLASSIFY, starts)


def _memory(server: Server, requests: int) -> tuple[float, float]:
    """Resident MB after `requests`, and how much of it came after the first of them. Raises RuntimeError."""
    with running(server) as found:
        say(f"{server.name}: {requests:,} requests")
        right = ask_exactly(found.port, CLASSIFY, SETTLED)
        settled = found.resident_mb
        right += ask_exactly(found.port, CLASSIFY, requests - SETTLED)
        if right != requests:
            raise RuntimeError(f"{server.name}: {requests - right} of {requests} requests failed")
        return found.resident_mb, found.resident_mb - settled


def _first_answer(server: Server, starts: int) -> float:
    """The median time in s from the start of the process to its first right answer."""
    say(f"{server.name}: {starts} starts")
    seconds = []
    for _ in range(starts):
        with running(server) as found:
            seconds.append(found.first_answer_s)
    return statistics.median(seconds)


# --- judging ---------------------------------------------------------------------------------------


def _ratios(measured: Measured) -> list[Row]:
    def ratio(
        what: str,
        least: Mapping[str, float],
        aim: float,
        mine: Mapping[str, str],
        other: Mapping[str, str],
        task: str = CLASSIFY.name,
    ) -> Row:
        values = {backend: _over(measured[mine[backend]], measured[other[backend]], task) for backend in DUET}
        return Row(what, "x", least, aim, values)

    return [
        ratio("/classify, one row, over FastAPI `async def`", {"flask": 4.0, "klein": 3.0}, 10, DUET, _both(FASTAPI)),
        ratio("the same over an empty view of its own framework, same server", _both(0.8), 0.95, DUET, EMPTY),
        ratio("the same where the short way is off for it as well", {}, 0.95, LONG_WAY, EMPTY),
        ratio("the same over Starlette's empty handler on uvicorn", {}, 1.0, DUET, _both(STARLETTE_EMPTY)),
        ratio("forest of 100, one row, over FastAPI `async def`", _both(20.0), 50, FOREST, _both(FASTAPI_FOREST)),
        ratio(f"{MANY} of JSON, over FastAPI `async def`", _both(3.0), 6, DUET, _both(FASTAPI), MANY),
    ]


def _limits(
    settings: Settings,
    latencies: Mapping[str, Latencies],
    memories: Mapping[str, tuple[float, float]],
    starts: Mapping[str, float],
) -> list[Row]:
    def limit(what: str, unit: str, least: float, aim: float, values: Mapping[str, float]) -> Row:
        return Row(what, unit, _both(least), aim, values, is_limit=True)

    loop = f"open loop, {settings.rate:,} requests/s for {settings.latency_seconds} s"
    p99 = {backend: percentile_ms(found.seconds, 0.99) for backend, found in latencies.items()}
    return [
        limit(f"{loop}: p99", "ms", 10, 3, p99),
        limit("the same: failed requests", "", 0, 0, {backend: found.failed for backend, found in latencies.items()}),
        limit(f"memory after {settings.requests:,} requests", "MB", 150, 100, _part(memories, 0)),
        limit(f"its growth since the {SETTLED:,}th", "MB", 1, 0, _part(memories, 1)),
        limit("first right answer after start, versions in the store", "s", 2, 1, starts),
    ]


def _both(value: T) -> dict[str, T]:
    return dict.fromkeys(DUET, value)


def _part(pairs: Mapping[str, tuple[float, float]], index: int) -> dict[str, float]:
    return {backend: pair[index] for backend, pair in pairs.items()}


def _over(mine: dict[str, list[Rate]], other: dict[str, list[Rate]], task: str) -> float | None:
    """The ratio of two medians."""
    if task not in mine or task not in other:
        return None
    return _median(mine[task]) / _median(other[task])


def _median(rates: list[Rate]) -> float:
    return statistics.median(rate.per_second for rate in rates)


# --- printing --------------------------------------------------------------------------------------


def _print(
    settings: Settings, command: str, rows: list[Row], measured: Measured, latencies: Mapping[str, Latencies]
) -> None:
    print("\n## Targets\n")
    told = f"{settings.rounds} rounds of {settings.seconds} s, {CONNECTIONS} keep-alive connections, one worker each"
    print_setting(command, f"{told}; iris by {settings.recipe} unless it says forest; medians")
    print_table(
        ("what", "target", "aim", "Flask", "Klein", "holds"),
        [row.cells() for row in rows],
    )
    print("The medians behind the ratios:\n")
    print_table(
        ("server", "request", "requests/s", "lowest to highest", "p50", "p99", "unanswered"),
        [_cells(name, task, rates) for name, tasks in measured.items() for task, rates in tasks.items()],
    )
    print(f"Open loop ({settings.schedule} starts), and how late the load generator itself was:\n")
    print_table(
        ("server", "sent", "failed", "p50", "p99", "p99.9", "highest", "generator late, p99", "highest"),
        [_latency_cells(DUET[backend], found) for backend, found in latencies.items()],
    )


def _cells(name: str, task: str, rates: list[Rate]) -> list[str]:
    speeds = [rate.per_second for rate in rates]
    p50, p99 = (statistics.median(values) for values in zip(*((r.p50_ms, r.p99_ms) for r in rates), strict=True))
    spread = f"{min(speeds):,.0f} to {max(speeds):,.0f}"
    lost = str(sum(rate.lost for rate in rates))
    return [name, task, f"{_median(rates):,.0f}", spread, f"{p50:.2f} ms", f"{p99:.2f} ms", lost]


def _latency_cells(name: str, found: Latencies) -> list[str]:
    shares = [(found.seconds, share) for share in (0.5, 0.99, 0.999, 1.0)] + [(found.late, 0.99), (found.late, 1.0)]
    return [name, f"{found.sent:,}", str(found.failed), *(f"{percentile_ms(*pair):.2f} ms" for pair in shares)]
