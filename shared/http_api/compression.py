"""Content codings of bodies: gzip, and deflate in its zlib form (RFC 9110, section 8.4.1)."""

import gzip
import zlib

from shared.errors import InvalidInput, Problem
from shared.http_api.messages import Head

FORMATS = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
_LEVEL = 1  # numbers as text shrink to about a third at any level, and at this one in a fraction of the time


class TooLarge(Exception):
    """The body would be larger than the limit."""


def inflated(head: Head, body: bytes, limit: int) -> bytes:
    """`body` without its Content-Encoding, one of FORMATS or none; never more than `limit` + 1 bytes are made.

    Raises TooLarge, and InvalidInput where the body is not what the header says, or not all of it.
    """
    coding = (head.value("content-encoding") or "").lower()
    if coding not in FORMATS:
        return body
    decompressor = zlib.decompressobj(FORMATS[coding])
    try:
        plain = decompressor.decompress(body, limit + 1)
    except zlib.error:
        raise InvalidInput([Problem("", f"the body is not {coding}, as Content-Encoding says")]) from None
    if len(plain) > limit:
        raise TooLarge
    if not decompressor.eof:
        raise InvalidInput([Problem("", f"the body ends within its {coding} data")])
    if decompressor.unused_data:  # further members; thousands of tiny ones would take long to read
        raise InvalidInput([Problem("", f"something stands behind the end of the {coding} data")])
    return plain


def compressed(coding: str, body: bytes) -> bytes:
    """`body` in one of FORMATS."""
    return gzip.compress(body, _LEVEL, mtime=0) if coding == "gzip" else zlib.compress(body, _LEVEL)
