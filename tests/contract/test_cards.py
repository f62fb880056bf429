"""Model cards, as both backends give them."""

from __future__ import annotations

import pytest
import yaml

from tests.contract.conftest import Pair
from tests.contract.raw import Answer, Header, ask
from tests.processes import Backend

MARKDOWN: Header = ("Accept", "text/markdown, application/json;q=0.5")


def card_of(backend: Backend, model: str, *headers: Header) -> Answer:
    return ask(backend.port, "GET", f"/models/{model}/versions/1/card", headers=headers)


@pytest.mark.parametrize("model", ["iris", "iris-tree", "diabetes", "digits"])
def test_both_give_the_same_card_of_every_model_as_json_and_to_read(pair: Pair, model: str) -> None:
    for headers, kind in (((), "application/json"), ((MARKDOWN,), "text/markdown; charset=utf-8")):
        one, other = (card_of(backend, model, *headers) for backend in pair.values())
        assert (one.status, one.value("content-type"), one.value("vary")) == (200, kind, "Accept")
        assert one.body == other.body
        assert "Accept" in (other.value("vary") or "")


def test_a_card_agrees_with_the_version_that_it_is_of(backend: Backend) -> None:
    card = card_of(backend, "iris").json()
    version = ask(backend.port, "GET", "/models/iris/versions/1").json()
    assert card["inputs"] == version["signature"]["inputs"]
    assert card["libraries"] == version["libraries"]
    assert card["artefacts"]["scikit-learn"] == version["artefact_sha256"]
    assert card["evaluation"]["figures"][1]["value"] == version["metrics"]["cross_validation"]["accuracy"]
    _, above, text = card_of(backend, "iris", MARKDOWN).body.decode().split("---\n", 2)
    assert yaml.safe_load(above)["model-index"][0]["name"] == "iris"
    assert card["data_sha256"] in text


def test_what_a_card_says_to_ask_is_answered(backend: Backend) -> None:
    for model in ("iris", "diabetes", "digits"):
        asking = card_of(backend, model).json()["asking"]
        answer = ask(backend.port, "POST", asking["path"], asking["body"])
        assert (answer.status, answer.json()["version"]) == (200, 1)


@pytest.mark.parametrize("path", ["/models/iris/versions/77/card", "/models/iris/versions/x/card"])
def test_no_version_has_no_card(backend: Backend, path: str) -> None:
    answer = ask(backend.port, "GET", path, headers=[MARKDOWN])
    assert (answer.status, answer.value("content-type")) == (404, "application/problem+json")
