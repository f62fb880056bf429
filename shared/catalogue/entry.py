"""A registered model."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from shared.domain.dataset import DataDescription, Dataset, Example
from shared.domain.recipe import Recipe
from shared.domain.signature import Column, Output, Signature, Task, signature_of
from shared.errors import InvalidInput, Problem


@dataclass(frozen=True)
class CatalogueEntry:
    """Title, data and recipes of a model; `load_dataset` is called once, when first needed.

    `first_recipe` is what the first start trains, where that would take too long by the default recipe. `caveats` are
    sentences about the data for whoever relies on a version.
    """

    name: str
    title: str
    description: str
    load_dataset: Callable[[], Dataset]
    columns: tuple[Column, ...]
    output: Output
    recipes: tuple[Recipe, ...]
    default_recipe: str | None
    default_seed: int = 0
    first_recipe: str | None = None
    caveats: tuple[str, ...] = ()

    @property
    def task(self) -> Task:
        return self.output.task

    @cached_property
    def dataset(self) -> Dataset:
        return self.load_dataset()

    @property
    def data(self) -> DataDescription:
        return self.dataset.description

    @property
    def data_sha256(self) -> str:
        return self.dataset.sha256()

    @cached_property
    def feature_names(self) -> tuple[str, ...]:
        """The names of the inputs in order; unlike the signature, they need no data, and so no scikit-learn."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def mixed_columns(self) -> tuple[Column, ...]:
        """All columns, where one has categories or may lack values; else none, as rows are numbers throughout."""
        is_mixed = any(column.categories or column.may_be_missing for column in self.columns)
        return self.columns if is_mixed else ()

    @cached_property
    def signature(self) -> Signature:
        return signature_of(self.dataset, self.columns, self.output)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """The first row of each class, or rows whose values are low, middling and high among the data's."""
        if self.task == "regression":
            order = np.argsort(self.dataset.y, kind="stable")
            chosen = [int(order[int(share * (len(order) - 1))]) for share in (0.1, 0.5, 0.9)]
            return tuple(
                Example(f"{self.output.title} {self.dataset.y[row]:g} {self.output.unit}".strip(), self._row(row))
                for row in chosen
            )
        first = (int(np.argmax(self.dataset.y == index)) for index in range(len(self.output.classes)))
        return tuple(
            Example(title=found.name, row=self._row(row)) for found, row in zip(self.output.classes, first, strict=True)
        )

    def _row(self, row: int) -> tuple[float, ...]:
        return tuple(self.dataset.X[row].tolist())

    def recipe_named(self, name: str | None) -> Recipe:
        """The recipe called `name`, or the default one; raises InvalidInput that lists those there are."""
        wanted = self.default_recipe if name is None else name
        for recipe in self.recipes:
            if recipe.name == wanted:
                return recipe
        known = ", ".join(recipe.name for recipe in self.recipes)
        raise InvalidInput([Problem("recipe", f"model {self.name!r} has no recipe {wanted!r}; it has: {known}")])

    def trusted_types(self, recipe: str) -> tuple[str, ...]:
        """What the artefact of a version that `recipe` made may hold beyond skops' own list."""
        return self.recipe_named(recipe).trusted_types
