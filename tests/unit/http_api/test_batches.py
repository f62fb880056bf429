"""Rows become one matrix, however they were sent; every culprit among them is named."""

import json
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from shared.catalogue import CATALOGUE
from shared.errors import InvalidInput
from shared.http_api import batches, npy
from shared.http_api.messages import Call, Head

NAMES = CATALOGUE["iris"].feature_names
ROW = [5.1, 3.5, 1.4, 0.2]
NAMED = dict(zip(NAMES, ROW, strict=True))
BACKWARDS = dict(reversed(NAMED.items()))


def _read(body: object, kind: str = "application/json", max_rows: int = 10_000) -> batches.Batch:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = Head("POST", "/models/iris/predict", (("content-type", kind),))
    return batches.read(Call(head, {"name": "iris"}, sent), NAMES, max_rows)


def _problems(body: object, **more: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as raised:
        _read(body, **more)
    return {problem.path: problem.message for problem in raised.value.problems}


def _saved(array: Any) -> bytes:
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()


def test_lists_objects_and_arrays_become_the_same_matrix() -> None:
    other = [6, 3, 4.5, 1e0]
    for sent in (
        {"rows": [ROW, other]},
        {"rows": [BACKWARDS, dict(zip(NAMES, other, strict=True))]},
        {"rows": [ROW, dict(zip(NAMES, other, strict=True))]},
        json.dumps({"rows": [BACKWARDS, other]}).replace("petal", "pet\\u0061l").encode(),
    ):
        batch = _read(sent)
        assert (batch.X.dtype.str, batch.X.tolist(), batch.version) == ("<f8", [ROW, other], None)
    assert _read(_saved([ROW, other]), "Application/x-npy; a=b").X.tolist() == [ROW, other]


@pytest.mark.parametrize(("sent", "version"), [({}, None), ({"version": None}, None), ({"version": 3}, 3)])
def test_a_version_can_be_named(sent: dict[str, object], version: int | None) -> None:
    for body in (
        json.dumps({"rows": [ROW], **sent}),
        json.dumps({"rows": [ROW], **sent}).replace("rows", "row\\u0073"),
    ):
        assert _read(body.encode()).version == version


def test_a_path_is_written_as_the_row_was() -> None:
    batch = _read({"rows": [ROW, NAMED]})
    assert batch.path(0, 2, "petal_length_cm") == "rows[0][2]"
    assert batch.path(1, 2, "petal_length_cm") == "rows[1].petal_length_cm"
    assert _read(_saved([ROW]), npy.CONTENT_TYPE).path(0, 2, "petal_length_cm") == "rows[0][2]"


def test_every_culprit_is_named() -> None:
    misspelt = {**{name: 1 for name in NAMES if name != "petal_length_cm"}, "petal_lenght": 1.4}
    rows = [ROW, [5.1, "x", True, 1e39], [1, 2, 3], 5, None, misspelt, {**NAMED, NAMES[0]: "1"}, [*ROW, None]]
    assert _problems({"rows": rows, "version": 0, "model": "iris"}) == {
        "model": "unknown key; known are: rows, version, explain",
        "version": "must be at least 1",
        "rows[1][1]": "must be a number, got a string",
        "rows[1][2]": "must be a number, got true",
        "rows[1][3]": "must be at most 3.4e+38",
        "rows[2]": f"must hold 4 numbers ({', '.join(NAMES)}), got 3",
        "rows[3]": "must be an object or a list, got a number",
        "rows[4]": "must be an object or a list, got null",
        "rows[5].petal_lenght": f"unknown key; known are: {', '.join(NAMES)}",
        "rows[5].petal_length_cm": "is missing",
        f"rows[6].{NAMES[0]}": "must be a number, got a string",
        "rows[7]": f"must hold 4 numbers ({', '.join(NAMES)}), got 5",
        "rows[7][4]": "must be a number, got null",
    }


@pytest.mark.parametrize(
    ("rows", "most", "why"),
    [([], 5, "at least one row"), ([ROW] * 6, 5, "at most 5 rows, got 6"), ([NAMED] * 6, 5, "at most 5 rows, got 6")],
)
def test_too_few_and_too_many_rows_are_refused_either_way(rows: list[object], most: int, why: str) -> None:
    text = json.dumps({"rows": rows})
    for body in (text, text.replace("rows", "row\\u0073")):
        assert why in _problems(body.encode(), max_rows=most)["rows"]
    assert len(_read({"rows": [ROW] * 5}, max_rows=5).X) == 5


def test_values_of_an_array_are_checked_as_those_of_json() -> None:
    rows = np.array([ROW, [np.nan, np.inf, -np.inf, 3.5e38], [3.4e38, -3.4e38, -3.5e38, 5e-324]])
    assert _problems(_saved(rows), kind=npy.CONTENT_TYPE) == {
        "rows[1][0]": "must be a number, got nan",
        "rows[1][1]": "must be at most 3.4e+38",
        "rows[1][2]": "must be at least -3.4e+38",
        "rows[1][3]": "must be at most 3.4e+38",
        "rows[2][2]": "must be at least -3.4e+38",
    }
    assert _read({"rows": [[3.4e38, -3.4e38, 0, 0]]}).X.max() == 3.4e38


@pytest.mark.parametrize(
    ("shape", "why"), [((0, 4), "at least one"), ((6, 4), "at most 5 rows"), ((2, 3), "got 3"), ((2, 0), "got 0")]
)
def test_an_array_must_have_the_model_s_columns_and_not_too_many_rows(shape: tuple[int, int], why: str) -> None:
    assert why in _problems(_saved(np.ones(shape)), kind=npy.CONTENT_TYPE, max_rows=5)["rows"]


@pytest.mark.parametrize("values", [np.full((5000, 4), np.nan), np.full((5000, 4), 1e39)])
def test_the_number_of_problems_is_bounded(values: Any) -> None:
    assert len(_problems(_saved(values), kind=npy.CONTENT_TYPE)) == 100
    assert len(_problems({"rows": [["x"] * 4] * 5000})) == 100
    assert len(_problems({"rows": [[1]] * 5000})) == 100
