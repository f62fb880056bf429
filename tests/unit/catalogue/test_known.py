"""Which models a process knows, and what it reads to know them."""

from collections.abc import Iterator

import msgspec
import pytest

from shared.catalogue import CATALOGUE
from shared.catalogue.known import Changes, KnownModels
from shared.catalogue.stored import StoredEntry
from shared.domain.dataset import Dataset
from shared.domain.definition import ModelDefinition
from shared.domain.packing import pack
from shared.errors import ArtefactDamaged, InvalidInput, StoreUnavailable, UnknownModel
from tests.definitions import blobs


class Shelf:
    """Definitions in memory, that tells what was read."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[ModelDefinition, Dataset]] = {}
        self.read: list[str] = []

    def put(self, definition: ModelDefinition, data: Dataset) -> None:
        self.kept[definition.name] = definition, data

    def definitions(self) -> dict[str, str]:
        return {name: str(hash(definition)) for name, (definition, _) in self.kept.items()}

    def definition(self, name: str) -> ModelDefinition:
        self.read.append(name)
        return self.kept[name][0]

    def dataset(self, sha256: str) -> Iterator[bytes]:
        self.read.append(sha256)
        return next(pack(data) for _, data in self.kept.values() if data.sha256() == sha256)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def known(shelf: Shelf) -> KnownModels:
    return KnownModels(shelf)


def test_a_stored_model_is_like_one_of_the_catalogue_and_its_rows_are_read_last(
    known: KnownModels, shelf: Shelf
) -> None:
    definition, data = blobs(recipes=("tree", "lda"))
    shelf.put(definition, data)
    known.follow()
    entry = known.entry("blobs")
    assert (entry.name, entry.task, entry.feature_names) == ("blobs", "classification", ("x0", "x1", "x2"))
    assert (entry.signature, entry.examples, entry.data) == (definition.signature, definition.examples, definition.data)
    assert (entry.recipe_named(None).name, entry.recipe_named("lda").name) == ("tree", "lda")
    assert entry.data_sha256 == definition.data_sha256
    assert shelf.read == ["blobs"]
    assert entry.dataset.sha256() == definition.data_sha256
    with pytest.raises(InvalidInput, match="no recipe 'mlp'; it has: tree, lda"):
        entry.recipe_named("mlp")


def test_only_what_changed_is_read_again(known: KnownModels, shelf: Shelf) -> None:
    assert known.follow() == Changes()
    shelf.put(*blobs())
    shelf.put(*blobs("others"))
    assert known.follow() == Changes(frozenset(), frozenset({"blobs", "others"}))
    assert known.follow() == Changes()
    shelf.put(*blobs("others", seed=1))
    assert known.follow() == Changes(frozenset(), frozenset({"others"}))
    del shelf.kept["blobs"]
    assert known.follow() == Changes(gone=frozenset({"blobs"}))
    assert shelf.read == ["blobs", "others", "others"]
    assert [entry.name for entry in known.entries()] == [*CATALOGUE, "others"]


def test_a_model_with_other_inputs_is_another_one(known: KnownModels, shelf: Shelf) -> None:
    shelf.put(*blobs())
    known.follow()
    shelf.put(*blobs(n_features=4))
    assert known.follow() == Changes(frozenset({"blobs"}), frozenset({"blobs"}))
    assert len(known.entry("blobs").feature_names) == 4


def test_what_is_not_known_never_reaches_the_store(known: KnownModels, shelf: Shelf) -> None:
    shelf.put(*blobs())
    with pytest.raises(UnknownModel, match="'blobs'; there are: iris, iris-tree"):
        known.entry("blobs")
    assert ("blobs" in known, shelf.read) == (False, [])


def test_the_catalogue_comes_before_the_store(known: KnownModels, shelf: Shelf) -> None:
    shelf.put(*blobs("iris"))
    assert known.follow() == Changes()
    assert known.entry("iris") is CATALOGUE["iris"]


def test_a_definition_that_can_not_be_used_leaves_the_name_as_it_was_and_hides_no_other(
    known: KnownModels, shelf: Shelf
) -> None:
    shelf.put(*blobs())
    known.follow()
    before = known.entry("blobs")
    shelf.put(*blobs(recipes=("magic",)))
    shelf.put(*blobs("others"))
    changes = known.follow()
    assert (changes.gone, changes.defined) == (frozenset(), frozenset({"others"}))
    assert "there is no recipe magic" in changes.unusable["blobs"]
    assert known.entry("blobs") is before
    assert known.follow() == Changes()
    shelf.put(*blobs(seed=1))
    assert known.follow().defined == {"blobs"}


def test_one_that_never_could_be_used_is_gone_when_it_is_removed(known: KnownModels, shelf: Shelf) -> None:
    shelf.put(*blobs(recipes=("magic",)))
    assert known.follow().unusable.keys() == {"blobs"}
    assert "blobs" not in known
    del shelf.kept["blobs"]
    assert known.follow() == Changes(gone=frozenset({"blobs"}))


def test_a_store_that_fails_on_the_way_is_asked_again(
    known: KnownModels, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(name: str) -> ModelDefinition:
        raise StoreUnavailable(name)

    shelf.put(*blobs())
    with monkeypatch.context() as patch:
        patch.setattr(shelf, "definition", fail)
        with pytest.raises(StoreUnavailable):
            known.follow()
    assert "blobs" not in known
    assert known.follow().defined == {"blobs"}


def test_damaged_rows_are_never_handed_out(known: KnownModels, shelf: Shelf) -> None:
    definition, _ = blobs()
    _, other_rows = blobs(seed=1)
    shelf.put(definition, other_rows)
    shelf.dataset = lambda sha256: pack(other_rows)  # type: ignore[method-assign]
    known.follow()
    with pytest.raises(ArtefactDamaged, match="the data of model 'blobs' are damaged"):
        _ = known.entry("blobs").dataset


def test_a_version_may_hold_what_its_recipe_may_and_one_of_no_recipe_what_skops_trusts(
    known: KnownModels, shelf: Shelf
) -> None:
    definition, data = blobs(recipes=())
    shelf.put(definition, data)
    known.follow()
    entry = known.entry("blobs")
    assert isinstance(entry, StoredEntry)
    assert entry.trusted_types("tree") == CATALOGUE["iris"].trusted_types("tree") != ()
    assert entry.trusted_types("made elsewhere") == ()
    with pytest.raises(InvalidInput, match="can't be trained here"):
        entry.recipe_named(None)
    assert msgspec.json.decode(msgspec.json.encode(definition), type=ModelDefinition) == definition
