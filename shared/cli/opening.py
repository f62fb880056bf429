"""What the commands that use a store share: its option, the service over it, and its errors in words."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser

import click

from shared import bootstrap
from shared.errors import DuetError, InvalidInput
from shared.logs import configure_logs
from shared.service import Service
from shared.settings import Settings, SettingsError

store_option = click.option(
    "--store", metavar="URL", help="SQLAlchemy URL of the store (default: a SQLite file of the user's)."
)
model_argument = click.argument("model")  # the service says which there are


def asker() -> str:
    """Who asks, as versions and definitions remember it."""
    return f"command line ({getuser()})"


@contextmanager
def opened(settings: Settings) -> Iterator[Service]:
    """The service, closed behind the block."""
    configure_logs(logging.WARNING)
    service = bootstrap.open_service(settings, asker())
    try:
        yield service
    finally:
        service.close()


@contextmanager
def reported() -> Iterator[None]:
    """Expected errors as messages, without a traceback."""
    try:
        yield
    except InvalidInput as error:
        raise click.ClickException("\n       ".join(f"{p.path}: {p.message}" for p in error.problems)) from None
    except (DuetError, SettingsError) as error:
        raise click.ClickException(str(error)) from None


def train_defaults(service: Service) -> None:
    """Train what the store lacks, telling the terminal."""
    if missing := service.untrained():
        click.echo(f"First start: training {', '.join(missing)} (some seconds) ...", err=True)
        bootstrap.ensure_trained(service)
