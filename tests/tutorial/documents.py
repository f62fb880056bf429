"""The documents, as the tests read them."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.processes import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*.md")])
README = ROOT / "README.md"
DIGITS = ROOT / "docs" / "digits.md"
EXPLAIN = ROOT / "docs" / "explain.md"
OPEN_INFERENCE = ROOT / "docs" / "open-inference.md"
BRING_YOUR_OWN = ROOT / "docs" / "bring-your-own.md"
VERSIONS = ROOT / "docs" / "versions.md"
TUTORIAL = ROOT / "docs" / "tutorial"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """A command of a console block, and the output that stands below it."""

    command: str
    output: str


def fenced(document: Path, language: str) -> list[str]:
    """The contents of the fenced blocks of `language`."""
    return [content for found, content in FENCE.findall(document.read_text("utf-8")) if found == language]


def shown(document: Path) -> list[Shown]:
    """The commands of the console blocks, in order."""
    parts = [part for block in fenced(document, "console") for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return [Shown(command.strip(), output) for command, _, output in (part.partition("\n") for part in parts)]


def name_of(document: Path) -> str:
    """How a test's name calls a document."""
    return document.relative_to(ROOT).as_posix()
