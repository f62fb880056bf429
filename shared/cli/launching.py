"""Backends that a comparison starts, each over the user's store, or over a copy of it where there will be trainings."""

import shlex
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import click
import msgspec
from sqlalchemy.engine import make_url

from shared.cli.backends import MODULES, last_words, start, stop, wait_ready
from shared.compare.target import Launch, Target
from shared.settings import Settings


def running(name: str, url: str) -> Launch:
    """A target that somebody else has started. Raises TargetError."""
    target = Target(name, url)
    return lambda: nullcontext(target)


def variant(text: str) -> tuple[str, list[str]]:
    """The backend and its further arguments in "klein --inference thread". Raises click.BadParameter."""
    kind, *arguments = shlex.split(text) or [""]
    if kind not in MODULES:
        raise click.BadParameter(f"{text!r} begins with neither of {', '.join(MODULES)}", param_hint="--variant")
    return kind, arguments


def started(name: str, kind: str, arguments: Sequence[str], settings: Settings) -> Launch:
    """A backend that is started on a free port when the comparison opens it, and ended with it."""

    @contextmanager
    def launch() -> Iterator[Target]:
        with tempfile.TemporaryDirectory(prefix="duet-compare-") as folder:
            log = Path(folder) / "log"
            process = start(kind, ["--port", "0", *arguments], settings, log)
            try:
                url = wait_ready(process)
                if url is None:
                    raise click.ClickException(f"{name} did not start: {last_words(log)}")
                command = shlex.join(["python", "-m", MODULES[kind], *arguments])
                yield Target(name, url, process.pid, command)
            finally:
                stop([process])

    return launch


@contextmanager
def kept_from_trainings(settings: Settings, *, trains: bool) -> Iterator[Settings]:
    """Settings with a copy of the store where a comparison `trains`, so that it adds no version to the user's.

    Raises click.UsageError for a store that is no SQLite file.
    """
    if not trains:
        yield settings
        return
    url = make_url(settings.store_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise click.UsageError(
            "a comparison that trains would add versions to this store, and can copy SQLite files only. Start the "
            "backends over a store for trying, and name them with --flask and --klein."
        )
    with tempfile.TemporaryDirectory(prefix="duet-compare-") as folder:
        copy = Path(folder) / "store.sqlite3"
        if Path(url.database).exists():
            with closing(sqlite3.connect(url.database)) as old, closing(sqlite3.connect(copy)) as new:
                old.backup(new)
        yield msgspec.structs.replace(settings, store=f"sqlite:///{copy}")
