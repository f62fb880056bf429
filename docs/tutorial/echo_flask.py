"""The synchronous echo server: what arrives by POST goes back, one request at a time."""

import sys
import time

from flask import Flask, Response, request
from werkzeug.serving import make_server

app = Flask(__name__)


@app.post("/")
def echo() -> Response:
    """Answer with the body as it came."""
    return Response(request.get_data(), mimetype="application/json")


@app.post("/slow")
def slow() -> Response:
    """The same, a second later."""
    time.sleep(1)  # stands for work that takes a while: nobody else is served meanwhile
    return echo()


if __name__ == "__main__":
    server = make_server("127.0.0.1", int(sys.argv[1]), app)  # one thread; `flask run` would start one a request
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
