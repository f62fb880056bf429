"""One request that must be refused, and what every table of them is made of."""

from __future__ import annotations

import json
from dataclasses import dataclass

GOOD_ROW = [5.1, 3.5, 1.4, 0.2]
GOOD = b'{"data":[5.1,3.5,1.4,0.2]}'
FLOWER = {"sl": 2.0, "sw": 1.0, "pl": 2.0, "pw": 3.0}
GOOD_FLOWER = json.dumps(FLOWER).encode()
GOOD_TRAIN = b'{"data":"train"}'
HOST = b"Host: 127.0.0.1:{port}\r\n"
CLASSIFY = b"POST /classify HTTP/1.1\r\n" + HOST
HOME = b"GET /home HTTP/1.1\r\n" + HOST
CHUNKED = CLASSIFY + b"Transfer-Encoding: chunked\r\n\r\n"


@dataclass(frozen=True, slots=True)
class BadInput:
    """`sent` is what goes over the wire, with {port} for the backend's port.

    `paths` are the culprits that `errors` must name, all of them and no other; with `more` at least these.
    `closes`: the connection must not be used again, because where the next request begins is in doubt.
    """

    name: str
    sent: bytes
    status: int = 400
    method: str = "POST"
    paths: frozenset[str] = frozenset()
    more: bool = False
    closes: bool = False
