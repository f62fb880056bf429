"""The form of a model in a browser that runs no scripts."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Pair
from tests.e2e.test_looks import CONTRAST, WIDTHS, picture


def visit(browser: Browser, url: str, *, scripts: bool, width: int = 1024, scheme: str = "light") -> Page:
    page = browser.new_page(
        java_script_enabled=scripts,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.goto(url)
    return page


@pytest.mark.parametrize("kind", ["flask", "klein"])
def test_form_is_found_filled_in_and_answered_without_scripts(browser: Browser, steady_pair: Pair, kind: str) -> None:
    page = visit(browser, f"{steady_pair.url(kind)}/", scripts=False)
    page.get_by_role("link", name="forms").click()
    page.get_by_role("link", name="Diabetes").click()
    page.get_by_label("Body mass index").fill("41.55")
    page.get_by_label("Age").fill("")
    page.get_by_role("button", name="Predict").click()
    expect(page.get_by_role("alert")).to_contain_text("Age: must be a number, got nothing")
    expect(page.get_by_label("Body mass index")).to_have_value("41.55")
    page.get_by_label("Age").fill("59")
    page.get_by_role("button", name="Predict").click()
    expect(page.get_by_role("status")).to_contain_text("Progression after a year")
    expect(page.get_by_role("status")).to_contain_text("interval")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pictures(browser: Browser, steady_pair: Pair, width: int, scheme: str) -> None:
    page = visit(browser, f"{steady_pair.url('klein')}/form/diabetes", scripts=True, width=width, scheme=scheme)
    page.get_by_label("Age").fill("590")
    page.get_by_role("button", name="Predict").click()
    expect(page.get_by_role("status")).to_contain_text("outside the 19 to 79 years")
    assert page.evaluate(CONTRAST) == []
    picture(page, f"form-{width}-{scheme}", width)
    page.close()
