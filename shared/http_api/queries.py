"""What the query of a request may hold; read by the type that says so, as bodies are."""

from typing import TypeVar
from urllib.parse import parse_qsl

import msgspec

from shared.errors import InvalidInput, Problem

Query = TypeVar("Query", bound="QueryOf")
Several = tuple[str, ...]


class QueryOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys that a query may have; each has a default. A key whose type is Several may stand there again."""


def parse(kind: type[Query], query: str) -> Query:
    """`query`, as it stands behind the question mark, as a `kind`; raises InvalidInput that names every culprit."""
    pairs = parse_qsl(query, keep_blank_values=True)
    known = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    problems = [
        Problem(f"?{key}", f"unknown key; known are: {', '.join(known)}") for key in dict(pairs) if key not in known
    ]
    given: dict[str, str | list[str]] = {}
    for key, value in pairs:
        if known.get(key) == Several:
            given[key] = [*given.get(key, ()), value]
            continue
        if key in given:
            problems.append(Problem(f"?{key}", "stands there twice"))
        given[key] = value
    for key, values in given.items():
        try:
            msgspec.convert(values, known.get(key, str), strict=False)
        except msgspec.ValidationError as error:
            problems.append(Problem(f"?{key}", str(error)))
    if problems:
        raise InvalidInput(problems)
    return msgspec.convert(given, kind, strict=False)
