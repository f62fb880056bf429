"""The page's files as they are served."""

import gzip
import re
from pathlib import Path

import pytest

from shared.bootstrap import FRONTEND
from shared.http_api.handlers import accepts
from shared.http_api.static_files import read_static_files

MAX_PAGE_BYTES = 75_000  # as a browser gets it


def test_index_is_the_root_and_only_what_a_page_is_made_of_is_read(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>")
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text("1")
    (tmp_path / ".env").write_text("secret")
    (tmp_path / "notes.txt").write_text("secret")
    assert set(read_static_files(tmp_path)) == {"/", "/js/a.js"}


def test_both_forms_of_a_file_hold_the_same() -> None:
    for file in read_static_files(FRONTEND).values():
        assert gzip.decompress(file.gzip_body) == file.body
        assert file.etag != file.gzip_etag


def test_the_page_is_small_until_a_panel_is_opened() -> None:
    files = read_static_files(FRONTEND)
    named = re.findall(rb'(?:src|href)="([a-z_/]+\.(?:js|css|svg))"', files["/"].body)
    at_arrival = [files["/"], *(files[f"/{path.decode()}"] for path in named)]
    assert len(at_arrival) > 30
    assert sum(len(file.gzip_body) for file in at_arrival) < MAX_PAGE_BYTES


@pytest.mark.parametrize(
    ("accept_encoding", "expected"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("br, gzip ; q=1.0", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("identity", False),
        ("xgzip", False),
        ("", False),
    ],
)
def test_gzip_is_sent_to_those_who_ask_for_it(accept_encoding: str, expected: bool) -> None:
    assert accepts(accept_encoding, "gzip") is expected
