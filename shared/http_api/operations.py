"""How a route is described to those who call it; `openapi` makes the document of it.

A description adds words, examples and the errors to expect. What a body may hold is said by the types that read and
write it, and what depends on the catalogue or a setting by a `narrow` function beside the check that it mirrors.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec

from shared.catalogue import CATALOGUE
from shared.domain.definition import NAME_PATTERN
from shared.errors import DuetError
from shared.settings import Settings

Schema = dict[str, Any]
Narrow = Callable[[Schema, Settings], None]
Tag = Literal["Predict", "Train", "Models", "Open Inference", "Operations"]
JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable part of a path, a key of a query or a header; `kind` is the type of its values."""

    description: str
    kind: Any
    example: str | float
    place: Literal["path", "query", "header"] = "path"


@dataclass(frozen=True, slots=True)
class Example:
    """A request that can be sent as it stands, and an answer to it.

    `answer` is called when the document is made: an example may quote the catalogue. Of an answer that isn't
    `exact`, the figures may be others.
    """

    title: str
    answer: Callable[[], Any]
    body: Any = None
    status: HTTPStatus = HTTPStatus.OK
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """What of an answer to send to which route (`to`, by name) next; expressions as OpenAPI 3.1, section 4.8.20.4."""

    to: str
    description: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a status carries: a msgspec type as JSON, or (`kind` None) text or bytes of another content type.

    `also` are further content types, with what they hold, in words; `headers` come with those.
    """

    description: str
    kind: Any = None
    content_type: str = JSON_TYPE
    also: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """The description of a route.

    `request` is the type that its body is read with, and where that depends on the model, one for each, or bytes where
    it is no JSON; `narrow` says more of it, and `narrow_parts` of types within it. `takes` says in words what a body of
    another content type holds.
    `errors` are those that its handler raises, beside what every route may answer.
    """

    summary: str
    tag: Tag
    answers: Mapping[HTTPStatus, Answer]
    description: str = ""
    request: Any = None
    narrow: Narrow | None = None
    narrow_parts: Mapping[type, Narrow] = field(default_factory=dict)
    needs_body: bool = True
    takes: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    errors: tuple[type[DuetError], ...] = ()
    examples: tuple[Example, ...] = ()
    links: tuple[Link, ...] = ()


def ok(description: str, kind: Any = None, content_type: str = JSON_TYPE) -> Mapping[HTTPStatus, Answer]:
    """The answers of a route that has one good answer."""
    return {HTTPStatus.OK: Answer(description, kind, content_type)}


# What the store defines changes while a server runs, so that of those models no more than the form of a name is said.
DEFINED_NAME: Schema = {"type": "string", "pattern": NAME_PATTERN}
NAME: Schema = {"anyOf": [{"enum": list(CATALOGUE)}, DEFINED_NAME]}
ANY_MODEL = Annotated[str, msgspec.Meta(extra_json_schema=NAME)]
MODEL = Parameter("A model of the catalogue, or one that the store defines.", ANY_MODEL, next(iter(CATALOGUE)))
VERSION = Parameter("One of the model's versions.", Annotated[str, msgspec.Meta(pattern="^[1-9][0-9]{0,8}$")], "1")
