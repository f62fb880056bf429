"""Promoting, rolling back and comparing, over a real store."""

from collections.abc import Callable
from time import monotonic

import msgspec
import pytest

from shared.domain.comparison import Agreement
from shared.domain.promotion import Promoted, Promotion, Wanted
from shared.domain.run import TrainingRun
from shared.domain.version import Trained
from shared.errors import ArtefactDamaged, GoldenRowsDiffer, NothingBefore, UnknownVersion
from shared.inference.predictor import Predictor
from shared.service import Service
from shared.store import ModelStore

ROW = [6.0, 2.9, 4.5, 1.5]


def test_promoted_version_answers_when_the_call_returns(service: Service, store: ModelStore, lda: Trained) -> None:
    for _ in range(3):
        store.publish(lda)
    service.refresh()
    assert service.promote("iris", 1) == Promoted(before=3, after=1)
    assert service.predictor("iris").predict_row(ROW).version == 1
    for expected in (3, 2, 1):
        service.promote("iris", "previous")
        assert service.predictor("iris").predict_row(ROW).version == expected
    with pytest.raises(NothingBefore):
        service.promote("iris", "previous")
    with pytest.raises(UnknownVersion):
        service.promote("iris", 4)
    assert service.predictor("iris").predict_row(ROW).version == 1


def test_version_that_can_not_be_loaded_is_not_promoted(
    service: Service, store: ModelStore, lda: Trained, altered: Callable[..., Trained]
) -> None:
    assert lda.golden is not None
    others = tuple(outputs[::-1] for outputs in lda.golden.outputs)
    store.publish(altered(artefact=b"damaged", exported={"dense": b"damaged"}))
    store.publish(altered(golden=msgspec.structs.replace(lda.golden, outputs=others)))
    store.publish(lda)
    service.refresh()
    refused: list[tuple[Wanted, type[Exception]]] = [
        (1, ArtefactDamaged),
        (2, GoldenRowsDiffer),
        ("previous", GoldenRowsDiffer),
    ]
    for wanted, error in refused:
        with pytest.raises(error):
            service.promote("iris", wanted)
    assert store.champions() == {"iris": 3}
    assert len(store.history("iris").changes) == 3
    assert service.predictor("iris").predict_row(ROW).version == 3
    assert service.problems() == []


def test_champion_that_could_not_be_loaded_and_can_now_is_promoted_at_once(
    service: Service, store: ModelStore, lda: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.publish(lda)
    service.refresh()
    store.publish(lda)
    with monkeypatch.context() as patch:
        patch.setattr(store.__class__, "artefact", _raise_damaged)
        service.refresh()
    assert service.problems() != []
    assert service.promote("iris", 2) == Promoted(2, 2)
    assert service.predictor("iris").predict_row(ROW).version == 2
    assert service.problems() == []


def _raise_damaged(*_: object) -> bytes:
    raise ArtefactDamaged("for a moment")


def test_unloaded_model_stays_out_of_memory_when_a_version_is_promoted(
    service: Service, store: ModelStore, lda: Trained
) -> None:
    store.publish(lda)
    store.publish(lda)
    service.refresh()
    service.unload("iris")
    assert service.promote("iris", 1) == Promoted(2, 1)
    assert service.in_memory("iris") == set()
    service.load("iris")
    assert service.predictor("iris").predict_row(ROW).version == 1


def test_two_rollbacks_from_the_same_champion_are_one(
    service: Service, store: ModelStore, lda: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        store.publish(lda)
    service.refresh()
    load = service._load

    def overtaken(model: str, number: int) -> Predictor:
        monkeypatch.undo()
        store.promote("iris", "previous", "klein")
        return load(model, number)

    monkeypatch.setattr(service, "_load", overtaken)
    assert service.promote("iris", "previous") == Promoted(2, 2)
    assert service.predictor("iris").predict_row(ROW).version == 2


def test_versions_are_compared_on_the_data_of_the_model(service: Service, store: ModelStore, lda: Trained) -> None:
    store.publish(lda)
    store.publish(lda)
    compared = service.compare("iris", 1, 2)
    assert [version.number for version in compared.versions] == [1, 2]
    agreement = compared.agreement
    assert isinstance(agreement, Agreement)
    assert (agreement.data, agreement.n, agreement.same, agreement.fitted) == ("Iris", 150, 150, (True, True))
    assert agreement.right[0] == agreement.right[1] > 140


@pytest.mark.parametrize(("promote", "champion"), [("never", 1), ("if-not-worse", 1), ("always", 2), (None, 1)])
def test_a_run_makes_a_champion_as_it_was_asked_to(
    service: Service, store: ModelStore, lda: Trained, promote: Promotion | None, champion: int
) -> None:
    store.publish(lda)
    run = _ended(service, service.start_run("iris", recipe="tree", promote=promote))
    assert (run.state, run.version, run.promoted) == ("FINISHED", 2, champion == 2)
    service.refresh()
    assert service.predictor("iris").predict_row(ROW).version == champion
    assert (store.version("iris", 2).by, store.history("iris").champion) == ("test", champion)


def test_who_trains_and_waits_gets_a_champion_though_an_equal_run_makes_none(
    service: Service, store: ModelStore, lda: Trained
) -> None:
    store.publish(lda)
    run = service.start_run("iris", recipe="tree", promote="never")
    version = service.train("iris", recipe="tree")
    assert store.history("iris").champion == version.number
    assert _ended(service, run).promoted is False


def _ended(service: Service, run: TrainingRun) -> TrainingRun:
    ends = monotonic() + 60
    while (found := service.run(run.id)).is_active:
        assert monotonic() < ends
    return found
