"""The page's files, read once: no request can reach beyond them, and none waits for the disk."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file, as it is and compressed; each form has an entity tag of its own (RFC 9110, section 8.8.3)."""

    content_type: str
    etag: str
    body: bytes
    gzip_etag: str
    gzip_body: bytes


StaticFiles = Mapping[str, StaticFile]


def read_static_files(folder: Path) -> StaticFiles:
    """The files below `folder` that a page is made of, by URL path; `index.html` is `/`, `docs.html` is `/docs`."""
    files = {
        f"/{path.relative_to(folder).as_posix()}": _read(path)
        for path in sorted(folder.rglob("*"))
        if path.suffix in CONTENT_TYPES and path.is_file()
    }
    return {_address(path): file for path, file in files.items()}


def _address(path: str) -> str:
    """A page is known by its name alone, and the first one by none."""
    return path.removesuffix("index.html") if path.endswith("/index.html") else path.removesuffix(".html")


def _read(path: Path) -> StaticFile:
    return static_file(CONTENT_TYPES[path.suffix], path.read_bytes())


def static_file(content_type: str, body: bytes) -> StaticFile:
    """`body` as a file that can be served."""
    digest = hashlib.sha256(body).hexdigest()[:32]
    return StaticFile(content_type, f'"{digest}"', body, f'"{digest}-gzip"', gzip.compress(body, mtime=0))
