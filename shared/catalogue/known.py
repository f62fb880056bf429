"""The models that a process knows: those of the catalogue, and those that its store defines."""

from collections.abc import Iterator, Mapping
from typing import Protocol

import msgspec

from shared.catalogue import CATALOGUE, CatalogueEntry
from shared.catalogue.stored import StoredEntry, read_rows, stored_entry
from shared.domain.dataset import Dataset
from shared.domain.definition import ModelDefinition
from shared.errors import StoreError, UnknownModel


class Definitions(Protocol):
    """Where definitions come from; `shared.store.model_store` says what each method does."""

    def definitions(self) -> dict[str, str]: ...
    def definition(self, name: str) -> ModelDefinition: ...
    def dataset(self, sha256: str) -> Iterator[bytes]: ...


class Changes(msgspec.Struct, frozen=True):
    """The names that mean nothing or something else now, those that are defined anew, and why some can't be used.

    A model with other inputs or outputs is another one, so that its name is both `gone` and `defined`.
    """

    gone: frozenset[str] = frozenset()
    defined: frozenset[str] = frozenset()
    unusable: Mapping[str, str] = {}


class KnownModels:
    """What is known is one mapping that is replaced whole, so that readers take no lock.

    A name that is not known is unknown until `follow`: strangers who ask for what is not there never reach the store.
    """

    def __init__(self, store: Definitions) -> None:
        self._store = store
        self._digests: dict[str, str] = {}
        self._entries: dict[str, CatalogueEntry] = dict(CATALOGUE)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def entry(self, name: str) -> CatalogueEntry:
        """The entry called `name`; raises UnknownModel that lists those there are."""
        try:
            return self._entries[name]
        except KeyError:
            raise UnknownModel(name, list(self._entries)) from None

    def entries(self) -> tuple[CatalogueEntry, ...]:
        """All, those of the catalogue first."""
        return tuple(self._entries.values())

    def follow(self) -> Changes:
        """Know what the store defines now, by reading what changed; to be called by one thread at a time.

        A definition that can't be used leaves the name as it was. Raises StoreError.
        """
        digests = {name: digest for name, digest in self._store.definitions().items() if name not in CATALOGUE}
        changed = {name for name, _ in digests.items() ^ self._digests.items()}
        if not changed:
            return Changes()
        known = {name: entry for name, entry in self._entries.items() if name in CATALOGUE or name in digests}
        unusable: dict[str, str] = {}
        for name in sorted(changed & digests.keys()):
            try:
                known[name] = self._read(name)
            except StoreError:
                raise
            except Exception as error:  # one that a later release wrote, or a damaged one, must not hide the others
                unusable[name] = str(error)
        before, self._entries, self._digests = self._entries, known, digests
        gone = {
            name
            for name in changed
            if name not in known or (name in before and not _goes_on(before[name], known[name]))
        }
        return Changes(frozenset(gone), frozenset(changed & known.keys() - unusable.keys()), unusable)

    def _read(self, name: str) -> StoredEntry:
        definition = self._store.definition(name)

        def load_dataset() -> Dataset:
            return read_rows(definition, self._store.dataset(definition.data_sha256))

        return stored_entry(definition, load_dataset)


def _goes_on(before: CatalogueEntry, after: CatalogueEntry) -> bool:
    """Whether what answers for the one can answer for the other."""
    if not isinstance(before, StoredEntry) or not isinstance(after, StoredEntry):
        return False
    return before.definition.is_asked_like(after.definition)
