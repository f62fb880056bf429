"""How a table is understood before anything is made of it."""

import io
from collections.abc import Sequence

import pytest

from shared.errors import InvalidInput
from shared.tables import read_table
from shared.tables.overview import MAX_COUNTS, TableOverview, overview
from tests.flats import flats_csv


def overview_of(content: bytes, file: str = "flats.csv") -> TableOverview:
    return overview(read_table(io.BytesIO(content)), file)


def rows(*columns: Sequence[object]) -> bytes:
    names = ",".join(f"c{place}" for place in range(len(columns)))
    return "\n".join([names, *(",".join(map(str, row)) for row in zip(*columns, strict=True))]).encode()


def test_columns_are_described_and_the_last_one_is_to_be_predicted() -> None:
    found = overview_of(flats_csv(), "My flats (2).csv")
    assert (found.n_rows, found.name, found.title, found.target) == (240, "my-flats-2", "My flats 2", "kind")
    rooms, city, age, rent, kind = found.columns
    assert (rooms.kind, rooms.minimum, rooms.maximum, rooms.task) == ("number", 1.0, 5.0, "classification")
    assert (city.kind, city.minimum, city.n_categories) == ("category", None, 3)
    assert sum(one.n_rows for one in city.counts) + city.missing == 240
    assert [one.n_rows for one in city.counts] == sorted((one.n_rows for one in city.counts), reverse=True)
    assert (age.missing > 0, rent.task, kind.task) == (True, "regression", "classification")
    assert {column.unfit for column in found.columns} == {""}


def test_known_house_prices_name_their_target() -> None:
    names = "MedInc,HouseAge,MedHouseVal,AveRooms,AveBedrms,Population,AveOccup,Latitude,Longitude"
    lines = [",".join(str(row + 0.5 * column) for column in range(9)) for row in range(40)]
    found = overview_of("\n".join([names, *lines]).encode(), "x.csv")
    assert (found.target, found.title) == ("MedHouseVal", "House prices in California")


def test_what_is_no_input_says_why_and_is_not_suggested() -> None:
    many = [f"k{row % 60}" for row in range(180)]
    found = overview_of(rows(list(range(180)), many, [7] * 180))
    numbers, categories, constant = found.columns
    assert (numbers.unfit, constant.unfit, constant.task) == ("", "holds 7 alone", None)
    assert (categories.unfit, categories.task) == ("has 60 categories; an input has at most 50", "classification")
    assert (len(categories.counts), categories.n_categories, found.target) == (MAX_COUNTS, 60, "c1")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (rows(list(range(29)), list(range(29))), "has 29 rows; 30 are needed"),
        (rows(list(range(40)), [1] * 40), "too few columns"),
        (rows([1] * 40, [f"k{row % 55}" for row in range(40)]), "too few columns"),
    ],
)
def test_a_table_that_is_too_small_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        overview_of(content)
