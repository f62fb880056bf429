"""Flask and scikit-learn as tutorials show them: `request.get_json`, predict, `jsonify`; nothing is checked.

Served by gunicorn (one sync worker), by granian (one worker, one blocking thread) and by `flask run`, all
without debug; only `flask run` has a log of requests, which it can't be told to leave out.
"""

from flask import Flask, Response, jsonify, request

from benchmarks.reference.estimators import Iris


def create_app() -> Flask:
    """The application."""
    app, iris = Flask(__name__), Iris()

    @app.post("/classify")
    def classify() -> Response:
        label, probabilities = iris.classify(request.get_json()["data"])
        return jsonify(label=label, probabilities=probabilities)

    return app
