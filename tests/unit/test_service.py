"""The use cases, over a real store and real training processes."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from shared import bootstrap
from shared.domain.version import Trained
from shared.errors import (
    GoldenRowsDiffer,
    InvalidInput,
    NotLoaded,
    NotTrained,
    StoreUnavailable,
    UnknownModel,
    UnknownVersion,
)
from shared.service import Service
from shared.settings import Settings
from shared.store import ModelStore
from shared.training.job import MEMORY_LIMIT_MB
from shared.training.runner import Runner

ROW = [6.0, 2.9, 4.5, 1.5]


def test_untrained_models_say_so_and_trained_ones_answer(service: Service) -> None:
    with pytest.raises(NotTrained):
        service.predictor("iris")
    assert service.train("iris").number == 1
    assert service.predictor("iris").predict_row(ROW).output.name == "versicolor"


def test_the_bootstrap_trains_what_is_missing_and_only_that(service: Service, store: ModelStore, lda: Trained) -> None:
    store.publish(lda)
    assert [version.model for version in service.bootstrap()] == ["iris-tree", "diabetes", "digits"]
    assert service.bootstrap() == []


def test_a_version_of_another_process_is_served_after_a_refresh(
    service: Service, store: ModelStore, lda: Trained
) -> None:
    store.publish(lda)
    service.refresh()
    store.publish(lda)
    assert service.predictor("iris").predict_row(ROW).version == 1
    service.refresh()
    assert service.predictor("iris").predict_row(ROW).version == 2


def test_an_unloaded_model_stays_out_of_memory_until_it_is_loaded(
    service: Service, store: ModelStore, lda: Trained
) -> None:
    store.publish(lda)
    service.refresh()
    service.unload("iris")
    store.publish(lda)
    service.refresh()
    for number in (None, 1, 2):
        with pytest.raises(NotLoaded):
            service.predictor("iris", number)
    assert (service.in_memory("iris"), service.problems()) == (set(), [])
    service.load("iris")
    assert service.predictor("iris").predict_row(ROW).version == 2
    assert service.in_memory("iris") == {2}


def test_what_has_no_version_can_not_be_loaded(service: Service) -> None:
    with pytest.raises(NotTrained):
        service.load("iris")
    with pytest.raises(UnknownModel):
        service.unload("roses")


def test_an_older_version_stays_reachable_by_number(service: Service, store: ModelStore, lda: Trained) -> None:
    store.publish(lda)
    store.publish(lda)
    service.refresh()
    assert service.predictor("iris", 1).predict_row(ROW).version == 1
    with pytest.raises(UnknownVersion):
        service.predictor("iris", 3)


def test_a_damaged_champion_is_not_served_and_said_in_the_problems(
    service: Service, store: ModelStore, lda: Trained, altered: Callable[..., Trained]
) -> None:
    store.publish(lda)
    service.refresh()
    store.publish(altered(artefact=lda.artefact[:-1] + b"x", exported={}))
    service.refresh()
    assert service.predictor("iris").predict_row(ROW).version == 1
    assert service.problems() == ["model iris: version 2 can't be loaded: the artefact of iris version 2 is damaged"]
    store.publish(lda)
    service.refresh()
    assert service.problems() == []
    assert service.predictor("iris").predict_row(ROW).version == 3


def test_a_champion_that_answers_its_golden_rows_otherwise_is_not_served_and_said_in_the_problems(
    service: Service, store: ModelStore, lda: Trained, altered: Callable[..., Trained]
) -> None:
    store.publish(lda)
    service.refresh()
    assert lda.golden is not None
    others = tuple(outputs[::-1] for outputs in lda.golden.outputs)
    store.publish(altered(golden=msgspec.structs.replace(lda.golden, outputs=others)))
    service.refresh()
    assert service.predictor("iris").predict_row(ROW).version == 1
    (problem,) = service.problems()
    assert problem.startswith("model iris: version 2 can't be loaded: differs from scikit-learn by")
    with pytest.raises(GoldenRowsDiffer):
        service.predictor("iris", 2)


def test_the_champion_tells_its_engine_and_why(
    make_service: Callable[..., Service], store: ModelStore, lda: Trained, tree: Trained
) -> None:
    store.publish(lda)
    store.publish(tree)
    service = make_service("dense")
    service.refresh()
    champions = [service.champion(model) for model in ("iris", "iris-tree")]
    assert [champion and champion.engine.name for champion in champions] == ["dense", "scikit-learn"]
    assert champions[1] is not None
    assert champions[1].engine.why.endswith("dense: DecisionTreeClassifier has no dense layers")


def test_after_a_restart_an_earlier_version_stands_in_for_a_damaged_champion(
    service: Service, store: ModelStore, lda: Trained, altered: Callable[..., Trained]
) -> None:
    store.publish(lda)
    for _ in range(2):
        store.publish(altered(artefact=b"damaged", exported={"dense": b"damaged"}))
    service.refresh()
    assert service.predictor("iris").predict_row(ROW).version == 1
    assert "version 3 can't be loaded" in service.problems()[0]


def test_after_a_restart_the_previous_champion_stands_in_and_not_the_next_lower_number(
    service: Service, store: ModelStore, lda: Trained, altered: Callable[..., Trained]
) -> None:
    damaged = altered(artefact=b"damaged", exported={"dense": b"damaged"})
    for trained in (lda, lda, damaged, lda):
        store.publish(trained)
    store.promote("iris", 1, "flask")
    store.promote("iris", 3, "flask")
    service.refresh()
    assert service.predictor("iris").predict_row(ROW).version == 1
    assert "version 3 can't be loaded" in service.problems()[0]


def test_a_lost_store_leaves_what_is_loaded_answering(
    service: Service, store: ModelStore, lda: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.publish(lda)
    service.refresh()
    monkeypatch.setattr(service, "_store", ModelStoreThatFails())
    service.refresh()
    assert service.predictor("iris").predict_row(ROW).version == 1
    assert service.problems() == ["store: the store can't be used: gone"]


class ModelStoreThatFails:
    """What a store does whose disk has gone."""

    def champions(self) -> dict[str, int]:
        raise StoreUnavailable("the store can't be used: gone")

    def close(self) -> None:
        """Nothing is open."""


def test_unknown_names_are_refused(service: Service) -> None:
    with pytest.raises(UnknownModel):
        service.train("tulip")
    with pytest.raises(InvalidInput, match="recipe"):
        service.train("iris", recipe="svm")
    with pytest.raises(InvalidInput, match=r"params\.epochs"):
        service.train("iris", recipe="mlp", params={"epochs": -1})


def test_trainings_are_told_how_much_memory_they_may_take(monkeypatch: pytest.MonkeyPatch, store_url: str) -> None:
    told: dict[str, str] = {}

    def make(*arguments: Any, environment: dict[str, str], **options: Any) -> Runner:
        told.update(environment)
        return Runner(*arguments, environment=environment, **options)

    monkeypatch.setattr(bootstrap, "Runner", make)
    bootstrap.open_service(Settings(store=store_url, training_memory_mb=600), "test").close()
    assert told[MEMORY_LIMIT_MB] == "600"
