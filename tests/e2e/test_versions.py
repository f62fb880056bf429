"""Versions in the page: listed, promoted, rolled back, compared."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import Start
from tests.contract.raw import ask
from tests.e2e.conftest import LOOKS, Open, Pair, close, copied_pair
from tests.e2e.test_looks import CONTRAST, picture
from tests.e2e.test_page import press, wait_for_line
from tests.processes import start_backend

TAB = "#iris?tab=versions"


@pytest.fixture(scope="session")
def store_of_three(trained_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds three versions of Iris, made once and copied for each test."""
    home = tmp_path_factory.mktemp("three")
    store = Path(shutil.copy(trained_store, home / "store.sqlite3"))
    backend = start_backend("flask", home=home, store=f"sqlite:///{store}")
    for recipe in ("tree", "logistic"):
        train(backend.port, recipe)
    backend.stop()
    close(backend)
    return store


@pytest.fixture
def three(start: Start, store_of_three: Path, tmp_path: Path) -> Iterator[Pair]:
    """Three versions; the third is the champion."""
    for pair in copied_pair(start, store_of_three, tmp_path):
        for kind in pair.ports:
            pair.run(kind)
        yield pair


def train(port: int, recipe: str) -> None:
    body = json.dumps({"data": "train", "recipe": recipe})
    assert ask(port, "POST", "/train", body, limit_s=60).status == 200


def test_the_list_says_who_trained_what_and_how_good_it_is(three: Pair, open_page: Open) -> None:
    page = open_page(three.page_url("http", TAB))
    rows = page.locator("#panel-versions tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text(
        re.compile(r"v3.*champion.*Flask.*Logistic regression.*C 10.*\d\d\.\d\s%.*n 150")
    )
    expect(rows.last).to_contain_text(re.compile(r"v1.*first start"))


def test_a_version_is_promoted_and_rolled_back_for_both_backends(three: Pair, open_page: Open) -> None:
    page = open_page(three.page_url("http", TAB))
    chips = page.locator("#chips li")
    expect(chips).to_contain_text(["v3", "v3"])
    press(page, "Promote version 1")
    expect(chips).to_contain_text(["v1", "v1"], timeout=3000)
    wait_for_line(page, "Version 1 answers from now on, instead of version 3.")
    expect(page.locator("#panel-versions tr.champion")).to_contain_text("v1")
    expect(page.locator("#cards .facts")).to_contain_text("version 1")
    press(page, "Roll back to v3")
    expect(chips).to_contain_text(["v3", "v3"], timeout=3000)
    expect(page.get_by_role("button", name="Roll back to v2")).to_be_enabled()


def test_a_page_of_one_backend_promotes_on_the_other(three: Pair, open_page: Open) -> None:
    page = open_page(f"{three.url('flask')}/?flask={three.url('flask')}&klein={three.url('klein')}{TAB}&ask=klein")
    expect(page.locator("#chips li")).to_contain_text(["v3", "v3"])
    with page.expect_request(f"{three.url('klein')}/models/iris/champion"):
        press(page, "Promote version 2")
    expect(page.locator("#chips li")).to_contain_text(["v2", "v2"], timeout=3000)


def test_two_versions_are_compared(three: Pair, open_page: Open) -> None:
    page = open_page(three.page_url("http", TAB))
    page.get_by_label("Version", exact=True).select_option(label="v1")
    press(page, "Compare")
    comparison = page.locator("#comparison")
    expect(comparison).to_contain_text("Version 1 beside version 3")
    expect(comparison).to_contain_text(re.compile(r"Accuracy, cross-validated\d+\.\d\s%\d+\.\d\s%(none|.\d)"))
    expect(comparison).to_contain_text(re.compile(r"same class to \d+ of the 150 rows"))
    expect(comparison).to_contain_text("ldalogistic")
    expect(comparison.get_by_role("region", name="true class")).to_have_count(2)


def test_a_page_opened_as_a_file_says_where_to_promote(three: Pair, open_page: Open) -> None:
    page = open_page(three.page_url("file", TAB))
    press(page, "Promote version 1")
    expect(page.locator("#body-versions .problem")).to_contain_text(
        re.compile(r"Open http://[\d.]+:\d+/ and do it there")
    )
    expect(page.locator("#chips li").first).to_contain_text("v3")


def test_a_new_version_appears_by_itself_and_there_is_nothing_to_roll_back_to_at_first(
    pair: Pair, open_page: Open
) -> None:
    page = open_page(pair.page_url("http", TAB))
    expect(page.get_by_role("button", name="Nothing to roll back to")).to_be_disabled()
    train(pair.ports["klein"], "tree")
    expect(page.locator("#panel-versions tbody tr")).to_have_count(2)
    expect(page.get_by_role("button", name="Roll back to v1")).to_be_enabled()


def test_pictures(three: Pair, open_page: Open) -> None:
    for width, scheme in LOOKS:
        page = open_page(three.page_url("http", TAB), width=width, scheme=scheme)
        press(page, "Compare")
        expect(page.locator("#comparison")).to_contain_text("rows of")
        assert page.evaluate(CONTRAST) == []
        picture(page, f"versions-{width}-{scheme}", width)
