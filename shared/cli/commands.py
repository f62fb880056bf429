"""`duet`: serve, train, classify and list versions from a terminal."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from math import isfinite

import click

from shared import __version__, bootstrap
from shared.catalogue import CATALOGUE, entry_named
from shared.cli.check import check
from shared.cli.compare import compare
from shared.cli.progress import training_progress
from shared.cli.serving import serve_both
from shared.domain.metrics import CrossValidation, HoldOut
from shared.domain.version import ModelVersion
from shared.errors import DuetError, InvalidInput
from shared.logs import configure_logs
from shared.service import Service
from shared.settings import Settings, SettingsError, read_settings

store_option = click.option(
    "--store", metavar="URL", help="SQLAlchemy URL of the store (default: a SQLite file of the user's)."
)
model_argument = click.argument("model", type=click.Choice(list(CATALOGUE)))


@click.group()
@click.version_option(__version__, prog_name="duet")
def main() -> None:
    """A scikit-learn model behind a web page and an HTTP API, served by Flask and by Klein."""


main.add_command(check)
main.add_command(compare)


@main.command()
@click.option("--flask-port", default=8081, show_default=True, help="Port of the Flask backend; 0 picks one.")
@click.option("--klein-port", default=8082, show_default=True, help="Port of the Klein backend; 0 picks one.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes of each backend.")
@click.option("--no-bootstrap", is_flag=True, help="Start untrained instead of training the default models first.")
@store_option
def serve(flask_port: int, klein_port: int, workers: int, no_bootstrap: bool, store: str | None) -> None:
    """Serve both backends and the page; Ctrl-C stops them."""
    with _reported():
        settings = read_settings(store=store)
        if not no_bootstrap:
            with _opened(settings) as service:
                _train_defaults(service)
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
@store_option
def train(model: str, recipe: str | None, params: tuple[str, ...], seed: int | None, store: str | None) -> None:
    """Train MODEL, publish the version and make it the champion."""
    with _reported(), _opened(read_settings(store=store)) as service, training_progress(f"Training {model}") as report:
        version = service.train(model, recipe=recipe, params=dict(map(_parameter, params)), seed=seed, report=report)
    click.echo(_described(version))


@main.command()
@click.option("--sl", required=True, type=float, help="Sepal length in cm.")
@click.option("--sw", required=True, type=float, help="Sepal width in cm.")
@click.option("--pl", required=True, type=float, help="Petal length in cm.")
@click.option("--pw", required=True, type=float, help="Petal width in cm.")
@click.option("--model", type=click.Choice(list(CATALOGUE)), default="iris", show_default=True)
@store_option
def classify(sl: float, sw: float, pl: float, pw: float, model: str, store: str | None) -> None:
    """Print the class of one iris flower; needs no server."""
    row = (sl, sw, pl, pw)
    if not all(map(isfinite, row)):
        raise click.ClickException("the measurements must be finite numbers")
    with _reported(), _opened(read_settings(store=store)) as service:
        if service.champion(model) is None:
            _train_defaults(service)
        prediction = service.predictor(model).predict_row(row)
    for warning in prediction.warnings:
        click.echo(f"warning: {warning.feature}: {warning.message}", err=True)
    click.echo(prediction.output.name)


@main.command()
@model_argument
@store_option
def versions(model: str, store: str | None) -> None:
    """List the versions of MODEL, the newest first; * marks the champion."""
    with _reported(), _opened(read_settings(store=store)) as service:
        champion = service.champion(model)
        history = service.versions(model)
    if not history:
        click.echo(f"{model} has no versions yet; `duet train {model}` makes one", err=True)
    for version in history:
        mark = "*" if champion is not None and champion.number == version.number else " "
        click.echo(f"{mark} {_described(version)}")


def _train_defaults(service: Service) -> None:
    """Train what the store lacks, telling the terminal."""
    if missing := service.untrained():
        click.echo(f"First start: training {', '.join(missing)} (some seconds) ...", err=True)
        bootstrap.ensure_trained(service)


@contextmanager
def _opened(settings: Settings) -> Iterator[Service]:
    configure_logs(logging.WARNING)
    service = bootstrap.open_service(settings, f"command line ({getuser()})")
    try:
        yield service
    finally:
        service.close()


@contextmanager
def _reported() -> Iterator[None]:
    """Expected errors as messages, without a traceback."""
    try:
        yield
    except InvalidInput as error:
        raise click.ClickException("\n       ".join(f"{p.path}: {p.message}" for p in error.problems)) from None
    except (DuetError, SettingsError) as error:
        raise click.ClickException(str(error)) from None


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


def _described(version: ModelVersion) -> str:
    params = "".join(f" {name}={value}" for name, value in version.params.items())
    holdout, crossed = version.metrics.holdout, version.metrics.cross_validation
    title = entry_named(version.model).recipe_named(version.recipe).title
    made = f"{version.created_at:%Y-%m-%d %H:%M} UTC"
    return (
        f"{version.model} version {version.number}  {made}  {title}{params} seed={version.seed}\n"
        f"    {_figure(holdout)}  ({holdout.protocol})\n"
        f"    {_figure(crossed)}  ({crossed.protocol})"
    )


def _figure(figure: HoldOut | CrossValidation) -> str:
    low, high = figure.interval.low * 100, figure.interval.high * 100
    return f"{figure.accuracy * 100:5.1f} % = {figure.correct:g}/{figure.n}, 95 % interval {low:.1f} to {high:.1f} %"
