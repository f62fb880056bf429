"""What the documents name exists: settings, links, commands, targets, code."""

import re
import shlex
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import joblib
import msgspec
import pytest

from shared.bootstrap import open_service
from shared.cli import main
from shared.settings import Settings, read_settings
from tests.processes import ROOT
from tests.tutorial.documents import BRING_YOUR_OWN, DOCUMENTS, README, TUTORIAL, fenced, name_of, shown

LINK = re.compile(r"\]\(([^)\s]+)\)")
SETTING_ROW = re.compile(r"^\| `DUET_([A-Z_]+)` \| (.*?) \|", re.MULTILINE)
EVERY_DOCUMENT = pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)


def documented_settings() -> dict[str, str]:
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    return {name.lower(): default for name, default in SETTING_ROW.findall(text)}


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    assert sorted(documented_settings()) == sorted(Settings.__struct_fields__)


def test_documented_defaults_are_the_defaults() -> None:
    defaults = msgspec.structs.asdict(Settings())
    del defaults["origins"]  # in words there: nine of them
    written = {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in defaults.items()}
    written["fast_path"] = written["fast_path"].lower()
    written["engines"] = ",".join(Settings().engines)
    shown_as = {name: "empty" if text in ("", "()") else text for name, text in written.items()}
    documented = {name: text.strip("`") for name, text in documented_settings().items() if name in shown_as}
    assert documented == shown_as


@EVERY_DOCUMENT
def test_relative_links_lead_somewhere(document: Path) -> None:
    targets = [target.partition("#")[0] for target in LINK.findall(document.read_text("utf-8"))]
    local = [target for target in targets if target and "://" not in target]
    assert [target for target in local if not (document.parent / target).exists()] == []


@EVERY_DOCUMENT
def test_duet_commands_parse(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # some open the file that they are going to write
    for words in (shlex.split(found.command, comments=True) for found in shown(document)):
        if words[0] == "duet":
            name, command, rest = main.resolve_command(click.Context(main), words[1:])
            assert command is not None
            with command.make_context(name, rest):
                pass  # leaving it closes what it opened


@EVERY_DOCUMENT
def test_make_targets_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`", document.read_text("utf-8")))
    named |= {found.command.split()[1] for found in shown(document) if found.command.startswith("make ")}
    assert named <= targets


@EVERY_DOCUMENT
def test_no_document_holds_the_address_of_a_machine(document: Path) -> None:
    assert re.findall(r"(?:^|[\s`(])/(?:work|home|tmp|root|Users)/\S*", document.read_text("utf-8")) == []


def test_code_quoted_by_the_echo_tutorial_is_the_code_that_runs() -> None:
    programs = "\n".join(path.read_text("utf-8") for path in sorted(TUTORIAL.glob("*.py")))
    quoted = fenced(TUTORIAL / "01-http-echo.md", "python")
    assert quoted
    assert [block for block in quoted if block not in programs] == []


def test_the_python_of_bring_your_own_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publishing, converting = fenced(BRING_YOUR_OWN, "python")
    monkeypatch.setenv("DUET_STORE", f"sqlite:///{tmp_path}/store.sqlite3")
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    exec(publishing, names)  # noqa: S102 - the document's own
    assert f"# {capsys.readouterr().out.strip()}" in publishing
    monkeypatch.chdir(tmp_path)
    joblib.dump(names["estimator"], "model.joblib")
    exec(converting, {})  # noqa: S102 - the same
    assert (tmp_path / "model.skops").exists()
    with closing(open_service(read_settings(), "test")) as service:
        version = service.champion("my-flats")
    assert version is not None
    assert version.metrics is not None
    assert version.signature.inputs[2].unit == "years"


def test_the_readme_shows_every_command() -> None:
    named = {shlex.split(found.command)[1] for found in shown(README) if found.command.startswith("duet ")}
    assert named == set(main.commands)


def test_the_readme_shows_the_procfile() -> None:
    assert (ROOT / "Procfile").read_text("utf-8") in fenced(README, "text")
