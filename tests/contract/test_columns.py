"""A model as a service: columns in, predictions out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contract.bad_tensors import FEATURES
from tests.contract.raw import Answer, ask
from tests.contract.test_twins import PATIENT
from tests.processes import Backend

ROWS = [[5.1, 3.5, 1.4, 0.2], [6.0, 2.9, 4.5, 1.5], [6.3, 2.9, 5.6, 99.0]]
TABLE = dict(zip(FEATURES, map(list, zip(*ROWS, strict=True)), strict=True))


def _asked(server: Backend, **body: Any) -> Answer:
    return ask(server.port, "POST", "/api", json.dumps(body))


def test_the_features_are_named(backend: Backend) -> None:
    found = ask(backend.port, "GET", "/api").json()
    assert found == {
        "model_name": "iris",
        "task": "classification",
        "feature_names": list(FEATURES),
        "version": 1,
    }
    assert ask(backend.port, "GET", "/api?model=diabetes").json()["feature_names"][2] == "bmi"
    assert ask(backend.port, "GET", "/api?model=roses").status == 404


def test_a_table_is_answered_as_its_rows_are(backend: Backend) -> None:
    found = _asked(backend, data=TABLE, model="iris", version=1, backend=backend.kind).json()
    rows = ask(backend.port, "POST", "/models/iris/predict", json.dumps({"rows": ROWS})).json()
    places = [[warning.pop("path") for warning in answer["warnings"]] for answer in (found, rows)]
    assert places == [["data.petal_width_cm[2]", "data[2]"], ["rows[2][3]", "rows[2]"]]
    assert found == rows
    assert _asked(backend, data=dict(reversed(TABLE.items()))).json()["predictions"] == found["predictions"]


def test_a_regression_answers_with_values(backend: Backend) -> None:
    names = ask(backend.port, "GET", "/api?model=diabetes").json()["feature_names"]
    found = _asked(backend, data={name: [value] for name, value in zip(names, PATIENT, strict=True)}, model="diabetes")
    row = ask(backend.port, "POST", "/models/diabetes/predict", json.dumps({"rows": [PATIENT]})).json()
    assert found.json() == row


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        ({}, [f"data.{name}" for name in FEATURES]),
        ({**TABLE, "x": [1]}, ["data.x", "data.x"]),
        ({**TABLE, FEATURES[1]: [1.0]}, [f"data.{FEATURES[1]}"]),
        ({**TABLE, FEATURES[1]: [1.0, "2", None]}, [f"data.{FEATURES[1]}[1]", f"data.{FEATURES[1]}[2]"]),
        ({**TABLE, FEATURES[0]: 5.1}, [f"data.{FEATURES[0]}"]),
        ({name: [] for name in FEATURES}, ["data"]),
        ({name: [1.0] * 10_001 for name in FEATURES}, ["data"]),
        ([1, 2], ["data"]),
    ],
)
def test_every_culprit_is_named(backend: Backend, data: object, paths: list[str]) -> None:
    answer = _asked(backend, data=data)
    assert answer.status == 400
    assert sorted(problem["path"] for problem in answer.json()["errors"]) == sorted(paths)


def test_another_backend_is_asked_elsewhere(backend: Backend) -> None:
    other = {"flask": "klein", "klein": "flask"}[backend.kind]
    answer = _asked(backend, data=TABLE, backend=other)
    assert answer.status == 400
    assert answer.json()["errors"] == [
        {"path": "backend", "message": f"this is {backend.kind}; the other one has an address of its own"}
    ]


def test_what_is_no_json_is_refused(backend: Backend) -> None:
    assert ask(backend.port, "POST", "/api", b'{"data": {').status == 400
