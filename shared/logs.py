"""Logs: one JSON object a line, on standard error.

(structlog would do, but imports Twisted wherever that is installed, and the core must not.)
"""

import logging
import sys
import traceback
from datetime import UTC, datetime
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
