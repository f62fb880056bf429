"""A model asked by a query, and by the form that makes one: for browsers without scripts, and for any client."""

from __future__ import annotations

import json
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest

from tests.contract.raw import Answer, ask
from tests.contract.test_twins import PATIENT
from tests.processes import Backend

BROWSER = [("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")]
FLOWER = {"sepal_length_cm": "6.3", "sepal_width_cm": " 3.3 ", "petal_length_cm": "6.", "petal_width_cm": "+2.5e0"}
NAMES = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
GOOD = dict(zip(NAMES, map(str, PATIENT), strict=True))


class Page(HTMLParser):
    """The inputs of a page by name, its other elements by tag, and its text."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.inputs: dict[str, dict[str, str | None]] = {}
        self.tags: dict[str, list[dict[str, str | None]]] = {}
        self.text = ""
        assert answer.value("content-type") == "text/html; charset=utf-8"
        self.feed(answer.body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.setdefault(tag, []).append(dict(attrs))
        if tag == "input":
            self.inputs[dict(attrs)["name"] or ""] = dict(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def _get(backend: Backend, query: dict[str, str] | str, *, browser: bool = False) -> Answer:
    text = query if isinstance(query, str) else urlencode(query)
    return ask(backend.port, "GET", f"/predict?{text}", headers=BROWSER if browser else ())


def test_query_is_answered_as_the_same_row_in_a_body(backend: Backend) -> None:
    for model, query, row in (
        ("diabetes", GOOD, PATIENT),
        ("diabetes", {"model": "diabetes", **GOOD}, PATIENT),
        ("iris", {"model": "iris", **FLOWER}, [6.3, 3.3, 6.0, 2.5]),
    ):
        answer = _get(backend, query)
        posted = ask(backend.port, "POST", f"/models/{model}/predict", json.dumps({"rows": [row]}))
        assert (answer.status, answer.body) == (200, posted.body)
        assert answer.value("vary") == "Accept"
        assert "inference;dur=" in (answer.value("server-timing") or "")


def test_values_outside_the_data_are_warned_of_by_their_key(backend: Backend) -> None:
    answer = _get(backend, {**GOOD, "age": "590"})
    assert [warning["path"] for warning in answer.json()["warnings"]] == ["?age", "?"]
    page = Page(_get(backend, {**GOOD, "age": "590"}, browser=True))
    assert "Age: 590 years is outside the 19 to 79 years seen in training" in page.text


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("", {f"?{name}": "is missing" for name in NAMES}),
        ({**GOOD, "bmi": "3o", "AGE": "5"}, {"?bmi": "must be a number, got '3o'", "?AGE": None}),
        (
            {**GOOD, "bmi": "", "bp": "nan"},
            {"?bmi": "must be a number, got nothing", "?bp": "must be a number, got 'nan'"},
        ),
        (
            {**GOOD, "s1": "1e39", "s2": "-inf"},
            {"?s1": "must be at most 3.4e+38", "?s2": "must be a number, got '-inf'"},
        ),
        ({**GOOD, "s1": "1_0", "s2": "٣", "s3": "0x1f"}, {"?s1": None, "?s2": None, "?s3": None}),
        (f"{urlencode(GOOD)}&age=1&model=diabetes&model=diabetes", {"?age": "stands there twice", "?model": None}),
        ({**GOOD, "s6": "%ff\0"}, {"?s6": None}),
        (
            {"model": "iris", **GOOD},
            {**{f"?{name}": None for name in GOOD}, **{f"?{name}": "is missing" for name in FLOWER}},
        ),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_every_culprit_is_named(backend: Backend, query: dict[str, str] | str, wrong: dict[str, str | None]) -> None:
    answer = _get(backend, query)
    assert answer.status == 400
    found = {problem["path"]: problem["message"] for problem in answer.json()["errors"]}
    assert found.keys() == wrong.keys()
    assert {path: message for path, message in wrong.items() if message} == {
        path: message for path, message in found.items() if wrong[path]
    }
    page = _get(backend, query, browser=True)
    assert page.status == 400
    assert all(unescape(message) in Page(page).text for message in found.values())


def test_form_has_an_input_for_each_feature_and_its_own_answer(backend: Backend) -> None:
    signature = ask(backend.port, "GET", "/models/diabetes").json()["signature"]
    answer = ask(backend.port, "GET", "/form/diabetes", headers=BROWSER)
    page = Page(answer)
    assert answer.status == 200
    assert list(page.inputs) == ["model", *(feature["name"] for feature in signature["inputs"])]
    for feature in signature["inputs"]:
        field = page.inputs[feature["name"]]
        assert (field["type"], float(field["step"] or 0)) == ("number", feature["step"])
        assert {"min", "max"} & field.keys() == set(), "other values are answered too"
        assert f"{feature['minimum']:g} to {feature['maximum']:g} seen in training" in page.text
    assert page.tags["form"] == [{"class": "panel", "action": "../predict", "method": "get", "novalidate": None}]
    filled = {name: field["value"] or "" for name, field in page.inputs.items()}
    answered = Page(_get(backend, filled, browser=True))
    expected = _get(backend, filled).json()
    (value,), ((low, high),) = expected["predictions"], expected["intervals"]
    assert f"{value:.0f} points" in answered.text
    assert f"90\u00a0% interval {low:.0f} to {high:.0f} points" in answered.text
    assert {name: field["value"] for name, field in answered.inputs.items()} == filled


def test_form_of_a_classifier_shows_class_and_probabilities(backend: Backend) -> None:
    page = Page(_get(backend, {"model": "iris", **FLOWER}, browser=True))
    assert "🌺 Virginica" in page.text
    shares = _get(backend, {"model": "iris", **FLOWER}).json()["probabilities"][0]
    assert 0.9995 < shares[2] < 1
    assert "🌺 Virginica>\u00a099.9\u00a0%" in page.text
    assert "💐 Setosa<\u00a00.1\u00a0%" in page.text


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'&lt;\n\t"])
def test_markup_in_a_query_is_text_and_no_script_may_run(backend: Backend, value: str) -> None:
    for query in ({**GOOD, "age": value}, {**GOOD, value: "1"}, {**GOOD, "model": value}):
        answer = _get(backend, query, browser=True)
        page = Page(answer)
        assert answer.status == (404 if "model" in query else 400)
        assert {"script", "img"} & page.tags.keys() == set()
        assert "onerror" not in {name for found in page.tags.values() for one in found for name in one}
        assert (answer.value("content-security-policy") or "").startswith("default-src 'none'; style-src 'self';")
    kept = Page(_get(backend, {**GOOD, "age": value}, browser=True)).inputs["age"]["value"]
    assert kept == value


def test_every_model_has_a_form_to_be_found(backend: Backend) -> None:
    names = [model["name"] for model in ask(backend.port, "GET", "/models").json()["models"]]
    links = [link["href"] for link in Page(ask(backend.port, "GET", "/form")).tags["a"]]
    assert links == [f"form/{name}" for name in names]
    assert {ask(backend.port, "GET", f"/{link}").status for link in links} == {200}


def test_what_is_not_there_leads_to_what_is(backend: Backend) -> None:
    for path, root in (("/form/roses", "../"), ("/predict?model=roses", "")):
        assert ask(backend.port, "GET", path).value("content-type") == "application/problem+json"
        answer = ask(backend.port, "GET", path, headers=BROWSER)
        page = Page(answer)
        assert answer.status == 404
        assert "there is no model 'roses'" in page.text.replace("There", "there")
        assert f"{root}form/diabetes" in {link["href"] for link in page.tags["a"]}


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html", "text/html"),
        ("TEXT/HTML ;level=1, application/json; q=0.5", "text/html"),
        ("text/html;q=0.4, application/json;q=0.5", "application/json"),
        ("text/html, application/json", "application/json"),
        ("text/html;q=0", "application/json"),
        ("text/html;q=x", "application/json"),
        ("*/*", "application/json"),
    ],
)
def test_html_is_for_those_who_prefer_it(backend: Backend, accept: str, kind: str) -> None:
    answer = ask(backend.port, "GET", f"/predict?{urlencode(GOOD)}", headers=[("Accept", accept)])
    assert (answer.value("content-type") or "").partition(";")[0] == kind
