"""What is asked of a server, and asking it once, or over and over by wrk."""

import contextlib
import http.client
import json
import re
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.cores import LOAD_CORE, pinned

ROW = (5.1, 3.5, 1.4, 0.2)  # cm; the first flower of the data
LABEL = "setosa"
CONNECTIONS = 16
ANSWER_LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Task:
    """A request that is sent again and again, a POST where it has a body; `is_right` judges an answer's body."""

    name: str
    path: str
    body: bytes
    is_right: Callable[[bytes], bool]
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})

    def wire(self, port: int) -> bytes:
        """The request as it goes over a keep-alive connection."""
        lines = [f"POST {self.path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def _is_setosa(body: bytes) -> bool:
    answer = json.loads(body)
    return bool(answer["label"] == LABEL)


CLASSIFY = Task("one row", "/classify", json.dumps({"data": ROW}).encode(), _is_setosa)
NOTHING = Task("one row", "/classify", CLASSIFY.body, lambda body: not body)
HOME = Task("GET /home", "/home", b"", lambda _: True)


def ask(port: int, task: Task, timeout_s: float = ANSWER_LIMIT_S) -> tuple[int, bytes]:
    """Status and body of the answer to `task`, on a connection of its own. Raises OSError, HTTPException."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    with contextlib.closing(connection):
        connection.request(
            "POST" if task.body else "GET", task.path, task.body or None, dict(task.headers) if task.body else {}
        )
        answer = connection.getresponse()
        return answer.status, answer.read()


def ask_json(port: int, method: str, path: str, body: object = None, timeout_s: float = 60.0) -> dict[str, Any]:
    """The JSON that is answered to `body`, as JSON. Raises OSError, HTTPException, RuntimeError for an error."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        connection.request(method, path, None if body is None else json.dumps(body))
        answer = connection.getresponse()
        document: dict[str, Any] = json.loads(answer.read())
    finally:
        connection.close()
    if answer.status >= 400:
        raise RuntimeError(f"{method} {path} is answered by {answer.status}: {document}")
    return document


def is_answered(port: int, task: Task, timeout_s: float) -> bool:
    """Whether `task` is answered rightly."""
    try:
        status, body = ask(port, task, timeout_s)
    except (OSError, http.client.HTTPException):
        return False
    return status == 200 and task.is_right(body)


@dataclass(frozen=True, slots=True)
class Rate:
    """What wrk measured: requests/s, latencies in ms, and requests that got no answer."""

    per_second: float
    p50_ms: float
    p99_ms: float
    lost: int


def wrk(port: int, task: Task, seconds: int) -> Rate:
    """Load in a closed loop: `CONNECTIONS` of them, each asks again when it is answered.

    Raises RuntimeError if an answer was not a 2xx.
    """
    with tempfile.TemporaryDirectory() as folder:
        (body := Path(folder) / "body").write_bytes(task.body)
        (script := Path(folder) / "request.lua").write_text(_script(task, body))
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script)]
        command = pinned(LOAD_CORE, [*command, f"http://127.0.0.1:{port}{task.path}"])
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    lost = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    return Rate(
        per_second=float(_found(r"Requests/sec:\s+([\d.]+)", said)[1]),
        p50_ms=_milliseconds(_found(r"50%\s+([\d.]+)(us|ms|s)", said)),
        p99_ms=_milliseconds(_found(r"99%\s+([\d.]+)(us|ms|s)", said)),
        lost=sum(map(int, lost.groups())) if lost else 0,
    )


def _script(task: Task, body: Path) -> str:
    if not task.body:
        return ""
    headers = "".join(f'wrk.headers["{name}"] = "{value}"\n' for name, value in task.headers.items())
    return f'wrk.method = "POST"\nwrk.body = io.open("{body}", "rb"):read("*a")\n{headers}'


def _found(pattern: str, text: str) -> re.Match[str]:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(text)
    return found


def _milliseconds(found: re.Match[str]) -> float:
    return float(found[1]) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[found[2]]
