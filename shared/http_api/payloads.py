"""What requests carry: the types that validate, and the validation that names every culprit.

msgspec stops at the first error; `parse` asks it field by field, and of a list element by element.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin

import msgspec

from shared.domain.signature import Column
from shared.errors import InvalidInput, Problem
from shared.http_api import strict_json

Count = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Seed = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
MAX_NUMBER = 3.4e38  # float32 holds no more: trees compute in it, and no measurement is larger
Number = Annotated[float, msgspec.Meta(ge=-MAX_NUMBER, le=MAX_NUMBER)]
CATEGORIES = msgspec.Meta(description="a category")
MAX_CATEGORIES_TOLD = 10
# Where no backslash stands, these are a body's strings, and behind the keys among them stands a colon.
_STRING = re.compile(rb'"([^"]*)"[ \t\r\n]*(:?)')


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a body may hold."""

    def is_all_of(self, body: bytes) -> bool:
        """Whether nothing in `body`, from which this was decoded and in which no backslash stands, was dropped.

        msgspec keeps the last of two equal keys; here no key of any object is equal to another.
        """
        keys = [text for text, colon in _STRING.findall(body) if colon]
        return len(keys) == len(set(keys))


class ClassifyRequest(Payload, frozen=True):
    """`data` is one row, in the order of the signature's inputs; with `explain`, its answer is explained."""

    data: list[Number]
    model: str = "iris"
    version: Count | None = None
    explain: bool = False


class TrainRequest(Payload, frozen=True):
    data: Literal["train"]
    model: str = "iris"
    recipe: str | None = None
    params: dict[str, Any] = {}
    seed: Seed | None = None

    def is_all_of(self, body: bytes) -> bool:
        return False  # `params` may hold anything, as large and as deep as msgspec takes it


class FlowerRequest(Payload, frozen=True):
    """One row of Iris, in cm, by the short names of the command."""

    sl: Number
    sw: Number
    pl: Number
    pw: Number


class ChampionRequest(Payload, frozen=True):
    """`version` is a number, or "previous": the champion before the present one."""

    version: Count | Literal["previous"]


class RowsRequest(Payload, frozen=True):
    """Rows of one model: `rows_request` says what they hold. With `explain`, their answers are explained."""

    rows: list[Any]
    version: Count | msgspec.UnsetType | None = msgspec.UNSET
    explain: bool | msgspec.UnsetType = msgspec.UNSET

    @property
    def are_lists(self) -> bool:
        """Whether no row came as an object."""
        return set(map(type, self.rows)) <= {tuple}

    def is_all_of(self, body: bytes) -> bool:
        # Objects repeat each other's keys. But every string in such a body is a key, and none of them may be left out.
        return body.count(b'"') == 2 * self._n_keys(body)

    def _n_keys(self, body: bytes) -> int:
        keys = 1 + (self.version is not msgspec.UNSET) + (self.explain is not msgspec.UNSET)
        if body.count(b"{") > 1:
            named = [row for row in self.rows if not isinstance(row, tuple)]
            keys += len(named) * len(named[0].__struct_fields__) if named else 0
        return keys


class MixedRowsRequest(RowsRequest, frozen=True):
    """Rows that hold names of categories, and null where a value is missing."""

    def is_all_of(self, body: bytes) -> bool:
        names = sum(isinstance(value, str) for row in self.rows for value in values_of(row))
        return body.count(b'"') == 2 * (self._n_keys(body) + names)


def values_of(row: Any) -> tuple[Any, ...]:
    """The values of a row, which came as a list or as an object, in the order of the inputs."""
    return row if isinstance(row, tuple) else msgspec.structs.astuple(row)


@cache
def rows_request(names: tuple[str, ...]) -> type[RowsRequest]:
    """A RowsRequest whose rows hold one number for each of `names`, as a list in this order or as an object."""
    rows = list.__class_getitem__(_row(names, (Number,) * len(names)))
    kind = msgspec.defstruct("RowsRequest", [("rows", rows)], bases=(RowsRequest,), frozen=True)
    return cast("type[RowsRequest]", kind)


@cache
def mixed_rows_request(columns: tuple[Column, ...]) -> type[MixedRowsRequest]:
    """A MixedRowsRequest whose rows hold a value for each of `columns`, as a list in this order or as an object."""
    rows = list.__class_getitem__(_mixed_row(columns))
    kind = msgspec.defstruct("RowsRequest", [("rows", rows)], bases=(MixedRowsRequest,), frozen=True)
    return cast("type[MixedRowsRequest]", kind)


class AnyRowRequest(ClassifyRequest, frozen=True):
    """`data` is a row of a model that may have categories or missing values."""

    data: list[Number | str | None] | dict[str, Number | str | None]  # type: ignore[assignment]  # read, not handed on


@cache
def mixed_classify_request(columns: tuple[Column, ...]) -> type[ClassifyRequest]:
    """A ClassifyRequest whose `data` is such a row."""
    kind = msgspec.defstruct("ClassifyRequest", [("data", _mixed_row(columns))], bases=(ClassifyRequest,), frozen=True)
    return cast("type[ClassifyRequest]", kind)


def _mixed_row(columns: tuple[Column, ...]) -> Any:
    return _row(tuple(column.name for column in columns), tuple(map(_value, columns)))


def _value(column: Column) -> Any:
    """What stands in a row for `column`."""
    kind: Any = Number
    if column.categories:
        kind = Annotated.__class_getitem__((Literal.__getitem__(column.categories), CATEGORIES))  # type: ignore[attr-defined]
    return kind | None if column.may_be_missing else kind


def _row(names: tuple[str, ...], kinds: tuple[Any, ...]) -> Any:
    """A list of `kinds`, or an object that has them by `names`."""
    fields = [(f"column_{at}", kind, msgspec.field(name=names[at])) for at, kind in enumerate(kinds)]
    by_name: Any = msgspec.defstruct("Row", fields, frozen=True, forbid_unknown_fields=True, gc=False)
    in_order: Any = tuple.__class_getitem__(kinds)
    return in_order | by_name


Request = TypeVar("Request", bound=Payload)
Further = Callable[[dict[str, Any]], Iterator[Problem]]


def parse(kind: type[Request], body: bytes, further: Further | None = None) -> Request:
    """`body` as a `kind`. Raises InvalidInput with every problem, those that `further` finds included."""
    request = in_one_step(kind, body)
    if request is None:
        return _parse_thoroughly(kind, body, further)
    _refuse_for(further(msgspec.structs.asdict(request)) if further else ())
    return request


def problems_in(path: str, text: bytes, kind: Any) -> Iterator[Problem]:
    """What keeps `text`, the JSON that stands at `path` of a body, from being a `kind`: at most MAX_PROBLEMS things."""
    value, inside = strict_json.read(text)
    problems = [Problem(path + "." * problem.path[:1].isalnum() + problem.path, problem.message) for problem in inside]
    known = frozenset(problem.path for problem in problems)
    return islice(chain(problems, _problems(path, value, kind, known)), strict_json.MAX_PROBLEMS)


def _parse_thoroughly(kind: type[Request], body: bytes, further: Further | None) -> Request:
    document, problems = strict_json.read(body)
    if not isinstance(document, dict):
        _refuse_for([Problem("", f"must be an object, got {named(document)}"), *problems])
    known = frozenset(problem.path for problem in problems)
    others = (problem for problem in (further(document) if further else ()) if problem.path not in known)
    _refuse_for(chain(problems, _field_problems("", kind, document, known), others))
    return msgspec.convert(document, kind)


def _refuse_for(problems: Iterable[Problem]) -> None:
    if first := list(islice(problems, strict_json.MAX_PROBLEMS)):
        raise InvalidInput(first)


def in_one_step(kind: type[Request], body: bytes) -> Request | None:
    """`body` as a `kind`, or None where it has to be looked at more closely.

    msgspec is strict but for one thing: it keeps the last of two equal keys, which a backslash may spell in
    two ways.
    """
    if b"\\" in body:
        return None
    try:
        request: Request = _decoder(kind).decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return request if request.is_all_of(body) else None


@cache
def _decoder(kind: type[Request]) -> msgspec.json.Decoder[Request]:
    return msgspec.json.Decoder(kind)


def _field_problems(
    path: str, kind: type[msgspec.Struct], document: dict[str, Any], known: frozenset[str]
) -> Iterator[Problem]:
    """What is wrong with the object at `path`, beyond the paths that are `known` to be wrong."""
    fields = _fields(kind)
    for key in document:
        if key not in fields:
            yield Problem(strict_json.joined(path, key), f"unknown key; known are: {', '.join(fields)}")
    for name, field in fields.items():
        if name in document:
            yield from _problems(strict_json.joined(path, name), document[name], field.type, known)
        elif field.required:
            yield Problem(strict_json.joined(path, name), "is missing")


def wrong_length(names: Collection[str], found: int, what: str = "numbers") -> str:
    """What is wrong with a row of `found` numbers where one is due for each of `names`."""
    return f"must hold {len(names)} {what} ({', '.join(names)}), got {found}"


@cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def _problems(path: str, value: Any, kind: Any, known: frozenset[str]) -> Iterator[Problem]:
    if path in known:
        return
    struct, elements = _struct(kind), _elements(kind)
    if isinstance(value, list) and elements:
        if struct and len(value) != len(elements):
            are_numbers = set(elements) == {Number}
            yield Problem(path, wrong_length(_fields(struct), len(value), "numbers" if are_numbers else "values"))
        for index, element in enumerate(value):
            # A list's elements are all of one kind, a row's each of its own.
            yield from _problems(f"{path}[{index}]", element, elements[min(index, len(elements) - 1)], known)
        return
    if isinstance(value, dict) and struct:
        yield from _field_problems(path, struct, value, known)
        return
    if isinstance(value, dict) and (column := _column(kind)) is not None:
        for key, values in value.items():
            yield from _problems(strict_json.joined(path, key), values, column, known)
        return
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        yield Problem(path, _in_words(str(error), kind, value))


def _choices(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _literals(kind: Any) -> list[str]:
    """The values that `kind` names one by one, as they are written."""
    named_ones = (get_args(choice) for choice in _choices(kind) if get_origin(choice) is Literal)
    return [repr(value) for values in named_ones for value in values]


def _categories(kind: Any) -> tuple[str, ...]:
    """The names of categories that `kind` admits."""
    marked = (get_args(choice) for choice in _choices(kind) if get_origin(choice) is Annotated)
    return next((get_args(one) for one, *marks in marked if CATEGORIES in marks), ())


def _either(names: Sequence[str]) -> str:
    """`names` as alternatives; of many the first, so that the answer stays short."""
    told = " or ".join(repr(strict_json.shown(name)) for name in names[:MAX_CATEGORIES_TOLD])
    return told if len(names) <= MAX_CATEGORIES_TOLD else f"one of {len(names)} categories ({told} ...)"


def _quoted(value: object) -> str:
    return repr(strict_json.shown(value)) if isinstance(value, str) else named(value)


@cache
def _elements(kind: Any) -> tuple[Any, ...]:
    """What the elements of a list must be, all alike, where `kind` admits one."""
    return next((get_args(choice) for choice in _choices(kind) if get_origin(choice) in (list, tuple)), ())


@cache
def _column(kind: Any) -> Any | None:
    """What each list must be, where `kind` is an object of lists."""
    values = get_args(kind)[1] if get_origin(kind) is dict else None
    return values if get_origin(values) is list else None


@cache
def _struct(kind: Any) -> type[msgspec.Struct] | None:
    """What an object must be where `kind` admits one; a list in its stead holds the fields in their order."""
    return next((choice for choice in _choices(kind) if hasattr(choice, "__struct_fields__")), None)


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
    if (match := re.fullmatch(r"Expected `(?:int|float)` ([<>]=) (\S+)", message)) is not None:
        return f"must be at {'least' if match[1] == '>=' else 'most'} {match[2]}"
    if categories := _categories(kind):
        return f"must be {_either(categories)}{' or null' * (type(None) in _choices(kind))}, got {_quoted(value)}"
    if literals := _literals(kind):
        is_number = any(get_args(choice)[:1] == (int,) for choice in _choices(kind))
        return f"must be {' or '.join(literals)}{' or a whole number' * is_number}"
    if (match := re.fullmatch(r"Expected `([a-z |]+)`, got `[a-z]+`", message)) is not None:
        wanted = [_TYPES.get(name, name) for name in match[1].split(" | ") if name != "null"]
        return f"must be {' or '.join(wanted)}, got {named(value)}"
    return message[:1].lower() + message[1:]


def named(value: object) -> str:
    """What kind of JSON `value` is, in words."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    kinds: dict[type, str] = {str: "a string", int: "a number", float: "a number", list: "a list"}
    return kinds.get(type(value), "an object")
