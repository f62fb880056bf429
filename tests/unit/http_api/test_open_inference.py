"""What keeps a version from answering is told as its state, whatever it is."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from shared.errors import ArtefactDamaged, DuetError, GoldenRowsDiffer, NotLoaded, NotTrained, StoreError
from shared.http_api import open_inference
from shared.http_api.messages import Call, Head


@pytest.mark.parametrize(
    "error",
    [NotTrained("iris"), NotLoaded("iris"), ArtefactDamaged("cut"), GoldenRowsDiffer("others"), StoreError("gone")],
    ids=lambda error: type(error).__name__,
)
def test_a_version_that_can_not_answer_is_not_ready(error: DuetError) -> None:
    def predictor(name: str, number: int | None) -> None:
        assert (name, number) == ("iris", 1)
        raise error

    context: Any = SimpleNamespace(service=SimpleNamespace(predictor=predictor))
    head = Head("GET", "/v2/models/iris/versions/1/ready", ())
    reply = open_inference.model_ready(context, Call(head, {"name": "iris", "version": "1"}, b""))
    assert reply.status == 503
    assert json.loads(reply.body) == {"name": "iris", "ready": False, "reason": str(error)}
