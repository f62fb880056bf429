"""Artefacts depend on what was trained and on nothing else."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest
import skops.io

from shared.catalogue import CATALOGUE
from shared.domain.recipe import Recipe
from shared.training.artefact import dump
from tests.processes import ROOT

IRIS = CATALOGUE["iris"]
PROBE = """
import hashlib, sys, warnings
warnings.simplefilter("ignore")
from threadpoolctl import threadpool_limits
from shared.catalogue import CATALOGUE
from shared.training.artefact import dump
from shared.training.export import export
entry = CATALOGUE["iris"]
padding = [object() for _ in range(int(sys.argv[2]))]
with threadpool_limits(1):
    recipe = entry.recipe_named(sys.argv[1])
    estimator = recipe.make(recipe.complete({}), 0).fit(entry.dataset.X, entry.dataset.y)
    artefacts = {"scikit-learn": dump(estimator), **export(estimator, entry.dataset, entry.signature).artefacts}
for name, artefact in artefacts.items():
    print(name, hashlib.sha256(artefact).hexdigest())
"""


@pytest.mark.parametrize(
    ("recipe", "engines"),
    [
        ("lda", ["scikit-learn", "dense", "onnxruntime"]),
        ("mlp", ["scikit-learn", "dense", "onnxruntime"]),
        ("tree", ["scikit-learn", "onnxruntime"]),
        ("forest", ["scikit-learn", "onnxruntime"]),
    ],
)
def test_two_processes_make_the_same_bytes_for_every_engine(recipe: str, engines: list[str]) -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PROBE, recipe, padding], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for padding in ("0", "5000")
    }
    assert len(outputs) == 1
    digests = dict(line.split() for line in outputs.pop().splitlines())
    assert list(digests) == engines
    assert {len(digest) for digest in digests.values()} == {hashlib.sha256().digest_size * 2}


@pytest.mark.parametrize("recipe", IRIS.recipes, ids=lambda recipe: recipe.name)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_what_is_read_back_answers_as_what_was_written(recipe: Recipe) -> None:
    estimator = recipe.fit(recipe.complete({}), 0, IRIS.dataset.X, IRIS.dataset.y)
    read = skops.io.loads(dump(estimator), trusted=list(recipe.trusted_types))
    assert np.array_equal(read.predict_proba(IRIS.dataset.X), estimator.predict_proba(IRIS.dataset.X))
