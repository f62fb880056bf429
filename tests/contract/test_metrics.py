"""`/metrics` of real backends: what the dashboard and the alerts ask for is there, and strangers can't make it grow."""

from __future__ import annotations

import json
import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import Start
from tests.contract.bad_input import GOOD, GOOD_TRAIN
from tests.contract.outside import children_of, eventually, training_children
from tests.contract.raw import ask
from tests.processes import ROOT, Backend

LIMIT_S = 30.0
SLOW = b'{"data": "train", "recipe": "mlp", "params": {"epochs": 2000}}'
NAME = re.compile(r"\b(?:duet|process)_[a-z_]+")


def told(backend: Backend) -> dict[str, float]:
    """Every sample by name and labels."""
    answer = ask(backend.port, "GET", "/metrics")
    assert answer.status == 200
    lines = answer.body.decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def _sum(samples: dict[str, float], name: str, *labels: str) -> float:
    return sum(
        value
        for sample, value in samples.items()
        if sample.partition("{")[0] == name and all(label in sample for label in labels)
    )


@pytest.fixture(params=["flask", "klein"])
def fresh(request: pytest.FixtureRequest, start_trained: Start) -> Backend:
    """A backend that nobody else asks."""
    return start_trained(request.param)


@pytest.fixture
def queries() -> set[str]:
    """The names in the dashboard's queries and in the rules to alert on."""
    dashboard = json.loads((ROOT / "docs" / "grafana" / "duet.json").read_text("utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked += [variable["definition"] for variable in dashboard["templating"]["list"] if "definition" in variable]
    rules = re.search(r"^groups:\n(.*?)^```", (ROOT / "docs" / "operations.md").read_text("utf-8"), re.M | re.S)
    assert rules is not None
    return {name for query in [*asked, rules[1]] for name in NAME.findall(query)}


def test_what_the_dashboard_and_the_alerts_ask_for_is_told(fresh: Backend, queries: set[str]) -> None:
    assert ask(fresh.port, "POST", "/classify", GOOD).status == 200
    assert ask(fresh.port, "POST", "/train", GOOD_TRAIN, limit_s=60).status == 200
    there = {sample.partition("{")[0] for sample in told(fresh)}
    assert queries - there == set()
    assert len(queries) > 10


def test_each_classification_is_counted_once_whichever_way_it_went(fresh: Backend) -> None:
    for _ in range(20):  # all but the first of a connection have a head that was seen before
        assert ask(fresh.port, "POST", "/classify", GOOD).status == 200
    samples = told(fresh)
    assert _sum(samples, "duet_request_duration_seconds_count", 'route="/classify"', 'status="200"') == 20
    assert _sum(samples, "duet_inference_duration_seconds_count", 'model="iris"', 'version="1"') == 20
    assert _sum(samples, "duet_inference_rows_sum", 'model="iris"') == 20
    assert samples["duet_requests_in_flight"] == 1, "the scrape alone"


def test_a_new_champion_takes_the_place_of_the_old_one(fresh: Backend) -> None:
    champion = 'duet_champion_version{model="iris"}'
    assert told(fresh)[champion] == 1
    assert ask(fresh.port, "POST", "/train", GOOD_TRAIN, limit_s=60).status == 200
    assert told(fresh)[champion] == 2
    samples = told(fresh)
    assert samples['duet_training_runs_total{model="iris",outcome="finished"}'] == 1
    assert samples['duet_trainings_running{model="iris"}'] == samples['duet_training_queue_length{model="iris"}'] == 0


def test_a_thousand_odd_requests_make_no_series(fresh: Backend) -> None:
    def odd(number: int) -> list[int]:
        body = b'{"data": [1, 2, 3, 4], "model": "m%d"}' % number
        return [
            ask(fresh.port, "GET", f"/odd/{number}").status,
            ask(fresh.port, f"ODD{number}", "/classify").status,
            ask(fresh.port, "POST", "/classify", body).status,
            ask(fresh.port, "GET", f"/models/m{number}").status,
        ]

    told(fresh)  # so that the scrape is a series itself
    assert odd(0) == [404, 405, 404, 404]
    before = told(fresh)
    with ThreadPoolExecutor(4) as pool:
        assert {tuple(answers) for answers in pool.map(odd, range(1, 251))} == {(404, 405, 404, 404)}
    after = told(fresh)
    assert after.keys() == before.keys()
    count = "duet_request_duration_seconds_count"
    assert _sum(after, count) >= _sum(before, count) + 1000, "they were counted"


# Klein alone: while a synchronous worker trains, nobody can ask it.
def test_a_training_is_seen_in_flight_and_forgotten_with_its_worker(start_trained: Start) -> None:
    backend = start_trained("klein", "--workers", "2")
    workers = children_of(backend.process.pid)
    assert len(workers) == 2
    with ThreadPoolExecutor(1) as pool:
        caller = pool.submit(ask, backend.port, "POST", "/train", SLOW, limit_s=60)
        busy = eventually(lambda: _training(workers), LIMIT_S)
        during = told(backend)
        for pid in busy:
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(OSError):  # noqa: PT011 - reset, or closed: whichever comes first
            caller.result(60)
    assert len(busy) == 1
    assert (during['duet_trainings_running{model="iris"}'], during["duet_requests_in_flight"]) == (1, 2)
    assert eventually(lambda: told(backend)["duet_requests_in_flight"] == 1, LIMIT_S)
    assert _sum(told(backend), "duet_trainings_running") == 0


def _training(workers: list[int]) -> list[int]:
    return [pid for pid in workers if training_children(pid)]
