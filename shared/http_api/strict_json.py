"""JSON as RFC 8259 has it and no further: what Python's reader lets pass is refused, with the place.

Python's `json` accepts NaN and Infinity, turns 1e999 into infinity, keeps the last of two equal keys, and
reads surrogates that no text may hold.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import isinf
from sys import float_info
from typing import Any

from shared.errors import InvalidInput, Problem

MAX_DEPTH = 64


@dataclass(frozen=True, slots=True)
class _Constant:
    """NaN, Infinity or -Infinity, kept until its path is known."""

    text: str


class _Object(dict[str, Any]):
    """An object that remembers which of its keys came twice."""

    twice: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = _Object(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        found.twice = tuple(sorted({key for key in keys if keys.count(key) > 1}))
    return found


def read(body: bytes) -> Any:
    """The value that `body` holds. Raises InvalidInput with every culprit's path."""
    if not body.strip(b" \t\r\n"):
        raise InvalidInput([Problem("", "the body is empty; a JSON object is expected")])
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_Constant)
    except UnicodeDecodeError as error:
        raise InvalidInput([Problem("", f"the body is not UTF-8: byte {error.start}")]) from None
    except json.JSONDecodeError as error:
        message = f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise InvalidInput([Problem("", message)]) from None
    except RecursionError:
        raise InvalidInput([Problem("", f"nested deeper than {MAX_DEPTH} levels")]) from None
    except ValueError:  # Python's own limit on the digits of a whole number
        raise InvalidInput([Problem("", "the body holds a number of too many digits")]) from None
    if problems := list(_problems(value)):
        raise InvalidInput(problems)
    return value


def _problems(document: Any) -> Iterator[Problem]:
    """Walks without recursion: a document's depth must not become ours."""
    todo: list[tuple[str, Any, int]] = [("", document, 1)]
    while todo:
        path, value, depth = todo.pop()
        if isinstance(value, dict | list) and depth > MAX_DEPTH:
            yield Problem(path, f"nested deeper than {MAX_DEPTH} levels")
        elif isinstance(value, _Object):
            for key in value.twice:
                yield Problem(_joined(path, key), "the key stands there more than once")
            for key in value:
                if not _is_text(key):
                    yield Problem(path, "a key holds half of a surrogate pair")
            todo.extend((_joined(path, key), value[key], depth + 1) for key in reversed(value) if _is_text(key))
        elif isinstance(value, list):
            todo.extend((f"{path}[{index}]", value[index], depth + 1) for index in reversed(range(len(value))))
        elif (message := _problem_with(value)) is not None:
            yield Problem(path, message)


def _problem_with(value: object) -> str | None:
    if isinstance(value, _Constant):
        return f"must be a number; {value.text} is none in JSON"
    if (isinstance(value, float) and isinf(value)) or (isinstance(value, int) and abs(value) > float_info.max):
        return "the number is too large"
    if isinstance(value, str) and not _is_text(value):
        return "the text holds half of a surrogate pair"
    return None


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _joined(path: str, key: str) -> str:
    shown = key if len(key) <= MAX_DEPTH else key[:MAX_DEPTH] + "…"
    return f"{path}.{shown}" if path else shown
