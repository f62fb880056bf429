"""The documentation page in a browser: what it shows, what it sends, what it looks like."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import LOOKS, Open, Pair
from tests.e2e.test_looks import CONTRAST, picture


def opened(pair: Pair, open_page: Open, kind: str = "klein", **window: object) -> Page:
    page = open_page(f"{pair.url(kind)}/docs", **window)
    expect(page.locator("#operation-classify")).to_be_visible()
    return page


@pytest.mark.parametrize("kind", ["flask", "klein"])
def test_an_example_is_sent_and_its_answer_shown(steady_pair: Pair, open_page: Open, kind: str) -> None:
    classify = opened(steady_pair, open_page, kind).locator("#operation-classify")
    classify.get_by_role("button", name="Send").click()
    expect(classify.get_by_role("status")).to_contain_text("200 OK")
    assert json.loads(classify.locator(".try-answer").inner_text())["label"] == "setosa"
    classify.get_by_role("button", name="Several mistakes").click()
    expect(classify.locator(".try-answer")).to_be_hidden()
    classify.get_by_role("button", name="Send").click()
    expect(classify.get_by_role("status")).to_contain_text("400 Bad Request")
    assert len(json.loads(classify.locator(".try-answer").inner_text())["errors"]) == 4


def test_what_is_typed_is_what_is_sent_to_the_chosen_model(steady_pair: Pair, open_page: Open) -> None:
    predict = opened(steady_pair, open_page).locator("#operation-predict")
    predict.get_by_role("combobox").fill("iris-tree")
    predict.get_by_label("Body").fill('{"rows": [[6.3, 3.3, 6.0, 2.5]]}')
    predict.get_by_role("button", name="Send").click()
    expect(predict.get_by_role("status")).to_contain_text("200 OK")
    answer = json.loads(predict.locator(".try-answer").inner_text())
    assert (answer["model"], answer["predictions"]) == ("iris-tree", ["virginica"])


def test_every_operation_and_every_schema_can_be_reached_by_its_link(steady_pair: Pair, open_page: Open) -> None:
    page = opened(steady_pair, open_page)
    targets = page.eval_on_selector_all("a[href^='#']", "links => links.map(link => link.getAttribute('href'))")
    assert len(targets) > 20
    assert [target for target in set(targets) if page.locator(target).count() != 1] == []


def test_everything_can_be_done_with_the_keyboard(steady_pair: Pair, open_page: Open) -> None:
    page = opened(steady_pair, open_page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the operations")).to_be_focused()
    home = page.locator("#operation-home")
    home.get_by_role("button", name="Send").focus()
    page.keyboard.press("Enter")
    expect(home.locator(".try-answer")).to_contain_text("scikit-learn")
    details = home.locator("details").first
    details.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(details).to_have_attribute("open", "")


def test_the_page_leads_there_and_back_and_the_theme_goes_along(steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url("http"))
    page.get_by_role("button", name="Dark or light").click()
    page.get_by_role("link", name="API", exact=True).click()
    expect(page.locator("#operation-classify")).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.get_by_role("link", name="Page", exact=True).click()
    expect(page.get_by_role("button", name="Classify", exact=True)).to_be_visible()


def test_a_page_that_is_a_file_has_no_api_to_show(absent_pair: Pair, open_page: Open) -> None:
    page = open_page(absent_pair.page_url("file"))
    expect(page.locator("#offline")).to_contain_text("No backend reachable")
    expect(page.locator("#api-link")).to_be_hidden()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pictures(steady_pair: Pair, open_page: Open, width: int, scheme: str) -> None:
    page = opened(steady_pair, open_page, width=width, scheme=scheme)
    classify = page.locator("#operation-classify")
    classify.get_by_role("button", name="Send").click()
    expect(classify.locator(".try-answer")).to_be_visible()
    for summary in page.locator("#operation-classify summary").all():
        summary.click()
    assert page.evaluate(CONTRAST) == []
    picture(page, f"docs-{width}-{scheme}", width)


def test_on_a_phone_everything_can_be_touched(steady_pair: Pair, open_page: Open) -> None:
    page = opened(steady_pair, open_page, width=390, height=844)
    small = page.evaluate(
        """() => Array
            .from(document.querySelectorAll('button, select, textarea, summary, .models a, .contents li a'))
            .filter((node) => node.offsetParent !== null && node.getBoundingClientRect().height < 44)
            .map((node) => node.id || node.className || node.textContent)"""
    )
    assert small == []
