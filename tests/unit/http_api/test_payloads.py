"""Requests are parsed whole, or every culprit is named."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InvalidInput
from shared.http_api.payloads import ClassifyRequest, FlowerRequest, TrainRequest, parse


def _problems(kind: type[Any], document: object) -> dict[str, str]:
    with pytest.raises(InvalidInput) as raised:
        parse(kind, json.dumps(document).encode())
    return {problem.path: problem.message for problem in raised.value.problems}


def test_a_good_request_becomes_its_type() -> None:
    request = parse(ClassifyRequest, b'{"data": [5, 3.5, 1.4, 2e-1], "version": 3}')
    assert request == ClassifyRequest(data=[5.0, 3.5, 1.4, 0.2], model="iris", version=3)


def test_every_culprit_is_named_in_words() -> None:
    assert _problems(ClassifyRequest, {"data": ["5.1", True, None, 1], "model": 7, "version": 0, "dat": 1}) == {
        "dat": "unknown key; known are: data, model, version",
        "data[0]": "must be a number, got a string",
        "data[1]": "must be a number, got true",
        "data[2]": "must be a number, got null",
        "model": "must be a string, got a number",
        "version": "must be at least 1",
    }


def test_missing_fields_are_named() -> None:
    assert _problems(FlowerRequest, {"sl": 1, "pw": 1e39}) == {
        "sw": "is missing",
        "pl": "is missing",
        "pw": "must be at most 3.4e+38",
    }


def test_train_takes_exactly_train() -> None:
    assert _problems(TrainRequest, {"data": "Train", "seed": -1}) == {
        "data": "must be 'train'",
        "seed": "must be at least 0",
    }


@pytest.mark.parametrize(("document", "got"), [([], "a list"), ("x", "a string"), (None, "null"), (3, "a number")])
def test_anything_but_an_object_is_refused(document: object, got: str) -> None:
    assert _problems(ClassifyRequest, document) == {"": f"must be an object, got {got}"}


@given(st.lists(st.floats(width=32) | st.integers() | st.none() | st.booleans() | st.just("x"), max_size=6))
def test_the_short_way_takes_exactly_what_the_thorough_way_takes(data: list[object]) -> None:
    """A second key, known to be good, sends the same data the thorough way."""
    short, thorough = json.dumps({"data": data}), json.dumps({"data": data, "model": "iris"})
    assert _outcome(short) == _outcome(thorough)


def _outcome(body: str) -> object:
    try:
        return parse(ClassifyRequest, body.encode())
    except InvalidInput as error:
        return error.problems
