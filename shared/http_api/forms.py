"""Models asked by a query and by the plain HTML form that makes it: what a browser can do without scripts."""

from __future__ import annotations

from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING

import msgspec

from shared.errors import DuetError, InvalidInput, Problem
from shared.http_api import form_pages, rows_in_queries, views
from shared.http_api.errors import Refusal, as_refusal, shortened
from shared.http_api.handlers import json_reply
from shared.http_api.messages import Call, Head, Header, Reply

if TYPE_CHECKING:
    from shared.http_api.context import Context
    from shared.http_api.rows_in_queries import RowQuery

DEFAULT_MODELS = ("house", "diabetes")  # the first that there is
HTML, JSON = "text/html", "application/json"
VARY: Header = ("Vary", "Accept")
Timing = tuple[float, float]


def predict(context: Context, call: Call) -> Reply:
    """`GET /predict`: what a model says of the row in the query, as JSON or to a browser as HTML."""
    asked = rows_in_queries.read(call.head.query)
    if not prefers_html(call.head):
        answer, timing = _ask(context, asked)
        reply = json_reply(answer, model=answer.model, version=answer.version, timing=timing)
        return msgspec.structs.replace(reply, headers=(*reply.headers, VARY))
    try:
        answer, timing = _ask(context, asked)
        model = _model(context, answer.model)
        body = form_pages.answered(model, asked.texts, answer)
    except DuetError as error:
        return _refused(context, asked, error, "")
    reply = _html(HTTPStatus.OK, body)
    return msgspec.structs.replace(reply, model=answer.model, version=answer.version, timing=timing)


def forms(context: Context, call: Call) -> Reply:
    """`GET /form`: the forms that there are."""
    return _html(HTTPStatus.OK, form_pages.links(_titles(context)))


def form(context: Context, call: Call) -> Reply:
    """`GET /form/<name>`: the form of a model, with the first row of its data in it."""
    name = call.parameters["name"]
    try:
        model = _model(context, name)
    except DuetError as error:
        if prefers_html(call.head):
            return _refused(context, rows_in_queries.RowQuery([("model", name)]), error, "../")
        raise
    return _html(HTTPStatus.OK, form_pages.empty(model, root="../"))


def _asked_model(context: Context, asked: RowQuery) -> str:
    known = {entry.name for entry in context.service.models()}
    return asked.model or next(name for name in DEFAULT_MODELS if name in known)


def prefers_html(head: Head) -> bool:
    """Whether the client would rather have HTML than JSON (RFC 9110, section 12.5.1); who names neither has JSON."""
    weights = {HTML: 0.0, JSON: 0.0}
    for offer in (head.value("accept") or "").split(","):
        kind, *parameters = offer.replace(" ", "").lower().split(";")
        if kind in weights:
            weights[kind] = _weight(next((one[2:] for one in parameters if one.startswith("q=")), "1"))
    return weights[HTML] > weights[JSON]


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _ask(context: Context, asked: RowQuery) -> tuple[views.PredictAnswer | views.EstimateAnswer, Timing]:
    started, name = perf_counter(), _asked_model(context, asked)
    row = asked.row(context.service.entry(name).columns)
    parsed = perf_counter()
    predictor = context.service.predictor(name)
    answer = views.predict_answer(predictor.predict(row.X), predictor, row)
    return answer, (parsed - started, perf_counter() - parsed)


def _model(context: Context, name: str) -> views.ModelAnswer:
    return views.model_view(context.service.entry(name), context.service.champion(name))


def _refused(context: Context, asked: RowQuery, error: DuetError, root: str) -> Reply:
    """`error` above the form that it came from, with what was entered, where there is such a model."""
    refusal = as_refusal(error)
    if refusal is None:
        raise error
    problems = error.problems if isinstance(error, InvalidInput) else ()
    told = [Problem(shortened(one.path), shortened(one.message)) for one in problems]
    try:
        model = _model(context, _asked_model(context, asked))
    except DuetError:
        body = form_pages.lost(shortened(str(refusal)), _titles(context), root)
        return _html(refusal.status, body, refusal)
    body = form_pages.refused(model, asked.texts, shortened(str(refusal)), told, root)
    return _html(refusal.status, body, refusal)


def _titles(context: Context) -> list[tuple[str, str]]:
    return [(one.name, one.title) for one in context.service.models()]


def _html(status: HTTPStatus, body: bytes, refusal: Refusal | None = None) -> Reply:
    headers: tuple[Header, ...] = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-store"),
        VARY,
        ("Content-Security-Policy", form_pages.POLICY),
        ("Referrer-Policy", "no-referrer"),
    )
    return Reply(status.value, headers + (refusal.headers if refusal else ()), body)
