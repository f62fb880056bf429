"""`duet predict`, run as a user runs it, on one store."""

import csv
import io
import os
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.processes import duet

NAMES = "sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm"
GOOD = f"{NAMES}\n5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5\n"
BAD = f"{GOOD}old,3,4,1\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a store holds Iris, trained twice: what lasts longest in these tests."""
    home = tmp_path_factory.mktemp("home")
    for recipe in ("lda", "tree"):
        assert duet(home, "train", "iris", "--recipe", recipe).returncode == 0
    return home


def predict(home: Path, content: str, *arguments: str) -> CompletedProcess[str]:
    file = home / "flowers.csv"
    file.write_text(content)
    return duet(home, "predict", "iris", str(file), *arguments)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_answers_go_to_standard_output_and_all_else_does_not(home: Path) -> None:
    done = predict(home, GOOD)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == (
        f"{NAMES},prediction,probability_setosa,probability_versicolor,probability_virginica,warnings,error"
    )
    assert [row["prediction"] for row in rows(done.stdout)] == ["setosa", "virginica"]
    assert "2 rows; version 2 of iris" in done.stderr


def test_an_earlier_version_answers_where_it_is_asked_for(home: Path) -> None:
    certain = [rows(predict(home, GOOD, "--version", number).stdout)[1]["probability_virginica"] for number in "12"]
    assert certain[0] != certain[1] == "1.0"
    assert "has no version 9" in predict(home, GOOD, "--version", "9").stderr


def test_bad_rows_are_told_and_the_others_answered(home: Path) -> None:
    output = home / "out.csv"
    done = predict(home, BAD, "-o", str(output))
    assert (done.returncode, done.stdout) == (1, "")
    assert "3 rows, 1 without an answer; version 2 of iris" in done.stderr
    assert "row 4, column 'sepal_length_cm': 'old' is not a number" in done.stderr
    assert [row["error"] for row in rows(output.read_text())] == ["", "", "sepal_length_cm: 'old' is not a number"]
    assert output.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_strict_writes_all_or_nothing(home: Path) -> None:
    output = home / "strict.csv"
    output.write_text("as it was")
    for arguments in (["-o", str(output)], []):
        done = predict(home, BAD, "--strict", *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert "row 4, column 'sepal_length_cm': 'old' is not a number" in done.stderr
    assert output.read_text() == "as it was"
    assert predict(home, GOOD, "--strict").stdout == predict(home, GOOD).stdout
    assert predict(home, GOOD, "--strict", "-o", str(output)).returncode == 0
    assert len(rows(output.read_text())) == 2
    assert [path.name for path in home.iterdir() if path.name.endswith(".part")] == []


def test_a_failed_run_leaves_no_file_and_a_device_stays_one(home: Path) -> None:
    output = home / "none.csv"
    done = predict(home, f'{GOOD}"open,1,2,3\n', "-o", str(output))
    assert "row 4: can't be read as CSV" in done.stderr
    assert (done.returncode, output.exists()) == (1, False)
    assert predict(home, GOOD, "-o", "/dev/null").returncode == 0
    assert not Path("/dev/null").is_file()
    assert "No such file or directory" in predict(home, GOOD, "-o", str(home / "no" / "out.csv")).stderr
    assert "No such file or directory" in duet(home, "predict", "iris", str(home / "lost.csv")).stderr


def test_columns_of_other_names_are_named_by_hand(home: Path) -> None:
    other = GOOD.replace("sepal_width_cm", "breadth")
    assert "row 1: there is no column for sepal_width_cm; the file has: sepal_length_cm, breadth" in (
        predict(home, other).stderr
    )
    assert predict(home, other, "--map", "sepal_width_cm=breadth").returncode == 0
    assert "'x' is not FEATURE=COLUMN" in predict(home, other, "--map", "x").stderr
