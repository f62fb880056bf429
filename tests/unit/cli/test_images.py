"""`duet train` with files of images."""

import json
from pathlib import Path

import click
import pytest

from shared.cli.images import OPTIONS, check_files
from tests.images import IMAGES, LABELS, TEST_IMAGES, TEST_LABELS, write_idx
from tests.processes import duet

QUICK = ("--param", "epochs=8", "--param", "hidden_units=32", "--param", "batch_size=16")


@pytest.mark.parametrize(
    ("given", "culprits"),
    [
        (["images"], ["--images needs --labels"]),
        (["labels"], ["--labels needs --images"]),
        (["csv", "labels"], ["either --csv or --images and --labels"]),
        (["test_csv"], ["files to test on go with files to learn from"]),
        (["images", "test_labels"], ["--images needs --labels", "--test-labels needs --test-images"]),
        (["csv", "test_csv", "test_images"], ["either --test-csv or --test-images and --test-labels"]),
    ],
)
def test_all_that_is_missing_or_too_much_is_told(given: list[str], culprits: list[str]) -> None:
    files = {name: Path(name) if name in given else None for name in OPTIONS}
    with pytest.raises(click.UsageError) as raised:
        check_files(files)
    assert all(culprit in str(raised.value) for culprit in culprits), str(raised.value)


@pytest.mark.parametrize("given", [[], ["images", "labels"], ["csv"], ["csv", "test_images", "test_labels"]])
def test_one_way_of_giving_files_is_enough(given: list[str]) -> None:
    check_files({name: Path(name) if name in given else None for name in OPTIONS})


def test_files_of_images_become_a_model_with_its_figure_on_test_rows(tmp_path: Path) -> None:
    write_idx(tmp_path)
    learn = ("--images", str(tmp_path / IMAGES), "--labels", str(tmp_path / LABELS))
    tested = ("--test-images", str(tmp_path / TEST_IMAGES), "--test-labels", str(tmp_path / TEST_LABELS))
    trained = duet(tmp_path, "train", "mnist", *learn, *tested, *QUICK)
    assert trained.returncode == 0, trained.stderr
    assert "500 images of train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz, 200 to test on" in trained.stderr
    assert "epoch 1 to 8: 245 training rows, 105 validation rows" in trained.stderr
    assert "/200, 95 % interval " in trained.stdout
    assert "(the version itself, on the rows of t10k-images-idx3-ubyte.gz)" in trained.stdout
    version = json.loads(duet(tmp_path, "versions", "mnist", "--json").stdout)["versions"][0]
    assert version["metrics"]["test"]["n"] == 200
    assert version["metrics"]["test"]["accuracy"] > 0.5, "chance is 0.1"
    taken = duet(tmp_path, "train", "iris", *learn)
    assert (taken.returncode, "the name 'iris' is taken" in taken.stderr) == (1, True)
    missing = duet(tmp_path, "train", "mnist", "--csv", str(tmp_path / "none.csv"))
    assert "none.csv: No such file or directory" in missing.stderr
