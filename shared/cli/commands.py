"""`duet`: serve, train, classify and choose versions from a terminal."""

import sys
from math import isfinite
from pathlib import Path
from typing import Any

import click

from shared import __version__
from shared.catalogue import entry_named
from shared.cli.adding import add, remove
from shared.cli.card import card
from shared.cli.check import check
from shared.cli.compare import compare
from shared.cli.figures import described
from shared.cli.images import check_files, image_options, patient, train_on_images
from shared.cli.opening import model_argument, opened, reported, store_option, train_defaults
from shared.cli.predicting import predict
from shared.cli.progress import training_progress
from shared.cli.serving import serve_both
from shared.cli.versions import promote, rollback, versions
from shared.settings import read_settings


@click.group()
@click.version_option(__version__, prog_name="duet")
def main() -> None:
    """A scikit-learn model behind a web page and an HTTP API, served by Flask and by Klein."""


for command in (add, remove, card, check, compare, predict, versions, promote, rollback):
    main.add_command(command)


@main.command()
@click.option("--flask-port", default=8081, show_default=True, help="Port of the Flask backend; 0 picks one.")
@click.option("--klein-port", default=8082, show_default=True, help="Port of the Klein backend; 0 picks one.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes of each backend.")
@click.option("--no-bootstrap", is_flag=True, help="Start untrained instead of training the default models first.")
@store_option
def serve(flask_port: int, klein_port: int, workers: int, no_bootstrap: bool, store: str | None) -> None:
    """Serve both backends and the page; Ctrl-C stops them."""
    with reported():
        settings = read_settings(store=store)
        if not no_bootstrap:
            with opened(settings) as service:
                train_defaults(service)
    sys.exit(serve_both({"flask": flask_port, "klein": klein_port}, settings, workers))


@main.command()
@model_argument
@click.option("--recipe", metavar="NAME", help="How to train; GET /models/<name> lists the recipes.")
@click.option(
    "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the recipe; may be repeated."
)
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), help="Equal seeds give equal versions (default: the model's)."
)
@image_options
@store_option
def train(
    model: str,
    recipe: str | None,
    params: tuple[str, ...],
    seed: int | None,
    store: str | None,
    **files: Path | None,
) -> None:
    """Train MODEL, publish the version and make it the champion.

    With files of images, MODEL is defined by them, and served from then on like any other.
    """
    check_files(files)
    how: dict[str, Any] = {"recipe": recipe, "params": dict(map(_parameter, params)), "seed": seed}
    has_files = any(files.values())
    with reported():
        settings = read_settings(store=store)
        with opened(patient(settings) if has_files else settings) as service:
            if has_files:
                version = train_on_images(service, model, files, **how)
            else:
                with training_progress(f"Training {model}") as report:
                    version = service.train(model, report=report, **how)
            title = service.entry(model).recipe_named(version.recipe).title
    click.echo(described(version, title))


@main.command()
@click.option("--sl", required=True, type=float, help="Sepal length in cm.")
@click.option("--sw", required=True, type=float, help="Sepal width in cm.")
@click.option("--pl", required=True, type=float, help="Petal length in cm.")
@click.option("--pw", required=True, type=float, help="Petal width in cm.")
@click.option("--model", metavar="NAME", default="iris", show_default=True, help="A model that takes these four.")
@store_option
def classify(sl: float, sw: float, pl: float, pw: float, model: str, store: str | None) -> None:
    """Print the class of one iris flower; needs no server."""
    row = (sl, sw, pl, pw)
    if not all(map(isfinite, row)):
        raise click.ClickException("the measurements must be finite numbers")
    with reported(), opened(read_settings(store=store)) as service:
        if service.entry(model).feature_names != entry_named("iris").feature_names:
            raise click.ClickException(f"{model} does not take the measurements of an iris flower")
        if service.champion(model) is None:
            train_defaults(service)
        prediction = service.predictor(model).predict_row(row)
    for warning in prediction.warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(prediction.output.name)


def _parameter(text: str) -> tuple[str, int | float | str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--param")
    for kind in (int, float):
        try:
            return name, kind(value)
        except ValueError:
            continue
    return name, value
