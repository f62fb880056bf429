"""Rows with names of categories and missing values, for models that know such."""

import io
import json
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from shared.domain.signature import Column
from shared.errors import InvalidInput, UnknownModel
from shared.http_api import batches, handlers, mixed_rows
from shared.http_api.messages import Call, Head
from shared.service import Service

COLUMNS = (
    Column("rooms", "Rooms", "", 1),
    Column("city", "City", "", 1, categories=("Berlin", "Bonn", 'a "b"'), may_be_missing=True),
    Column("age", "Age", "years", 0.1, may_be_missing=True),
    Column("kind", "Kind", "", 1, categories=("flat", "house")),
)
NAMES = tuple(column.name for column in COLUMNS)
ROW: list[Any] = [3, "Bonn", None, "house"]
NAN = float("nan")
PLAIN = tuple(Column(f"x{index}", "", "", 1) for index in range(2))


def read(body: object, kind: str = "application/json") -> batches.Batch:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = Head("POST", "/models/flats/predict", (("content-type", kind),))
    return batches.read(Call(head, {"name": "flats"}, sent), NAMES, 100, COLUMNS)


def problems(body: object, kind: str = "application/json") -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        read(body, kind)
    return [(problem.path, problem.message) for problem in caught.value.problems]


def named(row: list[Any]) -> dict[str, Any]:
    return dict(zip(reversed(NAMES), reversed(row), strict=True))


@pytest.mark.parametrize(
    "rows",
    [
        [ROW, [1, None, 2.5, "flat"]],
        [named(ROW), named([1, None, 2.5, "flat"])],
        [ROW, named([1, None, 2.5, "flat"])],
        [named(ROW), [1, None, 2.5, "flat"]],
    ],
)
def test_categories_become_indices_and_null_becomes_nan(rows: list[Any]) -> None:
    expected = [[3, 1, NAN, 1], [1, NAN, 2.5, 0]]
    for body in (json.dumps({"rows": rows}), json.dumps({"rows": rows, "version": 2}, indent=1)):
        np.testing.assert_array_equal(read(body.encode()).X, expected)
        np.testing.assert_array_equal(read(body.replace("Bonn", "B\\u006fnn").encode()).X, expected)
    np.testing.assert_array_equal(read({"rows": [[1, 'a "b"', 1, "flat"]]}).X, [[1, 2, 1, 0]])


def test_every_wrong_value_is_named() -> None:
    rows = [[1, "Paris", "old", None], named([None, "Bonn", 1, "tent" * 50]), [1, 2, True, "flat"], ROW[:3]]
    cities = "must be 'Berlin' or 'Bonn' or 'a \"b\"' or null"
    tent = f"{('tent' * 50)[:40]}…"
    assert problems({"rows": rows}) == [
        ("rows[0][1]", f"{cities}, got 'Paris'"),
        ("rows[0][2]", "must be a number, got a string"),
        ("rows[0][3]", "must be 'flat' or 'house', got null"),
        ("rows[1].rooms", "must be a number, got null"),
        ("rows[1].kind", f"must be 'flat' or 'house', got {tent!r}"),
        ("rows[2][1]", f"{cities}, got a number"),
        ("rows[2][2]", "must be a number, got true"),
        ("rows[3]", "must hold 4 values (rooms, city, age, kind), got 3"),
    ]
    assert problems(b'{"rows":[{"rooms":1,"city":"Bonn","age":1,"kind":"flat","kind":"house"}]}') == [
        ("rows[0].kind", "the key stands there more than once")
    ]
    assert problems({"rows": [{"rooms": 1, "city": "Bonn", "age": 1}]}) == [("rows[0].kind", "is missing")]


def test_of_many_categories_the_first_are_told() -> None:
    columns = (Column("c", "", "", 1, categories=tuple(f"category {index}" for index in range(50))),)
    head = Head("POST", "/models/flats/predict", ())
    with pytest.raises(InvalidInput) as caught:
        batches.read(Call(head, {"name": "flats"}, b'{"rows":[["x"]]}'), ("c",), 100, columns)
    message = caught.value.problems[0].message
    assert message.startswith("must be one of 50 categories ('category 0' or 'category 1'")
    assert "category 10" not in message


def test_arrays_hold_indices_and_nan() -> None:
    def saved(array: Any) -> bytes:
        file = io.BytesIO()
        np.save(file, np.array(array, np.float64))
        return file.getvalue()

    good = [[3, 1, NAN, 1], [1, NAN, 2.5, 0]]
    np.testing.assert_array_equal(read(saved(good), "application/x-npy").X, good)
    bad = [[NAN, 3, 1, NAN], [1, -1, np.inf, 0.5]]
    assert problems(saved(bad), "application/x-npy") == [
        ("rows[0][1]", "must be the index of a category, 0 to 2, got 3"),
        ("rows[1][1]", "must be the index of a category, 0 to 2, got -1"),
        ("rows[0][3]", "must be the index of a category, 0 to 1, got nan"),
        ("rows[1][3]", "must be the index of a category, 0 to 1, got 0.5"),
        ("rows[0][0]", "must be a number, got nan"),
        ("rows[1][2]", "must be at most 3.4e+38"),
    ]


def test_one_row_of_tensors_may_hold_wrong_codes_too() -> None:
    mixed_rows.refuse_wrong_codes([1.0, 2.0, 3.0, 1.0], COLUMNS)
    with pytest.raises(InvalidInput, match=r"rows\[0\]\[3\]: must be the index of a category, 0 to 1, got 2"):
        mixed_rows.refuse_wrong_codes([1.0, 2.0, 3.0, 2.0], COLUMNS)


class _Models:
    """A service that knows `flats`, and `iris` by two plain columns."""

    def entry(self, name: str) -> Any:
        if name not in ("flats", "iris"):
            raise UnknownModel(name, ["iris", "flats"])
        columns = COLUMNS if name == "flats" else PLAIN
        names = tuple(column.name for column in columns)
        return SimpleNamespace(feature_names=names, mixed_columns=COLUMNS if name == "flats" else ())


def classified(body: object) -> Any:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return handlers._classify_request(cast("Service", _Models()), sent)


@pytest.mark.parametrize("row", [ROW, named(ROW)])
def test_one_row_is_read_alike(row: object) -> None:
    request = classified({"model": "flats", "data": row, "version": 3})
    np.testing.assert_array_equal(request.data, [3, 1, NAN, 1])
    assert (request.model, request.version) == ("flats", 3)


@pytest.mark.parametrize("data", [["a", None], {"x": 1}])
def test_a_row_of_a_model_that_there_is_not_is_refused_for_that(data: object) -> None:
    with pytest.raises(UnknownModel):
        classified({"model": "none", "data": data})


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        ({"model": "flats", "data": [3, "Rome", 1, "flat"]}, "data[1]", "got 'Rome'"),
        ({"model": "flats", "data": [3, 1, 1, "flat"]}, "data[1]", "got a number"),
        ({"model": "flats", "data": [3]}, "data", "must hold 4 values (rooms, city, age, kind), got 1"),
        ({"model": "flats"}, "data", "is missing"),
        ({"data": ["a", 1]}, "data[0]", "must be a number, got a string"),
        ({"data": {"x0": 1, "x1": 1}}, "data", "must be a list, got an object"),
        ({"model": "none", "data": [True]}, "data[0]", "must be a number, got true"),
        (b"[", "", "is not JSON"),
    ],
)
def test_wrong_rows_are_refused_in_the_words_of_their_model(body: object, path: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        classified(body)
    (problem,) = caught.value.problems
    assert problem.path == path
    assert message in problem.message
