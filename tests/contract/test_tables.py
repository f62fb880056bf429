"""A model that was added from a CSV with categories and missing values: both backends tell its fields and answer it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.contract.conftest import Pair
from tests.contract.defined import served
from tests.contract.raw import Answer, ask
from tests.flats import CITIES, flats
from tests.processes import Backend

MODEL = "/models/flats"
ROWS = [[5, "Munich", None], {"age": 80, "rooms": 1, "city": None}, [9, "Bonn", 3.5]]


@pytest.fixture(scope="module")
def backends(training_pair: Pair) -> Iterator[list[Backend]]:
    started = list(training_pair.values())
    definition, data = flats("kind", "rent")
    with served(training_pair, definition, data, "logistic", {"C": 10.0}):
        yield started


def both(backends: list[Backend], path: str, body: object) -> Answer:
    """What both answer, which is the same."""
    one, other = (ask(backend.port, "POST", path, json.dumps(body)) for backend in backends)
    assert (one.status, one.body) == (other.status, other.body)
    return one


def errors(answer: Answer) -> list[dict[str, str]]:
    assert answer.status == 400, answer.body
    found: list[dict[str, str]] = answer.json()["errors"]
    return found


def test_the_model_tells_what_its_fields_take(backends: list[Backend]) -> None:
    one, other = (ask(backend.port, "GET", MODEL) for backend in backends)
    assert one.body == other.body
    rooms, city, age = one.json()["signature"]["inputs"]
    assert (rooms["categories"], rooms["may_be_missing"]) == ([], False)
    assert (city["categories"], city["may_be_missing"]) == (list(CITIES), True)
    assert (age["categories"], age["may_be_missing"]) == ([], True)
    for example in one.json()["examples"]:
        assert both(backends, f"{MODEL}/predict", {"rows": [example["row"]]}).status == 200


def test_rows_hold_names_and_null(backends: list[Backend]) -> None:
    answer = both(backends, f"{MODEL}/predict", {"rows": ROWS}).json()
    assert answer["predictions"][:2] == ["dear", "cheap"]
    assert [warning["path"] for warning in answer["warnings"]] == ["rows[2][0]"]
    for row, expected in zip(ROWS, answer["predictions"], strict=True):
        classified = both(backends, "/classify", {"model": "flats", "data": row}).json()
        assert classified["label"] == expected
    tensor = {"name": "input", "shape": [1, 3], "datatype": "FP64", "data": [5, 2, 10]}
    inferred = both(backends, f"/v2{MODEL}/infer", {"inputs": [tensor], "outputs": [{"name": "label"}]}).json()
    assert inferred["outputs"][0]["data"] == ["dear"]
    table = both(backends, "/api", {"model": "flats", "data": {"rooms": [5], "city": [2], "age": [10]}}).json()
    assert table["predictions"] == ["dear"]


def test_wrong_categories_are_named(backends: list[Backend]) -> None:
    wrong = "must be 'Berlin' or 'Bonn' or 'Munich' or null, got 'Paris'"
    predicted = both(backends, f"{MODEL}/predict", {"rows": [[1, "Paris", 1], {"rooms": None, "city": "Bonn"}]})
    assert errors(predicted) == [
        {"path": "rows[0][1]", "message": wrong},
        {"path": "rows[1].rooms", "message": "must be a number, got null"},
        {"path": "rows[1].age", "message": "is missing"},
    ]
    classified = both(backends, "/classify", {"model": "flats", "data": [1, "Paris", 1]})
    assert errors(classified) == [{"path": "data[1]", "message": wrong}]
    code = "must be the index of a category, 0 to 2, got 7"
    tensor = {"name": "input", "shape": [1, 3], "datatype": "FP64", "data": [1, 7, 1]}
    inferred = both(backends, f"/v2{MODEL}/infer", {"inputs": [tensor]})
    assert inferred.status == 400
    assert inferred.json()["error"].endswith(f"rows[0][1]: {code}")
    table = both(backends, "/api", {"model": "flats", "data": {"rooms": [1], "city": [7], "age": [1]}})
    assert errors(table) == [{"path": "data.city[0]", "message": code}]


def test_models_of_plain_numbers_refuse_text_as_before(backends: list[Backend]) -> None:
    answer = both(backends, "/classify", {"data": [5.1, "3.5", 1.4, None]})
    assert errors(answer) == [
        {"path": "data[1]", "message": "must be a number, got a string"},
        {"path": "data[3]", "message": "must be a number, got null"},
    ]


def test_a_query_and_a_form_take_names_and_what_is_not_known(backends: list[Backend]) -> None:
    for backend in backends:
        form = ask(backend.port, "GET", "/form/flats").body.decode()
        assert '<option value="">not known</option><option value="Berlin"' in form
        for city, known in (("Bonn", "Bonn"), ("", None)):
            answer = ask(backend.port, "GET", f"/predict?model=flats&rooms=5&city={city}&age=").json()
            row = ask(backend.port, "POST", f"{MODEL}/predict", json.dumps({"rows": [[5, known, None]]})).json()
            assert answer["probabilities"] == row["probabilities"]
        assert errors(ask(backend.port, "GET", "/predict?model=flats&rooms=&city=Paris&age=1")) == [
            {"path": "?rooms", "message": "must be a number, got nothing"},
            {"path": "?city", "message": "must be 'Berlin' or 'Bonn' or 'Munich', got 'Paris'"},
        ]
