"""OpenAPI 3.1 (spec.openapis.org/oas/v3.1.0), made of the route table and of the types that read and write bodies."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

import msgspec

from shared import __version__
from shared.http_api.errors import OpenInferenceError, ProblemDetails, error_type, is_open_inference, status_of
from shared.http_api.operations import JSON_TYPE, Answer, Example, Operation, Parameter, Schema
from shared.http_api.routes import Route
from shared.http_api.static_files import StaticFile, static_file
from shared.http_api.strict_json import MAX_DEPTH, MAX_PROBLEMS
from shared.settings import Settings

_VARIABLE = re.compile(r"<(?:[^:<>]+:)?(\w+)>")  # of a rule in Werkzeug's syntax, with or without a converter
_TEMPLATE = "#/components/schemas/{name}"
# Any request may meet these, and a body the ones behind them; what else does, its handler's errors say.
ALWAYS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_URI_TOO_LONG,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    HTTPStatus.INTERNAL_SERVER_ERROR,
)
WITH_BODY = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
REASONS = {
    HTTPStatus.BAD_REQUEST: "What was sent can't be used; every culprit is named with its place.",
    HTTPStatus.FORBIDDEN: "This server does not answer for the `Host`, or not to this `Origin`, or lacks the token.",
    HTTPStatus.NOT_FOUND: "There is no such model, version or run.",
    HTTPStatus.REQUEST_TIMEOUT: "The request was not complete in time.",
    HTTPStatus.CONFLICT: "The model is not trained yet or was unloaded, had no other champion, or the run has ended.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than the server takes.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "The request line is longer than 16 KiB.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is of a type, or in an encoding, that the route does not take.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many trainings are waiting.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The head is larger than 16 KiB.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "A fault of the server; its log has it under the request id.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The store, a stored version or the training can't do its work now.",
    HTTPStatus.INSUFFICIENT_STORAGE: "The store is full.",
}
RETRIED = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.INSUFFICIENT_STORAGE)
TAGS = {
    "Predict": "Ask a model.",
    "Train": "Make a new version.",
    "Models": "What there is, who answers, and who did before.",
    "Open Inference": "The Open Inference Protocol, version 2.",
    "Operations": "For those who run it, and the page.",
}
HEADERS: Schema = {
    "RetryAfter": {
        "description": "Seconds after which to try again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    },
    "ServerTiming": {
        "description": "Where the time went, in milliseconds (Server Timing).",
        "required": True,
        "schema": {"type": "string"},
        "example": "parse;dur=0.021, inference;dur=0.043, total;dur=0.102",
    },
}
TIMING = {"Server-Timing": {"$ref": "#/components/headers/ServerTiming"}}


class _Schemas:
    """The named schemas that the document's parts refer to."""

    def __init__(self) -> None:
        self.named: dict[str, Schema] = {}
        self._as_made: dict[str, bytes] = {}

    def of(self, kind: Any, suffix: str = "") -> Schema:
        """The schema of `kind`; the named types it is made of are kept, with `suffix` behind their names.

        Raises ValueError where two different types have one name.
        """
        (found,), components = msgspec.json.schema_components((kind,), ref_template=_TEMPLATE + suffix)
        for name, schema in components.items():
            as_made = msgspec.json.encode(schema)
            if self._as_made.setdefault(name + suffix, as_made) != as_made:
                raise ValueError(f"two types are called {name}{suffix}")
            self.named.setdefault(name + suffix, schema)
        return dict(found)

    def behind(self, reference: Schema) -> Schema:
        """What `reference` refers to."""
        return self.named[reference["$ref"].rpartition("/")[2]]


def openapi_file(routes: Iterable[Route], settings: Settings) -> StaticFile:
    """The description of `routes` as they behave with `settings`, ready to be served."""
    return static_file(JSON_TYPE, msgspec.json.encode(openapi(routes, settings)))


def openapi(routes: Iterable[Route], settings: Settings) -> Schema:
    """The description of `routes` as an OpenAPI document; those without an operation are left out."""
    schemas = _Schemas()
    paths: dict[str, Schema] = {}
    answers: Schema = {}
    for route in routes:
        if route.operation is not None:
            described = _operation(route, route.operation, schemas, settings)
            paths.setdefault(_VARIABLE.sub(r"{\1}", route.rule), {})[route.method.lower()] = described
            for status in _statuses(route, route.operation):
                answers[_name(status, route.rule)] = _failure(status, route.rule, schemas)
    secured = {"securitySchemes": {"token": _SECURITY}} if settings.token else {}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Duet",
            "version": __version__,
            "summary": "scikit-learn models, served by Flask and by Klein.",
            "description": _introduction(settings),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/", "description": "The server that this document came from."}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.named.items())),
            "responses": dict(sorted(answers.items())),
            "headers": HEADERS,
            **secured,
        },
    }


_SECURITY = {"type": "http", "scheme": "bearer", "description": "The server's token (RFC 6750)."}


def _introduction(settings: Settings) -> str:
    return (
        "The Flask and the Klein backend give the same bytes to the same request.\n\n"
        f"Bodies are JSON of at most {settings.max_body_bytes:,} bytes (images: {settings.max_images_bytes:,}, "
        f"tables: {settings.max_table_bytes:,}) and "
        f"{MAX_DEPTH} levels, without NaN, infinities, equal keys or unknown ones; `text/plain`, a form's content type "
        f"and none at all are read as JSON too. A whole request has {settings.request_deadline_s:g} s to arrive.\n\n"
        f"Errors are problem details (RFC 9457) that name up to {MAX_PROBLEMS} culprits; below `/v2` they have that "
        'protocol\'s form, `{"error": "..."}`. An `X-Request-Id` (up to 64 letters, digits, `.`, `_`, `-`) is repeated '
        "in the answer, and made where there is none; the log has it. HEAD, as GET without the body, and OPTIONS are "
        "answered wherever a method is, and are not listed; nor are the files of the page. Another method is a 405 "
        "with `Allow`."
    )


# --- one route -----------------------------------------------------------------------------------------------


def _operation(route: Route, operation: Operation, schemas: _Schemas, settings: Settings) -> Schema:
    failures = {
        str(status.value): {"$ref": f"#/components/responses/{_name(status, route.rule)}"}
        for status in _statuses(route, operation)
    }
    answers = {
        str(status.value): _answer(status, answer, operation, schemas) for status, answer in operation.answers.items()
    }
    for example in operation.examples:
        if example.status not in operation.answers:
            failures[str(example.status.value)] = _failure(example.status, route.rule, schemas, operation.examples)
    described: Schema = {"operationId": route.name, "tags": [operation.tag], "summary": operation.summary}
    if operation.description:
        described["description"] = operation.description
    if operation.parameters:
        described["parameters"] = [_parameter(name, one) for name, one in operation.parameters.items()]
    if operation.request is not None:
        described["requestBody"] = _body(route, operation, schemas, settings)
    described["responses"] = dict(sorted({**failures, **answers}.items()))
    if route.changes_state and settings.token:
        described["security"] = [{"token": []}]
    return described


def _parameter(name: str, parameter: Parameter) -> Schema:
    return {
        "name": name,
        "in": parameter.place,
        "required": parameter.place == "path",
        "description": parameter.description,
        "schema": msgspec.json.schema(parameter.kind),
        "example": parameter.example,
    }


def _body(route: Route, operation: Operation, schemas: _Schemas, settings: Settings) -> Schema:
    most: int = getattr(settings, route.limit)
    content: Schema = {kind: {} for kind in operation.takes}
    if operation.request is not bytes:
        content = {JSON_TYPE: _json_body(operation, schemas, settings), **content}
    return {
        "required": operation.needs_body,
        "description": _with_kinds(f"At most {most:,} bytes.", operation.takes),
        "content": content,
    }


def _json_body(operation: Operation, schemas: _Schemas, settings: Settings) -> Schema:
    by_model = operation.request if isinstance(operation.request, Mapping) else {"": operation.request}
    first_model: dict[Any, str] = {}
    for model, kind in by_model.items():
        first_model.setdefault(kind, model)
    found: list[Schema] = []
    for kind, model in first_model.items():
        # Types that are made for a model are called alike for all; the first keeps the bare name.
        found.append(schemas.of(kind, f"_{model}" if found else ""))
        if operation.narrow is not None:
            operation.narrow(schemas.behind(found[-1]), settings)
        for part, narrow in operation.narrow_parts.items():
            narrow(schemas.behind(schemas.of(part)), settings)
    return {"schema": found[0] if len(found) == 1 else {"anyOf": found}, **_examples(operation.examples, "body")}


def _answer(status: HTTPStatus, answer: Answer, operation: Operation, schemas: _Schemas) -> Schema:
    further = {name: {"description": text, "schema": {"type": "string"}} for name, text in answer.headers.items()}
    found: Schema = {"description": _with_kinds(answer.description, answer.also), "headers": {**TIMING, **further}}
    if answer.content_type:
        schema = {"type": "string"} if answer.kind is None else schemas.of(answer.kind)
        examples = _examples([one for one in operation.examples if one.status is status], "answer")
        found["content"] = {
            answer.content_type: {"schema": schema, **examples},
            **{kind: {} for kind in answer.also},
        }
    if operation.links and status is min(operation.answers):
        found["links"] = {
            link.to: {"operationId": link.to, "description": link.description, "parameters": dict(link.parameters)}
            for link in operation.links
        }
    return found


def _with_kinds(text: str, kinds: Mapping[str, str]) -> str:
    # What is no JSON has no schema (OpenAPI 3.1, section 4.8.14.3), only words.
    return " ".join([text, *(f"As `{kind}`: {words}" for kind, words in kinds.items())])


def _examples(examples: Sequence[Example], part: Literal["body", "answer"]) -> Schema:
    shown = {
        _key(example.title): {"summary": example.title, "value": example.body if part == "body" else _built(example)}
        for example in examples
        if part == "answer" or example.body is not None
    }
    return {"examples": shown} if shown else {}


def _key(title: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-").lower()


def _built(example: Example) -> Any:
    return msgspec.json.decode(msgspec.json.encode(example.answer()))


# --- errors --------------------------------------------------------------------------------------------------


def _statuses(route: Route, operation: Operation) -> Iterator[HTTPStatus]:
    """Of the errors that this route may answer."""
    found = {*ALWAYS, *(status for kind in operation.errors if (status := status_of(kind)) is not None)}
    if route.method not in ("GET", "HEAD"):
        found.update(WITH_BODY)
    return (status for status in sorted(found) if status not in operation.answers)


def _name(status: HTTPStatus, rule: str) -> str:
    return status.phrase.title().replace(" ", "") + ("V2" if is_open_inference(rule) else "")


def _failure(status: HTTPStatus, rule: str, schemas: _Schemas, examples: Sequence[Example] = ()) -> Schema:
    kind = OpenInferenceError if is_open_inference(rule) else ProblemDetails
    shown = _examples([example for example in examples if example.status is status], "answer")
    retry = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}} if status in RETRIED else {}
    return {
        "description": REASONS[status],
        "headers": {**TIMING, **retry},
        "content": {error_type(rule): {"schema": schemas.of(kind), **shown}},
    }
