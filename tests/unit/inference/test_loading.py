"""The cheapest engine that is allowed answers, if it still gives what scikit-learn gave."""

import hashlib
import io
import logging
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec
import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from skops.io.exceptions import UntrustedTypesFoundException

from shared.catalogue import CATALOGUE
from shared.domain.engine import DENSE, ENGINES, ONNXRUNTIME, SCIKIT_LEARN, GoldenRows
from shared.domain.version import Trained, numbered
from shared.engines.dense import pack_layers, unpack_layers
from shared.errors import ArtefactDamaged, GoldenRowsDiffer, StoreUnavailable
from shared.inference.loading import load
from shared.inference.predictor import Predictor
from shared.store import ModelStore
from shared.training.child import run
from shared.training.job import TrainingJob
from tests.processes import ROOT

IRIS = CATALOGUE["iris"]
TREE_TYPES = CATALOGUE["iris-tree"].recipe_named(None).trusted_types
PROBE = """
import sys
from shared import bootstrap
from shared.http_api import handlers
from shared.settings import Settings
service = bootstrap.open_service(Settings(store=sys.argv[1]), "test")
names = [service.predictor(model).predict_row([6.0, 2.9, 4.5, 1.5]).output.name for model in ("iris", "iris-tree")]
used = [service.champion(model).engine.name for model in ("iris", "iris-tree")]
entry = service.models()[0]
handlers.views.model_view(entry, service.champion(entry.name))
assert not list(handlers._row_problems(service, {"data": [6.0, 2.9, 4.5, 1.5]}))
assert list(handlers._row_problems(service, {"data": [6.0]}))
print(*names, *used, *(name for name in ("sklearn", "skops", "scipy", "skl2onnx", "onnx") if name in sys.modules))
"""


def _load(trained: Trained, *allowed: str, fetched: list[str] | None = None) -> Predictor:
    artefacts: Mapping[str, bytes] = {SCIKIT_LEARN: trained.artefact, **trained.exported}

    def fetch(name: str) -> bytes:
        if fetched is not None:
            fetched.append(name)
        return artefacts[name]

    return load(numbered(trained, 1, datetime.now(UTC)), fetch, TREE_TYPES, allowed or ENGINES)


def _with_artefact(trained: Trained, name: str, artefact: bytes) -> Trained:
    """`trained` with another artefact for an engine, and the digest that fits it."""
    digest = hashlib.sha256(artefact).hexdigest()
    reports = [
        msgspec.structs.replace(report, sha256=digest) if report.name == name else report for report in trained.engines
    ]
    return msgspec.structs.replace(trained, engines=tuple(reports), exported=trained.exported | {name: artefact})


def _perturbed_layers(artefact: bytes) -> bytes:
    layers = unpack_layers(artefact)
    return pack_layers([(weights, biases + 1e-6 * np.arange(len(biases))) for weights, biases in layers])


def _perturbed_graph(artefact: bytes) -> bytes:
    model = onnx.load_from_string(artefact)
    changed = 0
    for tensor in model.graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.dtype == np.float64 and array.size > 3:
            tensor.CopyFrom(numpy_helper.from_array(array * 1.001, tensor.name))
            changed += 1
    assert changed
    perturbed: bytes = model.SerializeToString()
    return perturbed


def _with_other_golden_rows(trained: Trained) -> Trained:
    assert trained.golden is not None
    swapped = tuple(outputs[::-1] for outputs in trained.golden.outputs)
    return msgspec.structs.replace(trained, golden=GoldenRows(trained.golden.rows, swapped))


def test_a_process_that_serves_exported_versions_never_imports_scikit_learn(
    store: ModelStore, store_url: str, lda: Trained, tree: Trained
) -> None:
    store.publish(lda)
    store.publish(tree)
    result = subprocess.run(
        [sys.executable, "-c", PROBE, store_url], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["versicolor", "versicolor", "dense", "onnxruntime"]


@pytest.mark.parametrize(("recipe", "parameters"), [("tree", {}), ("forest", {"trees": 10})])
def test_tree_recipes_are_served_by_onnxruntime(recipe: str, parameters: dict[str, object]) -> None:
    chosen = IRIS.recipe_named(recipe)
    trained = run(TrainingJob("iris", recipe, chosen.complete(parameters), 0), io.BytesIO())
    predictor, reference = _load(trained), _load(trained, SCIKIT_LEARN)
    assert (predictor.engine.name, reference.engine.name) == (ONNXRUNTIME, SCIKIT_LEARN)
    assert predictor.version.engine.why.endswith("dense: " + trained.engines[0].why)
    found, expected = (one.predict(IRIS.dataset.X).outputs for one in (predictor, reference))
    assert np.abs(found - expected).max() <= 1e-6
    assert np.array_equal(found.argmax(axis=1), expected.argmax(axis=1))


@pytest.mark.parametrize("name", ENGINES)
def test_the_setting_chooses_and_only_what_is_used_is_fetched(lda: Trained, name: str) -> None:
    fetched: list[str] = []
    predictor = _load(lda, name, fetched=fetched)
    assert predictor.engine.name == predictor.version.engine.name == name
    assert fetched == [name, "familiarity", "background"]
    assert predictor.version.engine.why.startswith(f"{name}: agrees with scikit-learn to ")


def test_the_order_of_the_setting_is_the_order_of_preference(lda: Trained) -> None:
    assert _load(lda, ONNXRUNTIME, DENSE).engine.name == ONNXRUNTIME
    assert _load(lda, SCIKIT_LEARN, DENSE).engine.name == SCIKIT_LEARN


@pytest.mark.parametrize(
    ("wrong", "perturb", "instead"),
    [(DENSE, _perturbed_layers, ONNXRUNTIME), (ONNXRUNTIME, _perturbed_graph, SCIKIT_LEARN)],
)
def test_a_wrong_conversion_is_found_by_the_golden_rows_and_passed_over(
    lda: Trained, wrong: str, perturb: Callable[[bytes], bytes], instead: str, caplog: pytest.LogCaptureFixture
) -> None:
    trained = _with_artefact(lda, wrong, perturb(lda.exported[wrong]))
    predictor = _load(trained, wrong, instead)
    assert predictor.engine.name == instead
    assert f"{wrong}: differs from scikit-learn by" in predictor.version.engine.why
    assert [(record.name, record.levelno) for record in caplog.records] == [("duet.engines", logging.WARNING)]


@pytest.mark.parametrize("name", [DENSE, ONNXRUNTIME])
def test_bytes_that_an_engine_can_not_read_are_passed_over(lda: Trained, name: str) -> None:
    predictor = _load(_with_artefact(lda, name, b"nonsense"), name)
    assert predictor.engine.name == SCIKIT_LEARN
    assert f"{name}: " in predictor.version.engine.why


def test_damaged_bytes_are_told_by_their_digest_and_passed_over(store: ModelStore, lda: Trained) -> None:
    store.publish(msgspec.structs.replace(lda, exported=lda.exported | {DENSE: b"damaged"}))
    version = store.version("iris", 1)
    predictor = load(version, lambda name: store.artefact(version, name), ())
    assert predictor.engine.name == ONNXRUNTIME
    assert "dense: the artefact for dense of iris version 1 is damaged" in predictor.version.engine.why


def test_where_scikit_learn_itself_differs_from_the_golden_rows_the_version_is_not_served(lda: Trained) -> None:
    with pytest.raises(GoldenRowsDiffer, match="golden rows of version 1"):
        _load(_with_other_golden_rows(lda))


def test_a_version_that_was_published_before_there_were_engines_is_served_by_scikit_learn(lda: Trained) -> None:
    predictor = _load(msgspec.structs.replace(lda, engines=(), golden=None, exported={}, attached={}))
    assert predictor.engine.name == SCIKIT_LEARN
    assert predictor.version.engine.why == (
        "scikit-learn: was published without golden rows; dense: this version was not exported to it; "
        "onnxruntime: this version was not exported to it"
    )


def test_an_artefact_with_a_type_that_is_not_on_the_list_is_not_loaded(tree: Trained) -> None:
    with pytest.raises(UntrustedTypesFoundException):
        load(numbered(tree, 1, datetime.now(UTC)), lambda name: tree.artefact, (), (SCIKIT_LEARN,))


def test_what_scikit_learn_lacks_is_told_when_nothing_else_is_left(lda: Trained) -> None:
    def missing(name: str) -> bytes:
        raise ArtefactDamaged(f"no {name}")

    with pytest.raises(ArtefactDamaged, match="no scikit-learn"):
        load(numbered(lda, 1, datetime.now(UTC)), missing, ())


def test_a_store_that_fails_is_not_taken_for_a_bad_engine(lda: Trained) -> None:
    def failing(name: str) -> bytes:
        raise StoreUnavailable("gone")

    with pytest.raises(StoreUnavailable):
        load(numbered(lda, 1, datetime.now(UTC)), failing, ())
