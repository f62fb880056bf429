"""Digits in the page: drawn, set cell by cell, or taken from a picture."""

import re
import struct
import zlib

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import WAYS, Open, Pair
from tests.e2e.test_looks import CONTRAST, WIDTHS, picture
from tests.e2e.test_page import choose, press

DIGITS = "#digits?ask=flask"
SEVEN = ((0.3, 0.15), (0.75, 0.15), (0.45, 0.9))
LABEL = "#cards .label"
NOTE = "#drawing .note"


def draw(page: Page, *points: tuple[float, float]) -> None:
    """One stroke; points are shares of the paper's sides."""
    box = page.locator(".paper").bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=10)
    page.mouse.up()


def png(rows: list[list[int]]) -> bytes:
    """A picture of one byte of grey a pixel (PNG, third edition)."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


INK = "[...document.querySelectorAll('[role=gridcell]')].filter(one => !one.ariaLabel.endsWith(': 0')).length"


def ink(page: Page) -> int:
    """How many cells the model sees ink in."""
    return int(page.evaluate(INK))


def wait_for_ink(page: Page, cells: int) -> None:
    page.wait_for_function(f"cells => {INK} === cells", arg=cells)


def choose_file(page: Page, body: bytes) -> None:
    page.get_by_label("A picture of a digit").set_input_files(
        {"name": "one.png", "mimeType": "image/png", "buffer": body}
    )


@pytest.mark.parametrize("way", WAYS)
def test_a_drawn_seven_is_read(way: str, steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url(way, DIGITS))
    draw(page, *SEVEN)
    expect(page.locator(LABEL)).to_have_text("7")
    expect(page.locator("#cards .bar")).to_have_count(10)
    assert 10 < ink(page) < 50
    choose(page, "Both")
    expect(page.locator(LABEL)).to_have_text(["7", "7"])
    expect(page.locator("#verdict")).to_contain_text("Both give the same answer")


def test_a_stroke_is_taken_back_and_the_paper_cleared(steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url("http", DIGITS))
    draw(page, *SEVEN)
    expect(page.locator(LABEL)).to_have_text("7")
    before = ink(page)
    draw(page, (0.1, 0.95), (0.95, 0.95))
    expect(page.get_by_role("gridcell").nth(7 * 8 + 7)).not_to_have_accessible_name(re.compile(": 0$"))
    press(page, "Undo")
    expect(page.locator(LABEL)).to_have_text("7")
    wait_for_ink(page, before)
    press(page, "Clear")
    wait_for_ink(page, 0)
    press(page, "Classify")
    expect(page.locator("#problem")).to_contain_text("Please do not leave a blank field.")


def test_cells_are_set_by_keyboard(steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url("http", DIGITS))
    expect(page.locator(LABEL)).to_be_visible()
    press(page, "Clear") if page.get_by_role("button", name="Clear").is_enabled() else None
    page.get_by_role("gridcell").first.focus()
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("gridcell", name="Ink in row 2, column 2: 16")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("gridcell", name="Ink in row 2, column 2: 0")).to_be_focused()


def test_a_picture_is_read_and_what_is_none_is_refused(steady_pair: Pair, open_page: Open) -> None:
    page = open_page(steady_pair.page_url("http", DIGITS))
    one = [[20 if 25 <= x < 35 and 8 <= y < 52 else 230 for x in range(60)] for y in range(60)]
    choose_file(page, png(one))
    expect(page.locator(LABEL)).to_have_text("1")
    choose_file(page, png([[230] * 40] * 40))
    expect(page.locator(NOTE)).to_have_text("nothing is drawn in the image")
    choose_file(page, b"no picture")
    expect(page.locator(NOTE)).to_have_text("This file is no picture that the browser can read.")


def test_without_a_backend_paper_says_so(absent_pair: Pair, open_page: Open) -> None:
    page = open_page(absent_pair.page_url("file", DIGITS))
    expect(page.locator("#offline")).to_contain_text("No backend reachable")
    draw(page, *SEVEN)
    expect(page.locator(NOTE)).to_contain_text("No server is there to look at it")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pictures(steady_pair: Pair, open_page: Open, width: int, scheme: str) -> None:
    page = open_page(steady_pair.page_url("http", DIGITS), width=width, scheme=scheme)
    draw(page, *SEVEN)
    expect(page.locator(LABEL)).to_have_text("7")
    assert page.evaluate(CONTRAST) == []
    picture(page, f"digits-{width}-{scheme}", width)
