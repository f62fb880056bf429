"""The only place where something that went wrong becomes a status and a body."""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

import msgspec

from shared.errors import (
    ArtefactDamaged,
    BlankImage,
    DuetError,
    GoldenRowsDiffer,
    InvalidInput,
    NameTaken,
    NotExplainable,
    NothingBefore,
    NotLoaded,
    NotTrained,
    Problem,
    QueueFull,
    RunEnded,
    StoreError,
    StoreFull,
    TrainingFailed,
    Unanswerable,
    Unknown,
    UnusableFile,
)
from shared.http_api.messages import Head, Header, Reply
from shared.http_api.strict_json import MAX_PROBLEMS
from shared.logs import log_event

log = logging.getLogger("duet.http")

MAX_TEXT = 300  # characters of a path or a message
STATUS_OF: tuple[tuple[type[DuetError], HTTPStatus], ...] = (  # the first that fits, so subclasses stand first
    (InvalidInput, HTTPStatus.BAD_REQUEST),
    (UnusableFile, HTTPStatus.BAD_REQUEST),
    (BlankImage, HTTPStatus.BAD_REQUEST),
    (Unanswerable, HTTPStatus.BAD_REQUEST),
    (Unknown, HTTPStatus.NOT_FOUND),
    (NotTrained, HTTPStatus.CONFLICT),
    (NotLoaded, HTTPStatus.CONFLICT),
    (NotExplainable, HTTPStatus.CONFLICT),
    (NameTaken, HTTPStatus.CONFLICT),
    (NothingBefore, HTTPStatus.CONFLICT),
    (RunEnded, HTTPStatus.CONFLICT),
    (QueueFull, HTTPStatus.TOO_MANY_REQUESTS),
    (StoreFull, HTTPStatus.INSUFFICIENT_STORAGE),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
    (ArtefactDamaged, HTTPStatus.SERVICE_UNAVAILABLE),
    (GoldenRowsDiffer, HTTPStatus.SERVICE_UNAVAILABLE),
    (TrainingFailed, HTTPStatus.SERVICE_UNAVAILABLE),
)


class Refusal(Exception):
    """A request that HTTP itself forbids; `status` says how, `headers` what the status demands."""

    def __init__(self, status: HTTPStatus, detail: str, headers: tuple[Header, ...] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers


class OpenInferenceError(msgspec.Struct, frozen=True):
    """What went wrong, in the Open Inference Protocol's form: one text, with every culprit."""

    error: str


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457, section 3; `errors` names every culprit, `request_id` finds the log line of a 500."""

    type: str
    title: str
    status: int
    detail: str
    errors: Annotated[tuple[Problem, ...], msgspec.Meta(max_length=MAX_PROBLEMS)] = ()
    request_id: str | None = None


def error_reply(error: BaseException, head: Head, request_id: str) -> Reply:
    """The answer to a request that ended in `error`; never raises."""
    refusal = as_refusal(error)
    if refusal is None:
        log_event(log, "unhandled", level=logging.ERROR, error=error, request_id=request_id)
        refusal = Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "an internal error; the log has it under the request id")
    problems = error.problems if isinstance(error, InvalidInput) else ()
    details = ProblemDetails(
        type="about:blank",
        title=refusal.status.phrase,
        status=refusal.status.value,
        detail=shortened(str(refusal)),
        errors=tuple(Problem(shortened(problem.path), shortened(problem.message)) for problem in problems),
        request_id=request_id if refusal.status is HTTPStatus.INTERNAL_SERVER_ERROR else None,
    )
    return Reply(refusal.status.value, (*_body_headers(head), *refusal.headers), _body(details, head))


def status_of(kind: type[DuetError]) -> HTTPStatus | None:
    """The status that an error of this kind becomes."""
    return next((status for known, status in STATUS_OF if issubclass(kind, known)), None)


def as_refusal(error: BaseException) -> Refusal | None:
    """`error` in HTTP's words, or None where it is a bug."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, DuetError):
        status = status_of(type(error))
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


def shortened(text: str) -> str:
    """Messages quote what the client sent; the answer must not grow with it."""
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"


def _detail(error: DuetError) -> str:
    if not isinstance(error, InvalidInput):
        return str(error)
    count = len(error.problems)
    return f"{count} {'thing is' if count == 1 else 'things are'} wrong with the request"


def _retry_after(error: DuetError) -> tuple[Header, ...]:
    may_pass = isinstance(error, TrainingFailed | ArtefactDamaged | GoldenRowsDiffer)
    seconds = getattr(error, "retry_after_s", 5 if may_pass else None)
    return () if seconds is None else (("Retry-After", str(seconds)),)


def is_open_inference(path: str) -> bool:
    """Whether errors at `path` have the form of the Open Inference Protocol, and not that of RFC 9457."""
    return path == "/v2" or path.startswith("/v2/")


def error_type(path: str) -> str:
    """The media type of errors at `path`."""
    return "application/json" if is_open_inference(path) else "application/problem+json"


def _body_headers(head: Head) -> tuple[Header, ...]:
    return (("Content-Type", error_type(head.path)), ("Cache-Control", "no-store"))


def _body(details: ProblemDetails, head: Head) -> bytes:
    if not is_open_inference(head.path):
        return msgspec.json.encode(details)
    culprits = "".join(f"; {': '.join(filter(None, (problem.path, problem.message)))}" for problem in details.errors)
    return msgspec.json.encode(OpenInferenceError(details.detail + culprits))
