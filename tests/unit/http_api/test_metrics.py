"""What is counted is told, by several processes together, and strangers can't make it grow."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

import pytest
from prometheus_client.metrics import MetricWrapperBase

from shared.domain.version import Trained
from shared.http_api import ROUTES, Api, Head
from shared.http_api.errors import Refusal
from shared.http_api.metrics import FOLDER_VARIABLE, Metrics
from shared.service import Service
from shared.settings import Settings
from shared.store import ModelStore
from shared.training.runner import Runner
from tests.processes import ROOT

GOOD = b'{"data": [5.1, 3.5, 1.4, 0.2]}'
ROUTE = {route.name: route for route in ROUTES}


@pytest.fixture
def metrics(monkeypatch: pytest.MonkeyPatch) -> Metrics:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    return Metrics()


@pytest.fixture
def api(store: ModelStore, lda: Trained) -> Api:
    store.publish(lda)
    service = Service(store, Runner(store.runs, environment={}, time_limit_s=1, max_waiting=0))
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


def test_the_champion_is_told_by_its_number(api: Api, store: ModelStore, lda: Trained) -> None:
    assert told(api.metrics)['duet_champion_version{model="iris"}'] == 1
    store.publish(lda)
    api._context.service.refresh()
    assert told(api.metrics)['duet_champion_version{model="iris"}'] == 2
    service = api._context.service
    service.unload("iris")
    service.unload("iris")
    assert 'duet_champion_version{model="iris"}' not in told(api.metrics)
    service.load("iris")
    assert told(api.metrics)['duet_champion_version{model="iris"}'] == 2


def test_the_documented_metrics_are_those_that_there_are(api: Api) -> None:
    rows = re.findall(r"^\| `(duet_\w+)` \|(.*?)\|", (ROOT / "docs" / "operations.md").read_text("utf-8"), re.MULTILINE)
    documented = {name.removesuffix("_total"): set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    ours = [metric for metric in vars(api.metrics).values() if isinstance(metric, MetricWrapperBase)]
    assert documented == {metric._name: set(metric._labelnames) for metric in ours}


def test_odd_requests_make_no_series(api: Api) -> None:
    def ask(number: int) -> None:
        nothing, wrong = Refusal(HTTPStatus.NOT_FOUND, "x"), Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "x")
        api.answer_unmatched(nothing, _head("GET", f"/{number}"))
        api.answer_unmatched(wrong, _head(f"ODD{number}", "/classify"))
        body = b'{"data": [1, 2, 3, 4], "model": "m%d"}' % number
        assert api.answer_admitted(ROUTE["classify"], _head("POST", "/classify"), {}, body)[0].status == 404
        read = {"name": f"m{number}"}
        assert api.answer(ROUTE["model"], _head("GET", f"/models/m{number}"), read, lambda: b"").status == 404

    assert api.answer_admitted(ROUTE["classify"], _head("POST", "/classify"), {}, GOOD)[0].status == 200
    ask(0)
    before = told(api.metrics).keys()
    for number in range(1, 1000):
        ask(number)
    assert told(api.metrics).keys() == before
    assert any('route="/classify",status="200"' in name for name in before)


ONE_OF_MANY = """
import os, sys
from prometheus_client.multiprocess import mark_process_dead
from shared.http_api.metrics import Metrics
metrics = Metrics()
metrics.observe("GET", "/home", 200, None, None, 0.001)
metrics.began(3)
metrics.training("iris", "refused")
print("counted", flush=True)
for line in sys.stdin:
    if line.strip().isdigit():
        mark_process_dead(int(line), os.environ["PROMETHEUS_MULTIPROC_DIR"])
    print(metrics.exposition().decode().replace("\\n", "|"), flush=True)
"""


def test_counts_of_a_dead_process_stay_and_its_gauges_go(tmp_path: Path) -> None:
    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", ONE_OF_MANY],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), FOLDER_VARIABLE: str(tmp_path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "counted\n"
        return process

    def asked(process: subprocess.Popen[str], line: str) -> dict[str, float]:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
        samples = [sample for sample in process.stdout.readline().split("|") if sample.strip() and sample[0] != "#"]
        return {name: float(value) for name, _, value in (sample.rpartition(" ") for sample in samples)}

    with start() as first, start() as second:
        both = asked(first, "")
        second.kill()
        second.wait()
        one = asked(first, str(second.pid))
        first.kill()
    assert (both["duet_requests_in_flight"], one["duet_requests_in_flight"]) == (6, 3)
    refused = 'duet_training_runs_total{model="iris",outcome="refused"}'
    assert (both[refused], one[refused]) == (2, 2)
