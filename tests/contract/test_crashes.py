"""No acknowledged version is lost and none is half there; `python -m benchmarks crashes` does the same for longer."""

import pytest

from benchmarks.crashes import kill_while_training, train_at_once
from tests.stores import Stores


@pytest.fixture
def url(trained_store: str, stores: Stores) -> str:
    return stores.copy(trained_store)


def test_backends_that_are_killed_while_they_train_lose_no_version(url: str) -> None:
    found = kill_while_training(url, kills=8)
    assert (found.rounds, found.faults) == (8, [])


def test_both_train_at_once_without_a_gap_or_a_double(url: str) -> None:
    found = train_at_once(url, rounds=3)
    assert found.faults == []
    assert sorted(found.acknowledged) == [2, 3, 4, 5, 6, 7]
