"""What every backend answers: one suite, run against each as a real process."""

from __future__ import annotations

import gzip
import json
import re
import urllib.request
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.contract.bad_input import FLOWER, GOOD, GOOD_ROW
from tests.contract.raw import Answer, Connection, Header, ask, request, to_port
from tests.processes import Backend

SPECIES = (
    ([5.1, 3.5, 1.4, 0.2], "💐 Setosa", "setosa", 0),
    ([7.0, 3.2, 4.7, 1.4], "🌷 Versicolor", "versicolor", 1),
    ([6.3, 3.3, 6.0, 2.5], "🌺 Virginica", "virginica", 2),
)
FORM = ("Content-Type", "application/x-www-form-urlencoded")
BODY_TYPES: tuple[tuple[Header, ...], ...] = (
    (FORM,),
    (("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"),),
    (("Content-Type", "text/plain"),),
    (("Content-Type", "text/plain;charset=UTF-8"),),
    (),
    (("Content-Type", ""),),
    (("Content-Type", "application/json"),),
    (("Content-Type", "Application/JSON; charset=utf-8"),),
)
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src *; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
READABLE = "GET, HEAD, OPTIONS"
ALLOWED = (
    ("/", "GET, HEAD, OPTIONS, POST"),
    ("/classify", "OPTIONS, POST"),
    ("/train", "OPTIONS, POST"),
    ("/home", READABLE),
    ("/models", "GET, HEAD, OPTIONS, POST"),
    ("/models/iris", "DELETE, GET, HEAD, OPTIONS"),
    ("/tables", "OPTIONS, POST"),
    ("/models/iris/versions", READABLE),
    ("/models/iris/versions/1", READABLE),
    ("/models/iris/versions/1/compare/1", READABLE),
    ("/models/iris/versions/1/held-out", READABLE),
    ("/models/iris/predict", "OPTIONS, POST"),
    ("/styles.css", READABLE),
    ("/docs", READABLE),
    ("/docs.css", READABLE),
    ("/panels.css", READABLE),
    ("/openapi.json", READABLE),
    ("/favicon.svg", READABLE),
    ("/js/app.js", READABLE),
    ("/data/models.js", READABLE),
    ("/v2/health/live", READABLE),
    ("/v2/health/ready", READABLE),
    ("/v2", READABLE),
    ("/v2/models", READABLE),
    ("/v2/models/iris", READABLE),
    ("/v2/models/iris/ready", READABLE),
    ("/v2/models/iris/versions/1/ready", READABLE),
    ("/v2/models/iris/infer", "OPTIONS, POST"),
    ("/v2/repository/models/iris/unload", "OPTIONS, POST"),
)
FILES = (
    "/",
    "/styles.css",
    "/favicon.svg",
    "/js/app.js",
    "/data/models.js",
    "/docs",
    "/docs.css",
    "/panels.css",
    "/openapi.json",
)
WRONG_METHODS = tuple(
    (path, allow, method)
    for path, allow in ALLOWED
    for method in ("DELETE", "PUT", "PATCH", "TRACE", "PROPFIND")
    if method not in allow
)
GETTABLE = tuple(path for path, allow in ALLOWED if "GET" in allow)


# --- classifying -------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", BODY_TYPES, ids=lambda headers: headers[0][1] or "empty" if headers else "none")
@pytest.mark.parametrize(("row", "label"), [(row, label) for row, label, _, _ in SPECIES])
def test_classify_answers_the_display_label_whatever_the_content_type(
    backend: Backend, row: list[float], label: str, headers: tuple[Header, ...]
) -> None:
    answer = ask(backend.port, "POST", "/classify", json.dumps({"data": row}), headers)
    assert (answer.status, answer.reason) == (200, "OK")
    assert answer.value("content-type") == "application/json"
    assert answer.json()["data"] == label
    assert label.encode() in answer.body, "labels are UTF-8, not escapes"


@pytest.mark.parametrize(("row", "label", "name", "index"), SPECIES, ids=[name for _, _, name, _ in SPECIES])
def test_classify_answers_class_probabilities_and_version(
    backend: Backend, row: list[float], label: str, name: str, index: int
) -> None:
    found = _classified(backend, {"data": row})
    assert found.keys() == {"data", "label", "class", "probabilities", "model", "version", "warnings"}
    assert (found["data"], found["label"], found["class"]) == (label, name, index)
    assert (found["model"], found["version"], found["warnings"]) == ("iris", 1, [])
    probabilities = found["probabilities"]
    assert list(probabilities) == [name for _, _, name, _ in SPECIES]
    assert all(0 <= value <= 1 for value in probabilities.values())
    assert sum(probabilities.values()) == pytest.approx(1)
    assert max(probabilities, key=probabilities.__getitem__) == name


def test_classify_takes_whole_numbers_and_values_at_the_edge(backend: Backend) -> None:
    assert _classified(backend, {"data": [5, 3, 1, 0]})["label"] == "setosa"
    for row in ([4.3, 2.0, 1.0, 0.1], [7.9, 4.4, 6.9, 2.5]):  # which no flower has all at once
        assert [found["path"] for found in _classified(backend, {"data": row})["warnings"]] == ["data"]
    outside = _classified(backend, {"data": [0, -0.0, 1e-300, 5e-324]})["warnings"]
    assert [found["path"] for found in outside] == ["data[0]", "data[1]", "data[2]", "data[3]", "data"]


def test_model_and_version_can_be_chosen(backend: Backend) -> None:
    chosen = _classified(backend, {"data": GOOD_ROW, "model": "iris-tree", "version": 1})
    assert (chosen["model"], chosen["version"], chosen["label"]) == ("iris-tree", 1, "setosa")
    assert _classified(backend, {"data": GOOD_ROW, "model": "iris", "version": 1}) == _classified(
        backend, {"data": GOOD_ROW, "version": None}
    )


def test_values_unlike_the_training_data_are_answered_with_a_warning(backend: Backend) -> None:
    found = _classified(backend, {"data": [5.1, 1.9, 1.4, 9.0]})
    assert [(warning["path"], warning["feature"]) for warning in found["warnings"]] == [
        ("data[1]", "sepal_width_cm"),
        ("data[3]", "petal_width_cm"),
        ("data", None),
    ]
    assert "1.9 cm is outside the 2 to 4.4 cm" in found["warnings"][0]["message"]
    assert re.match(r"9(\.0)? cm is outside the 0\.1 to 2\.5 cm", found["warnings"][1]["message"])


def test_tree_answers_as_its_tutorial_says(backend: Backend) -> None:
    for headers in BODY_TYPES:
        answer = ask(backend.port, "POST", "/", json.dumps(FLOWER), headers)
        assert (answer.status, answer.body) == (200, b'{"prediction":[1]}')


def test_client_of_the_original_tutorial_works_unchanged(backend: Backend) -> None:
    # urllib sends a body as application/x-www-form-urlencoded, which is how the original page sends its JSON.
    query = json.dumps({"data": GOOD_ROW}).encode()
    with urllib.request.urlopen(f"{backend.url}/classify", data=query, timeout=20) as response:
        assert json.load(response)["data"] == "💐 Setosa"
    with urllib.request.urlopen(f"{backend.url}/", data=json.dumps(FLOWER).encode(), timeout=20) as response:
        assert json.load(response) == {"prediction": [1]}
    with urllib.request.urlopen(f"{backend.url}/home", timeout=20) as response:
        assert "Duet" in response.read().decode()


# --- reading -----------------------------------------------------------------------------------------


def test_home_says_what_the_service_is(backend: Backend) -> None:
    answer = ask(backend.port, "GET", "/home")
    assert (answer.status, answer.value("content-type")) == (200, "text/plain; charset=utf-8")
    assert "scikit-learn" in answer.body.decode()


def test_models_are_listed_with_their_champion(backend: Backend) -> None:
    models = {model["name"]: model for model in ask(backend.port, "GET", "/models").json()["models"]}
    assert {name: model["champion"]["recipe"] for name, model in models.items()} == {
        "iris": "lda",
        "iris-tree": "tree",
        "diabetes": "bayesian-ridge",
        "digits": "knn",
    }
    for model in models.values():
        assert model.keys() == {"name", "title", "task", "champion"}
        assert model["task"] == model["champion"]["metrics"]["task"]
        assert model["champion"].keys() == {"number", "recipe", "metrics"}


def test_model_describes_itself(backend: Backend) -> None:
    model = ask(backend.port, "GET", "/models/iris").json()
    assert (model["name"], model["task"], model["default_recipe"]) == ("iris", "classification", "lda")
    assert model["data"]["n_samples"] == 150
    assert re.fullmatch(r"[0-9a-f]{64}", model["data"]["sha256"])
    inputs = model["signature"]["inputs"]
    assert [(field["name"], field["unit"], field["minimum"], field["maximum"]) for field in inputs] == [
        ("sepal_length_cm", "cm", 4.3, 7.9),
        ("sepal_width_cm", "cm", 2.0, 4.4),
        ("petal_length_cm", "cm", 1.0, 6.9),
        ("petal_width_cm", "cm", 0.1, 2.5),
    ]
    assert all(field.keys() >= {"title", "step", "example"} for field in inputs)
    assert [kind["label"] for kind in model["signature"]["output"]["classes"]] == [label for _, label, _, _ in SPECIES]
    assert [(example["title"], example["row"]) for example in model["examples"]] == [
        (n, row) for row, _, n, _ in SPECIES
    ]
    assert {recipe["name"] for recipe in model["recipes"]} >= {"lda", "mlp", "tree", "forest"}


def test_every_recipe_says_what_may_be_set(backend: Backend) -> None:
    for recipe in ask(backend.port, "GET", "/models/iris").json()["recipes"]:
        assert recipe.keys() == {"name", "title", "hyperparameters"}
        for parameter in recipe["hyperparameters"]:
            assert parameter.keys() == {"name", "kind", "default", "minimum", "maximum", "choices", "meaning"}
            assert parameter["kind"] in ("int", "float", "choice")


def test_champion_is_a_version_with_its_figures(backend: Backend) -> None:
    listing = ask(backend.port, "GET", "/models/iris/versions").json()
    champion = ask(backend.port, "GET", "/models/iris").json()["champion"]
    assert (listing["model"], listing["champion"], champion["number"]) == ("iris", 1, 1)
    assert champion.pop("engine").keys() == {"name", "why"}
    assert listing["versions"] == [champion]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", champion["created_at"])
    assert re.fullmatch(r"[0-9a-f]+", champion["run"])
    for digest in (champion["data_sha256"], champion["artefact_sha256"]):
        assert re.fullmatch(r"[0-9a-f]{64}", digest)
    assert "scikit-learn" in champion["libraries"]
    _check_figures(champion["metrics"])


def test_health_is_live_and_ready(backend: Backend) -> None:
    assert ask(backend.port, "GET", "/v2/health/live").json() == {"live": True}
    ready = ask(backend.port, "GET", "/v2/health/ready")
    assert (ready.status, ready.json()) == (200, {"live": True, "ready": True, "problems": []})


# --- the page ----------------------------------------------------------------------------------------


def test_page_is_guarded_by_a_content_security_policy(backend: Backend) -> None:
    page = ask(backend.port, "GET", "/")
    assert (page.status, page.value("content-type")) == (200, "text/html; charset=utf-8")
    assert page.value("content-security-policy") == PAGE_POLICY
    assert page.value("referrer-policy") == "no-referrer"


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_all_that_the_page_refers_to_is_served(backend: Backend, path: str) -> None:
    links = _Links()
    links.feed(ask(backend.port, "GET", path).body.decode())
    assert any(link.startswith("js/") for link in links.found)
    for link in links.found:
        answer = ask(backend.port, "GET", f"/{link}")
        assert answer.status == 200, link
        assert answer.value("content-type") == _content_type(link)
        assert answer.value("content-security-policy") == PAGE_POLICY


@pytest.mark.parametrize("path", FILES)
def test_file_that_the_client_has_is_not_sent_again(backend: Backend, path: str) -> None:
    first = ask(backend.port, "GET", path)
    tag = first.value("etag")
    assert tag is not None
    assert first.value("cache-control") == "no-cache"
    for known in (tag, f"W/{tag}", f'"other", {tag}', f'{tag}, "other"', "*"):
        again = ask(backend.port, "GET", path, headers=[("If-None-Match", known)])
        assert (again.status, again.reason, again.body) == (304, "Not Modified", b""), known
        assert again.value("etag") == tag
        assert again.value("access-control-allow-origin") == "*"
    for other in ('"other"', tag.strip('"'), tag.upper(), ""):
        assert ask(backend.port, "GET", path, headers=[("If-None-Match", other)]).status == 200, other


@pytest.mark.parametrize("path", FILES)
def test_page_is_compressed_for_those_who_take_it(backend: Backend, path: str) -> None:
    plain = ask(backend.port, "GET", path)
    for accepted in ("gzip", "GZIP", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8", "deflate,gzip;q=0.001"):
        answer = ask(backend.port, "GET", path, headers=[("Accept-Encoding", accepted)])
        assert (answer.value("content-encoding"), answer.value("vary")) == ("gzip", "Accept-Encoding"), accepted
        assert gzip.decompress(answer.body) == plain.body
        assert answer.value("content-type") == plain.value("content-type")
        assert answer.value("etag") != plain.value("etag")
    known = [("Accept-Encoding", "gzip"), ("If-None-Match", answer.value("etag") or "")]
    assert ask(backend.port, "GET", path, headers=known).status == 304
    assert ask(backend.port, "GET", path, headers=known[1:]).status == 200, "a tag is of one form"
    for refused in ("", "identity", "br", "gzip;q=0", "gzip; q=0.000", "gzipped"):
        answer = ask(backend.port, "GET", path, headers=[("Accept-Encoding", refused)])
        assert (answer.value("content-encoding"), answer.body) == (None, plain.body), refused
        assert answer.value("vary") == "Accept-Encoding"


# --- methods, errors, headers ------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*GETTABLE, "/nothing", "/models/roses", "/classify"])
def test_head_answers_as_get_without_the_body(backend: Backend, path: str) -> None:
    with Connection(backend.port) as connection:
        connection.send(to_port(request("GET", path), backend.port))
        whole = connection.answer("GET")
        connection.send(to_port(request("HEAD", path) + request("GET", "/home"), backend.port))
        head = connection.answer("HEAD")
        assert connection.answer().status == 200, "the answer to HEAD has a body"
    assert (head.status, head.reason) == (whole.status, whole.reason)
    assert _comparable(head) == _comparable(whole)
    assert head.value("content-length") == str(len(whole.body))


@pytest.mark.parametrize(("path", "allow"), ALLOWED)
def test_options_lists_the_methods(backend: Backend, path: str, allow: str) -> None:
    answer = ask(backend.port, "OPTIONS", path)
    assert (answer.status, answer.value("allow"), answer.body) == (204, allow, b"")
    assert answer.value("access-control-allow-origin") == "*"


@pytest.mark.parametrize(("path", "allow", "method"), WRONG_METHODS)
def test_wrong_method_lists_the_allowed_ones(backend: Backend, path: str, allow: str, method: str) -> None:
    answer = ask(backend.port, method, path)
    assert (answer.status, answer.value("allow")) == (405, allow)


def test_options_for_the_server_as_a_whole_is_answered_like_the_rest(backend: Backend) -> None:
    answer = ask(backend.port, "OPTIONS", "*")
    assert (answer.status // 100, answer.value("access-control-allow-origin")) == (2, "*")
    assert answer.value("allow") is not None


def test_open_inference_errors_have_that_protocol_s_form(backend: Backend) -> None:
    for method, path, status in (("GET", "/v2/nothing", 404), ("POST", "/v2/health/live", 405)):
        answer = ask(backend.port, method, path)
        assert (answer.status, answer.value("content-type")) == (status, "application/json")
        assert answer.json().keys() == {"error"}


def test_answers_say_who_and_when(backend: Backend) -> None:
    for path in (*GETTABLE, "/nothing"):
        answer = ask(backend.port, "GET", path)
        assert re.fullmatch(r"Duet/\d+\.\d+\.\d+ (Flask|Klein)/[\d.]+", answer.value("server") or "")
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", answer.value("date") or "")


def test_answers_say_where_the_time_went(backend: Backend) -> None:
    answers = [ask(backend.port, "POST", "/classify", GOOD) for _ in range(2)]
    for answer in answers:
        stages = dict(re.findall(r"(\w+);dur=(\d+\.\d{3})", answer.value("server-timing") or ""))
        assert list(stages) == ["parse", "inference", "total"]
        assert 0 < float(stages["parse"]) + float(stages["inference"]) <= float(stages["total"]) + 0.002
    for path in (*GETTABLE, "/nothing"):
        assert re.fullmatch(r"total;dur=\d+\.\d{3}", ask(backend.port, "GET", path).value("server-timing") or "")


def test_answers_of_the_service_are_not_kept_by_caches(backend: Backend) -> None:
    for path in ("/models", "/models/iris", "/models/iris/versions", "/v2/health/ready", "/nothing"):
        assert ask(backend.port, "GET", path).value("cache-control") == "no-store"
    assert ask(backend.port, "POST", "/classify", GOOD).value("cache-control") == "no-store"


@pytest.mark.parametrize("given", ["a", "7f3c-41.B_x", "z" * 64])
def test_request_id_comes_back(backend: Backend, given: str) -> None:
    named = [("X-Request-Id", given)]
    for answer in (
        ask(backend.port, "GET", "/home", headers=named),
        ask(backend.port, "POST", "/classify", GOOD, named),
        ask(backend.port, "POST", "/classify", "{", named),
        ask(backend.port, "GET", "/nothing", headers=named),
        ask(backend.port, "GET", "/%ff", headers=named),
        ask(backend.port, "POST", "/train", "{}", [*named, ("Origin", "null")]),
    ):
        assert answer.value("x-request-id") == given


@pytest.mark.parametrize("given", ["", "a b", "z" * 65, "<script>", "a,b", "é", "a\tb"])
def test_request_id_that_is_none_is_replaced(backend: Backend, given: str) -> None:
    answer = ask(backend.port, "GET", "/home", headers=[("X-Request-Id", given)])
    assert answer.status == 200
    assert re.fullmatch(r"[0-9a-f]{32}", answer.value("x-request-id") or "")


def test_query_makes_no_difference(backend: Backend) -> None:
    plain = ask(backend.port, "GET", "/models/iris").body
    for query in ("?", "?a=b", "?a=%ff&b=%00", "?/../x", "?a?b"):
        assert ask(backend.port, "GET", f"/models/iris{query}").body == plain


def test_forwarding_headers_are_not_believed(backend: Backend) -> None:
    forged = [("X-Forwarded-Host", "evil.test"), ("X-Forwarded-Proto", "https"), ("Forwarded", "host=evil.test")]
    assert ask(backend.port, "GET", "/home", headers=forged).status == 200
    hidden = [("Host", "evil.test"), ("X-Forwarded-Host", f"127.0.0.1:{backend.port}")]
    assert ask(backend.port, "GET", "/home", headers=hidden).status == 403
    assert ask(backend.port, "GET", "/train", headers=[("X-HTTP-Method-Override", "POST")]).status == 405


class _Links(HTMLParser):
    """The files that a page refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        links = [value for name, value in attrs if name in ("src", "href") and tag in ("script", "link", "img")]
        self.found.extend(link for link in links if link and not link.startswith("data:"))


def _content_type(path: str) -> str:
    kinds = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml"}
    return kinds[path.rpartition(".")[2]]


def _classified(backend: Backend, body: dict[str, object]) -> dict[str, Any]:
    answer = ask(backend.port, "POST", "/classify", json.dumps(body))
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json()
    return found


def _comparable(answer: Answer) -> list[Header]:
    own = ("Date", "Server-Timing", "X-Request-Id")
    return sorted((name, value) for name, value in answer.headers if name not in own)


def _check_figures(metrics: dict[str, Any]) -> None:
    assert metrics.keys() == {"task", "holdout", "cross_validation"}
    holdout, crossed = metrics["holdout"], metrics["cross_validation"]
    assert (holdout["n"], crossed["n"], crossed["folds"]) == (45, 150, 5)
    assert holdout["accuracy"] == holdout["correct"] / holdout["n"]
    assert [len(row) for row in crossed["confusion"]] == [3, 3, 3]
    assert sum(map(sum, crossed["confusion"])) == pytest.approx(150)
    for figure in (holdout, crossed):
        assert figure["protocol"].startswith("stratified ")
        assert 0 <= figure["interval"]["low"] <= figure["accuracy"] <= figure["interval"]["high"] <= 1
        assert (figure["interval"]["level"], figure["interval"]["method"]) == (0.95, "Wilson")
