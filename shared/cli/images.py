"""The options of `duet train` that bring a model's images with them: MNIST, or other files like its."""

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from pathlib import Path
from typing import Any

import click
import msgspec

from shared.cli.adding import trained_on
from shared.cli.opening import asker
from shared.digits.images import define_images, from_csv, from_idx
from shared.domain.dataset import Dataset
from shared.domain.version import ModelVersion
from shared.service import Service
from shared.settings import Settings

LIMIT_S, MEMORY_MB = 3600.0, 4096  # 60,000 images by 784 hidden units take some ten minutes
Files = Mapping[str, Path | None]
OPTIONS = {
    "images": "Images of 28 x 28 pixels to learn from, in IDX.",
    "labels": "Their labels, in IDX.",
    "csv": "Images and labels to learn from, in one CSV: a row has the label first.",
    "test_images": "Images to test the version on, in IDX.",
    "test_labels": "Their labels, in IDX.",
    "test_csv": "Images and labels to test the version on, in one CSV.",
}
Command = Callable[..., Any]


def image_options(command: Command) -> Command:
    """`command` with the options; any file may be compressed by gzip."""
    return reduce(_with_option, reversed(OPTIONS), command)


def _with_option(command: Command, name: str) -> Command:
    path = click.Path(dir_okay=False, path_type=Path)
    return click.option(f"--{name.replace('_', '-')}", type=path, metavar="FILE", help=OPTIONS[name])(command)


def check_files(files: Files) -> None:
    """Raises click.UsageError that says all that is missing or too much."""
    given = [name for name, path in files.items() if path is not None]
    problems = [*_problems(given, ""), *_problems(given, "test_")]
    if any(name.startswith("test_") for name in given) and not any(name in given for name in ("images", "csv")):
        problems.append("files to test on go with files to learn from: --images and --labels, or --csv")
    if problems:
        raise click.UsageError("; ".join(problems))


def _problems(given: list[str], prefix: str) -> Iterator[str]:
    images, labels, csv = (f"--{prefix}{name}".replace("_", "-") for name in ("images", "labels", "csv"))
    has_images, has_labels, has_csv = (f"{prefix}{name}" in given for name in ("images", "labels", "csv"))
    if has_csv and (has_images or has_labels):
        yield f"either {csv} or {images} and {labels} can be given"
    elif has_images and not has_labels:
        yield f"{images} needs {labels}, too"
    elif has_labels and not has_images:
        yield f"{labels} needs {images}, too"


def patient(settings: Settings) -> Settings:
    """`settings` with limits that a training on many images keeps to."""
    return msgspec.structs.replace(
        settings,
        training_limit_s=max(settings.training_limit_s, LIMIT_S),
        training_memory_mb=max(settings.training_memory_mb, MEMORY_MB),
    )


def train_on_images(service: Service, model: str, files: Files, **how: Any) -> ModelVersion:
    """A version of `model`, which is defined by `files`; `how` is what `Service.train` takes."""
    data, test = _read(files, ""), _read(files, "test_")
    assert data is not None  # as check_files says
    click.echo(
        f"{data.n_samples} images of {data.source}" + (f", {test.n_samples} to test on" if test else ""), err=True
    )
    return trained_on(service, *define_images(model, asker(), data, test), **how)


def _read(files: Files, prefix: str) -> Dataset | None:
    images, labels, csv = (files[f"{prefix}{name}"] for name in ("images", "labels", "csv"))
    if csv is not None:
        return from_csv(csv)
    return from_idx(images, labels) if images is not None and labels is not None else None
