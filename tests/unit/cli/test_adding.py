"""`duet add` and `duet remove`, run as a user runs them."""

import json
import pickle
from pathlib import Path

import joblib
import numpy as np
import pytest
import skops.io

from tests import estimators
from tests.flats import flats_csv
from tests.processes import duet


def test_a_csv_becomes_a_model_that_is_gone_when_it_is_removed(tmp_path: Path) -> None:
    file = tmp_path / "My flats.csv"
    file.write_bytes(flats_csv())
    added = duet(tmp_path, "add", str(file), "--target", "kind", "--drop", "rent", "--yes")
    assert added.returncode == 0, added.stderr
    assert "city    category" in added.stdout
    assert "rent    number    " in added.stdout
    assert "my-flats version 1 " in added.stdout
    assert "was chosen by log-loss (stratified 5-fold, n 240): lda " in added.stdout
    assert "POST /models/my-flats/predict  " in added.stdout
    listed = json.loads(duet(tmp_path, "versions", "my-flats", "--json").stdout)
    assert listed["versions"][0]["selection"]["n"] == 240
    assert duet(tmp_path, "remove", "my-flats").stdout.startswith("my-flats is gone")
    gone = duet(tmp_path, "versions", "my-flats")
    assert gone.returncode == 1
    assert "there is no model 'my-flats'" in gone.stderr


def test_a_person_is_asked_before_anything_is_stored(tmp_path: Path) -> None:
    file = tmp_path / "flats.csv"
    file.write_bytes(flats_csv())
    asked = duet(tmp_path, "add", str(file), "--target", "kind")  # nobody answers
    assert asked.returncode == 1
    assert "Train flats on this?" in asked.stdout
    assert "there is no model 'flats'" in duet(tmp_path, "remove", "flats").stderr


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "iris.csv"
    file.write_bytes(flats_csv())
    wrong = duet(tmp_path, "add", str(file), "--target", "colour", "--drop", "size", "--yes")
    assert wrong.returncode == 1
    assert "target: there is no column 'colour'; the columns are: rooms, city, age, rent, kind" in wrong.stderr
    assert "drop: there is no column 'size'" in wrong.stderr
    taken = duet(tmp_path, "add", str(file), "--target", "kind", "--yes")
    assert "the name 'iris' is taken" in taken.stderr
    file.write_text("a,b\n1\n2,3\n")
    assert "row 2: has 1 cells; 2 columns are named" in duet(tmp_path, "add", str(file), "--target", "a").stderr
    assert "can't be read: No such file" in duet(tmp_path, "add", str(tmp_path / "none.csv"), "--target", "a").stderr


def test_an_estimator_in_a_file_is_served_as_it_is(tmp_path: Path) -> None:
    file, features = tmp_path / "price.skops", tmp_path / "inputs.json"
    skops.io.dump(estimators.regressor(estimators.rows()), file)
    unnamed = duet(tmp_path, "add", str(file))
    assert "features: are needed: the estimator doesn't know the names of its 3 inputs" in unnamed.stderr
    features.write_text('["a", "b", {"name": "c", "minimum": 0, "maximum": 1}]')
    added = duet(tmp_path, "add", str(file), "--features", str(features), "--title", "Price")
    assert added.returncode == 0, added.stderr
    assert "price version 1 " in added.stdout
    assert "not measured" in added.stdout
    assert "not measured" in duet(tmp_path, "versions", "price").stdout
    rows = tmp_path / "rows.csv"
    X = estimators.rows()
    np.savetxt(rows, np.column_stack([X, X @ [1.0, 2.0, 3.0]]), delimiter=",", header="a,b,c,price", comments="")
    both = duet(tmp_path, "add", str(file), "--data", str(rows), "--target", "price", "--features", str(features))
    assert "with --data it can't be given" in both.stderr
    measured = duet(tmp_path, "add", str(file), "--data", str(rows), "--target", "price", "--name", "again")
    assert "(5-fold x 4" in measured.stdout, measured.stderr
    assert "are for a FILE that holds an estimator" in duet(tmp_path, "add", str(rows), "--data", str(rows)).stderr


def test_a_pickle_is_refused_whatever_it_is_called(tmp_path: Path) -> None:
    for name in ("price.skops", "price.csv", "price.joblib"):
        (tmp_path / name).write_bytes(pickle.dumps(estimators.regressor(estimators.rows())))
        refused = duet(tmp_path, "add", str(tmp_path / name))
        assert refused.returncode == 1
        assert f"Error: {name}: is a pickle, as pickle and joblib write them" in refused.stderr


def test_california_is_read_from_where_scikit_learn_keeps_it_and_never_fetched_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "kept"))
    missing = duet(tmp_path, "add", "--california", "--yes")
    assert missing.returncode == 1
    assert f"California housing: is not in {tmp_path / 'kept'}; --download fetches it (0.4 MB)" in missing.stderr
    _keep_made_up_houses(tmp_path / "kept")
    added = duet(tmp_path, "add", "--california")  # nobody answers
    assert "Train house on this?" in added.stdout
    assert "House prices in California: Estimates the median price" in added.stdout
    assert "200 rows; MedHouseVal is a number (regression)" in added.stdout
    neither = duet(tmp_path, "add", "--yes")
    assert "name a FILE, or give --california" in neither.stderr


def _keep_made_up_houses(home: Path) -> None:
    """As scikit-learn keeps them: the value in dollars, then eight columns, of which three are totals."""
    random = np.random.default_rng(0)
    rows = random.uniform(1, 2, (200, 9)) * [200_000, 4, 20, 2000, 400, 1000, 300, 35, -120]
    joblib.dump(rows, home / "cal_housing_py3.pkz", compress=6)
