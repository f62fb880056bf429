"""From a table and the name of its target to a dataset, and the definition of a model that learns from it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import floor, log10

import numpy as np

from shared.domain.dataset import Dataset, Example, FloatVector, Target
from shared.domain.definition import ModelDefinition
from shared.domain.signature import Feature, Output, OutputClass, Signature, Task
from shared.errors import InvalidInput, Problem
from shared.tables.columns import TableColumn
from shared.tables.findings import Findings, shown
from shared.tables.houses import Meaning, Preset, preset_of
from shared.tables.table import Table

MIN_ROWS = 30
MIN_ROWS_OF_CLASS = 10  # each fold of five has two to be tested with
MAX_CLASSES = 100
MAX_INPUT_CATEGORIES = 50
FEW_VALUES = 10  # whole numbers that are at most as many are taken for classes
SVR_ROWS = 10_000  # it compares every row with every other
BOOSTED_CLASSES = 10  # it grows a tree for each class at every step
MAX_DECIMALS = 6
MAX_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person says of a table; what is None or empty is chosen by what stands in it."""

    name: str
    by: str
    source: str
    title: str = ""
    target: str | None = None
    task: Task | None = None
    drop: tuple[str, ...] = ()


def name_from(stem: str) -> str:
    """A model's name made from that of a file: `My flowers (2)` gives `my-flowers-2`."""
    name = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:63]
    return name if name[:1].isalpha() else f"model-{name}"[:63].rstrip("-")


def title_from(name: str) -> str:
    """What people may call a model called `name`: `my-flowers` gives `My flowers`."""
    return name.replace("-", " ").capitalize()


def suggested_name(table: Table, file: str) -> str:
    """What a model of `table`, which was read from a file called `file`, may be called in addresses."""
    preset = preset_of(column.name for column in table.columns)
    return preset.name if preset else name_from(file.partition(".")[0])


def unfit(column: TableColumn) -> str:
    """Why `column` is no input of a model, in words, or nothing where it can be one."""
    if len(column.categories) > MAX_INPUT_CATEGORIES:
        return f"has {len(column.categories)} categories; an input has at most {MAX_INPUT_CATEGORIES}"
    return column.why


def define(table: Table, wishes: Wishes) -> tuple[ModelDefinition, Dataset]:
    """The model that `wishes` ask for, and the rows it is to learn from; those without a target are left out.

    Raises InvalidInput with every problem.
    """
    preset = preset_of(column.name for column in table.columns)
    target = _target(table, wishes, preset)
    preset = preset if preset is not None and preset.target == target.name else None
    inputs = [column for column in table.columns if column is not target and column.name not in wishes.drop]
    inputs = [column for column in inputs if not unfit(column)]
    task = wishes.task or task_of(target)
    kept = ~np.isnan(target.values)
    output, y = _classes(target, kept) if task == "classification" else _values(target, kept, preset)
    _refuse_few(inputs, len(y))
    X = np.column_stack([column.values[kept] for column in inputs])
    signature = Signature(tuple(map(feature_of, inputs, X.T, [preset] * len(inputs))), output)
    title = wishes.title or (preset.title if preset else title_from(wishes.name))
    data = Dataset(title, wishes.source, X, y)
    recipes = _recipes(task, len(y), len(output.classes))
    definition = ModelDefinition(
        name=wishes.name,
        title=title,
        description=_description(target, signature, preset),
        task=task,
        signature=signature,
        recipes=recipes,
        default_recipe=preset.recipe if preset else recipes[0],
        data=data.description,
        data_sha256=data.sha256(),
        examples=tuple(examples_of(data, signature)),
        created_at=datetime.now(UTC).replace(microsecond=0),
        by=wishes.by,
    )
    return definition, data


def _target(table: Table, wishes: Wishes, preset: Preset | None) -> TableColumn:
    """The column that is to be predicted; what is wrong with the names of columns is found here."""
    columns = {column.name: column for column in table.columns}
    name = wishes.target if wishes.target is not None else preset.target if preset else None
    known = f"the columns are: {', '.join(map(shown, columns))}"
    findings = Findings()
    if name is None:
        findings.add("target", f"must name the column to be predicted; {known}")
    elif name not in columns:
        findings.add("target", f"there is no column {shown(name)!r}; {known}")
    elif columns[name].kind == "unusable":
        findings.add("target", f"column {shown(name)!r} {columns[name].why}")
    for dropped in wishes.drop:
        if dropped not in columns:
            findings.add("drop", f"there is no column {shown(dropped)!r}; {known}")
        elif dropped == name:
            findings.add("drop", f"column {shown(dropped)!r} is the target")
    findings.raise_any()
    assert name is not None
    return columns[name]


def task_of(target: TableColumn) -> Task:
    """What a model does that predicts `target`: few different whole numbers are taken for classes."""
    if target.kind == "category":
        return "classification"
    values = np.unique(target.values[~np.isnan(target.values)])
    few_whole_ones = len(values) <= FEW_VALUES and bool((values == np.round(values)).all())
    return "classification" if few_whole_ones else "regression"


def _classes(target: TableColumn, kept: np.typing.NDArray[np.bool_]) -> tuple[Output, Target]:
    values, y, counts = np.unique(target.values[kept], return_inverse=True, return_counts=True)
    if len(values) > MAX_CLASSES:
        message = f"has {len(values)} different values; at most {MAX_CLASSES} classes can be told apart"
        raise InvalidInput([Problem("target", f"column {shown(target.name)!r} {message}; is it a regression?")])
    names = [target.categories[int(value)] if target.categories else f"{value:.17g}" for value in values]
    findings = Findings()
    for name, count in zip(names, counts, strict=True):
        if count < MIN_ROWS_OF_CLASS:
            findings.add("target", f"class {shown(name)!r} has {count} rows; each needs {MIN_ROWS_OF_CLASS}")
    findings.raise_any()
    classes = tuple(OutputClass(name, name) for name in names)
    return Output(target.name, target.name, classes), y.astype(np.int64)


def _values(target: TableColumn, kept: np.typing.NDArray[np.bool_], preset: Preset | None) -> tuple[Output, Target]:
    if target.kind != "number":
        raise InvalidInput([Problem("target", f"column {shown(target.name)!r} holds text; a regression needs numbers")])
    meaning = _meaning(target, preset)
    return Output(target.name, meaning.title, unit=meaning.unit), target.values[kept]


def _refuse_few(inputs: Sequence[TableColumn], n_rows: int) -> None:
    findings = Findings()
    if n_rows < MIN_ROWS:
        findings.add("file", f"has {n_rows} rows with a target; {MIN_ROWS} are needed")
    if not inputs:
        findings.add("file", "has no column that a model could learn from")
    findings.raise_any()


def _meaning(column: TableColumn, preset: Preset | None) -> Meaning:
    return preset.meanings.get(column.name, Meaning(column.name)) if preset else Meaning(column.name)


def feature_of(column: TableColumn, values: FloatVector, preset: Preset | None = None) -> Feature:
    """`column` as an input: range and example are those of `values`, shape (n_rows,)."""
    present, meaning = values[~np.isnan(values)], _meaning(column, preset)
    is_number = not column.categories
    low, high = (float(present.min()), float(present.max())) if len(present) else (0.0, 0.0)
    step = _step(present) if is_number else 1.0
    example = round(float(present[0]), -floor(log10(step))) if len(present) else 0.0
    return Feature(
        name=column.name,
        title=meaning.title,
        unit=meaning.unit,
        minimum=low if is_number else 0.0,
        maximum=high if is_number else float(len(column.categories) - 1),
        step=step,
        example=min(max(example, low), high),
        categories=column.categories,
        may_be_missing=len(present) < len(values),
    )


def _step(values: FloatVector) -> float:
    """The resolution of `values`: one of their last decimal place; of many, as their range asks for."""
    seen = values[:1000]
    for decimals in range(MAX_DECIMALS):
        if np.allclose(seen, np.round(seen, decimals), rtol=0.0, atol=10.0 ** -(decimals + 3)):
            return float(f"1e-{decimals}")
    return step_within(float(values.min()), float(values.max()))


def step_within(low: float, high: float) -> float:
    """A step of three digits of the range from `low` to `high`; 0.01 where that is empty."""
    return float(f"1e{floor(log10(high - low)) - 2}") if high > low else 0.01


def _recipes(task: Task, n_rows: int, n_classes: int) -> tuple[str, ...]:
    """Those that such a table can be learnt by, the default first."""
    if task == "regression":
        return ("auto", "bayesian-ridge", "forest", "boosting", "averaged", *(["svr"] if n_rows <= SVR_ROWS else []))
    return ("auto", "lda", "logistic", "tree", "forest", *(["boosting"] if n_classes <= BOOSTED_CLASSES else []))


def _description(target: TableColumn, signature: Signature, preset: Preset | None) -> str:
    if preset is None:
        verb = "Tells" if signature.output.classes else "Estimates"
        return f"{verb} {target.name} by {len(signature.inputs)} columns of a table."
    has_noted = preset.optional in (feature.name for feature in signature.inputs)
    return f"{preset.description} {preset.note}" if has_noted else preset.description


def examples_of(data: Dataset, signature: Signature) -> Iterator[Example]:
    """The first row of each of the first classes, or rows whose values are low, middling and high."""
    output = signature.output
    if output.classes:
        for index, one in enumerate(output.classes[:MAX_EXAMPLES]):
            yield Example(one.name, _as_requested(data.X[int(np.argmax(data.y == index))], signature))
        return
    order = np.argsort(data.y, kind="stable")
    for share in (0.1, 0.5, 0.9):
        row = int(order[int(share * (len(order) - 1))])
        yield Example(f"{output.title} {data.y[row]:g} {output.unit}".strip(), _as_requested(data.X[row], signature))


def _as_requested(row: FloatVector, signature: Signature) -> tuple[float | str | None, ...]:
    return tuple(
        None if np.isnan(value) else feature.categories[int(value)] if feature.categories else float(value)
        for value, feature in zip(row, signature.inputs, strict=True)
    )
