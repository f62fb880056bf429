"""What a training costs those who classify meanwhile: latency in an open loop, beside an idle server's.

Server and training share one core here, the load has the other: a server with a core to spare does better.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.load import CLASSIFY, ask_json
from benchmarks.open_loop import Latencies, measure, schedule
from benchmarks.processes import POLL_S, START_LIMIT_S, Server, product, running
from benchmarks.report import HELD, print_setting, print_table, say
from benchmarks.stores import trained_store
from shared.compare.figures import percentile_ms

LIMIT = 3.0  # times the p99 of the idle server
LONG = {"recipe": "mlp", "params": {"epochs": 2000, "hidden_units": 50}, "promote": "never"}
BACKENDS = {"Flask, 2 workers": ("flask", ["--workers", "2"]), "Klein": ("klein", [])}


@dataclass(frozen=True, slots=True)
class Settings:
    rounds: int
    seconds: int
    rate: int


def run(settings: Settings, command: str) -> bool:
    """Measure both backends and print the table; whether each holds the limit."""
    found: dict[str, list[tuple[Latencies, Latencies]]] = {name: [] for name in BACKENDS}
    with trained_store("lda") as store:
        for turn in range(settings.rounds):
            for name, (backend, arguments) in BACKENDS.items():
                server = product(name, backend, {"DUET_STORE": store}, *arguments)
                found[name].append(_idle_and_training(server, settings, seed=turn))
                say(f"round {turn + 1}: {name}: {' -> '.join(_shown(one) for one in found[name][-1])}")
    rows = [_row(name, pairs) for name, pairs in found.items()]
    print_setting(
        command, f"{settings.rounds} rounds of {settings.seconds} s each, {settings.rate:,} requests/s (Poisson)"
    )
    print_table(["", "idle p50", "idle p99", "training p50", "training p99", "ratio of p99", "failed", "holds"], rows)
    return all(_ratio(pairs) <= LIMIT for pairs in found.values())


def _idle_and_training(server: Server, settings: Settings, seed: int) -> tuple[Latencies, Latencies]:
    starts = schedule(settings.rate, settings.seconds, is_poisson=True, seed=seed)
    with running(server) as found:
        measure(found.port, CLASSIFY, starts[: settings.rate])  # both start warm
        idle = measure(found.port, CLASSIFY, starts)
        with _training(found.port):
            return idle, measure(found.port, CLASSIFY, starts)


@contextmanager
def _training(port: int) -> Iterator[None]:
    """A training that runs from beginning to end; raises RuntimeError where it was over before."""
    url = ask_json(port, "POST", "/models/iris/runs", LONG)["url"]
    deadline = time.monotonic() + START_LIMIT_S
    while ask_json(port, "GET", url)["progress"] == 0:
        if time.monotonic() > deadline:
            raise RuntimeError("the training does not begin")
        time.sleep(POLL_S)
    yield
    state = ask_json(port, "GET", url)["state"]
    if state != "RUNNING":
        raise RuntimeError(f"the training was {state} before the measurement was over")
    ask_json(port, "DELETE", url)


def _ratio(pairs: list[tuple[Latencies, Latencies]]) -> float:
    return statistics.median(_p99(training) / _p99(idle) for idle, training in pairs)


def _p99(found: Latencies) -> float:
    return percentile_ms(found.seconds, 0.99)


def _shown(found: Latencies) -> str:
    return f"p99 {_p99(found):.2f} ms"


def _row(name: str, pairs: list[tuple[Latencies, Latencies]]) -> list[str]:
    shares = [
        f"{statistics.median(percentile_ms(pair[state].seconds, share) for pair in pairs):.2f} ms"
        for state in (0, 1)
        for share in (0.5, 0.99)
    ]
    failed = sum(latencies.failed for pair in pairs for latencies in pair)
    ratio = _ratio(pairs)
    return [name, *shares, f"{ratio:.2f}", str(failed), HELD[ratio <= LIMIT and not failed]]
