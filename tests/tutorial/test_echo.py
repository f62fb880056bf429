"""The echo servers and their client, as real processes."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.processes import end_all, read_line
from tests.tutorial.documents import TUTORIAL

READY = re.compile(r"listening on (http://127\.0\.0\.1:\d+)\n")
ANSWERED = re.compile(r"^ *(\d+\.\d\d) s  answered POST (\S+): 200 OK \{\"Hello\": \"World!\"\}$")
MESSAGE = b'{"Hello": "World!"}'
Serve = Callable[[Path], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server's program on a free port and gives its address."""
    started: list[subprocess.Popen[str]] = []

    def start(program: Path) -> str:
        process = subprocess.Popen(
            [sys.executable, str(program), "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        started.append(process)
        ready = READY.fullmatch(read_line(process, 20))
        assert ready is not None
        return ready[1]

    yield start
    end_all(started)


@pytest.fixture(params=["flask", "klein"])
def address(request: pytest.FixtureRequest, serve: Serve) -> str:
    """Each of the two servers in turn."""
    return serve(TUTORIAL / f"echo_{request.param}.py")


def ask(address: str, method: str, path: str, body: bytes = b"") -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.request(method, path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def talk(address: str, *paths: str) -> list[tuple[float, str]]:
    """What the client says of its answers, in their order: seconds since its start, and path."""
    done = subprocess.run(
        [sys.executable, str(TUTORIAL / "echo_client.py"), *(address + path for path in paths)],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    sent, answered = done.stdout.splitlines()[: len(paths)], done.stdout.splitlines()[len(paths) :]
    assert [line.partition("sent     POST ")[2] for line in sent] == list(paths)
    found = [ANSWERED.fullmatch(line) for line in answered]
    return [(float(match[1]), match[2]) for match in found if match is not None]


@pytest.mark.parametrize("path", ["/", "/slow"])
def test_what_is_posted_comes_back(address: str, path: str) -> None:
    answer, content = ask(address, "POST", path, MESSAGE)
    assert (answer.status, answer.getheader("Content-Type"), content) == (200, "application/json", MESSAGE)


@pytest.mark.parametrize("body", [b"", "💐".encode(), b"\x00\xff" * 50_000], ids=["nothing", "emoji", "bytes"])
def test_any_bytes_come_back(address: str, body: bytes) -> None:
    assert ask(address, "POST", "/", body)[1] == body


def test_other_methods_and_paths_are_refused(address: str) -> None:
    assert [ask(address, "GET", "/")[0].status, ask(address, "GET", "/nothing")[0].status] == [405, 404]


def test_client_sends_everything_before_it_waits(address: str) -> None:
    assert sorted(path for _, path in talk(address, "/", "/", "/")) == ["/", "/", "/"]


def test_synchronous_server_takes_one_request_at_a_time(serve: Serve) -> None:
    answers = talk(serve(TUTORIAL / "echo_flask.py"), "/slow", "/slow", "/")
    times = [seconds for seconds, path in answers if path == "/slow"]
    assert len(answers) == 3
    assert times[0] >= 1
    assert times[1] - times[0] >= 0.9


def test_asynchronous_server_answers_the_quick_one_first(serve: Serve) -> None:
    answers = talk(serve(TUTORIAL / "echo_klein.py"), "/slow", "/slow", "/slow", "/slow", "/")
    assert [path for _, path in answers] == ["/", "/slow", "/slow", "/slow", "/slow"]
    assert 1 <= answers[-1][0] < 4


def test_asynchronous_server_that_sleeps_serves_nobody_meanwhile(serve: Serve, tmp_path: Path) -> None:
    text = (TUTORIAL / "echo_klein.py").read_text("utf-8")
    asleep = tmp_path / "echo_asleep.py"
    asleep.write_text(text.replace("await deferLater(reactor, 1)", "__import__('time').sleep(1)"), "utf-8")
    answers = talk(serve(asleep), "/slow", "/slow", "/")
    assert len(answers) == 3
    assert answers[-1][0] >= 2
