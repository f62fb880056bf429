"""`duet add` of a file that holds a fitted estimator, without data."""

from contextlib import closing
from pathlib import Path

import click

from shared import bootstrap
from shared.cli.figures import described
from shared.cli.opening import asker
from shared.publishing.archives import HEAD, MAX_FILE, refuse_pickle
from shared.publishing.process import TIME_LIMIT_S, FileJob, FileReader
from shared.service import Service
from shared.settings import Settings

SUFFIX = ".skops"


def is_estimator(file: Path) -> bool:
    """Whether `file` is to be read by skops; raises UnusableFile where it is a pickle, whatever it is called."""
    try:
        with file.open("rb") as content:
            refuse_pickle(file.name, content.read(HEAD))
    except OSError as error:
        raise click.ClickException(f"{file} can't be read: {error.strerror}") from None
    return file.suffix == SUFFIX


def add_estimator(
    service: Service,
    settings: Settings,
    file: Path,
    features: Path | None,
    rows: Path | None,
    name: str,
    title: str,
    target: str,
    trust: tuple[str, ...],
) -> str:
    """Serve the estimator in `file` as a new version of the model `name`; what became of it, in words.

    It is measured where `rows` names a CSV that has its inputs and its target.
    """
    if rows and features:
        raise click.UsageError("--features describes an estimator without data: with --data it can't be given")
    job = FileJob(
        content=_read(file),
        features=_read(features) if features else None,
        source=file.name,
        rows=_read(rows) if rows else None,
        rows_source=rows.name if rows else "",
        name=name,
        by=asker(),
        title=title,
        target=target,
        trust=trust,
    )
    limit_s = settings.training_limit_s if rows else TIME_LIMIT_S
    with closing(FileReader(bootstrap.training_environment(settings), limit_s)) as reader:
        model = reader.read(job)
    version = service.define(model.definition, list(model.parts), model.trained)
    assert version is not None
    return f"{described(version, version.recipe)}\nRunning backends serve it within a second: GET /models/{name}"


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_FILE:
            raise click.ClickException(f"{file} has more than {MAX_FILE} bytes")
        return file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file} can't be read: {error.strerror}") from None
