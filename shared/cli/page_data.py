"""`make page-data`: writes what the page knows by itself: models, where no backend can be reached, and scenarios."""

from pathlib import Path

import msgspec

from shared.bootstrap import FRONTEND
from shared.catalogue import CATALOGUE
from shared.compare.scenarios import SCENARIOS
from shared.http_api.views import model_view

HEADER = "// Made by `make page-data` from {source}; a test compares the two. Do not edit.\n"


def page_data() -> str:
    """The script that gives the page every model's description, untrained."""
    models = [model_view(entry, None) for entry in CATALOGUE.values()]
    return _script("the catalogue", "offline", {"models": models})


def scenario_data() -> str:
    """The script that gives the page the comparisons that `duet compare` knows, by the same names."""
    return _script("shared/compare/scenarios.py", "scenarios", SCENARIOS)


def _script(source: str, name: str, content: object) -> str:
    text = msgspec.json.encode(content).decode()
    return f"{HEADER.format(source=source)}var app = window.app || {{}};\napp.{name} = {text};\n"


def main() -> None:
    """Write the files of `frontend/data`."""
    folder: Path = FRONTEND / "data"
    folder.mkdir(exist_ok=True)
    for name, content in (("models.js", page_data()), ("scenarios.js", scenario_data())):
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
