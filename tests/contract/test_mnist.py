"""A model of 28 x 28 pixels, trained on files: both backends answer its rows, its form and its card."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.digits.images import define_images, from_idx
from shared.domain.recipe import ParameterValue
from tests.contract.conftest import Pair
from tests.contract.defined import served
from tests.contract.raw import Answer, ask
from tests.images import IMAGES, LABELS, TEST_IMAGES, TEST_LABELS, enlarged, write_idx
from tests.processes import Backend

MODEL = "/models/mnist"


@pytest.fixture(scope="module")
def backends(training_pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Backend]]:
    folder: Path = tmp_path_factory.mktemp("images")
    write_idx(folder)
    test = from_idx(folder / TEST_IMAGES, folder / TEST_LABELS)
    definition, data = define_images("mnist", "test", from_idx(folder / IMAGES, folder / LABELS), test)
    started = list(training_pair.values())
    params: dict[str, ParameterValue] = {"hidden_units": 32, "epochs": 8, "batch_size": 16, "learning_rate": 0.001}
    with served(training_pair, definition, data, "pixel-mlp", params):
        yield started


def both(backends: list[Backend], method: str, path: str, body: object = None) -> Answer:
    """What both answer, which is the same."""
    content = b"" if body is None else json.dumps(body).encode()
    one, other = (ask(backend.port, method, path, content) for backend in backends)
    assert (one.status, one.body) == (other.status, other.body)
    return one


def test_rows_of_784_pixels_are_read(backends: list[Backend]) -> None:
    pixels, labels = enlarged(500, 600)
    answer = both(backends, "POST", f"{MODEL}/predict", {"rows": pixels.reshape(100, 784).tolist()}).json()
    right = sum(one == str(label) for one, label in zip(answer["predictions"], labels.tolist(), strict=True))
    assert right > 50, "chance is 10"
    assert answer["warnings"] == []
    short = both(backends, "POST", f"{MODEL}/predict", {"rows": [[0] * 64]})
    assert (short.status, short.json()["errors"][0]["path"]) == (400, "rows[0]")


def test_the_route_of_the_digits_stays_theirs(backends: list[Backend]) -> None:
    pixels, _ = enlarged(500, 501)
    for backend in backends:
        answer = ask(backend.port, "POST", "/predict", json.dumps({"input": pixels.reshape(1, 784).tolist()}).encode())
        asked = ask(backend.port, "POST", "/models/digits/predict", json.dumps({"image": pixels[0].tolist()}).encode())
        assert answer.json() == asked.json()["probabilities"]


def test_nobody_is_shown_784_fields(backends: list[Backend]) -> None:
    form = both(backends, "GET", "/form/mnist").body.decode()
    assert "It takes 784 inputs, which are too many for a form: send rows to POST /models/mnist/predict" in form
    assert "<input" not in form


def test_its_card_tells_the_figure_on_the_test_rows(backends: list[Backend]) -> None:
    card = both(backends, "GET", f"{MODEL}/versions/1/card").json()
    tested = card["evaluation"]["figures"][2]
    assert (tested["n"], tested["protocol"]) == (200, f"the version itself, on the rows of {TEST_IMAGES}")
    assert both(backends, "POST", card["asking"]["path"], json.loads(card["asking"]["body"])).status == 200
