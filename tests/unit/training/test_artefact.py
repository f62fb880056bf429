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
entry = CATALOGUE["iris"]
padding = [object() for _ in range(int(sys.argv[2]))]
with threadpool_limits(1):
    recipe = entry.recipe_named(sys.argv[1])
    print(hashlib.sha256(dump(recipe.make(recipe.complete({}), 0).fit(entry.dataset.X, entry.dataset.y))).hexdigest())
"""


@pytest.mark.parametrize("recipe", ["lda", "mlp", "tree"])
def test_two_processes_make_the_same_bytes(recipe: str) -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", PROBE, recipe, padding], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for padding in ("0", "5000")
    }
    assert len(digests) == 1
    assert len(digests.pop().strip()) == hashlib.sha256().digest_size * 2


@pytest.mark.parametrize("recipe", IRIS.recipes, ids=lambda recipe: recipe.name)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_what_is_read_back_answers_as_what_was_written(recipe: Recipe) -> None:
    estimator = recipe.make(recipe.complete({}), 0).fit(IRIS.dataset.X, IRIS.dataset.y)
    read = skops.io.loads(dump(estimator), trusted=list(recipe.trusted_types))
    assert np.array_equal(read.predict_proba(IRIS.dataset.X), estimator.predict_proba(IRIS.dataset.X))
