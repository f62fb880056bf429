"""The report of `duet compare` in a browser."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open, Pair
from tests.e2e.test_looks import SCREENSHOTS
from tests.processes import duet


@pytest.fixture(scope="module")
def report(steady_pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    urls = [argument for kind in steady_pair.ports for argument in (f"--{kind}", steady_pair.url(kind))]
    result = duet(folder, "compare", *urls, "--rounds", "3", "--seconds", "0.5", "--html", str(folder / "report.html"))
    assert result.returncode == 0, result.stdout + result.stderr
    return folder / "report.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1024, 390])
def test_the_report_reads_well_and_asks_nobody(report: Path, open_page: Open, scheme: str, width: int) -> None:
    page = open_page(report.as_uri(), scheme=scheme, width=width)
    expect(page.get_by_text("The targets agree:")).to_be_visible()
    charts = page.get_by_role("img")
    expect(charts).to_have_count(5)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_text("The same as a table").first.click()
    expect(page.get_by_role("table", name="Requests of classify by latency")).to_be_visible()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"report-{scheme}-{width}.png", full_page=True)
