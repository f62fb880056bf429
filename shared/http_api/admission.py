"""Who may ask what: decided from the head of a request, before its body is read."""

import hmac
import ipaddress
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from shared.http_api import compression
from shared.http_api.errors import Refusal
from shared.http_api.messages import Cors, Head, Header
from shared.http_api.routes import Route
from shared.settings import Settings

# Row for row what HTML forms and scripts send without asking first, JSON, and nothing at all: clients of
# old send JSON as a form. `multipart/form-data` is left out on purpose.
BODY_TYPES = frozenset({"", "application/json", "application/x-www-form-urlencoded", "text/plain"})
CONTROL_CHARACTERS = frozenset(map(chr, (*range(32), 127)))
REQUESTED_METHOD, READING = "access-control-request-method", ("GET", "HEAD")
PREFLIGHT_HEADERS: tuple[Header, ...] = (
    (
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type, Inference-Header-Content-Length, X-Model-Version, X-Request-Id",
    ),
    ("Access-Control-Max-Age", "600"),
)


def path_of(target: bytes) -> str:
    """The decoded path of a request line's target. Raises Refusal for any form but a path, or "*" for OPTIONS."""
    if not target.startswith(b"/") and target != b"*":
        raise Refusal(HTTPStatus.BAD_REQUEST, "the request's target must be a path (RFC 9112, section 3.2.1)")
    try:
        path = unquote_to_bytes(target.partition(b"?")[0]).decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(HTTPStatus.BAD_REQUEST, "the path is not UTF-8") from None
    if path.startswith("//"):  # Werkzeug's router would take it for one slash
        raise Refusal(HTTPStatus.NOT_FOUND, "there is nothing at this path")
    if not CONTROL_CHARACTERS.isdisjoint(path):
        raise Refusal(HTTPStatus.BAD_REQUEST, "the path holds a control character")
    return path


class Admission:
    """The rules for one listening server; `port` is where it listens."""

    def __init__(self, settings: Settings, port: int) -> None:
        self._port = port
        self._hosts = frozenset(host.lower() for host in settings.hosts)
        self._origins = frozenset(settings.origins)
        self._token = settings.token
        self._settings = settings

    def check(self, route: Route | None, head: Head) -> None:
        """Raises Refusal for a request that must not be served; `route` is None where no route matched."""
        self._check_host(head)
        if route is None or route.method == "OPTIONS":
            return
        if route.method != "GET":
            self._check_body(head, route)
        if route.changes_state:
            self._check_origin(head)
            self._check_token(head)

    def cors(self, route: Route | None, head: Head) -> Cors:
        """Which origins may read the answer, whatever it is.

        Reading is free to all. What changes state names the one allowed origin; a stranger may read that it
        was refused (its page could not say so otherwise) but gets no consent to a preflight.
        """
        asks_to_read = route is not None and route.method == "OPTIONS" and head.value(REQUESTED_METHOD) in READING
        if route is None or not route.changes_state or asks_to_read:
            return Cors("*")
        if self._is_allowed_origin(head):
            asks_network = head.value("access-control-request-private-network") == "true"
            return Cors(head.value("origin"), private_network=asks_network)
        return Cors(None if route.method == "OPTIONS" and head.value("origin") is not None else "*")

    def _check_host(self, head: Head) -> None:
        hosts = head.values("host")
        if len(hosts) != 1:
            raise Refusal(HTTPStatus.BAD_REQUEST, "exactly one Host header is needed (RFC 9112, section 3.2)")
        host = hosts[0].lower()
        name, port = _split_port(host)
        if host in self._hosts or (name in self._hosts and port == str(self._port)):
            return
        own_port = port == str(self._port) or (not port and self._port == 80)
        # A literal address can't be rebound to another one, a name can.
        if not own_port or not (name == "localhost" or _is_ip_literal(name)):
            raise Refusal(HTTPStatus.FORBIDDEN, f"this server does not answer for the host {hosts[0][:100]!r}")

    def _check_body(self, head: Head, route: Route) -> None:
        encoding = ", ".join(head.values("content-encoding"))
        if encoding not in ("", "identity") and not (route.inflates and encoding.lower() in compression.FORMATS):
            known = f", or as {' or '.join(compression.FORMATS)}" if route.inflates else ""
            raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send the body without a Content-Encoding{known}")
        if len(head.values("content-type")) > 1 or head.media_type not in BODY_TYPES | route.takes:
            further = "".join(f", or {kind}" for kind in sorted(route.takes))
            raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send JSON, as application/json{further}")
        length = head.value("content-length") or "0"
        if length.isdigit() and int(length) > self.max_body_bytes(route):
            raise self.too_large(route)

    def max_body_bytes(self, route: Route | None) -> int:
        """How large a body may be that is sent to `route`."""
        limit: int = getattr(self._settings, route.limit if route else "max_body_bytes")
        return limit

    def too_large(self, route: Route | None) -> Refusal:
        """What a body over the limit meets, declared or counted."""
        limit = f"the body is larger than {self.max_body_bytes(route)} bytes"
        return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, limit)

    def _check_origin(self, head: Head) -> None:
        if head.values("origin"):
            if not self._is_allowed_origin(head):
                raise Refusal(HTTPStatus.FORBIDDEN, "pages of this origin may not change anything here")
        elif (head.value("sec-fetch-site") or "").lower() == "cross-site":
            raise Refusal(HTTPStatus.FORBIDDEN, "pages of other sites may not change anything here")

    def _is_allowed_origin(self, head: Head) -> bool:
        origins = head.values("origin")
        if len(origins) != 1:
            return False
        # The Host has been checked, so a page of that very host and port is the page served here.
        return origins[0] in self._origins or origins[0] == f"http://{head.value('host')}"

    def _check_token(self, head: Head) -> None:
        if not self._token:
            return
        given = head.value("authorization") or ""
        if not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
            raise Refusal(HTTPStatus.FORBIDDEN, "changing anything here needs the server's token")


def _split_port(host: str) -> tuple[str, str]:
    name, colon, port = host.rpartition(":")
    return (name, port) if colon and not host.endswith("]") else (host, "")


def _is_ip_literal(name: str) -> bool:
    bare = name[1:-1] if name.startswith("[") and name.endswith("]") else name
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return False
    return (address.version == 6) == (bare != name)
