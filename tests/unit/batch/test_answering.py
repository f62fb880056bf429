"""A file of rows comes back with answers, whatever stands in it."""

import csv
import gzip
import io
import re
import tracemalloc
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
import pytest

from shared.batch import Answered, Wishes, answer_file
from shared.batch import rows as rows_module
from shared.batch.formulas import guarded
from shared.catalogue import CATALOGUE
from shared.catalogue.stored import stored_entry
from shared.domain.dataset import FloatMatrix
from shared.domain.version import Trained, numbered
from shared.errors import InvalidInput, Unanswerable
from shared.inference.loading import load
from shared.inference.predictor import Predictor
from shared.training.job import TrainingJob
from tests.flats import flats
from tests.unit.conftest import trained

IRIS = CATALOGUE["iris"]
HEADER = ",".join(IRIS.feature_names)
ROW = "5.1,3.5,1.4,0.2"


def loaded(made: Trained, trusted_types: Sequence[str] = ()) -> Predictor:
    artefacts = {"scikit-learn": made.artefact, **made.exported}
    return load(numbered(made, 1, datetime.now(UTC)), artefacts.__getitem__, trusted_types)


@pytest.fixture(scope="module")
def iris(lda: Trained) -> Predictor:
    return loaded(lda)


def flat(target: str, drop: str, recipe: str) -> Predictor:
    definition, data = flats(target, drop)
    made = trained(TrainingJob("flats", recipe, {}, 0, definition), data)
    return loaded(made, stored_entry(definition, lambda: data).trusted_types(recipe))


@pytest.fixture(scope="module")
def kinds() -> Predictor:
    return flat("kind", "rent", "lda")


@pytest.fixture(scope="module")
def rents() -> Predictor:
    return flat("rent", "kind", "bayesian-ridge")


def answer(predictor: Predictor, content: str | bytes, wishes: Wishes = Wishes()) -> tuple[str, Answered]:  # noqa: B008  # frozen
    file, target = io.BytesIO(content if isinstance(content, bytes) else content.encode()), io.StringIO()
    answered = answer_file(file, target, predictor, wishes, lambda: None)
    return target.getvalue(), answered


def rows(
    predictor: Predictor, content: str | bytes, columns: Mapping[str, str] | None = None, is_raw: bool = False
) -> list[dict[str, str]]:
    text, _ = answer(predictor, content, Wishes(columns or {}, is_raw))
    return list(csv.DictReader(io.StringIO(text, newline="")))


def problems(predictor: Predictor, content: str | bytes, columns: Mapping[str, str] | None = None) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        answer(predictor, content, Wishes(columns or {}))
    return [f"{problem.path}: {problem.message}" for problem in caught.value.problems]


def test_every_row_gets_what_the_predictor_answers(iris: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    X = IRIS.dataset.X
    content = "\n".join([f"id,{HEADER}", *(f"{row},{','.join(map(str, X[row]))}" for row in range(len(X)))])
    whole, answered = answer(iris, content)
    assert (answered.rows, answered.failed) == (150, 0)
    found = list(csv.DictReader(io.StringIO(whole)))
    outputs = iris.predict(X).outputs
    names = [one.name for one in IRIS.output.classes]
    assert [row["id"] for row in found] == [str(row) for row in range(150)]
    assert [row["prediction"] for row in found] == [names[index] for index in outputs.argmax(axis=1)]
    np.testing.assert_array_equal([[float(row[f"probability_{name}"]) for name in names] for row in found], outputs)
    monkeypatch.setattr(rows_module, "BLOCK_ROWS", 7)
    assert answer(iris, content)[0] == whole


def test_a_regression_gives_a_value_and_its_interval(rents: Predictor) -> None:
    (found,) = rows(rents, "rooms,city,age\n3,Bonn,20\n")
    value = float(rents.values_of(np.array([[3.0, 1.0, 20.0]]))[0])
    ((low, high),) = rents.intervals([value])
    assert (float(found["lower"]), float(found["prediction"]), float(found["upper"])) == (low, value, high)
    assert low < value < high


def test_categories_go_by_name_and_what_is_missing_may_be(kinds: Predictor) -> None:
    found = rows(kinds, "age,city,rooms\nNA, Munich ,5\n,?,1\n10,bonn,2\n10,Paris,\n")
    assert [row["prediction"] for row in found] == ["dear", "cheap", "", ""]
    assert [row["error"] for row in found][2:] == [
        "city: 'bonn' is none of its categories (Berlin, Bonn, Munich)",
        "rooms: is missing; city: 'Paris' is none of its categories (Berlin, Bonn, Munich)",
    ]


def test_rows_with_problems_are_told_and_the_others_answered(iris: Predictor) -> None:
    cells = ["abc", "", "NaN", "inf", "1e300", "1_0", "٣", "0x1f", "<b>", "=1+1", "\x1b[31m"]
    content = "\n".join([HEADER, ROW, *(f"{cell},3.5,1.4,0.2" for cell in cells), "1,2", f"{ROW},6", ROW])
    text, answered = answer(iris, content)
    found = list(csv.DictReader(io.StringIO(text, newline="")))
    assert (answered.rows, answered.failed) == (len(cells) + 4, len(cells) + 2)
    assert [bool(row["prediction"]) for row in found] == [True, *[False] * (len(cells) + 2), True]
    assert found[1]["error"] == "sepal_length_cm: 'abc' is not a number"
    assert found[2]["error"] == found[3]["error"] == "sepal_length_cm: is missing"
    assert [row["error"] for row in found[-3:-1]] == [
        "has 2 cells; 4 columns are named",
        "has 5 cells; 4 columns are named",
    ]
    assert "\x1b" not in found[-4]["error"]
    with pytest.raises(InvalidInput, match=r"row 3, column 'sepal_length_cm': 'abc' is not a number"):
        answered.findings.raise_any()


def test_the_first_problem_ends_a_strict_run(iris: Predictor) -> None:
    with pytest.raises(InvalidInput) as caught:
        answer(iris, f"{HEADER}\n{ROW}\nx,y,1,1\n1\n", Wishes(is_strict=True))
    assert [problem.path for problem in caught.value.problems] == [
        "row 3, column 'sepal_length_cm'",
        "row 3, column 'sepal_width_cm'",
    ]


def test_rows_without_a_finite_answer_cost_no_others(iris: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluate = iris.engine.evaluate
    monkeypatch.setattr(iris.engine, "evaluate", lambda X: np.where(X[:, :1] > 1e30, np.nan, evaluate(X)))
    found = rows(iris, f"{HEADER}\n{ROW}\n3e38,3e38,3e38,3e38\n{ROW}\n")
    assert [row["prediction"] for row in found] == ["setosa", "", "setosa"]
    assert found[1]["error"] == "the model has no finite answer to these values"


def test_rows_that_are_named_a_few_at_a_time_are_all_found(iris: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluate = iris.engine.evaluate

    def evaluate_all(X: FloatMatrix) -> FloatMatrix:
        if (X[:, 0] > 1e30).any():
            raise Unanswerable([int((X[:, 0] > 1e30).argmax())])
        return evaluate(X)

    monkeypatch.setattr(iris.engine, "evaluate", evaluate_all)
    huge = "3e38,3e38,3e38,3e38"
    assert [row["prediction"] for row in rows(iris, f"{HEADER}\n{huge}\n{ROW}\n{huge}\n")] == ["", "setosa", ""]
    assert [row["prediction"] for row in rows(iris, f"{HEADER}\n{huge}\n{huge}\n")] == ["", ""]


def test_all_rows_have_their_warnings(iris: Predictor) -> None:
    found = rows(iris, f"{HEADER}\n" + "51,3.5,1.4,0.2\n" * 500)
    (told,) = {row["warnings"] for row in found}
    whole = "taken together, the values are unlike the training data"
    assert told.startswith(f"sepal_length_cm: 51 cm is outside the 4.3 to 7.9 cm seen in training; {whole}")


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{HEADER}\r\n{ROW}\r\n\r\n",
        f"{HEADER}\n{ROW}".replace(",", ";"),
        f"{HEADER}\n{ROW}\n".replace(",", "\t"),
        gzip.compress(f"{HEADER}\n{ROW}\n".encode(), mtime=0),
        "Sepal length (cm),SEPAL WIDTH CM,petalLengthCm,petal-width-cm\n" + ROW,
        f"{HEADER}\n" + '"5.1"," 3.5 ",1.4,"0.2"',
    ],
)
def test_files_of_many_forms_are_read(iris: Predictor, content: str | bytes) -> None:
    assert [row["prediction"] for row in rows(iris, content)] == ["setosa"]


def test_columns_are_told_apart_or_named_by_hand(iris: Predictor) -> None:
    swapped = "a,b,petal_length_cm,petal_width_cm,Petal Width cm\n5.1,3.5,1.4,0.2,9\n"
    assert problems(iris, swapped) == [
        "row 1: there is no column for sepal_length_cm, sepal_width_cm; "
        "the file has: a, b, petal_length_cm, petal_width_cm, Petal Width cm"
    ]
    chosen = {"sepal_length_cm": "a", "sepal_width_cm": "b"}
    assert rows(iris, swapped, chosen)[0]["prediction"] == "setosa"
    assert problems(iris, swapped, {**chosen, "petal_width_cm": "lost", "colour": "a"}) == [
        f"map: the model has no input 'colour'; it has: {', '.join(IRIS.feature_names)}",
        "row 1: there is no column for lost; the file has: a, b, petal_length_cm, petal_width_cm, Petal Width cm",
    ]
    two = f"SEPAL LENGTH CM,Sepal_Length_Cm,{HEADER[16:]}\n1,{ROW}\n"
    assert problems(iris, two) == [
        "row 1: more than one column may be 'sepal_length_cm': "
        "'SEPAL LENGTH CM' (column 1), 'Sepal_Length_Cm' (column 2)"
    ]


def test_no_column_stands_twice(iris: Predictor) -> None:
    once, _ = answer(iris, f"{HEADER}\n{ROW}\n")
    twice, _ = answer(iris, once)
    header = twice.splitlines()[0].split(",")
    assert len(set(header)) == len(header)
    assert header[-1] == "duet_error"
    assert "duet_duet_error" in answer(iris, twice)[0]


def test_cells_are_not_run_as_formulas(iris: Predictor) -> None:
    cells = ["=1+1", "+x", "-2+3", "@x", "\tx", "-1.5", "+2e3", "-.5", "a=b", "<b>"]
    content = f"=note,{HEADER}\n" + "".join(f'"{cell}",{ROW}\n' for cell in cells)
    safe = ["'=1+1", "'+x", "'-2+3", "'@x", "'\tx", *cells[5:]]
    assert [row["'=note"] for row in rows(iris, content)] == safe
    assert [row["=note"] for row in rows(iris, content, is_raw=True)] == cells
    assert guarded("\rx") == "'\rx"
    ours = rows(iris, f"{HEADER}\n=x,1,1,1\n", is_raw=True)
    assert (ours[0]["sepal_length_cm"], ours[0]["error"]) == ("=x", "sepal_length_cm: '=x' is not a number")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"row 1: is missing; it must name the columns"),
        (f"{HEADER}\n{ROW}\n1,\xff,1,1".encode("latin-1"), r"row 3: is not UTF-8"),
        (f"{HEADER}\n1,\0,1,1", r"row 2: holds a NUL character"),
        (f'{HEADER}\n"1,1,1,1\n', r"row 2: can't be read as CSV"),
        (",".join(["c"] * 1_000_000), r"row 1: is longer than 1000000 bytes"),
        (",".join(["c"] * 10_001), r"row 1: has 10001 columns; 10000 are allowed"),
        (f"{HEADER}\n" + "1" * 1_000_001, r"row 2: is longer than 1000000 bytes"),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_files_that_can_not_be_read_are_refused(iris: Predictor, content: str | bytes, message: str) -> None:
    assert re.match(message, problems(iris, content)[0])


def test_a_file_without_rows_gives_the_names_alone(iris: Predictor) -> None:
    text, answered = answer(iris, HEADER)
    assert (answered.rows, len(text.splitlines())) == (0, 1)


class _Sink(io.StringIO):
    """Keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)


def test_memory_does_not_grow_with_the_file(iris: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "BLOCK_ROWS", 200)

    def peak(n: int) -> int:
        file = io.BytesIO("\n".join([HEADER, *[ROW] * n]).encode())
        tracemalloc.start()
        answer_file(file, _Sink(), iris, Wishes(), lambda: None)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(200)  # what is made at the first call
    assert peak(10_000) < 1.2 * peak(1_000)


def test_few_long_rows_are_in_memory_at_once() -> None:
    row = b",".join([b"x" * 100_000] * 9)
    file = io.BytesIO(b"\n".join([b"a,b,c,d,e,f,g,h,i", *[row] * 12]))
    _, blocks = rows_module.read(file)
    assert [len(block.rows) for block in blocks] == [5, 5, 2]
