"""What cells stand for."""

from math import isnan

from shared.batch.cells import values_of
from shared.domain.signature import Feature


def test_a_category_is_the_cell_as_it_stands_or_without_blanks_around() -> None:
    categories = (" ", "Bonn", " Bonn", "NA")
    city = Feature("city", "City", "", 0.0, 3.0, 1.0, 0.0, categories=categories, may_be_missing=True)
    values, wrong = values_of(city, [" ", "Bonn", " Bonn", "Bonn ", "NA", "", "bonn"])
    assert values[:5].tolist() == [0, 1, 2, 1, 3]
    assert isnan(values[5])
    assert list(wrong) == [6]
