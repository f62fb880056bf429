"""`make page-data`: writes what the page knows of models, their data and scenarios without asking a backend."""

from pathlib import Path

import msgspec

from shared.bootstrap import FRONTEND
from shared.catalogue import CATALOGUE
from shared.compare.scenarios import SCENARIOS
from shared.http_api.views import model_view

MOST_FEATURES = 6  # of a plane over two of them, as in frontend/js/regions.js
HEADER = "// Made by `make page-data` from {}; a test compares the two. Do not edit.\n"


def page_data() -> str:
    """The script that gives the page every model's description, untrained."""
    models = [model_view(entry, None) for entry in CATALOGUE.values()]
    text = msgspec.json.encode({"models": models}).decode()
    return f"{HEADER.format('the catalogue')}var app = window.app || {{}};\napp.offline = {text};\n"


def page_rows() -> str:
    """The script that gives the page the rows of the datasets whose features it draws, by digest."""
    drawn = [entry for entry in CATALOGUE.values() if len(entry.signature.inputs) <= MOST_FEATURES]
    rows = {
        entry.dataset.sha256(): {"rows": entry.dataset.X.tolist(), "classes": entry.dataset.y.tolist()}
        for entry in drawn
    }
    return f"{HEADER.format('the catalogue')}app.rows = {msgspec.json.encode(rows).decode()};\n"


def page_scenarios() -> str:
    """The script that gives the page the scenarios of `duet compare`."""
    text = msgspec.json.encode(SCENARIOS).decode()
    return f"{HEADER.format('shared/compare/scenarios.py')}app.scenarios = {text};\n"


def main() -> None:
    """Write the files of `frontend/data`."""
    folder: Path = FRONTEND / "data"
    folder.mkdir(exist_ok=True)
    (folder / "models.js").write_text(page_data(), encoding="utf-8")
    (folder / "rows.js").write_text(page_rows(), encoding="utf-8")
    (folder / "scenarios.js").write_text(page_scenarios(), encoding="utf-8")


if __name__ == "__main__":
    main()
