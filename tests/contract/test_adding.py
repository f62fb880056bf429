"""Models that are made of a CSV over HTTP, by either backend and for both; and CSVs that nothing can be made of."""

from __future__ import annotations

import gzip
import json
from urllib.parse import urlencode

import pytest

from shared.http_api import ROUTES, openapi
from shared.settings import Settings
from tests.contract.conftest import Pair
from tests.contract.outside import eventually
from tests.contract.raw import Answer, Header, ask
from tests.described import answer_of, problems_of
from tests.flats import CITIES, flats_csv
from tests.processes import Backend

LIMIT_S = 60.0
SEEN_WITHIN_S = 1.0
FLATS = flats_csv(120)
CSV: Header = ("Content-Type", "text/csv")
DOCUMENT = openapi.openapi(ROUTES, Settings())
MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def backends(training_pair: Pair) -> list[Backend]:
    return list(training_pair.values())


def send(backend: Backend, path: str, body: bytes, *headers: Header, **query: str | list[str]) -> Answer:
    target = f"{path}?{urlencode(query, doseq=True)}" if query else path
    return ask(backend.port, "POST", target, body, headers or [CSV], LIMIT_S)


def both(backends: list[Backend], path: str, body: bytes, *headers: Header, **query: str | list[str]) -> Answer:
    """What both answer, which is the same."""
    one, other = (send(backend, path, body, *headers, **query) for backend in backends)
    assert (one.status, one.body) == (other.status, other.body)
    return one


def errors(answer: Answer) -> list[dict[str, str]]:
    assert (answer.status, answer.value("content-type")) == (400, "application/problem+json"), answer.body
    found: list[dict[str, str]] = answer.json()["errors"]
    return found


def check(answer: Answer, name: str) -> Answer:
    """`answer`, which is what the description of the API says of the operation called `name`."""
    described = next(
        one for methods in DOCUMENT["paths"].values() for one in methods.values() if one["operationId"] == name
    )
    found = answer_of(described, str(answer.status), DOCUMENT)
    content_type = answer.value("content-type") or ""
    assert problems_of(answer.json(), found["content"][content_type]["schema"], DOCUMENT) == []
    return answer


def test_a_table_is_looked_at_and_not_kept(backends: list[Backend]) -> None:
    found = check(both(backends, "/tables", FLATS, file="My flats.csv"), "read_table").json()
    assert (found["n_rows"], found["name"], found["title"], found["target"]) == (120, "my-flats", "My flats", "kind")
    assert [column["kind"] for column in found["columns"]] == ["number", "category", "number", "number", "category"]
    assert {one["category"] for one in found["columns"][1]["counts"]} == set(CITIES)
    assert [column["task"] for column in found["columns"]][-2:] == ["regression", "classification"]
    assert "my-flats" not in ask(backends[0].port, "GET", "/models").body.decode()


def test_a_model_is_added_by_one_backend_served_by_both_and_removed_by_the_other(backends: list[Backend]) -> None:
    one, other = backends
    added = check(send(one, "/models", FLATS, name="lodgings", target="kind", drop=["rent"], file="f.csv"), "add_model")
    model, run = added.json()["model"], added.json()["run"]
    assert (added.status, added.value("location")) == (202, f"/runs/{run['id']}")
    assert (model["defined"], model["champion"], model["title"]) == (True, None, "Lodgings")
    assert [one["name"] for one in model["signature"]["inputs"]] == ["rooms", "city", "age"]
    assert (run["model"], run["recipe"], run["promote"]) == ("lodgings", "auto", "always")
    path = "/models/lodgings"
    assert eventually(lambda: ask(other.port, "GET", path).status == 200, SEEN_WITHIN_S)
    for backend in backends:
        taken = check(send(backend, "/models", FLATS, name="lodgings", target="rooms"), "add_model")
        assert (taken.status, "choose another name" in taken.json()["detail"]) == (409, True)
    ended = {"FINISHED", "FAILED", "CANCELLED"}
    assert eventually(lambda: ask(other.port, "GET", f"/runs/{run['id']}").json()["state"] in ended, LIMIT_S)
    body = json.dumps({"rows": [example["row"] for example in model["examples"]]})
    for backend in backends:
        found = eventually(lambda one=backend: _classes(one, f"{path}/predict", body), SEEN_WITHIN_S)  # type: ignore[misc]
        assert found == {"cheap", "dear"}
    removed = check(ask(other.port, "DELETE", path), "remove_model")
    assert (removed.status, removed.json()) == (200, {"model": "lodgings"})
    for backend in backends:
        assert eventually(lambda one=backend: ask(one.port, "GET", path).status == 404, SEEN_WITHIN_S)  # type: ignore[misc]
    assert check(ask(one.port, "DELETE", path), "remove_model").status == 404


def _classes(backend: Backend, path: str, body: str) -> set[str] | None:
    """The classes that rows of all classes are taken for; None while nothing answers."""
    answer = ask(backend.port, "POST", path, body)
    return set(answer.json()["predictions"]) if answer.status == 200 else None


def test_a_model_whose_first_training_is_cancelled_stays_untrained(backends: list[Backend]) -> None:
    one, other = backends
    run = send(one, "/models", FLATS, name="huts", target="kind").json()["run"]
    assert ask(other.port, "DELETE", f"/runs/{run['id']}").json()["state"] == "CANCELLED"
    assert ask(one.port, "GET", "/models/huts").json()["champion"] is None
    assert ask(one.port, "DELETE", "/models/huts").status == 200


def test_models_of_the_catalogue_are_neither_replaced_nor_removed(backends: list[Backend]) -> None:
    assert both(backends, "/models", FLATS, name="iris", target="kind").status == 409
    one, other = (ask(backend.port, "DELETE", "/models/iris") for backend in backends)
    assert (one.status, one.body) == (409, other.body)


WISHES: list[tuple[dict[str, str | list[str]], list[str]]] = [
    ({}, ["target"]),
    ({"target": "price"}, ["target"]),
    ({"target": "kind", "drop": ["kind", "nothing"]}, ["drop", "drop"]),
    ({"target": "kind", "task": "regression"}, ["target"]),
    ({"target": "kind", "name": "../etc"}, ["name"]),
    ({"target": "kind", "name": "Flats!"}, ["name"]),
    ({"target": "kind", "task": "guess", "colour": "red"}, ["?colour", "?task"]),
    ({"target": "kind", "title": "x" * 201}, ["?title"]),
]


@pytest.mark.parametrize(("query", "paths"), WISHES, ids=lambda part: json.dumps(part)[:40])
def test_wishes_that_can_not_be_met_are_named(
    backends: list[Backend], query: dict[str, str | list[str]], paths: list[str]
) -> None:
    answer = both(backends, "/models", FLATS, file="some.csv", **query)
    assert errors(answer)
    assert answer.paths() == paths


def _rows(header: str, row: str, n: int = 40) -> bytes:
    return "\n".join([header, *[row] * n]).encode()


def _numbered(header: str, cell: str) -> bytes:
    return "\n".join([header, *(f"{row},{cell}" for row in range(40))]).encode()


HOSTILE = {
    "empty": (b"", "row 1", "is missing"),
    "a header alone": (b"a,b\n", "file", "holds no rows"),
    "too few rows": (b"a,b\n1,2\n3,4\n", "file", "has 2 rows; 30 are needed"),
    "a row too wide": (_rows("a,b", "1,2") + b"\n1,2,3", "row 42", "has 3 cells; 2 columns are named"),
    "a row too short": (_rows("a,b", "1,2") + b"\n1", "row 42", "has 1 cells"),
    "a million columns": (b",".join([b"c"] * 1_000_000) + b"\n1", "row 1", "is longer than 1000000 bytes"),
    "501 columns": (",".join(f"c{i}" for i in range(501)).encode(), "row 1", "has 501 columns; 500 are allowed"),
    "names twice": (b"a,b,a\n1,2,3\n", "row 1, column 3", "is called 'a' like column 1"),
    "no name": (b"a,,c\n1,2,3\n", "row 1, column 2", "has no name"),
    "no UTF-8": (b"a,b\n1,2\n\xff\xfe,3\n", "row 3", "is not UTF-8"),
    "NUL": (b"a,b\n1,2\n3,\0\n", "row 3", "holds a NUL character"),
    "a lone quotation mark": (b'a,b\n"1,2\n' + b"3,4\n" * 5, "row 2", "can't be read as CSV"),
    "a long cell": (b"a,b\n1," + b"x" * 200_000 + b"\n", "row 2", "can't be read as CSV"),
    "text among numbers": (_numbered("a,b", "1.5") + b"\noops,2", "row 42, column 'a'", "'oops' is not a number"),
    "NaN alone": (_rows("a,b", "NaN,NaN"), "file", "has too few columns"),
    "compressed": (gzip.compress(FLATS), "file", "is compressed"),
    "JSON": (b'{"rows": [[1, 2]]}', "file", "holds no rows"),
}


@pytest.mark.parametrize(("body", "path", "message"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_wrong_with_a_table_is_named_by_row_and_column(
    backends: list[Backend], body: bytes, path: str, message: str
) -> None:
    found = errors(both(backends, "/tables", body))
    assert any(one["path"] == path and message in one["message"] for one in found), found


def test_cells_that_a_program_might_run_are_text(backends: list[Backend]) -> None:
    cells = ["=1+1", "@SUM(A1)", MARKUP, "\u202e\u0007evil"]
    body = "\n".join(["n,cell", *(f'{row},"{cells[row % 4]}"' for row in range(40))]).encode()
    _, column = both(backends, "/tables", body).json()["columns"]
    assert {one["category"] for one in column["counts"]} == {cell.strip() for cell in cells}


def test_values_that_are_no_finite_numbers_are_missing_or_text(backends: list[Backend]) -> None:
    body = "\n".join(["a,b,c", *(f"{row},{row / 7},{row * 3}" for row in range(60)), "NaN,inf,1e999"]).encode()
    found = errors(both(backends, "/tables", body))
    assert [(one["path"], one["message"]) for one in found] == [
        ("row 62, column 'b'", "'inf' is not a number"),
        ("row 62, column 'c'", "'1e999' is not a number"),
    ]


@pytest.mark.parametrize("path", ["/tables", "/models"])
def test_other_content_strangers_and_bodies_over_the_limit_are_refused(backends: list[Backend], path: str) -> None:
    assert both(backends, path, FLATS, ("Content-Type", "multipart/form-data; boundary=x")).status == 415
    assert both(backends, path, FLATS, CSV, ("Content-Encoding", "gzip")).status == 415
    assert both(backends, path, FLATS, CSV, ("Origin", "http://evil.test")).status == 403
    assert both(backends, path, FLATS, CSV, ("Sec-Fetch-Site", "cross-site")).status == 403
    large = both(backends, path, b"", CSV, ("Content-Length", str(Settings().max_table_bytes + 1)))
    assert (large.status, large.json()["detail"]) == (413, "the body is larger than 33554432 bytes")


def test_a_table_larger_than_other_bodies_is_taken(backends: list[Backend]) -> None:
    body = "a,b,c\n" + "".join(f"{row},{row * 37 % 101},{'xy'[row % 2]}\n" for row in range(150_000))
    assert len(body) > Settings().max_body_bytes
    assert both(backends, "/tables", body.encode()).json()["n_rows"] == 150_000


def test_answers_to_unseen_rows_are_the_same_of_both(backends: list[Backend]) -> None:
    def get(path: str) -> Answer:
        one, other = (ask(backend.port, "GET", f"/models/{path}") for backend in backends)
        assert (one.status, one.body) == (other.status, other.body)
        return check(one, "held_out")

    found = get("digits/versions/1/held-out?class=3&n=40&seed=2").json()
    assert (found["n"], len(found["rows"]), found["classes"]) == (40, 40, list("0123456789"))
    assert {(row["label"], len(row["inputs"]), len(row["probabilities"])) for row in found["rows"]} == {("3", 64, 10)}
    right = sum(row["label"] == row["predicted"] for row in found["rows"])
    assert (found["correct"], found["interval"]["method"], found["available"]) == (right, "Wilson", 183)
    assert found["interval"]["low"] < right / 40 <= found["interval"]["high"]
    assert len(get("iris/versions/1/held-out").json()["rows"]) == 150
    assert get("digits/versions/1/held-out?class=x&n=501&seed=-1").paths() == ["?n", "?seed"]
    assert get("digits/versions/1/held-out?class=x").paths() == ["?class"]
    assert get("diabetes/versions/1/held-out").status == 404
    assert get("digits/versions/9/held-out").status == 404
    assert get("nothing/versions/1/held-out").status == 404
