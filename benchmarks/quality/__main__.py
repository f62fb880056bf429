"""`python -m benchmarks.quality`."""

from pathlib import Path

import click

from benchmarks.quality import digits as digits_figures
from benchmarks.quality import drawings as drawings_figures
from benchmarks.quality import house as house_figures
from benchmarks.quality import rows as rows_figures


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
def iris() -> None:
    """Accuracy and log loss of each recipe for iris flowers, cross-validated."""
    _report("iris", rows_figures.main("iris", at_least=0.975, most_log_loss=0.060))


@main.command()
def diabetes() -> None:
    """R2 and RMSE of each recipe for diabetes, cross-validated."""
    _report("diabetes", rows_figures.main("diabetes", at_least=0.48))


@main.command()
@click.pass_obj
def house(data: Path | None) -> None:
    """Errors of Boston's house prices (needs --data with boston_house_prices.csv)."""
    if (file := _file(data, house_figures.FILE)) is not None:
        _report("house", house_figures.main(file))


@main.command()
@click.pass_obj
def drawings(data: Path | None) -> None:
    """Accuracy on the data set's bitmaps, drawn anew (needs --data with optdigits-orig.windep)."""
    if (file := _file(data, drawings_figures.FILE)) is not None:
        drawings_figures.main(file)


def _file(data: Path | None, name: str) -> Path | None:
    """The file called `name`, or None where it is not there, which is said."""
    if data is not None and (data / name).exists():
        return data / name
    click.echo(f"left out: {name} is not there; name its folder by --data", err=True)
    return None


def _report(name: str, is_good: bool) -> None:  # it is what is reported
    if not is_good:
        raise click.ClickException(f"{name}: the default recipe is not as good as it must be")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.quality")
