"""What the README and the tutorial show is what happens: their commands are run and their output is compared."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import Start
from tests.processes import ROOT, Backend, environment
from tests.tutorial.documents import (
    BRING_YOUR_OWN,
    DIGITS,
    EXPLAIN,
    OPEN_INFERENCE,
    README,
    TUTORIAL,
    VERSIONS,
    Shown,
    fenced,
    name_of,
    shown,
)

LIMIT_S = 120
PERSON = re.compile(r"command line \(.+\)$", re.MULTILINE)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC")


@pytest.mark.skipif(shutil.which("curl") is None, reason="the documents' requests need curl")
@pytest.mark.parametrize(
    "document",
    [README, TUTORIAL / "02-iris.md", OPEN_INFERENCE, VERSIONS, BRING_YOUR_OWN, DIGITS, EXPLAIN],
    ids=name_of,
)
def test_commands_print_what_the_document_shows(document: Path, start: Start, tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    ports = {documented: start(kind, store=store).port for kind, documented in (("flask", 8081), ("klein", 8082))}
    compared = [found for found in shown(document) if is_repeatable(found.command)]
    assert len(compared) >= 5
    for found in compared:
        printed = run(at_ports(found.command, ports), tmp_path, store)
        expected = at_ports(found.output, ports)
        assert comparable(abridged(printed, expected)) == comparable(expected), found.command


def is_repeatable(command: str) -> bool:
    """Leaves out what serves, what runs beside the next command, and what prints times."""
    words = command.split()
    return (
        words[0] in ("curl", "duet") and words[1] not in ("serve", "compare") and words[-1] != "&" and "-w" not in words
    )


def run(command: str, home: Path, store: str) -> str:
    words = shlex.split(command)
    program = [sys.executable, "-m", "shared.cli"] if words[0] == "duet" else words[:1]
    done = subprocess.run(
        [*program, *words[1:]],
        env=environment(home, DUET_STORE=store, no_proxy="localhost"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_S,
        check=True,
    )
    return done.stdout


def at_ports(text: str, ports: dict[int, int]) -> str:
    for documented, real in ports.items():
        text = text.replace(f"localhost:{documented}", f"localhost:{real}")
    return text


def abridged(printed: str, as_shown: str) -> str:
    """`printed` with a line "..." where `as_shown` has one, in place of what is left out there."""
    before, line, after = as_shown.partition("\n...\n")
    if not line:
        return printed
    lines, first, last = printed.splitlines(), len(before.splitlines()), len(after.splitlines())
    assert len(lines) > first + last, "nothing is left out"
    return "\n".join([*lines[:first], "...", *lines[-last:]])


def comparable(output: str) -> object:
    """JSON by its values, whatever its line breaks; other output by its lines, but for time and user."""
    if output.startswith("{"):
        return {path: value for path, value in leaves("", json.loads(output)) if path != ".run"}
    lines = PERSON.sub("command line (ada)", MOMENT.sub("(moment)", output)).splitlines()
    return [line for line in lines if not line.startswith("Training ")]  # the progress bar, which ends as this


def leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(f"{path}.{key}", inner)
    elif isinstance(value, list):
        yield f"{path}[]", len(value)
        for index, inner in enumerate(value):
            yield from leaves(f"{path}[{index}]", inner)
    else:
        # The last digits depend on the processor.
        yield path, pytest.approx(value, rel=1e-3, abs=1e-9) if isinstance(value, float) else value


@pytest.mark.parametrize("number", [0, 1])
def test_python_requests_of_the_readme_print_what_it_says(backend: Backend, tmp_path: Path, number: int) -> None:
    programs = fenced(README, "python")
    assert len(programs) == 2
    assert_prints_what_it_says(programs[number], backend, tmp_path)


def test_python_request_of_the_digits_prints_what_it_says(backend: Backend, tmp_path: Path) -> None:
    (program,) = fenced(DIGITS, "python")
    assert_prints_what_it_says(program, backend, tmp_path)


def test_triton_client_prints_what_the_document_says(backend: Backend, tmp_path: Path) -> None:
    (program,) = fenced(OPEN_INFERENCE, "python")
    assert_prints_what_it_says(program, backend, tmp_path)


def assert_prints_what_it_says(program: str, backend: Backend, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", at_ports(program, {8081: backend.port})],
        env=environment(tmp_path, PYTHONIOENCODING="utf-8", no_proxy="localhost"),
        capture_output=True,
        encoding="utf-8",
        timeout=LIMIT_S,
        check=True,
    )
    assert done.stdout.strip() == said(program)


@pytest.mark.parametrize(("document", "count"), [(README, 2), (DIGITS, 1)], ids=["README.md", "docs/digits.md"])
def test_javascript_requests_log_what_they_say(backend: Backend, browser: Browser, document: Path, count: int) -> None:
    programs = fenced(document, "javascript")
    assert len(programs) == count
    page = browser.new_page()
    page.goto(f"http://localhost:{backend.port}/home")
    for program in programs:
        with page.expect_console_message(lambda message: message.type == "log") as logged:
            page.evaluate(f"async () => {{\n{at_ports(program, {8081: backend.port})}\n}}")
        assert logged.value.text == said(program)
    page.close()


def said(program: str) -> str:
    """The output that a program's comment behind its printing statement promises."""
    (line,) = [line for line in program.splitlines() if "print(" in line or "console.log(" in line]
    return re.split(r"#|//", line)[-1].strip()


def test_figures_of_the_readme_are_those_of_the_command() -> None:
    printed = [found for found in shown(README) if found.command == "duet versions iris"]
    assert_figures_in_table(printed[0], README.read_text("utf-8"))


def assert_figures_in_table(listed: Shown, text: str) -> None:
    figures = re.findall(r"([\d.]+) % = ([\d.]+)/150, 95 % interval ([\d.]+) to ([\d.]+) %", listed.output)
    assert len(figures) == 2
    for percent, correct, low, high in figures:
        assert f"| {correct}/150 = {percent} % | {low} to {high} % |" in text
