"""Models that the store defines, over a real store and real training processes."""

import hashlib
from collections.abc import Callable
from time import monotonic

import msgspec
import numpy as np
import pytest

from shared import service as service_module
from shared.catalogue import CATALOGUE
from shared.domain.comparison import Agreement
from shared.domain.held_out import HELD_OUT, HeldOut, pack_held_out
from shared.domain.packing import pack
from shared.domain.run import TrainingRun
from shared.domain.version import ModelVersion, Trained
from shared.errors import InvalidInput, NameTaken, NoHeldOut, NotTrained, TrainingFailed, UnknownModel, UnknownRun
from shared.inference.predictor import Predictor
from shared.service import Service
from shared.store import ModelStore
from shared.store.tables import MODELS
from shared.training.job import TrainingJob
from tests.definitions import blobs
from tests.unit.conftest import trained

LOW, HIGH = [-2.0, -2.0, -2.0], [2.0, 2.0, 2.0]
BLOBS, DATA = blobs()


@pytest.fixture(scope="module")
def version() -> Trained:
    """The blobs by LDA."""
    return trained(TrainingJob("blobs", "lda", {}, 0, BLOBS), DATA)


class Watching:
    """Remembers who was crowned and unloaded."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def training(self, model: str, stage: str) -> None:
        """Not looked at."""

    def crowned(self, version: ModelVersion) -> None:
        self.told.append(f"{version.model} {version.number}")

    def unloaded(self, model: str) -> None:
        self.told.append(f"{model} unloaded")


def names_of(service: Service) -> list[str]:
    return [entry.name for entry in service.models()]


def test_a_defined_model_answers_at_once_and_in_other_processes_after_a_refresh(
    make_service: Callable[..., Service], version: Trained
) -> None:
    one, other = make_service(), make_service()
    published = one.define(BLOBS, pack(DATA), version)
    assert published is not None
    assert one.predictor("blobs").predict_row(HIGH).output.name == "high"
    with pytest.raises(UnknownModel, match="there are: iris, iris-tree"):
        other.predictor("blobs")
    other.refresh()
    assert other.predictor("blobs").predict_row(LOW).output.name == "low"
    assert names_of(other) == [*CATALOGUE, "blobs"]
    assert other.champion("blobs") == one.champion("blobs")
    assert other.versions("blobs") == [published]


def test_a_defined_model_is_trained_compared_and_promoted_like_any_other(service: Service, version: Trained) -> None:
    service.define(BLOBS, pack(DATA))
    with pytest.raises(NotTrained):
        service.predictor("blobs")
    first = service.train("blobs")
    assert (first.number, first.recipe, first.data_sha256) == (1, "lda", BLOBS.data_sha256)
    run = _ended(service, service.start_run("blobs", promote="always", seed=7))
    assert (run.state, run.version) == ("FINISHED", 2)
    compared = service.compare("blobs", 1, 2)
    assert (compared.agreement.data, compared.agreement.n, compared.agreement.fitted) == ("Blobs", 60, (True, True))
    assert service.promote("blobs", "previous").after == 1
    assert service.predictor("blobs", 2).version.seed == 7
    with pytest.raises(InvalidInput, match="no recipe 'tree'"):
        service.train("blobs", recipe="tree")


def test_models_without_recipes_answer_and_are_not_trained_here(service: Service, version: Trained) -> None:
    definition, data = blobs(recipes=())
    service.define(definition, pack(data), msgspec.structs.replace(version, recipe="made elsewhere"))
    assert service.predictor("blobs").predict_row(HIGH).output.name == "high"
    with pytest.raises(InvalidInput, match="can't be trained here"):
        service.train("blobs")


def test_the_bootstrap_leaves_defined_models_to_those_who_define_them(
    service: Service, store: ModelStore, lda: Trained, tree: Trained
) -> None:
    for one in (lda, tree):
        store.publish(one)
    service.define(BLOBS, pack(DATA))
    assert service.untrained() == [version.model for version in service.bootstrap()] == ["diabetes", "digits"]
    assert (service.untrained(), service.bootstrap()) == ([], [])


def test_models_of_the_catalogue_are_neither_defined_nor_removed(
    service: Service, store: ModelStore, lda: Trained
) -> None:
    store.publish(lda)
    with pytest.raises(NameTaken, match="'iris' is taken: it is a model of the catalogue"):
        service.define(blobs("iris")[0], pack(DATA))
    with pytest.raises(NameTaken):
        service.remove("iris")
    store.define(blobs("iris")[0], pack(DATA))  # past the service
    service.refresh()
    assert service.entry("iris").title == "Iris"
    assert service.champion("iris") is not None


def test_unknown_recipes_are_refused_before_anything_is_stored(service: Service, store: ModelStore) -> None:
    with pytest.raises(InvalidInput, match="there is no recipe magic for a classification; there are: auto, lda"):
        service.define(blobs(recipes=("lda", "magic"))[0], pack(DATA))
    assert store.definitions() == {}


def test_nothing_of_a_removed_model_answers(make_service: Callable[..., Service], version: Trained) -> None:
    one, other = make_service(), make_service()
    one.define(BLOBS, pack(DATA), version)
    one.define(BLOBS, pack(DATA), version)
    other.refresh()
    other.predictor("blobs", 1)
    other.unload("blobs")
    watching = Watching()
    one.watch(watching)
    other.remove("blobs")
    one.refresh()
    assert watching.told == ["blobs 2", "blobs unloaded"]
    for service in (one, other):
        for number in (None, 1, 2):
            with pytest.raises(UnknownModel):
                service.predictor("blobs", number)
        assert names_of(service) == list(CATALOGUE)
        assert service.problems() == []
    with pytest.raises(UnknownModel):
        one.remove("blobs")


@pytest.mark.parametrize("n_features", [3, 4])
def test_a_model_that_was_removed_and_defined_again_between_two_refreshes_is_a_new_one(
    make_service: Callable[..., Service], version: Trained, n_features: int
) -> None:
    one, other = make_service(), make_service()
    one.define(BLOBS, pack(DATA), version)
    other.refresh()
    other.predictor("blobs", 1)
    definition, data = blobs(seed=1, n_features=n_features)
    one.remove("blobs")
    one.define(definition, pack(data), trained(TrainingJob("blobs", "lda", {}, 0, definition), data))
    other.refresh()
    for number in (None, 1):
        answering = other.predictor("blobs", number).version
        assert (answering.number, answering.data_sha256) == (1, definition.data_sha256)
        assert len(answering.signature.inputs) == n_features
    assert len(other.entry("blobs").feature_names) == n_features


def test_another_definition_leaves_no_moment_in_which_nothing_answers(
    service: Service, store: ModelStore, version: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.define(BLOBS, pack(DATA), version)
    load, answered = service._load, []

    def watched(model: str, number: int) -> Predictor:
        answered.append(service.predictor("blobs").predict_row(HIGH).version)
        return load(model, number)

    monkeypatch.setattr(service, "_load", watched)
    other, rows = blobs(seed=1)
    service.define(other, pack(rows), version)
    assert answered == [1]
    assert service.predictor("blobs").predict_row(HIGH).version == 2
    assert service.entry("blobs").data_sha256 == other.data_sha256


def test_a_run_of_a_model_that_is_removed_ends_and_publishes_nothing(service: Service, store: ModelStore) -> None:
    service.define(BLOBS, pack(DATA))
    run = service.start_run("blobs")
    service.remove("blobs")
    with pytest.raises(UnknownRun):
        service.run(run.id)
    service.define(BLOBS, pack(DATA))
    assert service.train("blobs").number == 1  # which waits for the turn of the other
    assert len(store.versions("blobs")) == 1


def test_a_definition_that_can_not_be_used_is_said_in_the_problems(
    service: Service, store: ModelStore, version: Trained
) -> None:
    service.define(BLOBS, pack(DATA), version)
    with store._engine.begin() as connection:
        connection.execute(MODELS.update().values(document=b"{}", digest="other"))
    service.refresh()
    (problem,) = service.problems()
    assert problem.startswith("definition of blobs: the definition of blobs can't be understood")
    assert service.predictor("blobs").predict_row(HIGH).version == 1
    store.remove("blobs")
    service.refresh()
    assert service.problems() == []


def test_versions_of_a_large_model_are_not_compared(
    service: Service, version: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.define(BLOBS, pack(DATA), version)
    monkeypatch.setattr(service_module, "MOST_COMPARED_BYTES", 60 * 3 * 8 - 1)
    with pytest.raises(InvalidInput, match="versions are compared on"):
        service.compare("blobs", 1, 1)
    monkeypatch.undo()
    agreement = service.compare("blobs", 1, 1).agreement
    assert isinstance(agreement, Agreement)
    assert agreement.share == 1


def _ended(service: Service, run: TrainingRun) -> TrainingRun:
    ends = monotonic() + 60
    while (found := service.run(run.id)).is_active:
        assert monotonic() < ends
    return found


def test_a_model_is_added_with_its_first_training_and_its_name_is_taken_then(
    make_service: Callable[..., Service], version: Trained
) -> None:
    one, other = make_service(), make_service()
    run = one.add(BLOBS, pack(DATA))
    with pytest.raises(NameTaken, match="there is a model that has it"):
        other.add(BLOBS, pack(DATA))  # which has not heard of it yet
    assert _ended(one, run).promoted
    one.refresh()
    assert one.predictor("blobs").predict_row(HIGH).output.name == "high"
    with pytest.raises(NameTaken, match="a model of the catalogue"):
        one.add(msgspec.structs.replace(BLOBS, name="iris"), pack(DATA))


def test_a_model_whose_first_training_can_not_be_started_is_not_there(service: Service) -> None:
    service._runner.close()
    with pytest.raises(TrainingFailed, match="stopping"):
        service.add(BLOBS, pack(DATA))
    assert names_of(service) == list(CATALOGUE)


def test_answers_to_unseen_rows_are_read_of_a_version_that_has_them(service: Service, version: Trained) -> None:
    service.define(BLOBS, pack(DATA), version)
    with pytest.raises(NoHeldOut, match="were kept of 'blobs' version 1"):
        service.held_out("blobs", 1)  # a person's own rows are not kept
    y = DATA.y.astype(np.int64)
    answers = pack_held_out(HeldOut(np.arange(60), DATA.X, y, np.eye(2)[y]))
    attached = {HELD_OUT: hashlib.sha256(answers).hexdigest()}
    service._store.publish(
        msgspec.structs.replace(version, attached=attached, exported={HELD_OUT: answers}, engines=())
    )
    found, held_out = service.held_out("blobs", 2)
    assert (found.number, len(held_out.y), held_out.probabilities.shape) == (2, 60, (60, 2))
