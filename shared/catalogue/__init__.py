"""Which models exist. A new model is one module here and one line in `CATALOGUE`."""

from shared.catalogue import diabetes, digits, iris, iris_tree
from shared.catalogue.entry import CatalogueEntry
from shared.errors import UnknownModel

CATALOGUE: dict[str, CatalogueEntry] = {
    entry.name: entry for entry in (iris.ENTRY, iris_tree.ENTRY, diabetes.ENTRY, digits.ENTRY)
}

__all__ = ["CATALOGUE", "CatalogueEntry", "entry_named"]


def entry_named(name: str) -> CatalogueEntry:
    """The entry called `name`; raises UnknownModel that lists those there are."""
    try:
        return CATALOGUE[name]
    except KeyError:
        raise UnknownModel(name, list(CATALOGUE)) from None
