"""Images that must be refused, and which of their rows and pixels are to blame."""

from __future__ import annotations

import json
from typing import Any

from shared.http_api.digits_descriptions import COUNTS, DRAWN
from tests.contract.bad_input import BadInput
from tests.contract.raw import request

MANY, ONE = "/predict", "/models/digits/predict"
MAX_IMAGES = 40 * 1024 * 1024
LARGE = [0] * 28 * 7 + ([0] * 10 + [255] * 8 + [0] * 10) * 14 + [0] * 28 * 7  # 28 x 28, a bar


def _refused(target: str, name: str, body: bytes | str | Any, *paths: str, status: int = 400) -> BadInput:
    text = body if isinstance(body, bytes | str) else json.dumps(body)
    sent = text.encode() if isinstance(text, str) else text
    return BadInput(f"{target} {name}", request("POST", target, body=sent), status, paths=frozenset(paths))


def _many(name: str, body: Any, *paths: str) -> BadInput:
    return _refused(MANY, name, body, *paths)


def _one(name: str, body: Any, *paths: str) -> BadInput:
    return _refused(ONE, name, body, *paths)


IMAGES = (
    _many("with nothing", b"", ""),
    _many("with what is no JSON", b'{"input":[[1,2', ""),
    _many("with bytes that are no text", b'{"input":[["\xff"]]}', ""),
    _many("with a list", [COUNTS], ""),
    _many("by another name", {"inputs": [COUNTS]}, "inputs", "input"),
    _many("with a further key", {"input": [COUNTS], "model": "digits"}, "model"),
    _many("with images twice", '{"input":[[1]],"input":[[1]]}', "input"),
    _many("with images twice, once escaped", '{"input":[[1]],"inpu\\u0074":[[1]]}', "input"),
    _many("with null", {"input": None}, "input"),
    _many("without images", {"input": []}, "input"),
    _many("with 10,001 images", {"input": [[]] * 10_001}, "input"),
    _many("with no row", {"input": [COUNTS, 7, {}]}, "input[1]", "input[2]"),
    _many("with a pixel short", {"input": [COUNTS, COUNTS[1:], []]}, "input[1]", "input[2]"),
    _many("of two sizes", {"input": [COUNTS, LARGE, COUNTS, LARGE]}, "input[1]", "input[3]"),
    _many("with what is no number", '{"input":[[1,"2",null,true,[3],{}]]}', *(f"input[0][{i}]" for i in range(1, 6))),
    _many("with what is no number in JSON", '{"input":[[NaN,1],[Infinity]]}', "input[0][0]", "input[1][0]"),
    _many("with a number too large", '{"input":[[1e999]]}', "input[0][0]"),
    _many("with half a surrogate pair", '{"input":[["\\ud800"]]}', "input[0][0]"),
    _many("with too much ink", {"input": [[17, -1, *COUNTS[2:]]]}, "input[0][0]", "input[0][1]"),
    _many("too bright", {"input": [LARGE, [256, *LARGE[1:]]]}, "input[1][0]"),
    _many("blank", {"input": [COUNTS, [0] * 64]}, "input[1]"),
    _many("blank and large", {"input": [LARGE, [0] * 784, [255] * 784]}, "input[1]", "input[2]"),
    _many("with much that is wrong", {"input": [[99] * 64]}, *(f"input[0][{i}]" for i in range(20)), "input"),
    _one("with no image", {"image": 7}, "image"),
    _one("with an image without rows", {"image": []}, "image"),
    _one("with an image of 2049 rows", {"image": [[1]] * 2049}, "image"),
    _one("with an image of 2049 columns", {"image": [[1] * 2049]}, "image[0]"),
    _one("with an image without columns", {"image": [[], []]}, "image[0]", "image[1]"),
    _one("with rows of two lengths", {"image": [[0, 9], [0], [9, 0]]}, "image[1]"),
    _one("with what is no pixel", {"image": [[0, "a"], [-1, 256]]}, "image[0][1]", "image[1][0]", "image[1][1]"),
    _one("with a blank image", {"image": [[0, 0], [0, 0]]}, "image"),
    _one("with an image and rows", {"image": DRAWN, "rows": [COUNTS]}, "rows"),
    _one("with an image and version 0", {"image": DRAWN, "version": 0}, "version"),
    _one("with a row of 63 numbers", {"rows": [COUNTS[1:]]}, "rows[0]"),
    _refused(ONE, "with an image, by an unknown version", {"image": DRAWN, "version": 77_777}, status=404),
    _refused(ONE, "with rows of more than 1 MiB", {"rows": [[10] * 64] * 6000}, status=413),
    *(
        BadInput(f"{target} more than 40 MiB", request("POST", target, [("Content-Length", f"{MAX_IMAGES + 1}")]), 413)
        for target in (MANY, ONE)
    ),
    BadInput("/predict an array", request("POST", "/predict", [("Content-Type", "application/x-npy")], b"x"), 415),
)
