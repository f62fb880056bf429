"""Framing that two parsers could read in two ways, or that no parser should read (RFC 9112)."""

from __future__ import annotations

from tests.contract.bad_input import CHUNKED, CLASSIFY, GOOD, HOME, HOST, BadInput
from tests.contract.raw import chunked


def _framing(name: str, sent: bytes, status: int = 400, method: str = "POST") -> BadInput:
    return BadInput(name, sent, status, method, closes=True)


FRAMING = (
    _framing("lines that end in LF", b"GET /home HTTP/1.1\nHost: 127.0.0.1:{port}\n\n", method="GET"),
    _framing("a header that ends in LF", b"GET /home HTTP/1.1\r\nHost: 127.0.0.1:{port}\nX: y\r\n\r\n", method="GET"),
    _framing("a head that ends in LF", HOME + b"\n", method="GET"),
    _framing("CR inside a header", HOME + b"X: y\rz\r\n\r\n", method="GET"),
    _framing(
        "Content-Length and Transfer-Encoding",
        CLASSIFY + b"Content-Length: 26\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked([GOOD]),
    ),
    _framing(
        "Transfer-Encoding and Content-Length",
        CLASSIFY + b"Transfer-Encoding: chunked\r\nContent-Length: 26\r\n\r\n" + chunked([GOOD]),
    ),
    _framing(
        "Content-Length and identity", CLASSIFY + b"Content-Length: 26\r\nTransfer-Encoding: identity\r\n\r\n" + GOOD
    ),
    _framing("two Content-Lengths", CLASSIFY + b"Content-Length: 26\r\n" * 2 + b"\r\n" + GOOD),
    _framing("two different Content-Lengths", CLASSIFY + b"Content-Length: 26\r\nContent-Length: 5\r\n\r\n" + GOOD),
    _framing("two Content-Lengths of nothing", HOME + b"Content-Length: 0\r\n" * 2 + b"\r\n", method="GET"),
    *(
        _framing(
            f"Content-Length {length[:24]}",
            CLASSIFY + b"Content-Length: " + length.encode("latin-1") + b"\r\n\r\n" + GOOD,
        )
        for length in (
            "+26",
            "-1",
            "-0",
            "0x1a",
            "26.0",
            "2 6",
            "26, 26",
            "26,5",
            "1e1",
            "\u00b2\u00b6",
            "nonsense",
            "",
            "9" * 19,
            "9" * 10_000,
            "0" * 30 + "26",
        )
    ),
    _framing("Transfer-Encoding in HTTP/1.0", CHUNKED.replace(b"1.1", b"1.0", 1) + chunked([GOOD])),
    *(
        _framing(
            f"Transfer-Encoding {coding}",
            CLASSIFY + b"Transfer-Encoding: " + coding.encode() + b"\r\n\r\n" + chunked([GOOD]),
        )
        for coding in (
            "gzip",
            "gzip, chunked",
            "chunked, gzip",
            "chunked, chunked",
            "chunked, identity",
            "identity",
            "xchunked",
            "chunkedx",
            "chunked;q=1",
            '"chunked"',
            "\x0bchunked",
            "",
        )
    ),
    _framing("two Transfer-Encodings", CLASSIFY + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n" + chunked([GOOD])),
    _framing(
        "identity, then chunked",
        CLASSIFY + b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked([GOOD]),
    ),
    _framing(
        "chunked, then identity",
        CLASSIFY + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + chunked([GOOD]),
    ),
    *(
        _framing(f"a chunk of size {name}", CHUNKED + size + GOOD + b"\r\n0\r\n\r\n")
        for name, size in (
            ("zz", b"zz\r\n"),
            ("-1a", b"-1a\r\n"),
            ("+1a", b"+1a\r\n"),
            ("0x1a", b"0x1a\r\n"),
            ("1_a", b"1_a\r\n"),
            ("blank 1a", b" 1a\r\n"),
            ("1a blank", b"1a \r\n"),
            ("nothing", b"\r\n"),
            ("1a LF", b"1a\n"),
            ("1a with NUL in an extension", b"1a;a=\x00\r\n"),
            ("1a with LF in an extension", b"1a;a\n\r\n"),
            ("1a with 2,000 bytes of extension", b"1a;" + b"e" * 2000 + b"\r\n"),
            ("2,000 digits", b"0" * 2000 + b"1a\r\n"),
        )
    ),
    _framing("a chunk longer than it says", CHUNKED + b"1a\r\n" + GOOD + b"xx\r\n0\r\n\r\n"),
    _framing("a chunk that ends in LF", CHUNKED + b"1a\r\n" + GOOD + b"\n0\r\n\r\n"),
    _framing("a trailer of 70,000 bytes", CHUNKED + b"1a\r\n" + GOOD + b"\r\n0\r\nX: " + b"y" * 70_000 + b"\r\n\r\n"),
    _framing("a folded header", HOME + b"X: y\r\n z\r\n\r\n", method="GET"),
    _framing("a header folded by TAB", HOME + b"X: y\r\n\tz\r\n\r\n", method="GET"),
    _framing("a folded Content-Length", CLASSIFY + b"Content-Length:\r\n 26\r\n\r\n" + GOOD),
    _framing("a blank before the first header", b"GET /home HTTP/1.1\r\n X: y\r\n" + HOST + b"\r\n", method="GET"),
    _framing("a blank before the colon", HOME + b"X : y\r\n\r\n", method="GET"),
    _framing("a blank before the colon of Content-Length", CLASSIFY + b"Content-Length : 26\r\n\r\n" + GOOD),
    _framing("TAB before the colon", HOME + b"X\t: y\r\n\r\n", method="GET"),
    _framing("a header without a colon", HOME + b"nonsense\r\n\r\n", method="GET"),
    _framing("a header without a name", HOME + b": y\r\n\r\n", method="GET"),
    _framing("NUL in a header", HOME + b"X: a\x00b\r\n\r\n", method="GET"),
    _framing("NUL in a header's name", HOME + b"X\x00: y\r\n\r\n", method="GET"),
    _framing("a header's name beyond ASCII", HOME + b"X\xe9: y\r\n\r\n", method="GET"),
    _framing("a header's name with a bracket", HOME + b"X(y): z\r\n\r\n", method="GET"),
    *(
        _framing(
            f"version {version or 'missing'}", b"GET /home" + version.encode() + b"\r\n" + HOST + b"\r\n", method="GET"
        )
        for version in (
            "",
            " ",
            " HTTP/0.9",
            " HTTP/1.2",
            " HTTP/2.0",
            " HTTP/11",
            " HTTP/1",
            " http/1.1",
            " HTTP/1.1 ",
            " FTP/1.1",
            " HTTP/1.1\x00",
        )
    ),
    _framing("two blanks after the method", b"GET  /home HTTP/1.1\r\n" + HOST + b"\r\n", method="GET"),
    _framing("TAB after the method", b"GET\t/home HTTP/1.1\r\n" + HOST + b"\r\n", method="GET"),
    _framing("a blank before the method", b" GET /home HTTP/1.1\r\n" + HOST + b"\r\n", method="GET"),
    _framing("a blank in the path", b"GET /ho me HTTP/1.1\r\n" + HOST + b"\r\n", method="GET"),
    _framing("a method that is none", b"G@T /home HTTP/1.1\r\n" + HOST + b"\r\n", method="GET"),
    _framing("no method", b"/home HTTP/1.1\r\n" + HOST + b"\r\n", method="GET"),
    _framing("UTF-8 in the path", "GET /ü HTTP/1.1\r\n".encode() + HOST + b"\r\n", method="GET"),
    _framing("two blank lines before the request", b"\r\n\r\n" + HOME + b"\r\n", method="GET"),
    _framing("a word", b"hello\r\n\r\n", method="GET"),
    _framing("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", method="GET"),
    _framing("a TLS greeting", bytes.fromhex("16030100c8010000c40303") + bytes(180) + b"\r\n", method="GET"),
    _framing("101 headers", HOME + b"".join(b"X-%d: y\r\n" % i for i in range(100)) + b"\r\n", 431, "GET"),
    _framing("a header of 17 KiB", HOME + b"X: " + b"y" * 17 * 1024 + b"\r\n\r\n", 431, "GET"),
    _framing(
        "17 headers of 1 KiB",
        HOME + b"".join(b"X-%d: %b\r\n" % (i, b"y" * 1024) for i in range(17)) + b"\r\n",
        431,
        "GET",
    ),
    # RFC 9112, section 3: a server that meets a longer target than it parses must answer 414.
    _framing("a request line of 17 KiB", b"GET /" + b"y" * 17 * 1024 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414, "GET"),
)
