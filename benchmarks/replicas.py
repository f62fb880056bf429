"""How long a new version takes to answer on every replica, by the store that they share."""

import json
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from benchmarks.candidates import DUET
from benchmarks.load import CLASSIFY, ask
from benchmarks.processes import product, running
from benchmarks.report import print_setting, print_table, say
from shared.compare.figures import percentile_ms
from shared.domain.version import Lineage, Trained
from shared.store import ModelStore
from tests.postgresql import cluster

MODEL = "iris"
SELDOM_S, OFTEN_S = 60.0, 0.3
POLL_S = 0.001
LIMIT_S = 2 * SELDOM_S


@dataclass(frozen=True, slots=True)
class Settings:
    """How many versions are published, and how many backends of each kind share the store."""

    versions: int
    each: int


def run(settings: Settings, command: str) -> None:
    """Measure and print the table."""
    rows = []
    with _sqlite() as file, cluster() as server:
        for name, url, interval_s in (
            ("SQLite", file, OFTEN_S),
            ("PostgreSQL", server.new(), OFTEN_S),
            ("PostgreSQL", server.new(), SELDOM_S),
        ):
            seconds = _seconds_to_all(url, interval_s, settings)
            figures = [f"{percentile_ms(seconds, share):,.0f} ms" for share in (0.5, 0.95, 1)]
            rows.append([name, f"{interval_s:g} s", str(len(seconds)), *figures])
            say(" ".join(rows[-1]))
    print("\n## From commit to the answer of every replica\n")
    print_setting(command, f"{settings.each} backends of each kind; {settings.versions} versions each")
    print_table(("store", "asked every", "n", "median", "95 of 100", "longest"), rows)


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/store.sqlite3"


def _seconds_to_all(url: str, interval_s: float, settings: Settings) -> list[float]:
    """For each version, the time from its publication until the last replica answered with it."""
    pause = random.Random(0)  # noqa: S311 - so that publications meet no rhythm of the replicas'
    environment = {"DUET_STORE": url, "DUET_REFRESH_INTERVAL_S": str(interval_s)}
    with ExitStack() as stack:
        kinds = [kind for kind in DUET for _ in range(settings.each)]
        ports = [stack.enter_context(running(product(kind, kind, environment))).port for kind in kinds]
        store = stack.enter_context(closing(ModelStore(url)))
        trained = _trained(store)
        seconds = []
        for _ in range(settings.versions):
            time.sleep(pause.uniform(0.1, 0.1 + OFTEN_S))
            number = store.publish(trained).number
            seconds.append(_seconds_until(ports, number))
    return seconds


def _seconds_until(ports: list[int], number: int) -> float:
    began = time.perf_counter()
    for port in ports:
        while json.loads(ask(port, CLASSIFY)[1])["version"] != number:
            if time.perf_counter() > began + LIMIT_S:
                raise RuntimeError(f"version {number} does not answer on port {port}")
            time.sleep(POLL_S)
    return time.perf_counter() - began


def _trained(store: ModelStore) -> Trained:
    """What the store's first version was published from."""
    version = store.version(MODEL, 1)
    exported = {one.name: store.artefact(version, one.name) for one in version.engines if one.sha256 is not None}
    lineage = {name: getattr(version, name) for name in Lineage.__struct_fields__}
    return Trained(artefact=store.artefact(version), exported=exported, **lineage)
