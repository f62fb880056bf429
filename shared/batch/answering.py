"""Reads rows, asks a version, and writes the rows with its answers."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, TextIO

import numpy as np

from shared.batch.cells import values_of
from shared.batch.formulas import guarded
from shared.batch.matching import matched
from shared.batch.rows import Block, read
from shared.domain.dataset import FloatMatrix
from shared.domain.prediction import BatchPrediction, InputWarning
from shared.errors import InvalidInput, Problem, Unanswerable
from shared.inference.predictor import Predictor
from shared.tables.findings import Findings, shown

PREFIX = "duet_"  # of the columns that are added, where the file has one that is called the same
Cell = str | float
Problems = dict[int, list[Problem]]  # by a row's place in its block


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person says of a file; `columns` names those of inputs that are called otherwise."""

    columns: Mapping[str, str] = field(default_factory=dict)
    is_raw: bool = False
    is_strict: bool = False


@dataclass(slots=True)
class Answered:
    """How many rows there were, how many of them have no answer, and the first reasons."""

    rows: int = 0
    failed: int = 0
    findings: Findings = field(default_factory=Findings)


def answer_file(
    file: BinaryIO, target: TextIO, predictor: Predictor, wishes: Wishes, tell: Callable[[], None]
) -> Answered:
    """Write to `target` the rows of `file` with the answers of `predictor`, and call `tell` now and then.

    No more than a block of rows is in memory. A row that can't be answered has its reason in the column `error`. Raises
    InvalidInput where the file can't be read, lacks columns, or, where that is wished, such a row is met.
    """
    names, blocks = read(file)
    places = matched(predictor.version.signature.inputs, names, wishes.columns)
    own = str if wishes.is_raw else guarded
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([*map(own, names), *map(guarded, _added(predictor, names))])
    answered = Answered()
    for block in blocks:
        X, problems = _values(block, names, places, predictor)
        answers = _answers(X, problems, predictor)
        _note(answered, block, problems, wishes.is_strict)
        nothing: list[Cell] = [""] * (len(_answer_columns(predictor)) + 1)
        writer.writerows(
            [*map(own, cells), *answers.get(row, nothing), _why(problems.get(row, ()))]
            for row, cells in enumerate(block.rows)
        )
        tell()
    return answered


def _answer_columns(predictor: Predictor) -> list[str]:
    if predictor.is_regression:
        return ["prediction", "lower", "upper"]
    return ["prediction", *(f"probability_{one.name}" for one in predictor.version.signature.output.classes)]


def _added(predictor: Predictor, names: Sequence[str]) -> list[str]:
    """The names of the columns that are added; all have a prefix where one of them would stand twice."""
    added = [*_answer_columns(predictor), "warnings", "error"]
    while not set(added).isdisjoint(names):
        added = [PREFIX + name for name in added]
    return added


def _values(
    block: Block, names: Sequence[str], places: Sequence[int], predictor: Predictor
) -> tuple[FloatMatrix, Problems]:
    """The values of `block`, shape (n_rows, n_features), and what is wrong with them."""
    X = np.empty((len(block.rows), len(places)))
    problems: Problems = {row: [Problem("", message)] for row, message in block.misfits.items()}
    columns = list(zip(*block.rows, strict=True))
    for column, (feature, place) in enumerate(zip(predictor.version.signature.inputs, places, strict=True)):
        X[:, column], wrong = values_of(feature, columns[place])
        for row, message in wrong.items():
            if row not in block.misfits:
                problems.setdefault(row, []).append(Problem(names[place], message))
    return X, problems


def _answers(X: FloatMatrix, problems: Problems, predictor: Predictor) -> dict[int, list[Cell]]:
    """What is answered to the rows of `X` that have no `problems`, by row; those without a finite answer get one."""
    while rows := [row for row in range(len(X)) if row not in problems]:
        try:
            prediction = predictor.predict(X[rows], max_warned=len(rows))
        except Unanswerable as error:  # which may name only the first of them
            problems.update((rows[place], [Problem("", str(error))]) for place in error.rows)
        else:
            return dict(zip(rows, _cells(prediction, predictor), strict=True))
    return {}


def _cells(prediction: BatchPrediction, predictor: Predictor) -> Iterator[list[Cell]]:
    outputs: list[list[float]] = prediction.outputs.tolist()
    warnings = (_warned(prediction.warnings.get(row, ())) for row in range(len(outputs)))
    if predictor.is_regression:
        values = [value for (value,) in outputs]
        intervals: Sequence[tuple[Cell, Cell]] = predictor.intervals(values) or [("", "")] * len(values)
        for value, interval, warned in zip(values, intervals, warnings, strict=True):
            yield [value, *interval, warned]
        return
    names = [guarded(one.name) for one in predictor.version.signature.output.classes]
    for index, probabilities, warned in zip(prediction.outputs.argmax(axis=1), outputs, warnings, strict=True):
        yield [names[index], *probabilities, warned]


def _warned(warnings: Sequence[InputWarning]) -> str:
    return guarded("; ".join(map(str, warnings)))


def _note(answered: Answered, block: Block, problems: Problems, is_strict: bool) -> None:
    answered.rows += len(block.rows)
    answered.failed += len(problems)
    for row in sorted(problems):
        found = [Problem(_path(block.numbers[row], problem.path), problem.message) for problem in problems[row]]
        if is_strict:
            raise InvalidInput(found)
        for problem in found:
            answered.findings.add(problem.path, problem.message)


def _path(number: int, column: str) -> str:
    return f"row {number}, column {shown(column)!r}" if column else f"row {number}"


def _why(problems: Sequence[Problem]) -> str:
    told = (f"{shown(problem.path)}: {problem.message}" if problem.path else problem.message for problem in problems)
    return guarded("; ".join(told))
