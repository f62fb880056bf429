"""A dataset's digest tells data apart."""

from dataclasses import replace

from shared.catalogue.iris import load_dataset


def test_equal_data_have_equal_digests_and_one_changed_value_does_not() -> None:
    data = load_dataset()
    changed = data.X.copy()
    changed[149, 3] += 0.1
    assert data.sha256() == load_dataset().sha256()
    assert replace(data, X=changed).sha256() != data.sha256()
    assert replace(data, X=data.X.reshape(300, 2)).sha256() != data.sha256()


def test_rows_to_test_on_are_part_of_the_digest() -> None:
    data = load_dataset()
    assert replace(data, test=data).sha256() != data.sha256()
    assert replace(data, test=replace(data, y=data.y[::-1])).sha256() != replace(data, test=data).sha256()
