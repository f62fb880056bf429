"""Requests are parsed whole, or every culprit is named."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.catalogue import CATALOGUE
from shared.errors import InvalidInput, Problem
from shared.http_api.payloads import (
    ChampionRequest,
    ClassifyRequest,
    FlowerRequest,
    Payload,
    TrainRequest,
    _parse_thoroughly,
    in_one_step,
    parse,
    rows_request,
)


def _problems(kind: type[Any], document: object) -> dict[str, str]:
    with pytest.raises(InvalidInput) as raised:
        parse(kind, json.dumps(document).encode())
    return {problem.path: problem.message for problem in raised.value.problems}


def test_a_good_request_becomes_its_type() -> None:
    request = parse(ClassifyRequest, b'{"data": [5, 3.5, 1.4, 2e-1], "version": 3}')
    assert request == ClassifyRequest(data=[5.0, 3.5, 1.4, 0.2], model="iris", version=3)


def test_every_culprit_is_named_in_words() -> None:
    assert _problems(ClassifyRequest, {"data": ["5.1", True, None, 1], "model": 7, "version": 0, "dat": 1}) == {
        "dat": "unknown key; known are: data, model, version, explain",
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


@pytest.mark.parametrize(
    ("version", "message"),
    [(0, "must be at least 1")]
    + [(wrong, "must be 'previous' or a whole number") for wrong in ("latest", "3", None, True, 1.5, [1])],
)
def test_champion_takes_a_number_or_previous(version: object, message: str) -> None:
    assert _problems(ChampionRequest, {"version": version}) == {"version": message}
    assert parse(ChampionRequest, b'{"version": "previous"}').version == "previous"
    assert parse(ChampionRequest, b'{"version": 3}').version == 3


def test_train_takes_exactly_train() -> None:
    assert _problems(TrainRequest, {"data": "Train", "seed": -1}) == {
        "data": "must be 'train'",
        "seed": "must be at least 0",
    }


@pytest.mark.parametrize(("document", "got"), [([], "a list"), ("x", "a string"), (None, "null"), (3, "a number")])
def test_anything_but_an_object_is_refused(document: object, got: str) -> None:
    assert _problems(ClassifyRequest, document) == {"": f"must be an object, got {got}"}


ODD_BYTES = (b"", b'"', b":", b",", b" ", b"\\", b"{", b"]", b"\x00", b"\xff", b"\xed\xa0\x80", b"0")
NAMES = tuple(feature.name for feature in CATALOGUE["iris"].signature.inputs)
ROW = ",".join(f'"{name}":1.5' for name in NAMES)
blanks = st.sampled_from(["", "", "", " ", "\n", "\t\r "])
numbers = st.sampled_from(["5.1", "3", "-0", "1.0", "1e2", "5e-324", "12345678901234567890", "3.5e38", "1e999"])
odd = st.sampled_from(["NaN", "-Infinity", "1" * 400, "01", "1.", "true", "null", "{}", "[]", '"\\ud800"', ""])
texts = st.sampled_from(["iris", "a:b", ": ", ":", ",", "rows", "{", "é💐", "\\u0061", '\\"', "\\\\", "", "a\nb"])
keys = st.sampled_from(["rows", "version", "data", "model", "params", "d\\u0061ta", ":", *NAMES]) | texts
strings = texts.map('"{}"'.format)
values = st.one_of(numbers, numbers, numbers, odd, strings)


def _object(pairs: list[tuple[str, str, str]]) -> str:
    return "{" + ",".join(f'"{key}"{blank}:{blank}{value}{blank}' for key, blank, value in pairs) + "}"


def _list(elements: list[str]) -> str:
    return "[" + ",".join(elements) + "]"


def _objects(keys: st.SearchStrategy[str], values: st.SearchStrategy[str], most: int) -> st.SearchStrategy[str]:
    return st.lists(st.tuples(keys, blanks, values), max_size=most).map(_object)


nested = st.recursive(
    values, lambda inner: _objects(keys, inner, 4) | st.lists(inner, max_size=5).map(_list), max_leaves=12
)
lists = st.lists(numbers, min_size=4, max_size=4).map(_list)
named = st.permutations(NAMES).flatmap(
    lambda names: st.tuples(*[st.tuples(st.just(name), blanks, numbers) for name in names]).map(list).map(_object)
)
almost = _objects(st.sampled_from(NAMES), numbers, 6)
good_rows = st.lists(lists | named, max_size=4).map(_list)
rows = st.one_of(good_rows, good_rows, st.lists(lists | named | almost | nested, max_size=4).map(_list), nested)
versions = st.sampled_from(["1", "7", "1.0", "1e0", "0", "-1", "2147483648", "null", '"1"', "10000000000000000000000"])
known = st.one_of(
    st.tuples(st.just("rows"), blanks, rows),
    st.tuples(st.just("data"), blanks, lists),
    st.tuples(st.just("version"), blanks, versions),
    st.tuples(st.just("model"), blanks, strings),
)
requests = st.lists(known, max_size=4).map(_object)
documents = st.one_of(requests, requests, nested, _objects(keys, nested, 4))


@st.composite
def garbled(draw: st.DrawFn) -> bytes:
    """A document with some bytes lost or put in."""
    body = draw(documents).encode()
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(body)))
        put_in = draw(
            st.sampled_from([b"", b'"', b":", b",", b" ", b"\\", b"{", b"]", b"\x00", b"\xff", b"\xed\xa0\x80", b"0"])
        )
        body = body[:at] + put_in + body[at + draw(st.integers(0, 2)) :]
    return body


def _further(document: dict[str, Any]) -> Iterator[Problem]:
    """A rule that both ways must see alike."""
    for name in ("rows", "data"):
        value = document.get(name)
        if isinstance(value, list) and len(value) == 3:
            yield Problem(name, "three is too many")


def _outcome(
    parser: Callable[[Any, bytes, Any], object], kind: type[Payload], body: bytes, further: object = None
) -> object:
    try:
        return parser(kind, body, further)
    except InvalidInput as error:
        return error.problems


@settings(max_examples=1500, deadline=None)
@given(documents.map(str.encode) | garbled())
def test_one_step_and_the_thorough_way_find_the_same(body: bytes) -> None:
    for kind in (rows_request(NAMES), ClassifyRequest, TrainRequest, FlowerRequest):
        for further in (None, _further):
            thorough = _outcome(_parse_thoroughly, kind, body, further)
            assert _outcome(parse, kind, body, further) == thorough


@settings(max_examples=300)
@given(st.lists(known, max_size=3, unique_by=lambda pair: pair[0]).map(_object))
def test_one_step_is_taken_wherever_the_thorough_way_finds_nothing_and_no_backslash_stands(text: str) -> None:
    for kind in (rows_request(NAMES), ClassifyRequest):
        thorough = _outcome(_parse_thoroughly, kind, text.encode())
        # msgspec takes 1.0 for no whole number, which the thorough way does.
        if isinstance(thorough, Payload) and "\\" not in text and not re.search(r'"version"\s*:\s*1(\.0|e0)', text):
            assert in_one_step(kind, text.encode()) == thorough


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (ClassifyRequest, '{"data":[1],"data":[1]}'),
        (ClassifyRequest, '{"data":[1],"d\\u0061ta":[1]}'),
        (ClassifyRequest, '{"model":"a","data":[1], "model" : "a"}'),
        (ClassifyRequest, '{"model":":","data":[1],"model":":"}'),
        (ClassifyRequest, '{"model":"\\"","data":[1]}'),
        (TrainRequest, '{"data":"train","params":{"a":"b",":k":1,":k":2}}'),
        (TrainRequest, '{"data":"train","params":{"a":' + "[" * 70 + "]" * 70 + "}}"),
        (rows_request(NAMES), '{"rows":[],"rows":[]}'),
        (rows_request(NAMES), f'{{"rows":[{{{ROW}}}],"rows":[{{{ROW}}}]}}'),
        (rows_request(NAMES), f'{{"rows":[{{{ROW},"{NAMES[0]}":1}}]}}'),
        (rows_request(NAMES), f'{{"rows":[{{{ROW},{ROW}}},[1,1,1,1]]}}'),
        (rows_request(NAMES), f'{{"version":1,"rows":[{{{ROW}}}],"version":1}}'),
        (rows_request(NAMES), f'{{"version":null,"rows":[{{{ROW}}}],"version":null}}'),
    ],
)
def test_what_one_step_would_drop_is_looked_at_more_closely(kind: type[Payload], body: str) -> None:
    json.loads(body)
    assert in_one_step(kind, body.encode()) is None


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (ClassifyRequest, '{"data":[1,2]}'),
        (ClassifyRequest, ' { "version" : 3 , "data" : [ 1 ] , "model" : "a:b, \'c\': é" } '),
        (FlowerRequest, '{"sl":1,"sw":1,"pl":1,"pw":1}'),
        (rows_request(NAMES), '{"rows":[[1,2,3,4],[1,2,3,4]],"version":1}'),
        (rows_request(NAMES), f'{{"rows":[{{{ROW}}},[1,2,3,4],{{{ROW}}}]}}'),
        (rows_request(NAMES), f'{{"version":null,"rows":[{{{ROW}}}]}}'),
    ],
)
def test_ordinary_requests_take_one_step(kind: type[Payload], body: str) -> None:
    request = in_one_step(kind, body.encode())
    assert request is not None
    assert request == _parse_thoroughly(kind, body.encode(), None)
