"""What a check is, how it can end, and what is told of it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.check.subject import Subject


class Level(StrEnum):
    """What the protocol says about a check. An extension that the server lists counts as required."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    EXTENSION = "extension"


class Result(StrEnum):
    """How a check ended."""

    HOLDS = "holds"
    FAILS = "fails"
    NOT_OFFERED = "not offered"
    NOT_CHECKED = "not checked"


class Unmet(Exception):
    """A check did not hold; the message says what was seen instead."""

    result = Result.FAILS


class Fails(Unmet):
    """The server answered otherwise than the protocol says."""


class NotOffered(Unmet):
    """The server does not have this extension. One that it lists fails instead."""

    result = Result.NOT_OFFERED


class NotChecked(Unmet):
    """There was nothing to check it on."""

    result = Result.NOT_CHECKED


@dataclass(frozen=True, slots=True)
class Check:
    """One property of a server.

    `look` returns what was seen where the property holds and raises Unmet where it does not. `needs` is the id of a
    check without which this one would mean nothing: a server that refuses everything refuses mistakes too.
    `extension` is the name under which a server lists the extension that the check belongs to.
    """

    id: str
    sentence: str
    level: Level
    look: Callable[["Subject"], str]
    needs: str = ""
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check."""

    id: str
    sentence: str
    level: Level
    result: Result
    seen: str


def all_required_hold(findings: list[Finding]) -> bool:
    """Whether no required check failed."""
    return not any(found.level is Level.REQUIRED and found.result is Result.FAILS for found in findings)
