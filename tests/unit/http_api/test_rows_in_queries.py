"""One row in a query."""

from math import isnan

import pytest

from shared.domain.signature import Column
from shared.errors import InvalidInput
from shared.http_api.rows_in_queries import read

CATEGORIES = ("", " ", "Bonn")
CITY = Column("city", "City", "", 1.0, categories=CATEGORIES, may_be_missing=True)


@pytest.mark.parametrize(("text", "place"), [("", 0), ("+", 1), ("Bonn", 2)])
def test_a_blank_that_is_a_category_is_not_missing(text: str, place: int) -> None:
    assert read(f"city={text}").row([CITY]).X.tolist() == [[place]]


def test_other_blanks_are_missing_where_a_value_may_be() -> None:
    plain = Column("age", "Age", "", 1.0, may_be_missing=True)
    found = read("city=++&age=").row([CITY, plain]).X
    assert isnan(found[0, 0])
    assert isnan(found[0, 1])
    with pytest.raises(InvalidInput, match="must be a number, got nothing"):
        read("age=").row([Column("age", "Age", "", 1.0)])
