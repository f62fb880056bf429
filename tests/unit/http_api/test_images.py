"""Images become counts of ink, and of what is wrong the first are named and the others counted."""

import json
from typing import Any

import numpy as np
import pytest

from shared.digits.normalise import eight_by_eight
from shared.errors import InvalidInput
from shared.http_api import images
from shared.http_api.digits_descriptions import COUNTS, DRAWN, SEEN

MANY = 10**6  # bytes
FOUR = np.kron(np.array(DRAWN), np.ones((4, 4), int))  # 28 x 24
FLAT = np.pad(FOUR, ((0, 0), (2, 2))).ravel().tolist()


def _read(body: object, max_rows: int = 10, max_thorough: int = MANY) -> Any:
    return images.read_images(body if isinstance(body, bytes) else json.dumps(body).encode(), max_rows, max_thorough)


def _problems(body: object, **limits: int) -> dict[str, str]:
    with pytest.raises(InvalidInput) as raised:
        _read(body, **limits)
    return {problem.path: problem.message for problem in raised.value.problems}


def test_small_images_are_what_they_are_and_large_ones_are_normalised() -> None:
    assert _read({"input": [COUNTS, [0.5] * 64]}).tolist() == [COUNTS, [0.5] * 64]
    assert _read({"input": [FLAT] * 2}).tolist() == [eight_by_eight(FOUR).ravel().tolist()] * 2


def test_it_makes_no_difference_how_many_are_normalised_at_once() -> None:
    turned = FLAT[::-1]
    many = [FLAT, turned] * images.CHUNK
    assert (
        _read({"input": many}, max_rows=len(many)).tolist() == _read({"input": [FLAT, turned]}).tolist() * images.CHUNK
    )


def test_every_row_that_is_wrong_is_named() -> None:
    wrong = [COUNTS, "x", [1, "a", None], COUNTS[1:], FLAT, [-1, *COUNTS[1:]], [], 1e999]
    text = json.dumps({"input": wrong}).replace("Infinity", "{}").encode()
    assert _problems(text) == {
        "input[1]": "must be a list, got a string",
        "input[2][1]": "must be a number, got a string",
        "input[2][2]": "must be a number, got null",
        "input[3]": "must hold 784 pixels from 0 to 255, or 64 from 0 to 16, got 63",
        "input[4]": "holds 784 numbers, and those before it 64",
        "input[5][0]": "must lie between 0 and 16, got -1",
        "input[6]": "must hold 784 pixels from 0 to 255, or 64 from 0 to 16, got 0",
        "input[7]": "must be a list, got an object",
    }


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        (b"", {"": "the body is empty; a JSON object is expected"}),
        (b'{"input":[]}', {"input": "must hold at least one row"}),
        (b'{"inptu":[[1]]}', {"inptu": "unknown key; known are: input", "input": "is missing"}),
        (b'{"input":[[1]],"input":[[1]]}', {"input": "the key stands there more than once"}),
        (b'{"input":[[NaN]]}', {"input[0][0]": "must be a number; NaN is none in JSON"}),
        (b'{"input":[[1e999]]}', {"input[0][0]": "the number is too large"}),
        (b'{"input":3}', {"input": "must be a list, got a number"}),
    ],
)
def test_a_body_that_is_none_is_looked_at_closely(body: bytes, problems: dict[str, str]) -> None:
    assert _problems(body) == problems


def test_a_key_may_be_written_in_any_way() -> None:
    text = json.dumps({"input": [COUNTS]}).replace("input", "inp\\u0075t").encode()
    assert _read(text).tolist() == [COUNTS]
    assert "backslash" in _problems(text, max_thorough=10)[""]


def test_a_large_body_that_is_none_is_refused_with_the_place() -> None:
    assert _problems(b'{"input":[[1,2],[3,4}]}', max_thorough=10) == {
        "": "the body can't be read: JSON is malformed: expected ',' or ']' (byte 20)"
    }


def test_blank_images_are_named() -> None:
    assert _problems({"input": [COUNTS, [0] * 64]}) == {"input[1]": images.BLANK}
    blank, many = [255] * 784, images.CHUNK + 1
    found = _problems({"input": [FLAT] * many + [blank]}, max_rows=many + 1)
    assert found == {f"input[{many}]": images.BLANK}


def test_too_many_images_are_refused_whatever_they_hold() -> None:
    assert _problems({"input": [[]] * 11}) == {"input": "must hold at most 10 rows, got 11"}


def test_the_first_problems_are_named_and_the_others_counted() -> None:
    found = _problems({"input": [[17] * 64] * 2})
    assert len(found) == images.MAX_NAMED + 1
    assert found["input[0][0]"] == "must lie between 0 and 16, got 17"
    assert found["input"] == "108 more things are wrong"


def test_one_image_is_seen_as_the_data_are() -> None:
    seen, version, explain = images.read_image(json.dumps({"image": DRAWN, "version": 3}).encode(), MANY)
    assert (seen.tolist(), version, explain) == (SEEN, 3, False)
    seen, version, explain = images.read_image(json.dumps({"image": DRAWN, "explain": True}).encode(), MANY)
    assert (seen.tolist(), version, explain) == (SEEN, None, True)


@pytest.mark.parametrize(
    ("image", "problems"),
    [
        ([], {"image": "must hold at least one row"}),
        ([[0]] * 2049, {"image": "must hold at most 2048 rows, got 2049"}),
        ([[]], {"image[0]": "must hold 1 to 2048 pixels from 0 to 255, got 0"}),
        ([[0] * 2049], {"image[0]": "must hold 1 to 2048 pixels from 0 to 255, got more than 2048"}),
        ([[0, 1], [0]], {"image[1]": "holds 1 numbers, and those before it 2"}),
        (
            [[0, 255.5], [-1, 0]],
            {
                f"image{place}": f"must lie between 0 and 255, got {value}"
                for place, value in (("[0][1]", 255.5), ("[1][0]", -1))
            },
        ),
        ([[7, 7], [7, 7]], {"image": images.BLANK}),
    ],
)
def test_an_image_that_is_none_is_refused(image: list[Any], problems: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as raised:
        images.read_image(json.dumps({"image": image}).encode(), MANY)
    assert {problem.path: problem.message for problem in raised.value.problems} == problems
