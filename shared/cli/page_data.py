"""`make page-data`: writes what the page knows of the models when no backend can be reached."""

from pathlib import Path

import msgspec

from shared.bootstrap import FRONTEND
from shared.catalogue import CATALOGUE
from shared.http_api.views import model_view

HEADER = "// Made by `make page-data` from the catalogue; a test compares the two. Do not edit.\n"


def page_data() -> str:
    """The script that gives the page every model's description, untrained."""
    models = [model_view(entry, None) for entry in CATALOGUE.values()]
    text = msgspec.json.encode({"models": models}).decode()
    return f"{HEADER}var app = window.app || {{}};\napp.offline = {text};\n"


def main() -> None:
    """Write `frontend/data/models.js`."""
    target: Path = FRONTEND / "data" / "models.js"
    target.parent.mkdir(exist_ok=True)
    target.write_text(page_data(), encoding="utf-8")


if __name__ == "__main__":
    main()
