"""Thousands of classifications while the champion changes: none fails, and none is answered by another version."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from time import monotonic

import pytest

from tests.conftest import Start
from tests.contract.bad_input import GOOD
from tests.contract.raw import LIMIT_S, Connection, ask, request, to_port
from tests.processes import MODULES, Backend

CONNECTIONS = 4
CLASSIFICATIONS = 10_000
CHANGES = 50
TRAIN = ({"recipe": "tree"}, {"recipe": "tree", "seed": 3})


@dataclass(frozen=True, slots=True)
class Span:
    """`version` answered, or may have, from `start` to `end`."""

    version: int
    start: float
    end: float


@pytest.mark.parametrize("kind", list(MODULES))
def test_every_answer_comes_from_a_version_that_was_champion_meanwhile(start_trained: Start, kind: str) -> None:
    backend, enough = start_trained(kind), threading.Semaphore(0)
    for body in TRAIN:
        assert ask(backend.port, "POST", "/train", json.dumps({"data": "train", **body}), limit_s=60).status == 200
    done = threading.Event()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        asking = [pool.submit(_classify, backend, enough, done) for _ in range(CONNECTIONS)]
        try:
            reigns = _change_champions(backend, enough)
        finally:
            done.set()
        answers = [answer for one in asking for answer in one.result()]
    assert len(answers) >= CLASSIFICATIONS
    assert {answer.version for answer in answers} == {1, 2, 3}
    assert [answer for answer in answers if not _was_champion(answer, reigns)] == []


def _classify(backend: Backend, enough: threading.Semaphore, done: threading.Event) -> list[Span]:
    """Classify on one connection until the changes are `done`; says when there are `enough` answers for another."""
    sent, answers = to_port(request("POST", "/classify", body=GOOD), backend.port), []
    with Connection(backend.port) as connection:
        while not done.is_set():
            start = monotonic()
            connection.send(sent)
            answer = connection.answer()
            assert answer.status == 200
            answers.append(Span(answer.json()["version"], start, monotonic()))
            if len(answers) % (CLASSIFICATIONS // CHANGES) == 0:
                enough.release()
    return answers


def _change_champions(backend: Backend, enough: threading.Semaphore) -> list[Span]:
    """Promote and roll back in turns; the time in which each champion may have answered."""
    reigns, champion, since = [], 3, 0.0
    wanted: Iterator[int | str] = islice(cycle([1, 2, "previous", 3, "previous", "previous"]), CHANGES)
    for version in wanted:
        assert enough.acquire(timeout=LIMIT_S), "the classifications have come to an end"
        sent = monotonic()
        answer = ask(backend.port, "PUT", "/models/iris/champion", json.dumps({"version": version}))
        assert answer.status == 200, answer.body
        assert answer.json()["before"] == champion
        reigns.append(Span(champion, since, monotonic()))
        champion, since = answer.json()["champion"], sent
    return [*reigns, Span(champion, since, float("inf"))]


def _was_champion(answer: Span, reigns: list[Span]) -> bool:
    return any(
        reign.version == answer.version and reign.start <= answer.end and answer.start <= reign.end for reign in reigns
    )
