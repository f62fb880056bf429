"""Results as Markdown, with what must be known to make them again."""

import os
import platform
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

HELD = {True: "yes", False: "**no**", None: "-"}  # whether a target is met; None where there is none to meet
PACKAGES = (
    "numpy",
    "scikit-learn",
    "onnxruntime",
    "flask",
    "klein",
    "twisted",
    "fastapi",
    "starlette",
    "uvicorn",
    "uvloop",
    "httptools",
    "gunicorn",
    "granian",
)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table and an empty line."""
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print(flush=True)


def print_setting(command: str, settings: str) -> None:
    """The machine, the versions, the command and what it was told."""
    print(f"`{command}`: {settings}.\n")
    print(f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}.")
    versions = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    print(f"Python {platform.python_version()}, {versions}.\n", flush=True)


def say(what: str) -> None:
    """Tell the terminal how far the run is; not part of the results."""
    print(what, file=sys.stderr, flush=True)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
