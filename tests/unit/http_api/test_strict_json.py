"""JSON is read as RFC 8259 has it."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InvalidInput
from shared.http_api import strict_json

leaves = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
documents = st.recursive(
    leaves | texts, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5), max_leaves=30
)


@given(documents)
def test_what_is_json_is_read_as_it_is(document: object) -> None:
    value, problems = strict_json.read(json.dumps(document).encode())
    assert (value, problems) == (document, [])


def test_a_number_is_whole_by_its_value_and_only_where_nothing_is_lost() -> None:
    value, _ = strict_json.read(b"[3.0, 1e2, -7.0, 0.0, 9007199254740992.0, 2.5, -0.0, 9007199254740994.0]")
    assert [type(number) for number in value] == [int] * 5 + [float] * 3
    assert value[:5] == [3, 100, -7, 0, 2**53]
    assert str(value[6]) == "-0.0"


@given(st.binary(max_size=200))
def test_whatever_arrives_is_read_or_refused(body: bytes) -> None:
    with suppress(InvalidInput):
        strict_json.read(body)


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ('{"a": NaN, "b": [1, -Infinity]}', ["a", "b[1]"]),
        ('{"a": 1e999, "b": ' + "9" * 5000 + "}", ["a", "b"]),
        ('{"a": {"k": 1, "k": 2}, "a": 3, "b": {"c": 1, "c": 1}}', ["a", "b.c"]),
        ('{"a": "\\ud800", "b": ["\\udfff"]}', ["a", "b[0]"]),
        ("[" * 65 + "]" * 65, ["[0]" * 64]),
    ],
)
def test_what_only_python_reads_is_named_with_its_path(body: str, paths: list[str]) -> None:
    _, problems = strict_json.read(body.encode())
    assert [problem.path for problem in problems] == paths


@pytest.mark.parametrize("body", [b"", b" \r\n", b"\xff{}", b"\xef\xbb\xbf{}", b"{", b"{'a': 1}", b"[" * 100_000])
def test_what_is_no_json_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(InvalidInput) as raised:
        strict_json.read(body)
    assert [problem.path for problem in raised.value.problems] == [""]


def test_the_number_of_problems_is_bounded() -> None:
    _, problems = strict_json.read(b"[" + b",".join([b"NaN"] * 5000) + b"]")
    assert len(problems) == strict_json.MAX_PROBLEMS
