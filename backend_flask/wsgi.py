"""The Flask application for a WSGI server of the platform's: `gunicorn backend_flask.wsgi:app`.

A platform's server listens where the platform says, which this module can't see: `$PORT` set and no
`DUET_HOST` counts as reachable by others, and then a token and the public host names must be configured.
"""

import os

from backend_flask import create_app
from shared import bootstrap
from shared.http_api import Api
from shared.http_api.static_files import read_static_files
from shared.logs import configure_logs
from shared.settings import read_settings

EVERYWHERE = "0.0.0.0"  # noqa: S104 - not bound here: it tells the settings that strangers may connect


def _make_app() -> object:
    configure_logs()
    public = "PORT" in os.environ and "DUET_HOST" not in os.environ
    # An exception is what a WSGI server stops at; after an exit it would start the worker again, for ever.
    settings = read_settings(host=EVERYWHERE if public else None)
    service = bootstrap.open_service(settings, "flask")
    bootstrap.ensure_trained(service)
    bootstrap.follow_store(service, settings)
    port = int(os.environ.get("PORT", "8081"))
    return create_app(Api(service, read_static_files(bootstrap.FRONTEND), settings, port, "flask"))


app = _make_app()
