"""Queries are read by the type that says what they may hold."""

import pytest

from shared.errors import InvalidInput
from shared.http_api.queries import parse
from shared.http_api.tables import AddQuery, ReadQuery


def test_a_key_that_may_stand_there_again_keeps_all_its_values() -> None:
    query = parse(AddQuery, "target=kind&drop=a%26b&drop=&drop=c&name=flats")
    assert (query.target, query.drop, query.name, query.task) == ("kind", ("a&b", "", "c"), "flats", None)
    assert parse(AddQuery, "").drop == ()


def test_every_culprit_is_named() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(AddQuery, f"target=a&target=b&task=guess&colour=red&title={'x' * 201}")
    assert sorted(problem.path for problem in caught.value.problems) == ["?colour", "?target", "?task", "?title"]
    with pytest.raises(InvalidInput, match=r"\?drop: unknown key"):
        parse(ReadQuery, "drop=a")
