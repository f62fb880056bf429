"""Models of 28 x 28 pixels: from files to a definition, and what learns from them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from shared.catalogue.recipes import PIXEL_MLP
from shared.catalogue.stored import stored_entry
from shared.digits import images
from shared.digits.images import define_images, from_csv, from_idx
from shared.errors import InvalidInput, UnusableFile
from shared.training.progress import Meter
from shared.training.trainer import FOLDS, train
from tests.images import IMAGES, LABELS, TEST_IMAGES, TEST_LABELS, enlarged, write_csv, write_idx

# The epochs are a set number by design.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
PARAMETERS = {"hidden_units": 16, "epochs": 8, "batch_size": 32, "learning_rate": 0.003}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("images")
    write_idx(made)
    return made


def test_idx_and_csv_are_the_same_rows(folder: Path) -> None:
    data = from_idx(folder / IMAGES, folder / LABELS)
    write_csv(folder / "train.csv", *enlarged(0, 500))
    told = from_csv(folder / "train.csv")
    assert data.X.shape == (500, 784)
    assert data.sha256() == told.sha256()
    assert (data.source, told.source) == (f"{IMAGES} and {LABELS}", "train.csv")


def test_other_sizes_and_too_many_images_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels, labels = enlarged(0, 20)
    write_csv(folder / "small.csv", np.minimum(pixels[:, 2:10, 2:10], 16), labels)
    with pytest.raises(UnusableFile, match=r"small.csv: the images must have 28 x 28 = 784 pixels, got 64"):
        from_csv(folder / "small.csv")
    monkeypatch.setattr(images, "MOST_FITTED_ROWS", 400)
    with pytest.raises(UnusableFile, match="there are 500 images; a model learns from at most 400"):
        from_idx(folder / IMAGES, folder / LABELS)


def test_every_rare_digit_is_named(folder: Path) -> None:
    pixels, labels = enlarged(0, 300)
    write_csv(folder / "few.csv", pixels[(labels != 3) & (labels != 7)], labels[(labels != 3) & (labels != 7)])
    with pytest.raises(UnusableFile, match="0 images of the digit 3; each needs 10; there are 0 images of the digit 7"):
        define_images("mnist", "test", from_csv(folder / "few.csv"), None)


def test_a_definition_says_what_a_row_is(folder: Path) -> None:
    definition, data = define_images("mnist", "test", from_idx(folder / IMAGES, folder / LABELS), None)
    assert (definition.title, data.name, data.source) == ("MNIST", "MNIST", f"{IMAGES} and {LABELS}")
    first, last = definition.signature.inputs[0], definition.signature.inputs[-1]
    assert (first.name, last.name, last.title) == ("pixel0", "pixel783", "Row 28, column 28")
    assert {(one.minimum, one.maximum) for one in definition.signature.inputs} == {(0.0, 255.0)}
    assert [one.title for one in definition.examples] == [str(digit) for digit in range(10)]
    with pytest.raises(InvalidInput, match="name"):
        define_images("My digits", "test", data, None)


def test_a_version_is_tested_on_rows_that_nothing_learnt_from(folder: Path) -> None:
    data, test = from_idx(folder / IMAGES, folder / LABELS), from_idx(folder / TEST_IMAGES, folder / TEST_LABELS)
    definition, whole = define_images("mnist", "test", data, test)
    entry = stored_entry(definition, lambda: whole)
    outcome = train(entry, entry.recipe_named(None), PARAMETERS, 0, Meter(FOLDS, lambda progress: None))
    found: Any = outcome.metrics
    assert found.test.protocol == f"the version itself, on the rows of {TEST_IMAGES}"
    assert found.test.n == 200
    assert found.test.correct == int((outcome.estimator.predict(test.X) == test.y).sum())
    assert found.test.accuracy > 0.5, "chance is 0.1"
    assert found.cross_validation.n == found.holdout.n / 0.3 == 500


def test_the_network_takes_pixels_as_they_are() -> None:
    pixels, labels = enlarged(0, 200)
    X, y = pixels.reshape(200, 784).astype(np.float64), labels.astype(np.int64)
    assert PIXEL_MLP.make is not None
    pipeline: Pipeline = PIXEL_MLP.make(PARAMETERS, 0).fit(X, y)
    assert np.allclose(pipeline[:-1].transform(X), X / 255, rtol=1e-15)
    estimator = PIXEL_MLP.fit(PARAMETERS, 0, X, y)
    assert not isinstance(estimator, Pipeline)
    assert np.allclose(estimator.predict_proba(X), pipeline.predict_proba(X), rtol=1e-9)
