"""Images of digits, one of any size or many at once, and what both backends say to those that are none."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from shared.catalogue import CATALOGUE
from shared.http_api.digits_descriptions import COUNTS, DRAWN, SEEN
from tests.contract.bad_images import MAX_IMAGES
from tests.contract.raw import Answer, Connection, ask, chunked, request, to_port
from tests.processes import Backend

DATA = CATALOGUE["digits"].dataset
END = b"0\r\n\r\n"


def _large(count: int) -> list[list[int]]:
    """Images of 28 x 28 pixels, made of the data's."""
    wide = np.kron(DATA.X[:count].reshape(-1, 8, 8), np.ones((3, 3))) * 255 // 16
    return np.pad(wide, ((0, 0), (2, 2), (2, 2))).astype(int).reshape(-1, 784).tolist()


def _asked(backend: Backend, target: str, body: object) -> Answer:
    return ask(backend.port, "POST", target, json.dumps(body), limit_s=60)


def _shares(answer: Answer) -> Any:
    assert answer.status == 200, answer.body[:500]
    shares = np.array(answer.json())
    assert shares.sum(axis=1) == pytest.approx(1)
    return shares


def test_a_batch_gets_ten_probabilities_for_each_image(backend: Backend) -> None:
    answer = _asked(backend, "/predict", {"input": DATA.X[:500].tolist()})
    shares = _shares(answer)
    assert shares.shape == (500, 10)
    assert (shares.argmax(axis=1) == DATA.y[:500]).mean() > 0.98  # most of them are the model's own
    assert (answer.value("x-model-name"), answer.value("x-model-version")) == ("digits", "1")
    by_name = _asked(backend, "/models/digits/predict", {"rows": DATA.X[:500].tolist()}).json()
    assert by_name["probabilities"] == shares.tolist()
    assert "seen" not in by_name


def test_large_images_are_normalised_as_the_data_were(backend: Backend) -> None:
    pixels = _large(300)
    shares = _shares(_asked(backend, "/predict", {"input": pixels}))
    assert (shares.argmax(axis=1) == DATA.y[:300]).mean() > 0.85
    for row in (0, 299):
        image = np.array(pixels[row]).reshape(28, 28).tolist()
        alone = _asked(backend, "/models/digits/predict", {"image": image}).json()
        assert alone["probabilities"] == [shares[row].tolist()]


def test_ten_thousand_images_are_one_request(backend: Backend) -> None:
    pixels = _large(20)
    shares = _shares(_asked(backend, "/predict", {"input": pixels * 500}))
    assert shares.shape == (10_000, 10)
    assert shares[:20].tolist() == shares[-20:].tolist()


def test_an_image_is_answered_with_what_the_model_saw(backend: Backend) -> None:
    answer = _asked(backend, "/models/digits/predict", {"image": DRAWN, "version": 1}).json()
    assert (answer["task"], answer["model"], answer["version"]) == ("classification", "digits", 1)
    assert (answer["predictions"], answer["seen"]) == (["4"], SEEN)
    places = {warning["path"] for warning in answer["warnings"]}
    assert places <= {"seen", *(f"seen[{row}][{column}]" for row in range(8) for column in range(8))}
    dark = [[255 - pixel for pixel in row] for row in DRAWN]
    assert _asked(backend, "/models/digits/predict", {"image": dark}).json()["seen"] == SEEN


def test_the_version_may_be_named_by_the_header(backend: Backend) -> None:
    body = json.dumps({"image": DRAWN})
    for version, status in (("1", 200), ("99", 404), ("one", 400), ("2147483648", 400)):
        answer = ask(backend.port, "POST", "/models/digits/predict", body, [("X-Model-Version", version)])
        assert answer.status == status, version


def test_an_image_may_be_as_large_as_2048_pixels_a_side(backend: Backend) -> None:
    image = np.zeros((2048, 2048), int)
    image[: 7 * 256, : 6 * 256] = np.kron(np.array(DRAWN), np.ones((256, 256), int))
    answer = _asked(backend, "/models/digits/predict", {"image": image.tolist()}).json()
    assert (answer["predictions"], answer["seen"]) == (["4"], SEEN)


def test_a_digit_is_classified_as_any_other_row(backend: Backend) -> None:
    answer = _asked(backend, "/classify", {"data": COUNTS, "model": "digits"}).json()
    assert (answer["data"], answer["class"], len(answer["probabilities"])) == ("1", 1, 10)


@pytest.mark.parametrize("target", ["/predict", "/models/digits/predict"])
def test_a_body_is_counted_as_it_arrives(backend: Backend, target: str) -> None:
    piece = chunked([b" " * 2**20]).removesuffix(END)
    with Connection(backend.port, 60) as connection:
        connection.send(to_port(request("POST", target, [("Transfer-Encoding", "chunked")]), backend.port))
        for _ in range(MAX_IMAGES // 2**20 + 1):
            connection.send_what_is_taken(piece)
        answer = connection.answer("POST")
    assert answer.status == 413
    assert answer.json()["detail"] == f"the body is larger than {MAX_IMAGES} bytes"


def test_large_bodies_that_are_wrong_are_refused_with_few_words(backend: Backend) -> None:
    answer = _asked(backend, "/predict", {"input": [[300] * 784] * 1000})
    errors = answer.json()["errors"]
    assert (answer.status, len(errors), len(answer.body) < 4000) == (400, 21, True)
    assert errors[-1] == {"path": "input", "message": "783980 more things are wrong"}
    nonsense = ask(backend.port, "POST", "/predict", b'{"input":[' + b"[" * 2_000_000)
    assert nonsense.status == 400
