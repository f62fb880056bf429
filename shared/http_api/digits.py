"""The routes that take images of digits."""

from __future__ import annotations

from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING

import msgspec

from shared.http_api import batches, explanations, handlers, images, npy, views
from shared.http_api.errors import Refusal
from shared.http_api.messages import Call, Head, Reply

if TYPE_CHECKING:
    from shared.http_api.context import Context

MODEL = "digits"
LONG = 4 * 1024  # bytes: one image of 28 x 28, or some fifteen of 8 x 8


def is_long(head: Head, body: bytes) -> bool:
    """Whether the images in `body` take more than about 2 ms, or a named version has to be read."""
    return len(body) > LONG or batches.is_long(head, body)


def probabilities(context: Context, call: Call) -> Reply:
    """`POST /predict`: ten probabilities for each of many images."""
    started = perf_counter()
    X = images.read_images(call.body, context.max_rows, context.max_body_bytes)
    parsed = perf_counter()
    predictor = context.service.predictor(MODEL)
    outputs = predictor.predict(X).outputs
    version, timing = predictor.version, (parsed - started, perf_counter() - parsed)
    headers = (*handlers.JSON, ("X-Model-Name", version.model), ("X-Model-Version", str(version.number)))
    body = msgspec.json.encode(outputs.tolist())
    return Reply(HTTPStatus.OK, headers, body, model=version.model, version=version.number, timing=timing, rows=len(X))


def predict(context: Context, call: Call) -> Reply:
    """`POST /models/digits/predict`: what is said of one image of any size, or of rows as of any other model's."""
    if call.head.media_type != npy.CONTENT_TYPE and b'"image"' in call.body:
        return _predict_image(context, call)
    if len(call.body) > context.max_body_bytes:
        few = f"rows may take {context.max_body_bytes} bytes; POST /predict takes more"
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, few)
    return handlers.predict(context, msgspec.structs.replace(call, parameters={"name": MODEL}))


def _predict_image(context: Context, call: Call) -> Reply:
    started = perf_counter()
    named = batches.version_named_by(call.head)
    seen, version, explain = images.read_image(call.body, context.max_body_bytes)
    parsed = perf_counter()
    predictor = context.service.predictor(MODEL, version or named)
    batch = _Seen(seen.reshape(1, -1), explain=explain)
    said = explanations.answer_to(batch, predictor.predict(batch.X), predictor)
    timing = (parsed - started, perf_counter() - parsed)
    answer = views.DigitsAnswer(**msgspec.structs.asdict(said), seen=seen.astype(int).tolist())
    return handlers.json_reply(answer, model=answer.model, version=answer.version, timing=timing)


class _Seen(batches.Batch):
    """One row, which stands in the answer as an image."""

    def path(self, row: int, column: int | None, feature: str | None) -> str:
        return "seen" if column is None else "seen[{}][{}]".format(*divmod(column, len(self.X[0]) // 8))
