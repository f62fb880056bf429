"""Many rows in one request: as lists, as objects or as an array, and while others are served."""

from __future__ import annotations

import json
import random
import select
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from shared.http_api import npy
from tests.conftest import Start
from tests.contract.bad_bodies import NAMES, NPY, PREDICT
from tests.contract.bad_input import GOOD, GOOD_ROW
from tests.contract.raw import Connection, Header, ask, request, to_port
from tests.processes import MODULES, Backend

CLASSES = ["setosa", "versicolor", "virginica"]
WANTS_ARRAY: Header = ("Accept", npy.CONTENT_TYPE)
READ_AT_ONCE = 64 * 1024  # bytes that the server takes from one connection before it looks at the others


def _rows(count: int) -> list[list[float]]:
    chance = random.Random(150)  # noqa: S311 - any rows will do, but the same ones every time
    return [[round(chance.uniform(low, high), 1) for low, high in RANGES] for _ in range(count)]


RANGES = ((4.3, 7.9), (2.0, 4.4), (1.0, 6.9), (0.1, 2.5))
ROWS = _rows(30)


def _named(rows: list[list[float]]) -> list[dict[str, float]]:
    """The rows by name, the names in another order each time."""
    chance = random.Random(4)  # noqa: S311 - as above
    pairs = [list(zip(NAMES, row, strict=True)) for row in rows]
    return [dict(chance.sample(row, len(row))) for row in pairs]


def _saved(array: Any) -> bytes:
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()


def _predicted(backend: Backend, body: dict[str, object] | bytes, *headers: Header, target: str = PREDICT) -> Any:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = ask(backend.port, "POST", target, sent, headers)
    assert (answer.status, answer.value("content-type")) == (200, "application/json"), answer.body[:500]
    assert answer.value("cache-control") == "no-store"
    return answer.json()


@pytest.mark.parametrize("model", ["iris", "iris-tree"])
def test_every_row_is_answered_as_if_it_were_asked_alone(backend: Backend, model: str) -> None:
    found = _predicted(backend, {"rows": ROWS}, target=f"/models/{model}/predict")
    assert list(found) == [
        "task",
        "model",
        "version",
        "classes",
        "predictions",
        "probabilities",
        "warnings",
        "rows_with_warnings",
    ]
    assert (found["model"], found["version"], found["classes"]) == (model, 1, CLASSES)
    told = {warning["path"]: warning["message"] for warning in found["warnings"]}
    assert 0 < len(told) == found["rows_with_warnings"] < len(ROWS)  # each value is within its range, alone
    rows = enumerate(zip(ROWS, found["predictions"], found["probabilities"], strict=True))
    for number, (row, name, probabilities) in rows:
        alone = ask(backend.port, "POST", "/classify", json.dumps({"data": row, "model": model})).json()
        assert (alone["label"], list(alone["probabilities"])) == (name, CLASSES)
        assert probabilities == pytest.approx(list(alone["probabilities"].values()), abs=1e-12)
        assert [warning["message"] for warning in alone["warnings"]] == [*filter(None, [told.get(f"rows[{number}]")])]
    assert set(found["predictions"]) == set(CLASSES)


def test_lists_objects_and_arrays_get_the_same_answer(backend: Backend) -> None:
    expected = _predicted(backend, {"rows": ROWS})
    mixed = [*ROWS[:9], *_named(ROWS[9:])]
    assert _predicted(backend, {"rows": _named(ROWS)}) == expected
    assert _predicted(backend, {"rows": mixed, "version": 1}) == expected
    assert _predicted(backend, json.dumps({"rows": mixed}).replace("_cm", "_c\\u006d").encode()) == expected
    for array in (np.array(ROWS), np.array(ROWS, order="F"), np.array(ROWS, dtype=">f8")):
        assert _predicted(backend, _saved(array), NPY) == expected


@pytest.mark.parametrize("accept", [npy.CONTENT_TYPE, "Application/X-NPY;q=0.5, application/json;q=0.1"])
def test_probabilities_are_sent_as_an_array_to_those_who_ask_for_it(backend: Backend, accept: str) -> None:
    expected = _predicted(backend, {"rows": ROWS})
    n_warned = str(expected["rows_with_warnings"])
    for body, headers in ((json.dumps({"rows": ROWS}).encode(), []), (_saved(ROWS), [NPY])):
        answer = ask(backend.port, "POST", PREDICT, body, [*headers, ("Accept", accept)])
        assert (answer.status, answer.value("content-type")) == (200, npy.CONTENT_TYPE)
        assert (answer.value("x-model-name"), answer.value("x-model-version")) == ("iris", "1")
        assert (answer.value("x-rows-with-warnings"), answer.value("cache-control")) == (n_warned, "no-store")
        probabilities = np.load(BytesIO(answer.body), allow_pickle=False)
        assert (probabilities.dtype.str, probabilities.tolist()) == ("<f8", expected["probabilities"])


@pytest.mark.parametrize("accept", ["*/*", "application/*", "application/json", f"{npy.CONTENT_TYPE};q=0", ""])
def test_others_are_answered_in_json(backend: Backend, accept: str) -> None:
    assert _predicted(backend, _saved(ROWS), NPY, ("Accept", accept))["classes"] == CLASSES


def test_errors_are_problems_whatever_the_client_accepts(backend: Backend) -> None:
    answer = ask(backend.port, "POST", PREDICT, b'{"rows":[]}', [WANTS_ARRAY])
    assert (answer.status, answer.value("content-type")) == (400, "application/problem+json")
    assert answer.paths() == ["rows"]


def test_values_unlike_the_training_data_are_named_as_they_were_sent(backend: Backend) -> None:
    rows = [GOOD_ROW, [51.0, 3.5, 1.4, 0.0], *_named([[5.1, 3.5, 14.0, 0.2]])]
    found = _predicted(backend, {"rows": rows})
    assert found["rows_with_warnings"] == 2
    assert [(warning["path"], warning["feature"]) for warning in found["warnings"]] == [
        ("rows[1][0]", "sepal_length_cm"),
        ("rows[1][3]", "petal_width_cm"),
        ("rows[1]", None),
        ("rows[2].petal_length_cm", "petal_length_cm"),
        ("rows[2]", None),
    ]
    assert found["warnings"][0]["message"] == "51 cm is outside the 4.3 to 7.9 cm seen in training"


@pytest.mark.parametrize("values", [1, 2, 3])
def test_ten_thousand_rows_get_an_answer_each_and_a_hundred_warnings_in_all(backend: Backend, values: int) -> None:
    row = [51.0] * values + GOOD_ROW[values:]
    found = _predicted(backend, {"rows": [row] * 10_000})
    assert (len(found["predictions"]), len(found["probabilities"])) == (10_000, 10_000)
    assert (len(found["warnings"]), found["rows_with_warnings"]) == (100, 10_000)


@pytest.mark.parametrize("kind", list(MODULES))
def test_the_number_of_rows_is_a_setting(start_trained: Start, kind: str) -> None:
    backend = start_trained(kind, settings={"DUET_MAX_ROWS": "2"})
    assert len(_predicted(backend, {"rows": [GOOD_ROW] * 2})["predictions"]) == 2
    for body, headers in ((json.dumps({"rows": [GOOD_ROW] * 3}).encode(), []), (_saved([GOOD_ROW] * 3), [NPY])):
        answer = ask(backend.port, "POST", PREDICT, body, headers)
        assert (answer.status, answer.paths()) == (400, ["rows"])


def test_klein_answers_others_while_it_works_on_a_large_batch(start_trained: Start) -> None:
    backend = start_trained("klein", settings={"DUET_MAX_ROWS": "100000"})
    # One wrong value sends it the thorough way, for a second or so of plain Python.
    rows: list[object] = [*([[1, 1, 1, 1]] * 99_999), [1, 1, 1, True]]
    body = json.dumps({"rows": rows}, separators=(",", ":")).encode()
    with Connection(backend.port) as large, Connection(backend.port) as small:
        large.send(to_port(request("POST", PREDICT, body=body), backend.port))
        # The reactor reads from both in turn, so after so many answers it has read the batch to its end. If the
        # batch were then worked on in the reactor, its answer would be here before the last of these.
        for _ in range(2 * len(body) // READ_AT_ONCE + 8):
            small.send(to_port(request("POST", "/classify", body=GOOD), backend.port))
            assert small.answer().status == 200
        assert select.select([large], [], [], 0)[0] == [], "the batch was answered before"
        answer = large.answer()
    assert (answer.status, answer.paths()) == (400, ["rows[99999][3]"])
