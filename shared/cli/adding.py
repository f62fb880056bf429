"""`duet add` and `remove`: a model from a file of the user's own, and no model any more."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import click
import numpy as np

from shared.cli.adding_estimators import add_estimator, is_estimator
from shared.cli.figures import aligned, described
from shared.cli.opening import asker, model_argument, opened, reported, store_option
from shared.cli.progress import training_progress
from shared.domain.dataset import Dataset
from shared.domain.definition import ModelDefinition
from shared.domain.packing import pack
from shared.domain.signature import Task
from shared.domain.version import ModelVersion
from shared.errors import DuetError
from shared.service import Service
from shared.settings import read_settings
from shared.tables import Table, TableColumn, read_table
from shared.tables.california import SOURCE, california_csv
from shared.tables.defining import Wishes, define, name_from, suggested_name, unfit
from shared.tables.findings import shown
from shared.tables.overview import most_frequent

CATEGORIES_SHOWN = 4


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--california", is_flag=True, help="California's house prices of 1990 in place of a FILE.")
@click.option("--download", is_flag=True, help="Fetch these where scikit-learn does not have them on this machine.")
@click.option("--target", metavar="COLUMN", help="What the model is to predict (known of the usual house prices).")
@click.option("--name", metavar="NAME", help="What the model is called in addresses (default: after the file).")
@click.option("--title", metavar="TEXT", help="What people call it (default: after the name).")
@click.option("--task", type=click.Choice(["classification", "regression"]), help="Default: as the target looks.")
@click.option("--drop", multiple=True, metavar="COLUMN", help="Leave a column out; may be repeated.")
@click.option(
    "--features",
    type=click.Path(dir_okay=False, path_type=Path),
    help="JSON that describes the inputs of an estimator, where it doesn't know their names.",
)
@click.option(
    "--data",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A CSV to measure an estimator on; it has its inputs and the --target.",
)
@click.option("--trust", multiple=True, metavar="TYPE", help="A type that the file may load; may be repeated.")
@click.option("--yes", is_flag=True, help="Don't ask whether the columns are understood rightly.")
@store_option
def add(
    file: Path | None,
    california: bool,  # click passes options by name
    download: bool,  # the same
    target: str | None,
    name: str | None,
    title: str | None,
    task: Task | None,
    drop: tuple[str, ...],
    features: Path | None,
    data: Path | None,
    trust: tuple[str, ...],
    yes: bool,
    store: str | None,
) -> None:
    """Train a model on FILE, a CSV whose first line names its columns, and serve it.

    A FILE that skops wrote holds a fitted estimator, which is served as it is.
    """
    if (file is None) != california:
        raise click.UsageError("name a FILE, or give --california")
    settings = read_settings(store=store)
    with reported(), opened(settings) as service:
        if file is not None and is_estimator(file):
            name = name or name_from(file.name.partition(".")[0])
            click.echo(add_estimator(service, settings, file, features, data, name, title or "", target or "", trust))
            return
        if data or features or trust:
            raise click.UsageError("--data, --features and --trust are for a FILE that holds an estimator")
        table = _table(file) if file else read_table(BytesIO(california_csv(download=download)))
        wishes = Wishes(
            name=name or suggested_name(table, file.name if file else ""),
            by=asker(),
            source=file.name if file else SOURCE,
            title=title or "",
            target=target,
            task=task,
            drop=drop,
        )
        definition, held = define(table, wishes)
        click.echo(_overview(table, definition, drop))
        if not yes:
            click.confirm(f"Train {definition.name} on this?", default=True, abort=True)
        version = trained_on(service, definition, held)
        recipe = service.entry(definition.name).recipe_named(version.recipe)
    click.echo(described(version, recipe.title))
    click.echo(_where(definition))


@click.command()
@model_argument
@store_option
def remove(model: str, store: str | None) -> None:
    """Take MODEL out, with its data, its versions and its runs."""
    with reported(), opened(read_settings(store=store)) as service:
        service.remove(model)
    click.echo(f"{model} is gone; running backends forget it within a second")


def _table(file: Path) -> Table:
    try:
        with file.open("rb") as content:
            return read_table(content)
    except OSError as error:
        raise click.ClickException(f"{file} can't be read: {error.strerror}") from None


def trained_on(service: Service, definition: ModelDefinition, data: Dataset, **how: Any) -> ModelVersion:
    """The first version of the model, or another of one that was there; a new one that can't be trained is gone.

    `how` is what `Service.train` takes.
    """
    is_new = definition.name not in [entry.name for entry in service.models()]
    service.define(definition, pack(data))
    try:
        with training_progress(f"Training {definition.name}") as report:
            return service.train(definition.name, report=report, **how)
    except (DuetError, KeyboardInterrupt):
        if is_new:
            service.remove(definition.name)
        raise


def _overview(table: Table, definition: ModelDefinition, drop: tuple[str, ...]) -> str:
    rows = [["column", "type", "values", "missing", ""]]
    rows += [_row(column, definition, drop) for column in table.columns]
    output = definition.signature.output
    what = f"one of {len(output.classes)} classes" if output.classes else "a number"
    left_out = table.n_rows - definition.data.n_samples
    lines = [
        aligned(rows),
        "",
        f"{shown(definition.title)}: {definition.description if definition.description.isprintable() else ''}".strip(),
        f"{definition.data.n_samples} rows; {shown(output.name)} is {what} ({definition.task})",
        *([f"{left_out} rows without {shown(output.name)} are left out"] if left_out else []),
    ]
    return "\n".join(lines)


def _row(column: TableColumn, definition: ModelDefinition, drop: tuple[str, ...]) -> list[str]:
    used = [feature.name for feature in definition.signature.inputs]
    if column.name == definition.signature.output.name:
        role = "target"
    elif column.name in drop:
        role = "dropped"
    else:
        role = "" if column.name in used else f"left out: {unfit(column)}"
    return [shown(column.name), column.kind, _values(column), str(column.missing or ""), role]


def _values(column: TableColumn) -> str:
    if column.kind == "number":
        return f"{np.nanmin(column.values):g} to {np.nanmax(column.values):g}"
    counted = most_frequent(column)
    told = ", ".join(f"{shown(category)} ({count})" for category, count in counted[:CATEGORIES_SHOWN])
    more = len(counted) - CATEGORIES_SHOWN
    return f"{told}, {more} more" if more > 0 else told


def _where(definition: ModelDefinition) -> str:
    path, example = f"/models/{definition.name}", json.dumps({"rows": [definition.examples[0].row]})
    return f"Running backends serve it within a second: GET {path}, and\n    POST {path}/predict  {example}"
