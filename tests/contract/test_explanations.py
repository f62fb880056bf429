"""Why an answer is given, and rows unlike the training data as a whole: both backends say the same."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

import pytest

from shared.http_api import npy
from shared.http_api.digits_descriptions import COUNTS, DRAWN
from tests.contract.bad_input import GOOD_ROW
from tests.contract.raw import Answer, ask
from tests.processes import Backend

CHIMERA = [7.9, 2.0, 1.0, 2.5]  # each value is that of some flower
PATIENT = [59.0, 2.0, 32.1, 101.0, 157.0, 93.2, 38.0, 4.0, 4.8598, 87.0]


def both(pair: dict[str, Backend], path: str, body: object, *headers: tuple[str, str]) -> Answer:
    """What both answer, which is the same."""
    one, other = (ask(backend.port, "POST", path, json.dumps(body), headers, limit_s=60) for backend in pair.values())
    assert (one.status, one.body) == (other.status, other.body)
    return one


def sum_of(explanation: dict[str, Any]) -> float:
    return float(sum(one["contribution"] for one in explanation["contributions"]))


def test_a_row_of_values_that_never_come_together_is_answered_with_a_warning(pair: dict[str, Backend]) -> None:
    answer = both(pair, "/classify", {"data": CHIMERA}).json()
    (warning,) = answer["warnings"]
    assert (warning["path"], warning["feature"]) == ("data", None)
    assert warning["message"].startswith("taken together, the values are unlike the training data: 22.4 standard")
    rows = both(pair, "/models/iris/predict", {"rows": [GOOD_ROW, CHIMERA]}).json()
    assert (rows["rows_with_warnings"], rows["predictions"][1]) == (1, answer["label"])
    assert rows["warnings"] == [{**warning, "path": "rows[1]"}]


def test_an_image_unlike_those_of_the_training_is_told(pair: dict[str, Backend]) -> None:
    noise = [(7 * pixel * pixel) % 17 for pixel in range(64)]
    answer = both(pair, "/models/digits/predict", {"rows": [COUNTS, noise]}).json()
    assert answer["rows_with_warnings"] == 1
    assert "99 % of them have another within 1.66" in answer["warnings"][-1]["message"]
    assert answer["warnings"][-1]["path"] == "rows[1]"


def test_the_class_of_a_row_is_explained_where_that_is_asked_for(pair: dict[str, Backend]) -> None:
    plain = both(pair, "/classify", {"data": GOOD_ROW}).json()
    answer = both(pair, "/classify", {"data": GOOD_ROW, "explain": True}).json()
    explanation = answer.pop("explanation")
    assert answer == plain == both(pair, "/classify", {"data": GOOD_ROW, "explain": False}).json()
    assert (explanation["method"], explanation["output"]) == ("shapley", answer["label"])
    assert explanation["prediction"] == max(answer["probabilities"].values())
    assert explanation["n_background"] == 150
    assert [one["value"] for one in explanation["contributions"]] == GOOD_ROW
    assert sum_of(explanation) == pytest.approx(explanation["prediction"] - explanation["base"], abs=1e-9)


def test_each_of_some_rows_is_explained_in_their_order(pair: dict[str, Backend]) -> None:
    answer = both(pair, "/models/iris/predict", {"rows": [GOOD_ROW, CHIMERA] * 50, "explain": True}).json()
    assert len(answer["explanations"]) == 100
    assert answer["explanations"][:2] == answer["explanations"][98:]
    assert [one["output"] for one in answer["explanations"]] == answer["predictions"]
    assert "explanations" not in both(pair, "/models/iris/predict", {"rows": [GOOD_ROW]}).json()


def test_a_value_is_explained_by_samples_where_there_are_many_inputs(pair: dict[str, Backend]) -> None:
    answer = both(pair, "/models/diabetes/predict", {"rows": [PATIENT], "explain": True}).json()
    (explanation,) = answer["explanations"]
    assert (explanation["method"], explanation["output"]) == ("shapley-sampled", "progression")
    assert explanation["permutations"] == 8 * explanation["n_background"]
    assert explanation["prediction"] == answer["predictions"][0]
    assert sum_of(explanation) == pytest.approx(explanation["prediction"] - explanation["base"], abs=1e-9)


def test_an_image_is_explained_by_a_map(pair: dict[str, Backend]) -> None:
    answer = both(pair, "/models/digits/predict", {"image": DRAWN, "explain": True}).json()
    (explanation,) = answer["explanations"]
    assert (explanation["method"], explanation["output"], explanation["patch"]) == ("occlusion", "4", 3)
    assert [len(row) for row in explanation["map"]] == [8] * 8
    assert 0 < max(map(max, explanation["map"])) <= 1
    rows = both(pair, "/models/digits/predict", {"rows": [[*chain(*answer["seen"])]], "explain": True}).json()
    assert rows["explanations"] == [explanation]


def test_too_many_rows_to_explain_are_refused_with_the_limit(pair: dict[str, Backend]) -> None:
    answer = both(pair, "/models/iris/predict", {"rows": [GOOD_ROW] * 101, "explain": True})
    (problem,) = answer.json()["errors"]
    assert (answer.status, problem["path"]) == (400, "rows")
    assert problem["message"] == "must hold at most 100 rows where answers of this model are explained, got 101"
    wrong = both(pair, "/classify", {"data": GOOD_ROW, "explain": 1})
    assert (wrong.status, wrong.paths()) == (400, ["explain"])


def test_an_explanation_has_no_place_in_an_array(pair: dict[str, Backend]) -> None:
    body = {"rows": [GOOD_ROW], "explain": True}
    answer = both(pair, "/models/iris/predict", body, ("Accept", npy.CONTENT_TYPE))
    assert answer.value("content-type") == "application/json"
    assert len(answer.json()["explanations"]) == 1


def test_what_a_version_rests_on_is_told_with_it(pair: dict[str, Backend]) -> None:
    for path in ("/models/iris", "/models/iris/versions/1"):
        one, other = (ask(backend.port, "GET", path).json() for backend in pair.values())
        assert one == other
        importance = (one.get("champion") or one)["importance"]
        assert (importance["metric"], importance["n"], importance["repeats"]) == ("accuracy", 150, 5)
        assert max(importance["features"], key=lambda one: one["loss"])["feature"] == "petal_length_cm"
    for name, metric in (("diabetes", "rmse"), ("digits", None)):
        importance = ask(pair["klein"].port, "GET", f"/models/{name}").json()["champion"]["importance"]
        assert (importance and importance["metric"]) == metric
