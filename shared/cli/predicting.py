"""`duet predict`: a model's answers to the rows of a CSV file; needs no server."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import TextIO

import click

from shared.batch import Answered, Wishes, answer_file
from shared.cli.opening import model_argument, opened, reported, store_option, train_defaults
from shared.inference.predictor import Predictor
from shared.service import Service
from shared.settings import read_settings


@click.command()
@model_argument
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("-o", "--output", default="-", metavar="FILE", help="Where to write (default: standard output).")
@click.option(
    "--map", "pairs", multiple=True, metavar="FEATURE=COLUMN", help="The column of an input; may be repeated."
)
@click.option("--version", "number", type=click.IntRange(1), help="Which version answers (default: the champion).")
@click.option("--strict", is_flag=True, help="Write nothing if a row can't be answered.")
@click.option("--raw", is_flag=True, help="Leave cells as they are that a spreadsheet may take for formulas.")
@store_option
def predict(
    model: str,
    file: Path,
    output: str,
    pairs: tuple[str, ...],
    number: int | None,
    strict: bool,
    raw: bool,
    store: str | None,
) -> None:
    """Write the rows of FILE, a CSV whose first line names its columns, with what MODEL answers to each.

    A row that can't be answered has its reason in the column `error`; then the exit status is 1.
    """
    with reported(), opened(read_settings(store=store)) as service:
        predictor = _predictor(service, model, number)
        wishes = Wishes(columns=dict(map(_pair, pairs)), is_raw=raw, is_strict=strict)
        try:
            with _written(output, strict) as target:
                answered = _with_progress(model, file, target, predictor, wishes)
        except OSError as error:
            raise click.ClickException(f"{error.filename or file}: {error.strerror}") from None
        told = f", {answered.failed} without an answer" if answered.failed else ""
        click.echo(f"{answered.rows} rows{told}; version {predictor.version.number} of {model}", err=True)
        answered.findings.raise_any()


def _predictor(service: Service, model: str, number: int | None) -> Predictor:
    if number is None and model in service.untrained():
        train_defaults(service)
    return service.predictor(model, number)


def _pair(text: str) -> tuple[str, str]:
    name, equals, column = text.partition("=")
    if not equals:
        raise click.BadParameter(f"{text!r} is not FEATURE=COLUMN", param_hint="--map")
    return name, column


def _with_progress(model: str, file: Path, target: TextIO, predictor: Predictor, wishes: Wishes) -> Answered:
    """How far it is can be told by the bytes that were read."""
    with file.open("rb") as content:
        size = os.fstat(content.fileno()).st_size
        with click.progressbar(length=size, label=f"Asking {model}", file=sys.stderr) as bar:
            return answer_file(content, target, predictor, wishes, lambda: bar.update(content.tell() - bar.pos))


@contextmanager
def _written(output: str, strict: bool) -> Iterator[TextIO]:
    """Where the rows go: a file is there when the block is left without an exception, and not before."""
    path = Path(output).resolve()
    if output != "-" and (path.is_file() or not path.exists()):
        with _renamed(path) as target:
            yield target
        return
    place: str | int = sys.stdout.fileno() if output == "-" else output
    with open(place, "w", encoding="utf-8", newline="", closefd=output != "-") as target:
        if not strict:
            yield target
            return
        with TemporaryFile("w+", encoding="utf-8", newline="") as whole:
            yield whole
            whole.seek(0)
            copyfileobj(whole, target)


@contextmanager
def _renamed(path: Path) -> Iterator[TextIO]:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("x", encoding="utf-8", newline="") as target:
            yield target
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
