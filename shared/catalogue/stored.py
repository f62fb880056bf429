"""A model that the store defines, as an entry like those of the catalogue."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from shared.catalogue.entry import CatalogueEntry
from shared.catalogue.preparing import prepared, prepared_types
from shared.catalogue.recipes import RECIPES
from shared.domain.dataset import DataDescription, Dataset, Example
from shared.domain.definition import ModelDefinition
from shared.domain.packing import unpack
from shared.domain.recipe import Recipe
from shared.domain.signature import Column, Feature, Signature
from shared.errors import ArtefactDamaged, InvalidInput, Problem


@dataclass(frozen=True, kw_only=True)
class StoredEntry(CatalogueEntry):
    """What `definition` says; the dataset is loaded for nothing but its rows."""

    definition: ModelDefinition

    @property
    def data(self) -> DataDescription:
        return self.definition.data

    @property
    def data_sha256(self) -> str:
        return self.definition.data_sha256

    @property
    def signature(self) -> Signature:
        return self.definition.signature

    @property
    def examples(self) -> tuple[Example, ...]:
        return self.definition.examples

    def recipe_named(self, name: str | None) -> Recipe:
        if not self.recipes:
            raise InvalidInput([Problem("recipe", f"model {self.name!r} has none: it can't be trained here")])
        return super().recipe_named(name)

    def trusted_types(self, recipe: str) -> tuple[str, ...]:
        known = RECIPES[self.definition.task].get(recipe)
        if known is None:
            return ()  # of a version that was made elsewhere
        return known.trusted_types + prepared_types(self.signature)


def stored_entry(definition: ModelDefinition, load_dataset: Callable[[], Dataset]) -> StoredEntry:
    """The entry that `definition` describes; raises InvalidInput where it names recipes that there are not."""
    known = RECIPES[definition.task]
    if unknown := [name for name in definition.recipes if name not in known]:
        message = f"there is no recipe {', '.join(unknown)} for a {definition.task}; there are: {', '.join(known)}"
        raise InvalidInput([Problem("recipes", message)])
    return StoredEntry(
        name=definition.name,
        title=definition.title,
        description=definition.description,
        load_dataset=load_dataset,
        columns=tuple(_column(feature) for feature in definition.signature.inputs),
        output=definition.signature.output,
        recipes=tuple(
            prepared(known[name], definition.signature, definition.data.n_samples) for name in definition.recipes
        ),
        default_recipe=definition.default_recipe,
        default_seed=definition.default_seed,
        definition=definition,
    )


def _column(feature: Feature) -> Column:
    return Column(**{name: getattr(feature, name) for name in Column.__struct_fields__})


def read_rows(definition: ModelDefinition, parts: Iterable[bytes]) -> Dataset:
    """The data of `definition` from its packed `parts`; raises ArtefactDamaged where they hold something else."""
    found = replace(unpack(parts), name=definition.data.name, source=definition.data.source)
    if found.sha256() != definition.data_sha256:
        raise ArtefactDamaged(f"the data of model {definition.name!r} are damaged")
    return found
