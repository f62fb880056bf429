"""A model that answers with a number: in every route that asks models, with its interval."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from shared.http_api import npy
from tests.contract.bad_tensors import tensor
from tests.contract.raw import ask
from tests.contract.test_twins import PATIENT
from tests.processes import Backend

PREDICT, INFER = "/models/diabetes/predict", "/v2/models/diabetes/infer"


def _predicted(backend: Backend, rows: list[Any]) -> dict[str, Any]:
    answer = ask(backend.port, "POST", PREDICT, json.dumps({"rows": rows}))
    assert answer.status == 200, answer.body[:500]
    found: dict[str, Any] = answer.json()
    return found


def test_rows_get_a_value_and_the_interval_of_the_metrics(backend: Backend) -> None:
    model = ask(backend.port, "GET", "/models/diabetes").json()
    crossed = model["champion"]["metrics"]["cross_validation"]
    names = [feature["name"] for feature in model["signature"]["inputs"]]
    found = _predicted(backend, [PATIENT, dict(zip(names, PATIENT, strict=True))])
    assert (found["task"], found["model"], found["unit"], found["level"]) == ("regression", "diabetes", "points", 0.9)
    assert (found["warnings"], found["rows_with_warnings"]) == ([], 0)
    first, second = found["predictions"]
    assert first == second
    assert 150 < first < 250  # the patient's own value is 151
    for low, high in found["intervals"]:
        assert (high - first, first - low) == pytest.approx((crossed["half_width"],) * 2)


def test_values_outside_the_data_are_warned_of(backend: Backend) -> None:
    found = _predicted(backend, [PATIENT, [590.0, *PATIENT[1:]]])
    assert found["rows_with_warnings"] == 1
    value, row = found["warnings"]
    assert value == {
        "path": "rows[1][0]",
        "feature": "age",
        "message": "590 years is outside the 19 to 79 years seen in training",
    }
    assert (row["path"], row["feature"]) == ("rows[1]", None)


def test_arrays_in_and_out(backend: Backend) -> None:
    file = BytesIO()
    np.save(file, np.array([PATIENT] * 3))
    headers = (("Content-Type", npy.CONTENT_TYPE), ("Accept", npy.CONTENT_TYPE))
    answer = ask(backend.port, "POST", PREDICT, file.getvalue(), headers)
    values = np.load(BytesIO(answer.body))
    assert values.shape == (3, 1)
    assert values[0, 0] == pytest.approx(_predicted(backend, [PATIENT])["predictions"][0])


@pytest.mark.parametrize("rows", [[PATIENT], [PATIENT, PATIENT]])
def test_open_inference_has_one_output_the_value(backend: Backend, rows: list[list[float]]) -> None:
    metadata = ask(backend.port, "GET", "/v2/models/diabetes").json()
    assert metadata["outputs"] == [{"name": "predict", "datatype": "FP64", "shape": [-1]}]
    body = {"inputs": [tensor(rows, shape=[len(rows), 10])]}
    answer = ask(backend.port, "POST", INFER, json.dumps(body)).json()
    values = _predicted(backend, rows)["predictions"]
    expected = {"name": "predict", "datatype": "FP64", "shape": [len(rows)], "data": pytest.approx(values)}
    assert answer["outputs"] == [expected]
    wanted = ask(backend.port, "POST", INFER, json.dumps({**body, "outputs": [{"name": "predict_proba"}]}))
    assert wanted.status == 400
    assert wanted.json()["error"].endswith("outputs: a regression's output is predict; it has no predict_proba")


def test_what_asks_for_a_class_is_told_where_to_ask(backend: Backend) -> None:
    answer = ask(backend.port, "POST", "/classify", json.dumps({"data": PATIENT, "model": "diabetes"}))
    assert answer.status == 400
    assert answer.json()["errors"] == [
        {"path": "model", "message": "'diabetes' has no classes; POST /models/diabetes/predict"}
    ]


def test_versions_are_compared_by_their_errors(backend: Backend) -> None:
    compared = ask(backend.port, "GET", "/models/diabetes/versions/1/compare/1").json()
    assert [figure["name"] for figure in compared["figures"]] == ["rmse", "mae", "r2", "holdout_rmse"]
    agreement = compared["agreement"]
    assert (agreement["task"], agreement["n"], agreement["largest_difference"]) == ("regression", 442, 0.0)
    assert agreement["rmse"][0] == agreement["rmse"][1] < 60
