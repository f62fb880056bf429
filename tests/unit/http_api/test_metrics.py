"""What is counted is told, by several processes together, and strangers can't make it grow."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

import pytest

from shared.domain.version import Trained
from shared.http_api import ROUTES, Api, Head
from shared.http_api.errors import Refusal
from shared.http_api.metrics import FAMILIES, FOLDER_VARIABLE, Metrics
from shared.http_api.tallies import SEGMENT_BYTES, Tallies
from shared.service import Service
from shared.settings import Settings
from shared.store import ModelStore
from shared.training.runner import Runner
from tests.processes import ROOT

GOOD = b'{"data": [5.1, 3.5, 1.4, 0.2]}'
ROUTE = {route.name: route for route in ROUTES}


@pytest.fixture(params=["one process", "several"])
def metrics(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Metrics:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    if request.param == "several":
        monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return Metrics()


@pytest.fixture
def api(store: ModelStore, lda: Trained) -> Api:
    store.publish(lda)
    service = Service(store, Runner(environment={}, time_limit_s=1, max_waiting=0))
    service.refresh()
    return Api(service, {}, Settings(), 8081)


def told(metrics: Metrics) -> dict[str, float]:
    """Every sample by name and labels."""
    lines = metrics.exposition().decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def _head(method: str, path: str) -> Head:
    return Head(method, path, (("host", "127.0.0.1:8081"),))


def test_a_request_is_counted_in_its_bucket_and_all_above(metrics: Metrics) -> None:
    for seconds in (0.00005, 0.0001, 0.003, 100.0):
        metrics.observe("POST", "/classify", 200, "iris", 1, seconds)
    labels = 'method="POST",model="iris",route="/classify",status="200",version="1"'
    samples, name = told(metrics), "duet_request_duration_seconds"
    counted = {
        bound: samples[f'{name}_bucket{{le="{bound}",{labels}}}'] for bound in ("0.0001", "0.0025", "0.005", "+Inf")
    }
    assert counted == {"0.0001": 2, "0.0025": 2, "0.005": 3, "+Inf": 4}
    assert samples[f"{name}_count{{{labels}}}"] == 4
    assert samples[f"{name}_sum{{{labels}}}"] == pytest.approx(100.00315)


def test_threads_lose_no_count(metrics: Metrics) -> None:
    def count(_: int) -> None:
        for _ in range(2000):
            metrics.observe("GET", "/home", 200, None, None, 0.001)
            metrics.inferred("iris", 1, 2, 1e-5)
            metrics.began()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    samples = told(metrics)
    assert samples["duet_requests_in_flight"] == 16000
    assert samples['duet_inference_rows_sum{model="iris"}'] == 32000
    assert samples['duet_inference_duration_seconds_count{model="iris",version="1"}'] == 16000


def test_a_training_waits_runs_and_ends(metrics: Metrics) -> None:
    steps = []
    for stage in ("waiting", "waiting", "running", "finished", "running", "failed", "refused"):
        metrics.training("iris", stage)
        samples = told(metrics)
        names = ("duet_training_queue_length", "duet_trainings_running")
        steps.append(tuple(samples.get(f'{name}{{model="iris"}}', 0) for name in names))
    assert steps == [(1, 0), (2, 0), (1, 1), (1, 0), (0, 1), (0, 0), (0, 0)]
    for outcome in ("finished", "failed", "refused"):
        assert samples[f'duet_training_runs_total{{model="iris",outcome="{outcome}"}}'] == 1


def test_the_champion_that_was_leaves_no_series(api: Api, store: ModelStore, lda: Trained) -> None:
    def champions() -> list[str]:
        return [name for name in told(api.metrics) if name.startswith("duet_model_info")]

    assert champions() == ['duet_model_info{engine="dense",model="iris",version="1"}']
    store.publish(lda)
    api._context.service.refresh()
    assert champions() == ['duet_model_info{engine="dense",model="iris",version="2"}']


def test_the_documented_metrics_are_those_that_there_are() -> None:
    rows = re.findall(r"^\| `(duet_\w+)` \|(.*?)\|", (ROOT / "docs" / "operations.md").read_text("utf-8"), re.MULTILINE)
    documented = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    assert documented == {family.name: set(family.labels) for family in FAMILIES}


def test_odd_requests_make_no_series(api: Api) -> None:
    def ask(number: int) -> None:
        nothing, wrong = Refusal(HTTPStatus.NOT_FOUND, "x"), Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "x")
        api.answer_unmatched(nothing, _head("GET", f"/{number}"))
        api.answer_unmatched(wrong, _head(f"ODD{number}", "/classify"))
        body = b'{"data": [1, 2, 3, 4], "model": "m%d"}' % number
        assert api.answer_admitted(ROUTE["classify"], _head("POST", "/classify"), body).status == 404
        read = {"name": f"m{number}"}
        assert api.answer(ROUTE["model"], _head("GET", f"/models/m{number}"), read, lambda: b"").status == 404

    assert api.answer_admitted(ROUTE["classify"], _head("POST", "/classify"), GOOD).status == 200
    ask(0)
    before = told(api.metrics).keys()
    for number in range(1, 1000):
        ask(number)
    assert told(api.metrics).keys() == before
    assert any('route="/classify",status="200"' in name for name in before)


OTHER_PROCESS = """
from shared.http_api.metrics import Metrics
metrics = Metrics()
metrics.observe("GET", "/home", 200, None, None, 0.001)
metrics.began(3)
metrics.training("iris", "refused")
print("counted", flush=True)
input()
"""


def test_counts_of_a_dead_process_stay_and_its_gauges_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    metrics = Metrics()
    metrics.began()
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "counted\n"
        alive = told(metrics)
        other.kill()
    dead = told(metrics)
    assert (alive["duet_requests_in_flight"], dead["duet_requests_in_flight"]) == (4, 1)
    refused = 'duet_training_runs_total{model="iris",outcome="refused"}'
    assert (alive[refused], dead[refused]) == (1, 1)


@pytest.mark.parametrize("shared", [True, False])
def test_there_is_room_for_more_series_than_one_segment_holds(tmp_path: Path, shared: bool) -> None:
    tallies, count = Tallies(tmp_path if shared else None), SEGMENT_BYTES // 100
    for number in range(count):
        tallies.series(("x", (f"label {number} é",)), 15)[14] = number
    read = [(key, row[14], len(row), alive) for key, row, alive in tallies.read()]
    assert sorted(read) == sorted((("x", (f"label {number} é",)), number, 15, True) for number in range(count))
    assert (len(list(tmp_path.iterdir())) > 1) == shared


def test_what_is_half_written_is_not_read(tmp_path: Path) -> None:
    tallies = Tallies(tmp_path)
    tallies.series(("whole", ()), 1)
    (tmp_path / "1-empty.tallies").touch()
    assert [key for key, _, _ in tallies.read()] == [("whole", ())]
