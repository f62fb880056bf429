"""`duet compare` over the real backends: what it starts, what it is told, what it leaves alone."""

import json
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import msgspec
import pytest

from shared.compare.comparison import Comparison
from tests.conftest import Start
from tests.contract.outside import children_of, eventually, running
from tests.processes import ROOT, Backend, duet, environment
from tests.stores import Stores

pytestmark = pytest.mark.alone

QUICK = ("--rounds", "2", "--seconds", "0.3")


def test_running_backends_are_compared_and_agree(pair: dict[str, Backend], tmp_path: Path) -> None:
    file = tmp_path / "found.json"
    urls = [argument for kind, backend in pair.items() for argument in (f"--{kind}", backend.url)]
    mix = ("--mix", "classify=0.8,predict=0.1,home=0.1", "--rate", "200", "--batch-rows", "10")
    result = duet(tmp_path, "compare", *urls, *mix, *QUICK, "--json", str(file))
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.startswith("The targets agree: ")
    found = msgspec.json.decode(file.read_bytes(), type=Comparison)
    assert found.names == ["flask", "klein"]
    assert {total.kind for total in found.totals} == {"classify", "predict", "home"}
    assert found.errors == {"flask": {}, "klein": {}}
    assert found.model_version == 1


def test_backends_and_variants_are_started_over_a_store_and_ended(
    trained_store: str, stores: Stores, tmp_path: Path
) -> None:
    store = stores.copy(trained_store)
    file = tmp_path / "found.json"
    options = ("--store", store, "--klein-inference", "thread", "--variant", "flask --threads 2")
    result = duet(tmp_path, "compare", "cold-start", *QUICK, *options, "--json", str(file))
    assert result.returncode == 0, result.stdout + result.stderr
    found = msgspec.json.decode(file.read_bytes(), type=Comparison)
    assert [target.started for target in found.targets] == [
        "python -m backend_flask",
        "python -m backend_klein --inference thread",
        "python -m backend_flask --threads 2",
    ]
    assert found.agreement.judged > 0
    assert all(cold.ready_s for cold in found.colds)
    assert len(found.colds) == 2 * len(found.targets)
    assert all(one.memory_mb and one.cpu_ms_per_request for one in found.rounds)


def test_a_comparison_that_trains_leaves_the_store_as_it_was(
    trained_store: str, stores: Stores, tmp_path: Path
) -> None:
    store = stores.copy(trained_store)
    before = duet(tmp_path, "versions", "iris", "--store", store).stdout
    options = ("--store", store, "--train", "request", "--rate", "50", "--csv", str(tmp_path / "a.csv"))
    result = duet(tmp_path, "compare", *QUICK, *options)
    assert result.returncode == 0, result.stdout + result.stderr
    assert ",train,1," in (tmp_path / "a.csv").read_text()
    assert duet(tmp_path, "versions", "iris", "--store", store).stdout == before


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_comparison_that_is_ended_ends_what_it_started(
    end: signal.Signals, trained_store: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "shared.cli", "compare", "--store", trained_store]
    process = subprocess.Popen(
        command, env=environment(tmp_path), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        assert eventually(lambda: len(children_of(process.pid)) == 2, 60)
        started = set(children_of(process.pid))
        process.send_signal(end)
        assert process.wait(30) != 0
        assert not started & running().keys()
    finally:
        process.kill()
        process.wait()


def test_servers_that_answer_by_different_models_disagree(
    pair: dict[str, Backend], start: Start, tmp_path: Path
) -> None:
    """Another recipe gives other probabilities, under the same version number."""
    store = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    assert duet(tmp_path, "train", "iris", "--recipe", "tree", "--store", store).returncode == 0
    other = start("klein", store=store)
    urls = ("--target", f"one={pair['klein'].url}", "--target", f"other={other.url}")
    result = duet(tmp_path, "compare", *urls, *QUICK, "--html", str(tmp_path / "report.html"))
    assert result.returncode == 1
    assert result.stdout.startswith("THE ANSWERS DISAGREE: ")
    assert "THE ANSWERS DISAGREE" in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "culprit"),
    [
        (("--target", "far=http://192.0.2.1:80"), "--i-own-this-target"),
        (("--flask", "https://localhost:1"), "plain HTTP"),
        (("--flask", "http://127.0.0.1:9"), "http://127.0.0.1:9"),
        (("--flask", "http://127.0.0.1:9", "--flask-workers", "2"), "--flask-workers"),
        (("cold-start", "--flask", "http://127.0.0.1:9"), "cold start"),
        (("--rate", "10", "--connections", "2"), "choose one"),
        (("--rate", "0"), "rate"),
        (("--ramp", "--train", "run"), "doesn't train"),
        (("--rounds", "1"), "rounds"),
        (("--rate", "40000", "--seconds", "600"), "1,000,000"),
        (("--mix", "classify=x,guess=1"), "'classify=x' is not KIND=SHARE; 'guess' is none of"),
        (("--variant", "django"), "django"),
        (("--train", "run", "--store", "postgresql://localhost/x"), "SQLite"),
        (("sideways",), "sideways"),
        (("--html", "/no/such/folder/report.html"), "/no/such/folder/report.html"),
        (("--rows", "/no/such.csv"), "/no/such.csv"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_its_reason(
    arguments: tuple[str, ...], culprit: str, tmp_path: Path
) -> None:
    result = duet(tmp_path, "compare", *arguments)
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    assert culprit in " ".join(result.stderr.split()), result.stderr


def test_every_scenario_is_listed_with_what_to_look_at(tmp_path: Path) -> None:
    listed = duet(tmp_path, "compare", "--list").stdout
    for name in ("one-at-a-time", "burst", "steady", "ramp", "batch", "cold-start"):
        assert f"{name}: " in listed
    assert listed.count("Look at") == 6


def test_klein_answers_alike_inline_and_in_threads(pair: dict[str, Backend], start_trained: Start) -> None:
    threaded = start_trained("klein", "--inference", "thread")
    asked = [("POST", "/classify", {"data": [5.1, 3.5, 1.4, 0.2]}), ("POST", "/classify", {"data": "x"})]
    for method, path, body in [*asked, ("GET", "/home", None), ("GET", "/models/iris", None)]:
        answers = [_answer(backend, method, path, body) for backend in (pair["klein"], threaded)]
        assert answers[0] == answers[1]


def _answer(backend: Backend, method: str, path: str, body: object) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", backend.port, timeout=20)
    connection.request(method, path, None if body is None else json.dumps(body))
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found
