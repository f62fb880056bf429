"""The command, run as a user runs it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.processes import ROOT, duet, end_all, environment, read_line


def test_classify_prints_the_class_and_needs_no_server(tmp_path: Path) -> None:
    result = duet(tmp_path, "classify", "--sl", "3.0", "--sw", "2.0", "--pl", "1.0", "--pw", "1.0")
    assert (result.returncode, result.stdout) == (0, "versicolor\n")
    assert "First start: training iris" in result.stderr
    assert "3 cm is outside the 4.3 to 7.9 cm seen in training" in result.stderr


def test_train_and_versions_show_every_figure_with_protocol_n_and_interval(tmp_path: Path) -> None:
    trained = duet(tmp_path, "train", "iris", "--recipe", "mlp", "--seed", "0", "--param", "epochs=20")
    assert trained.returncode == 0, trained.stderr
    assert "epochs=20" in trained.stdout
    assert "stratified 5-fold x 4" in trained.stdout
    assert "/45, 95 % interval" in trained.stdout
    listed = duet(tmp_path, "versions", "iris")
    assert listed.stdout.startswith("* 1  ")
    assert "/150, 95 % interval" in listed.stdout
    assert "(stratified 5-fold x 4)" in listed.stdout


def test_versions_are_listed_compared_promoted_and_rolled_back(tmp_path: Path) -> None:
    for depth in ("2", "3"):
        duet(tmp_path, "train", "iris", "--recipe", "tree", "--param", f"max_depth={depth}")
    assert duet(tmp_path, "promote", "iris", "1").stdout == "iris: version 1 answers instead of version 2\n"
    assert duet(tmp_path, "promote", "iris", "1").stdout == "iris: version 1 is the champion already\n"
    two, one = duet(tmp_path, "versions", "iris").stdout.splitlines()
    assert (two[:3], one[:3]) == ("  2", "* 1")
    assert "tree max_depth=3 seed=0  by command line (" in two
    told = json.loads(duet(tmp_path, "versions", "iris", "--json").stdout)
    assert (told["champion"], told["previous"]) == (1, 2)
    assert [change["kind"] for change in told["promotions"]] == ["promoted", "trained", "trained"]
    assert duet(tmp_path, "rollback", "iris").stdout == "iris: version 2 answers instead of version 1\n"

    compared = duet(tmp_path, "versions", "iris", "--compare", "1", "2").stdout
    assert compared.splitlines()[1].split() == ["params.max_depth", "2", "3"]
    assert "of 150 rows of Iris" in compared
    as_json = json.loads(duet(tmp_path, "versions", "iris", "--compare", "1", "2", "--json").stdout)
    assert as_json["parameters"] == [{"name": "params.max_depth", "values": [2, 3]}]


@pytest.mark.parametrize(
    ("arguments", "culprits"),
    [
        (("train", "iris", "--recipe", "svm"), ["recipe", "lda, mlp"]),
        (("train", "iris", "--recipe", "mlp", "--param", "epochs=0", "--param", "x=1"), ["params.epochs", "params.x"]),
        (("train", "iris", "--param", "epochs"), ["NAME=VALUE"]),
        (("train", "tulip"), ["tulip"]),
        (("classify", "--sl", "nan", "--sw", "1", "--pl", "1", "--pw", "1"), ["finite"]),
        (("classify", "--sl", "1"), ["--sw"]),
        (("versions", "iris", "--store", "sqlite:////no/such/folder/x"), ["store"]),
        (("versions", "iris", "--compare", "1", "2"), ["no version 1"]),
        (("promote", "iris", "3"), ["no version 3"]),
        (("promote", "iris", "latest"), ["VERSION", "latest"]),
        (("rollback", "iris"), ["nothing to roll back to"]),
    ],
)
def test_bad_input_is_refused_with_every_culprit_and_no_traceback(
    arguments: tuple[str, ...], culprits: list[str], tmp_path: Path
) -> None:
    result = duet(tmp_path, *arguments)
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    assert all(culprit in result.stderr for culprit in culprits), result.stderr


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_serve_starts_both_lives_on_with_one_and_stops_with_one_signal(end: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "shared.cli", "serve", "--flask-port", "0", "--klein-port", "0"]
    process = subprocess.Popen(command, env=environment(tmp_path), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        said = [read_line(process, 30) for _ in range(8)]
        rows = [line.split() for line in said if line.strip().startswith(("flask", "klein"))]
        urls = {row[0]: row[1] for row in rows}
        pids = {row[0]: int(row[row.index("`kill") + 1].rstrip("`")) for row in rows}
        assert {name: _classified(url) for name, url in urls.items()} == {"flask": "setosa", "klein": "setosa"}
        os.kill(pids["flask"], signal.SIGTERM)
        assert "flask has ended (status 0); klein goes on." in read_line(process, 20)
        assert _classified(urls["klein"]) == "setosa"
        process.send_signal(end)
        assert process.wait(20) == 0
        assert not _is_running(pids["klein"])
    finally:
        end_all([process])


def _classified(url: str) -> str:
    request = urllib.request.Request(f"{url}classify", data=b'{"data": [5.1, 3.5, 1.4, 0.2]}')
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(json.load(answer)["label"])


def _is_running(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.02)
    return True
