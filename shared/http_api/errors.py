"""The only place where something that went wrong becomes a status and a body."""

import logging
from collections.abc import Sequence
from http import HTTPStatus

import msgspec

from shared.errors import (
    ArtefactDamaged,
    DuetError,
    InvalidInput,
    NotLoaded,
    NotTrained,
    Problem,
    QueueFull,
    StoreError,
    StoreFull,
    TrainingFailed,
    Unanswerable,
    Unknown,
)
from shared.http_api.messages import Head, Header, Reply
from shared.logs import log_event

log = logging.getLogger("duet.http")

MAX_TEXT = 300  # characters of a path or a message
STATUS_OF: tuple[tuple[type[DuetError], HTTPStatus], ...] = (  # the first that fits, so subclasses stand first
    (InvalidInput, HTTPStatus.BAD_REQUEST),
    (Unanswerable, HTTPStatus.BAD_REQUEST),
    (Unknown, HTTPStatus.NOT_FOUND),
    (NotTrained, HTTPStatus.CONFLICT),
    (NotLoaded, HTTPStatus.CONFLICT),
    (QueueFull, HTTPStatus.TOO_MANY_REQUESTS),
    (StoreFull, HTTPStatus.INSUFFICIENT_STORAGE),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
    (ArtefactDamaged, HTTPStatus.SERVICE_UNAVAILABLE),
    (TrainingFailed, HTTPStatus.SERVICE_UNAVAILABLE),
)


class Refusal(Exception):
    """A request that HTTP itself forbids; `status` says how, `headers` what the status demands."""

    def __init__(self, status: HTTPStatus, detail: str, headers: tuple[Header, ...] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457, section 3; `errors` names every culprit, `request_id` finds the log line of a 500."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[Problem, ...] = ()
    request_id: str | None = None


def error_reply(error: BaseException, head: Head, request_id: str) -> Reply:
    """The answer to a request that ended in `error`; never raises."""
    refusal = _as_refusal(error)
    if refusal is None:
        log_event(log, "unhandled", level=logging.ERROR, error=error, request_id=request_id)
        refusal = Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "an internal error; the log has it under the request id")
    problems = error.problems if isinstance(error, InvalidInput) else ()
    details = ProblemDetails(
        type="about:blank",
        title=refusal.status.phrase,
        status=refusal.status.value,
        detail=_short(str(refusal)),
        errors=tuple(Problem(_short(problem.path), _short(problem.message)) for problem in problems),
        request_id=request_id if refusal.status is HTTPStatus.INTERNAL_SERVER_ERROR else None,
    )
    return Reply(refusal.status.value, (*_body_headers(head), *refusal.headers), _body(details, head))


def _as_refusal(error: BaseException) -> Refusal | None:
    """`error` in HTTP's words, or None where it is a bug."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, DuetError):
        status = next((status for kind, status in STATUS_OF if isinstance(error, kind)), None)
        return None if status is None else Refusal(status, _detail(error), _retry_after(error))
    return _from_framework(error)


def _from_framework(error: BaseException) -> Refusal | None:
    # Both frameworks raise Werkzeug's exceptions for what their router finds; the core must not import
    # them, and knows them by their shape.
    code: object = getattr(error, "code", None)
    if code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed: Sequence[str] = getattr(error, "valid_methods", None) or ()
        allow = ", ".join(sorted(allowed))
        return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, f"allowed here: {allow}", (("Allow", allow),))
    if code == HTTPStatus.NOT_FOUND:
        return Refusal(HTTPStatus.NOT_FOUND, "there is nothing at this path")
    if code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is larger than this server takes")
    return None


def _short(text: str) -> str:
    """Messages quote what the client sent; the answer must not grow with it."""
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"


def _detail(error: DuetError) -> str:
    if not isinstance(error, InvalidInput):
        return str(error)
    count = len(error.problems)
    return f"{count} {'thing is' if count == 1 else 'things are'} wrong with the request"


def _retry_after(error: DuetError) -> tuple[Header, ...]:
    seconds = getattr(error, "retry_after_s", 5 if isinstance(error, TrainingFailed | ArtefactDamaged) else None)
    return () if seconds is None else (("Retry-After", str(seconds)),)


def _is_open_inference(head: Head) -> bool:
    return head.path == "/v2" or head.path.startswith("/v2/")


def _body_headers(head: Head) -> tuple[Header, ...]:
    kind = "application/json" if _is_open_inference(head) else "application/problem+json"
    return (("Content-Type", kind), ("Cache-Control", "no-store"))


def _body(details: ProblemDetails, head: Head) -> bytes:
    if not _is_open_inference(head):
        return msgspec.json.encode(details)
    # The Open Inference Protocol has a form of its own for errors: one text.
    culprits = "".join(f"; {': '.join(filter(None, (problem.path, problem.message)))}" for problem in details.errors)
    return msgspec.json.encode({"error": details.detail + culprits})
