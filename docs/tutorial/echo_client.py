"""Posts {"Hello": "World!"} to every URL it is given without waiting in between; says what comes back when."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from http.client import HTTPConnection
from urllib.parse import urlsplit

STARTED = time.perf_counter()


def say(text: str) -> None:
    """Print `text` after the seconds since the start."""
    print(f"{time.perf_counter() - STARTED:5.2f} s  {text}", flush=True)


def send(url: str) -> HTTPConnection:
    """Send the request and return at once; the connection is where its answer will come."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=30)
    connection.request("POST", parts.path or "/", '{"Hello": "World!"}', {"Content-Type": "application/json"})
    say(f"sent     POST {parts.path or '/'}")
    return connection


def receive(url: str, connection: HTTPConnection) -> str:
    """Wait for the answer."""
    answer = connection.getresponse()
    return f"answered POST {urlsplit(url).path or '/'}: {answer.status} {answer.reason} {answer.read().decode()}"


if __name__ == "__main__":
    urls = sys.argv[1:]
    connections = [send(url) for url in urls]
    with ThreadPoolExecutor() as pool:  # an answer that comes early is not kept waiting by one that comes late
        for answer in as_completed(map(pool.submit, [receive] * len(urls), urls, connections)):
            say(answer.result())
