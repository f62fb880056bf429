"""Logs: one JSON object a line, on standard error.

(structlog would do, but imports Twisted wherever that is installed, and the core must not.)
"""

import logging
import os
import sys
import traceback
from datetime import UTC, datetime
from time import gmtime, strftime, time
from typing import Any

import msgspec


class JsonFormatter(logging.Formatter):
    """A record as JSON: its time, level and event, and the fields that `log_event` gave it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info is not None and record.exc_info[1] is not None:
            line["traceback"] = "".join(traceback.format_exception(record.exc_info[1]))
        return msgspec.json.encode(line).decode("utf-8")


def configure_logs(level: int = logging.INFO) -> None:
    """Send what is at least of `level` to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("duet")
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(level)


class AccessLine(msgspec.Struct, frozen=True):
    """One request that was answered; never its body, its query or a token."""

    time: str
    level: str
    event: str
    request_id: str
    method: str
    route: str | None
    status: int
    ms: float
    bytes: int
    model: str | None
    version: int | None


class AccessLog:
    """Writes access lines past `logging`, which would take longer over one than a classification takes."""

    def __init__(self) -> None:
        self._encode = msgspec.json.Encoder().encode
        self._second = (0, "")

    def write(
        self,
        *,
        request_id: str,
        method: str,
        route: str | None,
        status: int,
        seconds: float,
        size: int,
        model: str | None,
        version: int | None,
    ) -> None:
        """Add the line of one request, whole, to standard error; a log that can't be written stops no answer."""
        ms = round(seconds * 1000, 3)
        line = AccessLine(self._now(), "info", "request", request_id, method, route, status, ms, size, model, version)
        try:  # suppress() would take as long as the rest
            os.write(2, self._encode(line) + b"\n")
        except OSError:
            return

    def _now(self) -> str:
        moment = time()
        second, text = self._second
        if int(moment) != second:
            second, text = self._second = (int(moment), strftime("%Y-%m-%dT%H:%M:%S", gmtime(moment)))
        return f"{text}.{int((moment - second) * 1000):03d}+00:00"


def log_event(
    logger: logging.Logger,
    event: str,
    *,
    level: int = logging.INFO,
    error: BaseException | None = None,
    **fields: object,
) -> None:
    """Log `event` with `fields`; `error` adds its traceback."""
    if logger.isEnabledFor(level):
        exc_info = None if error is None else (type(error), error, error.__traceback__)
        logger.log(level, event, extra={"fields": fields}, exc_info=exc_info)
