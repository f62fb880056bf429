"""The model card in the page: of the version that answers or another one, read, and taken along."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open, Pair
from tests.e2e.test_looks import CONTRAST, picture

TAB = "&tab=card"


def test_the_card_of_the_champion_is_read_and_taken_along(steady_pair: Pair, open_page: Open, tmp_path: Path) -> None:
    page = open_page(steady_pair.page_url("http", f"#iris?ask=klein{TAB}"))
    document = page.locator(".card-document")
    expect(document.get_by_role("heading", level=3)).to_have_text("Iris, version 1")
    expect(document.get_by_role("table", name="Figures")).to_contain_text(
        re.compile(r"Accuracy98\.0\s%94\.3 to 99\.3\s%.*150stratified 5-fold x 20")
    )
    expect(document.get_by_role("table", name="Inputs")).to_contain_text("sepal_length_cmSepal lengthcm4.3 to 7.9")
    expect(document).to_contain_text(f"curl -s {steady_pair.url('klein')}/models/iris/predict -d")
    for kind in ("Markdown", "JSON"):
        with page.expect_download() as started:
            page.get_by_role("button", name=f"Download {kind}").click()
        file = tmp_path / started.value.suggested_filename
        started.value.save_as(file)
    assert (tmp_path / "iris-1-card.md").read_text().startswith('---\nlibrary_name: "sklearn"\n')
    assert json.loads((tmp_path / "iris-1-card.json").read_text())["version"] == 1
    page.get_by_role("link", name="Diabetes").click()
    expect(document.get_by_role("heading", level=3)).to_have_text("Diabetes, version 1")
    expect(document).to_contain_text(re.compile(r"Residuals of 300 rows of the cross-validation, in points: mean"))


def test_without_a_backend_the_panel_says_so(absent_pair: Pair, open_page: Open) -> None:
    page = open_page(absent_pair.page_url("file", f"#iris?ask=klein{TAB}"))
    expect(page.locator("#body-card")).to_contain_text("No backend answers, and a model card comes from one.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures(steady_pair: Pair, open_page: Open, scheme: str) -> None:
    for width in (1440, 390):
        page = open_page(steady_pair.page_url("http", f"#diabetes?ask=flask{TAB}"), width=width, scheme=scheme)
        expect(page.locator(".card-document")).to_contain_text("Digests")
        assert page.evaluate(CONTRAST) == []
        picture(page, f"card-{width}-{scheme}", width)
