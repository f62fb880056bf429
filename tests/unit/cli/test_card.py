"""`duet card`, run as a user runs it."""

import json
from pathlib import Path

from tests.processes import duet


def test_the_card_of_a_version_is_printed_or_written(tmp_path: Path) -> None:
    untrained = duet(tmp_path, "card", "iris")
    assert (untrained.returncode, untrained.stdout) == (1, "")
    assert "'iris' is not trained yet" in untrained.stderr
    assert duet(tmp_path, "train", "iris").returncode == 0
    printed = duet(tmp_path, "card", "iris").stdout
    assert printed.startswith('---\nlibrary_name: "sklearn"\n')
    assert "\n# Iris, version 1\n" in printed
    file = tmp_path / "card.json"
    written = duet(tmp_path, "card", "iris", "--version", "1", "--format", "json", "-o", str(file))
    assert (written.returncode, written.stdout) == (0, "")
    assert json.loads(file.read_text())["evaluation"]["figures"][1]["n"] == 150
    assert "has no version 2" in duet(tmp_path, "card", "iris", "--version", "2").stderr
    assert "can't be written" in duet(tmp_path, "card", "iris", "-o", str(tmp_path / "no" / "card.md")).stderr
