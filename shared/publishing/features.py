"""What a person says of the inputs of an estimator that comes without data."""

import json
from collections.abc import Sequence
from math import isfinite

import msgspec

from shared.domain.signature import Feature
from shared.errors import InvalidInput, Problem
from shared.publishing.estimators import Kind
from shared.publishing.rows import GivenColumn
from shared.tables import TableColumn
from shared.tables.defining import step_within

STEP = 0.01  # of a number whose range nobody knows
Category = str | bool | int | float


class GivenFeature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An input; `minimum` and `maximum` are the usual range, both or neither; `categories` are as the data had them."""

    name: str
    title: str = ""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[Category, ...] = ()

    def feature(self) -> Feature:
        """The input as a signature has it; its example is the middle of the range, or 0, or the first category."""
        low, high, step, example = self.minimum, self.maximum, STEP, 0.0
        if self.categories:
            low, high, step = 0.0, float(len(self.categories) - 1), 1.0
        elif low is not None and high is not None:
            step = step_within(low, high)
            example = round((low + high) / 2 / step) * step
        return Feature(
            name=self.name,
            title=self.title or self.name,
            unit=self.unit,
            minimum=low,
            maximum=high,
            step=step,
            example=example,
            categories=tuple(map(str, self.categories)),
        )

    def column(self) -> GivenColumn:
        """The column as a data frame has it."""
        column = TableColumn(self.name, "category" if self.categories else "number", 0)
        if not self.categories:
            return GivenColumn(column, self.name)
        dtype = "bool" if {type(value) for value in self.categories} == {bool} else "object"
        return GivenColumn(column, self.name, [*self.categories, None], dtype)

    def problem(self) -> str:
        """What is wrong, in words, or nothing."""
        if self.categories:
            if len({str(value) for value in self.categories}) < len(self.categories):
                return "has categories that are written alike"
            return "has categories, and so no range" if (self.minimum, self.maximum) != (None, None) else ""
        if (self.minimum is None) != (self.maximum is None):
            return "needs both minimum and maximum, or neither"
        if self.minimum is None or self.maximum is None:
            return ""
        ends = (self.minimum, self.maximum)
        return "" if all(map(isfinite, ends)) and ends[0] < ends[1] else "needs a minimum below its maximum"


def read_features(text: bytes | None, kind: Kind) -> list[GivenFeature]:
    """The inputs in order, from JSON: a list of names, or of objects like GivenFeature; None where the estimator knows.

    Raises InvalidInput with every problem.
    """
    if text is None:
        if kind.names is None:
            number = f" its {kind.n_features}" if kind.n_features else ""
            message = f"are needed: the estimator doesn't know the names of{number} inputs. Give a list of them as JSON"
            raise InvalidInput([Problem("features", message)])
        return [GivenFeature(name) for name in kind.names]
    try:
        given = msgspec.json.decode(text, type=list[str | GivenFeature])
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidInput(
            [Problem("features", f"must be a JSON list of names or of objects with names: {error}")]
        ) from None
    found = [GivenFeature(one) if isinstance(one, str) else one for one in given]
    problems = [
        Problem(f"features[{place}]", f"{one.name!r} {why}")
        for place, one in enumerate(found)
        if (why := one.problem())
    ]
    if why := _other_inputs([one.name for one in found], kind):
        problems.append(Problem("features", why))
    if problems:
        raise InvalidInput(problems)
    return found


def _other_inputs(names: Sequence[str], kind: Kind) -> str:
    if kind.names is not None and list(names) != kind.names:
        return f"must be those that the estimator was fitted on, in this order: {json.dumps(kind.names)}"
    if kind.n_features not in (None, len(names)):
        return f"must be {kind.n_features}, as the estimator was fitted on so many; there are {len(names)}"
    return ""
