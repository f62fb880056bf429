"""Results as Markdown, with what must be known to make them again."""

import sys
from collections.abc import Iterable, Sequence

from shared.compare.machine import machine, versions

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
    told = ", ".join(f"{name} {release}" for name, release in versions(PACKAGES).items())
    print(f"{machine()}.\n{told}.\n", flush=True)


def say(what: str) -> None:
    """Tell the terminal how far the run is; not part of the results."""
    print(what, file=sys.stderr, flush=True)
