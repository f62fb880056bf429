"""Kills and races, with real processes over one store: is a version that was acknowledged ever lost, or half there?

`kill_while_training` ends a backend (SIGKILL) at a random moment of a training or of its publication, again and again.
`train_at_once` lets both backends train one model at the same time. Both then look at the store itself.
"""

import http.client
import os
import random
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from benchmarks.load import ask_json
from benchmarks.processes import POLL_S, START_LIMIT_S, product, running
from benchmarks.report import print_setting, print_table, say
from benchmarks.stores import trained_store
from shared.domain.engine import SCIKIT_LEARN
from shared.store import ModelStore

MODEL = "iris"
BACKENDS = ("flask", "klein")
LAST_STEPS = 0.95  # of the progress: behind it lie the export and the publication
RETRIES = http.client.HTTPException, OSError


@dataclass(slots=True)
class Found:
    """What became of the versions; `acknowledged` has the run of each by its number."""

    rounds: int = 0
    killed_while_publishing: int = 0
    acknowledged: dict[int, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Settings:
    kills: int
    rounds: int


def run(settings: Settings, command: str) -> bool:
    """Do both and print the table; whether nothing is wrong."""
    with trained_store("lda") as store:
        found = {
            f"{settings.kills} kills while training": kill_while_training(store, settings.kills),
            f"{settings.rounds} rounds of both at once": train_at_once(store, settings.rounds),
        }
    print_setting(command, "SIGKILL at random moments, seed 0; SQLite")
    rows = [
        [name, str(len(one.acknowledged)), str(one.killed_while_publishing), str(len(one.faults))]
        for name, one in found.items()
    ]
    print_table(["", "acknowledged versions", "killed in the last steps", "lost, doubled or half"], rows)
    faults = [fault for one in found.values() for fault in one.faults]
    print("\n".join(faults), end="")
    return not faults


def kill_while_training(store: str, kills: int, seed: int = 0) -> Found:
    """End a backend that trains, `kills` times; every other time it has come to its last steps."""
    chance, found = random.Random(seed), Found()  # noqa: S311 - moments, not secrets
    for index in range(kills):
        with running(product("Duet", BACKENDS[index % 2], {"DUET_STORE": store})) as server:
            late = index % 4 >= 2
            url = ask_json(server.port, "POST", f"/models/{MODEL}/runs", {"recipe": "lda", "promote": "always"})["url"]
            state = _run_until(server.port, url, LAST_STEPS if late else 0)
            time.sleep(chance.uniform(0, 0.15 if late else 1.5))
            with suppress(*RETRIES):  # what is heard before the end is what is acknowledged
                state = ask_json(server.port, "GET", url)
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()
        found.rounds += 1
        found.killed_while_publishing += late and state["state"] == "RUNNING"
        if state["state"] == "FINISHED":
            found.acknowledged[state["version"]] = state["id"]
        say(f"kill {index + 1}: {state['state']} at {state['progress']:.0%}")
        found.faults += _faults(store, found.acknowledged)
    return found


def train_at_once(store: str, rounds: int) -> Found:
    """Have both backends train the same model at once, `rounds` times; their numbers must follow each other."""
    found = Found()
    with _both(store) as ports, ThreadPoolExecutor(len(ports)) as pool:
        for index in range(rounds):
            before = max((version.number for version in _versions(store)), default=0)
            bodies = [{"data": "train", "seed": 2 * index + which} for which in range(len(ports))]
            answers = list(pool.map(lambda port, body: ask_json(port, "POST", "/train", body), ports, bodies))
            numbers = sorted(answer["version"] for answer in answers)
            found.rounds += 1
            found.acknowledged |= {answer["version"]: answer["run"] for answer in answers}
            if numbers != [before + 1, before + 2]:
                found.faults.append(f"round {index + 1}: after {before} came {numbers}")
            say(f"round {index + 1}: versions {numbers}")
    found.faults += _faults(store, found.acknowledged)
    return found


@contextmanager
def _both(store: str) -> Iterator[list[int]]:
    servers = [product("Duet", backend, {"DUET_STORE": store}) for backend in BACKENDS]
    with running(servers[0]) as one, running(servers[1]) as other:
        yield [one.port, other.port]


def _faults(store: str, acknowledged: dict[int, str]) -> list[str]:
    """What is wrong with the versions in the store: gaps, lost ones, artefacts that are not whole."""
    opened = ModelStore(store)
    try:
        versions = {version.number: version for version in opened.versions(MODEL)}
        found = [f"version {number} is lost" for number in acknowledged.keys() - versions.keys()]
        found += [
            f"version {number} is of another run"
            for number in acknowledged.keys() & versions.keys()
            if versions[number].run != acknowledged[number]
        ]
        if sorted(versions) != list(range(1, len(versions) + 1)):
            found.append(f"the numbers are {sorted(versions)}")
        if opened.champions().get(MODEL) not in versions:
            found.append("the champion is no version")
        for version in versions.values():
            for engine in (SCIKIT_LEARN, *(report.name for report in version.engines if report.accepted)):
                opened.artefact(version, engine)  # raises where it isn't whole
        return found
    finally:
        opened.close()


def _versions(store: str) -> list[Any]:
    opened = ModelStore(store)
    try:
        return list(opened.versions(MODEL))
    finally:
        opened.close()


def _run_until(port: int, url: str, share: float) -> dict[str, Any]:
    """The run when it has begun and got as far as `share`, or has ended."""
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        run = ask_json(port, "GET", url)
        if run["state"] != "SCHEDULED" and (run["progress"] >= share or run["state"] != "RUNNING"):
            return run
        if time.monotonic() > deadline:
            raise RuntimeError(f"the run does not go on: {run}")
        time.sleep(POLL_S)
