"""What requests carry: the types that validate, and the validation that names every culprit.

msgspec stops at the first error; `parse` asks it field by field, and of a list element by element.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

import msgspec

from shared.errors import InvalidInput, Problem
from shared.http_api import strict_json

Count = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Seed = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
# What float32 holds: trees compute in it, and no measurement is larger.
Number = Annotated[float, msgspec.Meta(ge=-3.4e38, le=3.4e38)]


class ClassifyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data` is one row, in the order of the signature's inputs."""

    data: list[Number]
    model: str = "iris"
    version: Count | None = None


class TrainRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    data: Literal["train"]
    model: str = "iris"
    recipe: str | None = None
    params: dict[str, Any] = {}
    seed: Seed | None = None


class FlowerRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of Iris, in cm, by the short names of the command."""

    sl: Number
    sw: Number
    pl: Number
    pw: Number


Request = TypeVar("Request", bound=msgspec.Struct)
_QUOTES_OF_ONE_KEY = 2
Further = Callable[[dict[str, Any]], Iterator[Problem]]


def parse(kind: type[Request], body: bytes, further: Further | None = None) -> Request:
    """`body` as a `kind`. Raises InvalidInput with every problem, those that `further` finds included."""
    request = _parse_plain(kind, body)
    if request is not None and not (further and any(further(msgspec.structs.asdict(request)))):
        return request
    document, problems = strict_json.read(body)
    if not isinstance(document, dict):
        problems.insert(0, Problem("", f"must be an object, got {_named(document)}"))
    else:
        known = frozenset(problem.path for problem in problems)
        problems += _field_problems(kind, document, known)
        problems += further(document) if further is not None else ()
    if problems:
        raise InvalidInput(problems[: strict_json.MAX_PROBLEMS])
    return msgspec.convert(document, kind)


def _parse_plain(kind: type[Request], body: bytes) -> Request | None:
    """`body` as a `kind` in one step, or None where it has to be looked at more closely.

    msgspec is strict but for one thing: it keeps the last of two equal keys. A body with one pair of quotes
    and no backslash has one key.
    """
    if body.count(b'"') != _QUOTES_OF_ONE_KEY or b"\\" in body:
        return None
    try:
        request: Request = _decoder(kind).decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return request


@cache
def _decoder(kind: type[Request]) -> msgspec.json.Decoder[Request]:
    return msgspec.json.Decoder(kind)


def _field_problems(kind: type[msgspec.Struct], document: dict[str, Any], known: frozenset[str]) -> Iterator[Problem]:
    """What is wrong beyond the paths that are `known` to be wrong."""
    fields = _fields(kind)
    for key in document:
        if key not in fields:
            yield Problem(strict_json.shown(key), f"unknown key; known are: {', '.join(fields)}")
    for name, field in fields.items():
        if name in document:
            yield from _problems(name, document[name], field.type, known)
        elif field.required:
            yield Problem(name, "is missing")


@cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    return {field.name: field for field in msgspec.structs.fields(kind)}


def _problems(path: str, value: Any, kind: Any, known: frozenset[str]) -> Iterator[Problem]:
    if path in known:
        return
    if isinstance(value, list) and get_origin(kind) is list:
        for index, element in enumerate(value):
            yield from _problems(f"{path}[{index}]", element, get_args(kind)[0], known)
        return
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        yield Problem(path, _in_words(str(error), kind, value))


_TYPES = {
    "float": "a number",
    "int": "a whole number",
    "str": "a string",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def _in_words(message: str, kind: Any, value: object) -> str:
    """msgspec's message in a user's words; messages of another form stay as they are."""
    if get_origin(kind) is Literal:
        return f"must be {' or '.join(repr(choice) for choice in get_args(kind))}"
    if (match := re.fullmatch(r"Expected `([a-z |]+)`, got `[a-z]+`", message)) is not None:
        wanted = [_TYPES.get(name, name) for name in match[1].split(" | ") if name != "null"]
        return f"must be {' or '.join(wanted)}, got {_named(value)}"
    if (match := re.fullmatch(r"Expected `(?:int|float)` ([<>]=) (\S+)", message)) is not None:
        return f"must be at {'least' if match[1] == '>=' else 'most'} {match[2]}"
    return message[:1].lower() + message[1:]


def _named(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    kinds: dict[type, str] = {str: "a string", int: "a number", float: "a number", list: "a list"}
    return kinds.get(type(value), "an object")
