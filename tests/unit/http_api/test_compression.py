"""Bodies are inflated up to a limit, and only whole ones."""

import gzip
import zlib

import pytest

from shared.errors import InvalidInput
from shared.http_api.compression import FORMATS, TooLarge, compressed, inflated
from shared.http_api.messages import Head

BODY = b'{"inputs":[]}' * 100


def _inflated(coding: str | None, body: bytes, limit: int = len(BODY)) -> bytes:
    headers = () if coding is None else (("content-encoding", coding),)
    return inflated(Head("POST", "/v2/models/iris/infer", headers), body, limit)


@pytest.mark.parametrize("coding", FORMATS)
def test_what_was_compressed_comes_back(coding: str) -> None:
    small = compressed(coding, BODY)
    assert len(small) < len(BODY) / 2
    assert small == compressed(coding, BODY), "the same bytes on both backends, at any time"
    assert _inflated(coding, small) == _inflated(coding.upper(), small) == BODY


def test_codings_are_those_that_others_mean() -> None:
    assert gzip.decompress(compressed("gzip", BODY)) == zlib.decompress(compressed("deflate", BODY)) == BODY


@pytest.mark.parametrize("coding", [None, "", "identity"])
def test_a_plain_body_stays_as_it_is(coding: str | None) -> None:
    assert _inflated(coding, BODY, 0) is BODY  # its limit was looked at when it came


@pytest.mark.parametrize("coding", FORMATS)
def test_the_limit_is_that_of_what_comes_out(coding: str) -> None:
    with pytest.raises(TooLarge):
        _inflated(coding, compressed(coding, BODY), len(BODY) - 1)
    with pytest.raises(TooLarge):
        _inflated(coding, compressed(coding, bytes(10**7)), 1000)


@pytest.mark.parametrize("coding", FORMATS)
@pytest.mark.parametrize("change", ["empty", "plain", "short", "twice", "more", "other"])
def test_what_is_not_all_of_a_body_and_nothing_else_is_refused(coding: str, change: str) -> None:
    small = compressed(coding, BODY)
    other = next(one for one in FORMATS if one != coding)
    body = {
        "empty": b"",
        "plain": BODY,
        "short": small[:-1],
        "twice": small + small,
        "more": small + b"\0",
        "other": compressed(other, BODY),
    }[change]
    with pytest.raises(InvalidInput) as raised:
        _inflated(coding, body)
    assert [problem.path for problem in raised.value.problems] == [""]
