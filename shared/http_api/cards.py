"""Model cards over HTTP, as JSON or as Markdown."""

from http import HTTPStatus

import msgspec

from shared.cards import card_of, markdown
from shared.http_api.context import Context
from shared.http_api.forms import VARY
from shared.http_api.handlers import accepts, json_reply
from shared.http_api.messages import Call, Reply
from shared.http_api.versions import number_in

MARKDOWN = "text/markdown"


def card(context: Context, call: Call) -> Reply:
    """`GET /models/<name>/versions/<version>/card`: what to know of a version before relying on it."""
    service, name = context.service, call.parameters["name"]
    found = card_of(service.entry(name), service.version(name, number_in(call)))
    if not accepts(call.head.value("accept") or "", MARKDOWN):
        reply = json_reply(found)
        return msgspec.structs.replace(reply, headers=(*reply.headers, VARY))
    headers = (("Content-Type", f"{MARKDOWN}; charset=utf-8"), ("Cache-Control", "no-store"), VARY)
    return Reply(HTTPStatus.OK, headers, markdown(found).encode())
