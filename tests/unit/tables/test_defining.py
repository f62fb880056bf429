"""What a table and a person's wishes make."""

import io
from typing import Any

import msgspec
import numpy as np
import pytest

from shared.domain.dataset import Dataset
from shared.domain.definition import ModelDefinition
from shared.errors import InvalidInput
from shared.tables import Table, TableColumn, read_table
from shared.tables.defining import Wishes, define, feature_of, name_from
from shared.tables.houses import BLACK_NOTE, BOSTON, CALIFORNIA

CITIES = ("Berlin", "Bonn", "Munich")


def table_of(columns: dict[str, list[Any]]) -> Table:
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    return read_table(io.BytesIO("\n".join(",".join(map(str, row)) for row in rows).encode()))


def flats(n: int = 60) -> dict[str, list[Any]]:
    """Rooms, city and age of flats; what they cost, and what kind they are."""
    return {
        "rooms": [index % 5 + 1 for index in range(n)],
        "city": [CITIES[index % 3] if index % 8 else "" for index in range(n)],
        "age": [f"{index / 2}" if index % 9 else "NA" for index in range(n)],
        "id": [f"flat {index}" for index in range(n)],
        "price": [f"{index * 1.25 + 0.1:.2f}" for index in range(n)],
        "kind": ["dear" if index > n / 2 else "cheap" for index in range(n)],
    }


def defined(columns: dict[str, list[Any]], **wishes: Any) -> tuple[ModelDefinition, Dataset]:
    return define(table_of(columns), Wishes(name="flats", by="test", source="flats.csv", **wishes))


def problems(columns: dict[str, list[Any]], **wishes: Any) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        defined(columns, **wishes)
    return [f"{problem.path}: {problem.message}" for problem in caught.value.problems]


def test_numbers_without_a_resolution_have_a_step_of_three_digits_of_their_range() -> None:
    values = np.random.default_rng(0).normal(size=60)
    found = feature_of(TableColumn("x", "number", 0), values)
    assert (found.step, found.minimum, found.maximum) == (0.01, values.min(), values.max())
    assert found.example == round(values[0], 2)
    constant = feature_of(TableColumn("x", "number", 0), np.full(60, 1 / 3))
    assert (constant.step, constant.example) == (0.01, 1 / 3)


def test_the_signature_says_what_the_columns_hold() -> None:
    definition, data = defined(flats(), target="price", drop=("kind",))
    rooms, city, age = definition.signature.inputs
    assert (rooms.minimum, rooms.maximum, rooms.step, rooms.is_plain) == (1, 5, 1, True)
    assert (city.categories, city.may_be_missing, city.maximum) == (CITIES, True, 2)
    assert (age.categories, age.may_be_missing, age.step) == ((), True, 0.1)
    assert definition.task == "regression"
    assert data.X.shape == (60, 3)
    np.testing.assert_array_equal(data.X[1], [2, 1, 0.5])
    assert np.isnan(data.X[0, 1:]).all()
    assert definition.data_sha256 == data.sha256()
    assert definition.default_recipe == "auto"
    low = definition.examples[0]
    assert low.row == (1.0, "Munich", 2.5)
    assert low.title == "price 6.35"
    assert msgspec.json.decode(msgspec.json.encode(definition), type=ModelDefinition) == definition


def test_text_and_few_whole_numbers_are_classes_unless_said_otherwise() -> None:
    definition, data = defined(flats(), target="kind")
    assert [one.name for one in definition.signature.output.classes] == ["cheap", "dear"]
    assert np.bincount(data.y).tolist() == [31, 29]
    assert definition.examples[1].title == "dear"
    assert [one.name for one in defined(flats(), target="rooms")[0].signature.output.classes] == list("12345")
    assert defined(flats(), target="rooms", task="regression")[0].signature.output.classes == ()


def test_rows_without_a_target_are_left_out() -> None:
    columns = flats()
    columns["price"][3] = "?"
    assert defined(columns, target="price")[1].n_samples == 59


def test_what_is_wrong_is_said() -> None:
    assert problems(flats(), target="cost", drop=("x", "rooms")) == [
        "target: there is no column 'cost'; the columns are: rooms, city, age, id, price, kind",
        "drop: there is no column 'x'; the columns are: rooms, city, age, id, price, kind",
    ]
    assert problems(flats(), target="kind", drop=("kind",)) == ["drop: column 'kind' is the target"]
    assert "must name the column to be predicted" in problems(flats())[0]
    assert problems(flats(), target="id") == ["target: column 'id' is text, and almost every row has another"]
    assert problems(flats(), target="city", task="regression") == [
        "target: column 'city' holds text; a regression needs numbers"
    ]
    assert problems(flats(20), target="price") == ["file: has 20 rows with a target; 30 are needed"]
    everything = ("rooms", "city", "age", "kind")
    assert problems(flats(), target="price", drop=everything) == ["file: has no column that a model could learn from"]
    many = {"x": list(range(1200)), "y": [index % 150 for index in range(1200)]}
    assert "has 150 different values; at most 100 classes" in problems(many, target="y", task="classification")[0]


def test_every_class_that_has_too_few_rows_is_named() -> None:
    columns = flats()
    columns["kind"] = ["a"] * 45 + ["b"] * 9 + ["c"] * 6
    assert problems(columns, target="kind") == [
        "target: class 'b' has 9 rows; each needs 10",
        "target: class 'c' has 6 rows; each needs 10",
    ]


def test_inputs_with_many_categories_are_left_out() -> None:
    columns = flats(180)
    columns["street"] = [f"street {index % 60}" for index in range(180)]
    assert [one.name for one in defined(columns, target="price")[0].signature.inputs] == [
        "rooms",
        "city",
        "age",
        "kind",
    ]


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("My flowers (2)", "my-flowers-2"),
        ("2026", "model-2026"),
        ("Äpfel", "pfel"),
        ("", "model"),
        ("a" * 99, "a" * 63),
    ],
)
def test_names_come_from_files(stem: str, name: str) -> None:
    assert name_from(stem) == name


def houses(names: list[str]) -> dict[str, list[Any]]:
    random = np.random.default_rng(0)
    return {name: random.normal(size=40).round(3).tolist() for name in names}


def test_house_prices_are_recognised_by_their_columns() -> None:
    boston = houses(list(BOSTON.meanings))
    definition, _ = defined(boston)
    assert (definition.title, definition.default_recipe) == ("House prices in Boston", "averaged")
    assert (definition.signature.output.name, definition.signature.output.unit) == ("MEDV", "$1000")
    assert definition.signature.inputs[4].unit == "parts in 10 million"
    assert BLACK_NOTE in definition.description
    without, _ = defined(boston, drop=("B",))
    assert len(without.signature.inputs) == 12
    assert BLACK_NOTE not in without.description
    del boston["B"]
    assert defined(boston)[0].title == "House prices in Boston"
    california, _ = defined(houses(list(CALIFORNIA.meanings)))
    assert (california.title, len(california.signature.inputs)) == ("House prices in California", 8)
    assert california.signature.output.unit == "$100,000"
    assert defined(boston, target="RM")[0].title == "Flats"


def test_columns_whose_names_no_request_could_hold_are_refused_unless_they_are_left_out() -> None:
    columns = flats() | {'size "net"': flats()["rooms"], "back\\yard": flats()["rooms"]}
    (problem,) = problems(columns, target="kind")
    assert problem.startswith("signature.inputs: ")
    assert problem.endswith("""got 'size "net"', 'back\\\\yard'""")
    assert defined(columns, target="kind", drop=('size "net"', "back\\yard"))
