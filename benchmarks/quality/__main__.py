"""`python -m benchmarks.quality`."""

from pathlib import Path

import click

from benchmarks.quality import digits as digits_figures
from benchmarks.quality import drawings as drawings_figures


@click.group(invoke_without_command=True)
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the files that are not part of the product, such as optdigits-orig.windep.",
)
@click.pass_context
def main(context: click.Context, data: Path | None) -> None:
    """Measure how well the models answer; without a command, all that is listed here."""
    context.obj = data
    if context.invoked_subcommand is None:
        for name, command in main.commands.items():
            click.echo(f"## {name}\n")
            context.invoke(command)


@main.command()
def digits() -> None:
    """Accuracy of each recipe on 8 x 8 digits, cross-validated."""
    digits_figures.main()


@main.command()
@click.pass_obj
def drawings(data: Path | None) -> None:
    """Accuracy on the data set's bitmaps, drawn anew (needs --data with optdigits-orig.windep)."""
    if data is None or not (data / drawings_figures.FILE).exists():
        click.echo(f"left out: {drawings_figures.FILE} is not there; name its folder by --data", err=True)
        return
    drawings_figures.main(data / drawings_figures.FILE)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.quality")
