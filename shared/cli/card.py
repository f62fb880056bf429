"""`duet card`: what to know of a version before relying on it."""

from pathlib import Path
from typing import Literal

import click

from shared.cards import card_of, markdown
from shared.cli.figures import json_text
from shared.cli.opening import model_argument, opened, reported, store_option
from shared.errors import NotTrained
from shared.settings import read_settings


@click.command()
@model_argument
@click.option("--version", type=click.IntRange(1), metavar="N", help="Default: the one that answers.")
@click.option("--format", "form", type=click.Choice(["markdown", "json"]), default="markdown", show_default=True)
@click.option("-o", "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
@store_option
def card(
    model: str, version: int | None, form: Literal["markdown", "json"], output: Path | None, store: str | None
) -> None:
    """Print the model card of a version of MODEL."""
    with reported(), opened(read_settings(store=store)) as service:
        entry = service.entry(model)
        number = version or service.history(model).champion
        if number is None:
            raise NotTrained(model)
        found = card_of(entry, service.version(model, number))
    text = markdown(found) if form == "markdown" else json_text(found)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{output} can't be written: {error.strerror}") from None
