"""The requests of the five tutorials that Duet unites, as their texts give them: each gets its own kind of answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pytest

from shared.tables import read_table
from shared.tables.defining import Wishes, define, suggested_name
from shared.tables.houses import BOSTON
from tests.contract.conftest import Pair
from tests.contract.defined import served
from tests.contract.raw import Header, ask
from tests.processes import Backend

LIMIT_S = 60.0
FORM: Header = ("Content-Type", "application/x-www-form-urlencoded")
HOUSE = {name: 0.1 + place for place, name in enumerate(BOSTON.meanings) if name != BOSTON.target}


@pytest.fixture(scope="module", params=["flask", "klein"])
def backend(request: pytest.FixtureRequest, training_pair: Pair) -> Backend:
    return training_pair[request.param]


@pytest.fixture(scope="module")
def house(training_pair: Pair) -> Iterator[None]:
    """Made-up houses with the columns of Boston's, learnt by a recipe that takes no time."""
    random = np.random.default_rng(0)
    rows = random.uniform(0, 1, (40, len(BOSTON.meanings))) + range(len(BOSTON.meanings))
    file = BytesIO()
    np.savetxt(file, rows, "%.3f", ",", header=",".join(BOSTON.meanings), comments="")
    table = read_table(BytesIO(file.getvalue()))
    definition, data = define(table, Wishes(name=suggested_name(table, "x.csv"), by="test", source="x.csv"))
    with served(training_pair, definition, data, "bayesian-ridge", {}):
        yield


def test_the_iris_page_classifies_and_trains(backend: Backend) -> None:
    found = ask(backend.port, "POST", "/classify", json.dumps({"data": [5.1, 3.5, 1.4, 0.2]}), [FORM])
    assert (found.status, found.json()["data"]) == (200, "💐 Setosa")
    trained = ask(backend.port, "POST", "/train", json.dumps({"data": "train"}), [FORM], LIMIT_S)
    assert (trained.status, 0.9 < trained.json()["data"] <= 1) == (200, True)


@pytest.mark.parametrize("n_pixels", [784, 64])
def test_the_digits_api_gives_rows_of_ten_probabilities(backend: Backend, n_pixels: int) -> None:
    image = np.zeros((28, 28) if n_pixels == 784 else (8, 8), np.int64)
    image[2:-2, image.shape[1] // 2] = 255 if n_pixels == 784 else 16
    found = ask(backend.port, "POST", "/predict", json.dumps({"input": [image.ravel().tolist()] * 2}))
    assert found.status == 200, found.body
    first, second = found.json()
    assert (len(first), first) == (10, second)
    assert sum(first) == pytest.approx(1)
    assert ask(backend.port, "GET", "/home").status == 200


def test_the_iris_service_answers_the_index_of_a_class(backend: Backend) -> None:
    found = ask(backend.port, "POST", "/", json.dumps({"sl": 2.0, "sw": 1.0, "pl": 2.0, "pw": 3.0}))
    assert (found.status, found.json()) == (200, {"prediction": [1]})


@pytest.mark.usefixtures("house")
def test_the_house_form_gets_a_price_and_hears_what_is_missing(backend: Backend) -> None:
    query = "&".join(f"{name}={value}" for name, value in HOUSE.items())
    found = ask(backend.port, "GET", f"/predict?{query}")
    assert (found.status, found.json()["model"], found.json()["unit"]) == (200, "house", "$1000")
    assert 13 <= found.json()["predictions"][0] <= 14
    missing = ask(backend.port, "GET", "/predict?CRIM=0.1&RM=5.1&ROOMS=3")
    assert missing.status == 400
    assert set(missing.paths()) == {f"?{name}" for name in [*HOUSE, "ROOMS"] if name not in ("CRIM", "RM")}
    form = ask(backend.port, "GET", "/form/house").body.decode()
    assert all(f'name="{name}"' in form for name in HOUSE)


def test_the_model_as_a_service_takes_columns(backend: Backend) -> None:
    described = ask(backend.port, "GET", "/api").json()
    assert described["model_name"] == "iris"
    columns = {name: [1.0, 5.0] for name in described["feature_names"]}
    found = ask(backend.port, "POST", "/api", json.dumps({"data": columns}))
    assert (found.status, len(found.json()["predictions"])) == (200, 2)
    columns["feature_9"] = columns.pop(described["feature_names"][0])
    wrong = ask(backend.port, "POST", "/api", json.dumps({"data": columns}))
    assert (wrong.status, len(wrong.paths())) == (400, 2)
