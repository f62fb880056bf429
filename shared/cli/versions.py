"""`duet versions`, `promote` and `rollback`: what there is, what differs, and who answers."""

import click

from shared.cli.figures import aligned, in_words, json_text
from shared.cli.opening import model_argument, opened, reported, store_option
from shared.domain.comparison import Agreement, Comparison, FigureDifference, RegressionAgreement
from shared.domain.promotion import Wanted
from shared.domain.version import ModelVersion
from shared.http_api.versions import comparison_answer, versions_answer
from shared.settings import read_settings


@click.command()
@model_argument
@click.option("--compare", "pair", nargs=2, type=int, metavar="ONE OTHER", help="Show what differs between two.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as the HTTP API answers it.")
@store_option
def versions(model: str, pair: tuple[int, int] | None, as_json: bool, store: str | None) -> None:
    """List the versions of MODEL, the newest first; * marks the champion."""
    with reported(), opened(read_settings(store=store)) as service:
        if pair is not None:
            comparison = service.compare(model, *pair)
            click.echo(json_text(comparison_answer(comparison)) if as_json else _compared(comparison))
            return
        found, champion, history = service.versions(model), service.champion(model), service.history(model)
    if as_json:
        click.echo(json_text(versions_answer(model, champion, history, found)))
    elif not found:
        click.echo(f"{model} has no versions yet; `duet train {model}` makes one", err=True)
    else:
        click.echo(aligned([_row(version, is_champion=version.number == history.champion) for version in found]))


@click.command()
@model_argument
@click.argument("version", type=click.IntRange(1))
@store_option
def promote(model: str, version: int, store: str | None) -> None:
    """Let VERSION answer for MODEL from now on."""
    _choose(model, version, store)


@click.command()
@model_argument
@store_option
def rollback(model: str, store: str | None) -> None:
    """Let the champion before the present one answer for MODEL; once more, the one before that."""
    _choose(model, "previous", store)


def _choose(model: str, wanted: Wanted, store: str | None) -> None:
    with reported(), opened(read_settings(store=store)) as service:
        promoted = service.promote(model, wanted)
    if promoted.before == promoted.after:
        click.echo(f"{model}: version {promoted.after} is the champion already")
    else:
        click.echo(f"{model}: version {promoted.after} answers instead of version {promoted.before}")


def _row(version: ModelVersion, *, is_champion: bool) -> list[str]:
    made = f"{version.created_at:%Y-%m-%d %H:%M} UTC"
    params = "".join(f" {name}={value}" for name, value in version.params.items())
    asked = f"{version.recipe}{params} seed={version.seed}"
    figure = in_words(version.metrics.cross_validation)
    return [f"{'*' if is_champion else ' '} {version.number}", made, figure, asked, f"by {version.by or 'unknown'}"]


def _compared(comparison: Comparison) -> str:
    names = [f"version {version.number}" for version in comparison.versions]
    parameters = [
        [one.name, *("-" if value is None else str(value) for value in one.values), ""] for one in comparison.parameters
    ]
    table = aligned([["", *names, ""], *parameters, *map(_figures, comparison.figures)])
    accuracies = [
        f"{name}: {in_words(version.metrics.cross_validation).strip()}"
        for name, version in zip(names, comparison.versions, strict=True)
    ]
    data = "the same data" if comparison.same_data else "different data"
    return "\n".join([table, "", *accuracies, f"Both learnt from {data}.", _agreed(comparison.agreement)])


def _figures(figure: FigureDifference) -> list[str]:
    one, other = (f"{value:.4f}" for value in figure.values)
    better = f", version {figure.better} is better" if figure.better else ""
    return [figure.name, one, other, f"{figure.difference:+.4f}{better}"]


def _agreed(found: Agreement | RegressionAgreement) -> str:
    known = " They were fitted on these rows: this says nothing of others." if any(found.fitted) else ""
    if isinstance(found, RegressionAgreement):
        apart = f"on average {found.mean_difference:.4g} apart, at most {found.largest_difference:.4g}"
        errors = f"their RMSE there is {found.rmse[0]:.4g} and {found.rmse[1]:.4g}"
        return f"On the {found.n} rows of {found.data} they are {apart}; {errors}.{known}"
    same = f"the same class to {found.same} of {found.n} rows of {found.data} ({found.share * 100:.1f} %)"
    return f"They give {same} and get {found.right[0]} and {found.right[1]} right.{known}"
