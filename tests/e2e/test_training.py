"""Training from the page: only the page's own addresses may."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Open, Pair
from tests.e2e.test_page import choose, history, press


def test_train_updates_the_accuracy_and_shows_on_the_other_backend(pair: Pair, open_page: Open) -> None:
    page = open_page(pair.page_url("http"))
    chips = page.locator("#chips li")
    expect(chips).to_contain_text(["v1", "v1"])
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator("#line, #history")).not_to_have_count(0)
    expect(chips.first).to_contain_text("v2", timeout=60_000)
    expect(chips.nth(1)).to_contain_text("v2", timeout=6000)
    expect(page.locator("#cards .facts")).to_contain_text("version 2")
    lines = history(page)
    assert "The model is now training." in lines
    assert "Done! Updated Flask test accuracy above." in lines


def test_the_recipe_can_be_chosen(pair: Pair, open_page: Open) -> None:
    page = open_page(pair.page_url("http"))
    choose(page, "Klein")
    page.get_by_label("with").select_option(label="Decision tree")
    press(page, "Train")
    expect(page.locator(".spec")).to_contain_text("Decision tree", timeout=60_000)


def test_a_page_opened_as_a_file_says_where_to_train(steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url("file"))
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")
    press(page, "Train")
    problem = page.locator("#train-problems")
    expect(problem).to_contain_text(f"Open {steady_pair.url('flask')}/ to train.")
    expect(problem.get_by_role("link")).to_have_attribute("href", f"{steady_pair.url('flask')}/")


def test_training_holds_up_the_synchronous_server_only(pair: Pair, open_page: Open) -> None:
    page = open_page(pair.page_url("http"))
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")
    page.get_by_role("tab", name="Many at once").click()
    page.get_by_label("train meanwhile").check()
    press(page, "Start")
    words = page.locator(".lane-words")
    expect(words).to_contain_text(
        [re.compile("12 of 12.*; 0 of them before"), re.compile("12 of 12.*; 12 of them before")], timeout=90_000
    )


def test_training_while_the_server_dies_falls_to_the_other(pair: Pair, open_page: Open) -> None:
    page = open_page(pair.page_url("http"))
    expect(page.locator("#cards .label")).to_have_text("💐 Setosa")
    pair.kill("flask")
    press(page, "Train")
    expect(page.locator("#chips li").nth(1)).to_contain_text("v2", timeout=60_000)
    assert "Done! Updated Klein test accuracy above." in history(page)
