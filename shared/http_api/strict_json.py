"""JSON as RFC 8259 has it and no further: what Python's reader lets pass is refused, with the place.

Python's `json` accepts NaN and Infinity, turns 1e999 into infinity, keeps the last of two equal keys, and
reads surrogates that no text may hold.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import copysign, isinf
from sys import float_info
from typing import Any

from shared.errors import InvalidInput, Problem

MAX_DEPTH = 64
MAX_EXACT = 2**53  # up to here float64 holds every whole number
MAX_DIGITS = 309  # of a whole number: float64 ends before 1.8e308
MAX_SHOWN = 40  # characters of a key
MAX_PROBLEMS = 100  # enough to mend a request by, and no lever to make the answer outgrow it
TOO_LARGE = "the number is too large"


@dataclass(frozen=True, slots=True)
class NotJson:
    """What Python's reader would take and JSON does not know, kept until its path is known."""

    why: str


class _Object(dict[str, Any]):
    """An object that remembers which of its keys came twice."""

    twice: tuple[str, ...] = ()


def read(body: bytes) -> tuple[Any, list[Problem]]:
    """The value that `body` holds, and what is wrong inside it, at most MAX_PROBLEMS things.

    Raises InvalidInput where it is no JSON at all.
    """
    if not body.strip(b" \t\r\n"):
        raise InvalidInput([Problem("", "the body is empty; a JSON object is expected")])
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=lambda name: NotJson(f"must be a number; {name} is none in JSON"),
            parse_int=_integer,
            parse_float=_decimal,
        )
    except UnicodeDecodeError as error:
        raise InvalidInput([Problem("", f"the body is not UTF-8: byte {error.start}")]) from None
    except json.JSONDecodeError as error:
        message = f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise InvalidInput([Problem("", message)]) from None
    except RecursionError:
        raise InvalidInput([Problem("", f"nested deeper than {MAX_DEPTH} levels")]) from None
    return value, list(islice(_problems(value), MAX_PROBLEMS))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = _Object(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        found.twice = tuple(sorted(key for key, count in counts.items() if count > 1))
    return found


def _integer(text: str) -> int | NotJson:
    # More digits than any float64 has before its point; Python refuses to convert thousands of them.
    return int(text) if len(text) <= MAX_DIGITS else NotJson(TOO_LARGE)


def _decimal(text: str) -> float:
    # In JSON a number is whole by its value and not by how it is written: 3.0 will do where 3 does (JSON Schema,
    # section 4.2.3). Whatever wants float64 gets the same one from either.
    number = float(text)
    is_exact = number.is_integer() and abs(number) <= MAX_EXACT
    keeps_sign = number != 0 or copysign(1, number) > 0  # only float64 has a negative zero
    return int(number) if is_exact and keeps_sign else number


def _problems(document: Any) -> Iterator[Problem]:
    """Walks without recursion: a document's depth must not become ours."""
    todo: list[tuple[str, Any, int]] = [("", document, 1)]
    while todo:
        path, value, depth = todo.pop()
        if isinstance(value, dict | list) and depth > MAX_DEPTH:
            yield Problem(path, f"nested deeper than {MAX_DEPTH} levels")
        elif isinstance(value, _Object):
            for key in value.twice:
                yield Problem(joined(path, key), "the key stands there more than once")
            for key in value:
                if not _is_text(key):
                    yield Problem(path, "a key holds half of a surrogate pair")
            todo.extend((joined(path, key), value[key], depth + 1) for key in reversed(value) if _is_text(key))
        elif isinstance(value, list):
            todo.extend((f"{path}[{index}]", value[index], depth + 1) for index in reversed(range(len(value))))
        elif (message := _problem_with(value)) is not None:
            yield Problem(path, message)


def _problem_with(value: object) -> str | None:
    if isinstance(value, NotJson):
        return value.why
    if (isinstance(value, float) and isinf(value)) or (isinstance(value, int) and abs(value) > float_info.max):
        return TOO_LARGE
    if isinstance(value, str) and not _is_text(value):
        return "the text holds half of a surrogate pair"
    return None


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def shown(key: str) -> str:
    """A key as it stands in a path: whatever a client calls it, the answer stays short and can be encoded."""
    text = key if len(key) <= MAX_SHOWN else key[:MAX_SHOWN] + "…"
    return text.encode("utf-8", "replace").decode("utf-8")


def joined(path: str, key: str) -> str:
    """The path of what `key` names in the object at `path`."""
    return f"{path}.{shown(key)}" if path else shown(key)
