"""What the files in `deploy/` say, as the tests read it."""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from tests.processes import ROOT

DEPLOY = ROOT / "deploy"
KINDS = ("flask", "klein")


@dataclass
class Dockerfile:
    """The last stage of a Dockerfile, and which stages there are."""

    path: Path
    stages: list[str] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)
    """From the build context, in any stage."""
    environment: dict[str, str] = field(default_factory=dict)
    other: dict[str, str] = field(default_factory=dict)
    """The last instruction of each other kind, such as USER; HEALTHCHECK without its options."""

    @property
    def command(self) -> list[str]:
        return [str(word) for word in json.loads(self.other["CMD"])]

    @property
    def health_check(self) -> list[str]:
        return [str(word) for word in json.loads(self.other["HEALTHCHECK"].partition("CMD ")[2])]


def dockerfile(kind: str) -> Dockerfile:
    """`deploy/Dockerfile.<kind>`, read."""
    read = Dockerfile(DEPLOY / f"Dockerfile.{kind}")
    text = re.sub(r"^#.*\n", "", read.path.read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    for line in filter(None, text.splitlines()):
        instruction, rest = line.split(None, 1)
        match instruction:
            case "FROM":
                read.stages.append(rest)
            case "COPY" if not rest.startswith("--from="):
                read.copied += rest.split()[:-1]
            case "ENV":
                read.environment |= dict(word.split("=", 1) for word in shlex.split(rest))
            case _:
                read.other[instruction] = rest
    return read
