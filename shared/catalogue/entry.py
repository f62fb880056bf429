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
    """Title, task, data and recipes of a model; `load_dataset` is called once, when first needed."""

    name: str
    title: str
    description: str
    task: Task
    load_dataset: Callable[[], Dataset]
    columns: tuple[Column, ...]
    output: Output
    recipes: tuple[Recipe, ...]
    default_recipe: str | None
    default_seed: int = 0

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
    def signature(self) -> Signature:
        return signature_of(self.dataset, self.columns, self.output)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """The first row of each class."""
        first = (int(np.argmax(self.dataset.y == index)) for index in range(len(self.output.classes)))
        return tuple(
            Example(title=found.name, row=tuple(self.dataset.X[row].tolist()))
            for found, row in zip(self.output.classes, first, strict=True)
        )

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
