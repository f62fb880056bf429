"""Every error has its status, and none breaks the mapping."""

import json
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from shared import errors
from shared.errors import DuetError, InvalidInput, Problem
from shared.http_api.errors import Refusal, error_reply
from shared.http_api.messages import Head

HEAD = Head("POST", "/classify", ())

EXPECTED: list[tuple[DuetError, int]] = [
    (InvalidInput([Problem("data", "is missing")]), 400),
    (errors.UnusableFile("digits.csv", [Problem("row 2", "is empty")], 3), 400),
    (errors.BlankImage([0]), 400),
    (errors.Unanswerable([0]), 400),
    (errors.UnknownModel("x", ["iris"]), 404),
    (errors.UnknownRun("f00d"), 404),
    (errors.UnknownVersion("iris", 9), 404),
    (errors.NoHeldOut("iris", 9), 404),
    (errors.NotTrained("iris"), 409),
    (errors.NotLoaded("iris"), 409),
    (errors.NotExplainable("iris", 1), 409),
    (errors.NameTaken("iris", "it is a model of the catalogue"), 409),
    (errors.NothingBefore("iris"), 409),
    (errors.RunEnded("f00d", "FINISHED"), 409),
    (errors.QueueFull("iris", 5), 429),
    (errors.TrainingFailed("it ended"), 503),
    (errors.ArtefactDamaged("damaged"), 503),
    (errors.GoldenRowsDiffer("differs"), 503),
    (errors.StoreUnavailable("locked"), 503),
    (errors.StoreFull("full"), 507),
]


@pytest.mark.parametrize(("error", "status"), EXPECTED, ids=[type(error).__name__ for error, _ in EXPECTED])
def test_an_expected_error_has_its_status_and_its_words(error: DuetError, status: int) -> None:
    reply = error_reply(error, HEAD, "id")
    document = json.loads(reply.body)
    assert (reply.status, document["status"]) == (status, status)
    assert ("Content-Type", "application/problem+json") in reply.headers
    assert ("Retry-After" in dict(reply.headers)) == (status in (429, 503, 507))
    assert "request_id" not in document


def test_every_error_that_can_be_raised_is_mapped() -> None:
    def leaves(kind: type[DuetError]) -> Iterator[type[DuetError]]:
        yield from (
            [kind] if not kind.__subclasses__() else [leaf for sub in kind.__subclasses__() for leaf in leaves(sub)]
        )

    assert set(leaves(DuetError)) == {type(error) for error, _ in EXPECTED}


@pytest.mark.parametrize("error", [KeyError("secret"), MemoryError(), RecursionError(), Exception()])
def test_a_bug_is_an_opaque_500_with_the_request_id(error: Exception) -> None:
    reply = error_reply(error, HEAD, "the-id")
    document = json.loads(reply.body)
    assert (reply.status, document["request_id"]) == (500, "the-id")
    assert b"secret" not in reply.body


def test_open_inference_errors_are_one_text_with_every_culprit() -> None:
    error = InvalidInput([Problem("inputs[0]", "is empty"), Problem("id", "must be a string")])
    reply = error_reply(error, Head("POST", "/v2/models/iris/infer", ()), "id")
    assert json.loads(reply.body) == {
        "error": "2 things are wrong with the request; inputs[0]: is empty; id: must be a string"
    }
    assert ("Content-Type", "application/json") in reply.headers


def test_an_answer_does_not_grow_with_what_it_quotes() -> None:
    error = InvalidInput([Problem("x" * 100_000, "y" * 100_000)])
    assert len(error_reply(error, HEAD, "id").body) < 2000


def test_a_refusal_carries_its_headers() -> None:
    reply = error_reply(Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "no", (("Allow", "GET"),)), HEAD, "id")
    assert ("Allow", "GET") in reply.headers
