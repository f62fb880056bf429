"""How a backend ends: told to, with work in its hands, or killed; and who waits for a training."""

from __future__ import annotations

import json
import select
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack

import pytest

from tests.conftest import Start
from tests.contract.bad_input import GOOD
from tests.contract.outside import accepts, are_gone, eventually, training_children
from tests.contract.raw import Connection, ask, request, to_port
from tests.processes import MODULES, Backend

StartBoth = Callable[[], list[Backend]]
STOP_LIMIT_S = 10.0  # what platforms wait before they kill
NOTICED_WITHIN_S = 10.0
TRAIN_LIMIT_S = 60.0
SHORT = {"data": "train", "recipe": "forest", "params": {"trees": 5}}
LONG = {"data": "train", "recipe": "mlp", "params": {"epochs": 2000}}
IN_FLIGHT = 16
MANY = 30


@pytest.mark.parametrize("kind", list(MODULES))
def test_stopping_finishes_what_is_in_flight_and_takes_nothing_new(start_trained: Start, kind: str) -> None:
    backend = start_trained(kind)
    with ExitStack() as stack:
        classifying = [stack.enter_context(Connection(backend.port, TRAIN_LIMIT_S)) for _ in range(IN_FLIGHT)]
        for connection in classifying:
            _send(connection, backend, request("GET", "/v2/health/live"))
            assert connection.answer().status == 200
        training, children = _start_training(stack, backend, SHORT)
        for connection in classifying:
            _send(connection, backend, request("POST", "/classify", body=GOOD))
        _check_all_is_read(backend)

        told = time.monotonic()
        backend.process.send_signal(signal.SIGTERM)
        assert eventually(lambda: not accepts(backend.port), NOTICED_WITHIN_S), "the port stays open"
        trained = training.answer("POST")
        assert (trained.status, trained.json()["version"], trained.value("connection")) == (200, 2, "close")
        assert [connection.answer("POST").status for connection in classifying] == [200] * IN_FLIGHT
        assert all(connection.is_closed_within(STOP_LIMIT_S) for connection in (training, *classifying))
        assert backend.process.wait(STOP_LIMIT_S) == 0
        assert time.monotonic() - told < STOP_LIMIT_S
    assert not accepts(backend.port)
    assert are_gone(children)


def test_stopping_does_not_wait_for_what_takes_long(start_both: StartBoth) -> None:
    backends = start_both()
    with ExitStack() as stack:
        trainings = [_start_training(stack, backend, LONG) for backend in backends]
        for backend in backends:
            sending, deaf = (stack.enter_context(Connection(backend.port)) for _ in range(2))
            _send(sending, backend, request("POST", "/classify", [("Content-Length", "26")]))
            _send(deaf, backend, request("GET", "/js/app.js") * 400)
            _check_all_is_read(backend)
        told = time.monotonic()
        for backend in backends:
            backend.process.send_signal(signal.SIGTERM)
        for training, _ in trainings:
            answer = training.answer("POST")
            assert (answer.status, answer.value("content-type")) == (503, "application/problem+json")
            assert int(answer.value("retry-after") or "") > 0
            assert answer.value("access-control-allow-origin") == "*"
        for backend in backends:
            assert backend.process.wait(STOP_LIMIT_S) == 0
        assert time.monotonic() - told < STOP_LIMIT_S
    assert all(are_gone(children) for _, children in trainings)


def test_interrupted_backend_closes_idle_connections_and_ends(start_both: StartBoth) -> None:
    for backend in start_both():
        with Connection(backend.port) as idle, Connection(backend.port) as kept:
            _send(kept, backend, request("GET", "/home"))
            assert kept.answer().status == 200
            backend.process.send_signal(signal.SIGINT)
            assert idle.is_closed_within(STOP_LIMIT_S)
            assert kept.is_closed_within(STOP_LIMIT_S)
        assert backend.process.wait(STOP_LIMIT_S) == 0


def test_killed_backend_leaves_no_training_and_no_half_a_version(start_both: StartBoth, start_trained: Start) -> None:
    backends = start_both()
    with ExitStack() as stack:
        children = set[int]().union(*(_start_training(stack, backend, LONG)[1] for backend in backends))
        assert len(children) == len(backends)
        for backend in backends:
            backend.kill()
        assert eventually(lambda: are_gone(children), NOTICED_WITHIN_S), children
    heir = start_trained("klein")
    assert ask(heir.port, "POST", "/classify", GOOD).json()["version"] == 1
    assert [version["number"] for version in ask(heir.port, "GET", "/models/iris/versions").json()["versions"]] == [1]


@pytest.mark.parametrize(
    ("kind", "arguments", "first"),
    [("flask", (), "training"), ("flask", ("--threads", "2"), "classifying"), ("klein", (), "classifying")],
    ids=["flask, one at a time", "flask, two at a time", "klein"],
)
def test_who_waits_for_a_training(start_trained: Start, kind: str, arguments: tuple[str, ...], first: str) -> None:
    backend = start_trained(kind, *arguments)
    with ExitStack() as stack:
        training, _ = _start_training(stack, backend, SHORT)
        classifying = stack.enter_context(Connection(backend.port, TRAIN_LIMIT_S))
        _send(classifying, backend, request("POST", "/classify", body=GOOD))
        answered, _, _ = select.select([training, classifying], [], [], TRAIN_LIMIT_S)
        # Where the training comes first, the other may be there by the time this process looks.
        assert answered == [classifying] if first == "classifying" else training in answered
        assert classifying.answer("POST").json()["version"] == (1 if first == "classifying" else 2)
        assert training.answer("POST").json()["version"] == 2


@pytest.mark.parametrize("kind", ["klein"])  # the synchronous backend does one thing after the other on purpose
def test_many_trainings_keep_no_reader_waiting(start_trained: Start, kind: str) -> None:
    backend = start_trained(kind)
    with ExitStack() as stack:
        trainings = [_start_training(stack, backend, SHORT)[0] for _ in range(MANY)]
        _check_all_is_read(backend)
        reading = stack.enter_context(Connection(backend.port, TRAIN_LIMIT_S))
        _send(reading, backend, request("GET", "/models/iris/versions"))
        select.select([reading], [], [], TRAIN_LIMIT_S)
        answered, _, _ = select.select(trainings, [], [], 0)
        assert {training.answer("POST").status for training in answered} <= {429}, "the reader waited for a training"
        assert reading.answer().status == 200
        rest = [training.answer("POST").status for training in trainings if training not in answered]
        assert rest
        assert set(rest) <= {200, 429}


def _start_training(stack: ExitStack, backend: Backend, body: Mapping[str, object]) -> tuple[Connection, set[int]]:
    """A connection whose training has begun, and the process that does it."""
    connection = stack.enter_context(Connection(backend.port, TRAIN_LIMIT_S))
    _send(connection, backend, request("POST", "/train", body=json.dumps(body).encode()))
    children = eventually(lambda: training_children(backend.process.pid), NOTICED_WITHIN_S)
    assert children, "no training begins"
    return connection, children


def _check_all_is_read(backend: Backend) -> None:
    """A backend that answers what was sent last has read what was sent before."""
    with Connection(backend.port) as connection:
        connection.send(b"nonsense\r\n\r\n")
        assert connection.answer().status == 400


def _send(connection: Connection, backend: Backend, data: bytes) -> None:
    connection.send(to_port(data, backend.port))
