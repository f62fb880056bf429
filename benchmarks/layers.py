"""Where the time of one `POST /classify` goes, in process, layer by layer.

What is left to what a client measures is the system's: receiving, sending, waking up, and Twisted's event loop.
"""

import os
import tempfile
import timeit
from collections.abc import Callable
from functools import partial
from pathlib import Path

from http_server.fast_path import FastPath
from shared import bootstrap
from shared.http_api import ROUTES, Api, Head, handlers, payloads, views
from shared.http_api.messages import Call
from shared.http_api.static_files import read_static_files
from shared.settings import Settings

NUMBER, REPEATS = 5000, 7
BODY = b'{"data": [5.1, 3.5, 1.4, 0.2]}'
HEADERS = {"host": "127.0.0.1:8081", "content-length": str(len(BODY)), "content-type": "application/json"}


def main() -> None:
    """Print the table; the least of several repeats counts, since only other work adds to it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(store=f"sqlite:///{folder}/store.sqlite3")
        service = bootstrap.open_service(settings, "benchmark")
        bootstrap.ensure_trained(service)
        api = Api(service, read_static_files(bootstrap.FRONTEND), settings, 8081)
        # The access log goes to a file, as it does when a server's standard error is redirected.
        kept = os.dup(2)
        with (Path(folder) / "access.log").open("w") as log:
            os.dup2(log.fileno(), 2)
            rows = _measure(api, service.predictor("iris").predict_row)
        os.dup2(kept, 2)
        service.close()
    print("| step | microseconds |\n|---|---|")
    for name, microseconds in rows.items():
        print(f"| {name} | {microseconds:.1f} |")


def _measure(api: Api, predict_row: Callable[[list[float]], object]) -> dict[str, float]:
    route = next(route for route in ROUTES if route.name == "classify")
    head = Head("POST", "/classify", tuple(HEADERS.items()))
    data = (
        "".join(["POST /classify HTTP/1.1\r\n", *(f"{k}: {v}\r\n" for k, v in HEADERS.items()), "\r\n"]).encode() + BODY
    )
    fast_path = FastPath(api, b"Duet", lambda: True)
    fast_path.learn(data, route, {}, head)
    context, call = api._context, Call(head, {}, BODY)
    predictor = context.service.predictor("iris")
    prediction = predictor.predict_row([5.1, 3.5, 1.4, 0.2])
    answer = views.classify_answer(prediction, predictor.version)
    reply = handlers.classify(context, call)
    steps: dict[str, Callable[[], object]] = {
        "short way, bytes in to bytes out": lambda: fast_path.answer(data),
        "· core, admitted call to reply": lambda: api.answer_admitted(route, head, {}, BODY),
        "· · reading and checking the body": lambda: payloads.parse(
            payloads.ClassifyRequest, BODY, partial(handlers._row_problems, context.service)
        ),
        "· · prediction with warnings": lambda: predict_row([5.1, 3.5, 1.4, 0.2]),
        "· · · of which the model": lambda: predictor.engine.evaluate_row([5.1, 3.5, 1.4, 0.2]),
        "· · answer as a value": lambda: views.classify_answer(prediction, predictor.version),
        "· · answer as bytes": lambda: handlers.json_reply(answer, model="iris", version=1),
        "· · metrics": lambda: api.metrics.observe("POST", "/classify", 200, "iris", 1, 0.0001),
        "· · metrics, access log, timing": lambda: api._record(reply, route, head, "0123456789abcdef0", 0.0),
        "long way only: admission of the head": lambda: api.admission.check(route, head),
        "long way only: headers of the answer": lambda: api.finished(reply, route, head, "total;dur=0.010", "0" * 32),
    }
    assert fast_path.answer(data) is not None
    return {
        name: min(timeit.repeat(step, number=NUMBER, repeat=REPEATS)) / NUMBER * 1e6 for name, step in steps.items()
    }
