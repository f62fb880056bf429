"""Recipes: named ways to make an estimator, with the parameters that a caller may set."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from shared.domain.dataset import FloatMatrix, Target
from shared.errors import InvalidInput, Problem

ParameterValue = int | float | str
Parameters = Mapping[str, ParameterValue]
MOST_FITTED_ROWS = 100_000  # more of them take minutes, and teach next to nothing


class Hyperparameter(msgspec.Struct, frozen=True):
    """One parameter of a recipe: its kind, default, bounds (inclusive) or choices, and meaning."""

    name: str
    kind: Literal["int", "float", "choice"]
    default: ParameterValue
    meaning: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()

    def problem_with(self, value: object) -> str | None:
        """What is wrong with `value` in words, or None."""
        if self.kind == "choice":
            return None if value in self.choices else f"must be one of {', '.join(self.choices)}"
        wanted = (int,) if self.kind == "int" else (int, float)
        if isinstance(value, bool) or not isinstance(value, wanted):
            return "must be a whole number" if self.kind == "int" else "must be a number"
        if (self.minimum is not None and value < self.minimum) or (self.maximum is not None and value > self.maximum):
            return f"must lie between {self.minimum:g} and {self.maximum:g}"
        return None


@dataclass(frozen=True, slots=True)
class Recipe:
    """A named estimator factory.

    `make(parameters, seed)` returns an unfitted scikit-learn estimator. A recipe that does more with its rows than an
    estimator's `fit` does has `fit_rows(parameters, seed, X, y)`, which returns a fitted one, instead. `trusted_types`
    are the types beyond skops' own list that its artefact may hold (a fixed list: what a file claims to need is never
    trusted). `repeats` is how often its 5-fold cross-validation is repeated: as often as keeps a training within some
    seconds. With `wants_scale`, its estimator learns well only where all features are of like size. A recipe with
    `candidates`, the names of others, is whichever of them does best.
    """

    name: str
    title: str
    make: Callable[[Parameters, int], Any] | None
    hyperparameters: tuple[Hyperparameter, ...] = ()
    trusted_types: tuple[str, ...] = ()
    repeats: int = 20
    wants_scale: bool = False
    candidates: tuple[str, ...] = ()
    fit_rows: Callable[[Parameters, int, FloatMatrix, Target], Any] | None = None

    def fit(self, parameters: Parameters, seed: int, X: FloatMatrix, y: Target) -> Any:
        """An estimator fitted on `X`, shape (n_samples, n_features), and `y`, shape (n_samples,)."""
        if self.fit_rows is not None:
            return self.fit_rows(parameters, seed, X, y)
        assert self.make is not None
        return self.make(parameters, seed).fit(X, y)

    def complete(self, given: Mapping[str, object]) -> dict[str, ParameterValue]:
        """The parameters to train with: `given`, checked, and the defaults for the rest.

        Raises InvalidInput that names every unknown or unusable parameter.
        """
        known = {hyperparameter.name: hyperparameter for hyperparameter in self.hyperparameters}
        problems = [
            Problem(
                f"params.{name}", f"recipe {self.name!r} has no such parameter; it has: {', '.join(known) or 'none'}"
            )
            for name in given
            if name not in known
        ]
        parameters: dict[str, ParameterValue] = {}
        for name, hyperparameter in known.items():
            value = given.get(name, hyperparameter.default)
            if (message := hyperparameter.problem_with(value)) is not None:
                problems.append(Problem(f"params.{name}", message))
            elif isinstance(value, int | float | str):
                parameters[name] = float(value) if hyperparameter.kind == "float" else value
        if problems:
            raise InvalidInput(problems)
        return parameters
