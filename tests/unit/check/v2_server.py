"""A small server of the Open Inference Protocol that can be told one thing to do wrong.

It shares no code with the checker: what they agree on, they agree on through the protocol.
"""

import gzip
import json
import re
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CODES = {  # of the module struct
    "BOOL": "?",
    "UINT8": "B",
    "UINT16": "H",
    "UINT32": "I",
    "UINT64": "Q",
    "INT8": "b",
    "INT16": "h",
    "INT32": "i",
    "INT64": "q",
    "FP16": "e",
    "FP32": "f",
    "FP64": "d",
}
DATATYPES = [*CODES, "BYTES"]
COLUMNS = 2
INFER = re.compile(r"/v2/models/(?P<model>[^/]+)(/versions/(?P<version>[^/]+))?(?P<what>/ready|/infer)?")
Reply = tuple[int, dict[str, str], bytes]
EXTENSIONS = ["binary_tensor_data", "model_repository"]


class Refused(Exception):
    """Becomes a 400 with {"error": ...}."""


class Wrong(Exception):
    """Becomes the reply that it holds, which is wrong on purpose."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


class Echo:
    """A model that answers every input: `in_fp32` as `out_fp32`, and so on for all datatypes, in batches of rows."""

    def __init__(self, wrong: str, extensions: list[str]) -> None:
        self._wrong = wrong
        self._extensions = extensions
        self._is_loaded = True
        self.asked: list[str] = []

    def reply(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        self.asked.append(f"{method} {path}")
        try:
            status, more, content = self._route(method, path, headers, body)
        except Refused as error:
            return _json({"error": str(error)}, 400)
        except Wrong as wrong:
            return wrong.reply
        if self._wrong == "JSON is sent as text" and "application/json" in more.values():
            more = {"Content-Type": "text/plain"}
        return status, more, content

    def _route(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        if method == "GET" and path in (fixed := self._fixed()):
            return fixed[path]
        if method == "POST" and path.startswith("/v2/repository/"):
            return self._repository(path)
        if not (found := INFER.fullmatch(path)):
            return _json({"error": "no such path"}, 404)
        return self._model(method, found["model"], found["version"], found["what"] or "", headers, body)

    def _fixed(self) -> dict[str, Reply]:
        told = {
            "/v2": _json({"name": "scripted", "version": "1", "extensions": self._extensions}),
            "/v2/health/live": _json({"live": True}),
            "/v2/health/ready": _json({"ready": True}),
            "/v2/models": _json({"models": ["echo"]}),
        }
        wrong = {
            "the server names no extensions": ("/v2", _json({"name": "scripted", "version": "1"})),
            "live is not routed": ("/v2/health/live", _json({"error": "no such path"}, 404)),
            "live is text": ("/v2/health/live", _json({"live": "yes"})),
            "ready is an error of the server": ("/v2/health/ready", _json({"error": "?"}, 500)),
            "ready is text": ("/v2/health/ready", _json({"ready": "yes"})),
            "the models are no list": ("/v2/models", _json({"models": "echo"})),
        }
        return told | dict([wrong[self._wrong]] if self._wrong in wrong else [])

    def _repository(self, path: str) -> Reply:
        if path == "/v2/repository/index":
            entry = {"name": "echo", "version": "2", "state": "READY", "reason": ""}
            if self._wrong == "the index tells no state":
                del entry["state"]
            return _json([entry])
        is_load = path.endswith("/load")
        if self._wrong != ("load does nothing" if is_load else "unload does nothing"):
            self._is_loaded = is_load
        return _json({})

    def _model(
        self, method: str, model: str, version: str | None, what: str, headers: dict[str, str], body: bytes
    ) -> Reply:
        place = f"{method} {'version' if version else 'model'}{what}"
        if self._wrong == f"{place} is an error of the server":
            return _json({"error": "?"}, 500)
        if model != "echo":
            is_bad = self._wrong == f"{place}: unknown models are refused in plain text"
            return (404, {"Content-Type": "text/plain"}, b"no") if is_bad else _json({"error": "no such model"}, 404)
        if version not in (None, "1", "2") and self._wrong != f"{place}: unknown versions are served":
            return _json({"error": "no such version"}, 404)
        if method == "GET":
            return self._ready() if what else _json(self._metadata())
        return self._infer(version, headers, body)

    def _ready(self) -> Reply:
        name = "is_ready" if self._wrong == "a model's ready is called otherwise" else "ready"
        return _json({"name": "echo", name: True}) if self._is_loaded else _json({"error": "not loaded"}, 400)

    def _metadata(self) -> dict[str, Any]:
        columns = 3 if self._wrong == "outputs are not as declared" else COLUMNS
        content = {
            "name": "echo",
            "versions": ["1", "2"],
            "platform": "scripted",
            "inputs": [_described("in", datatype, COLUMNS) for datatype in DATATYPES],
            "outputs": [_described("out", datatype, columns) for datatype in DATATYPES],
        }
        if self._wrong == "metadata lack the platform":
            del content["platform"]
        if self._wrong == "a datatype is none":
            content["inputs"][0]["datatype"] = "FLOAT"  # type: ignore[index] # a list of objects
        if self._wrong == "metadata declare no inputs":
            content["inputs"] = []
        return content

    def _infer(self, version: str | None, headers: dict[str, str], body: bytes) -> Reply:
        if not self._is_loaded:
            raise Refused("not loaded")
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        request, values = self._read(headers, body)
        rows = len(next(iter(values.values()))) // COLUMNS
        if self._wrong == "many rows are an error of the server" and rows > 1:
            raise Wrong(_json({"error": "?"}, 500))
        if self._wrong == "a batch is answered backwards":
            values = {datatype: _backwards(given) for datatype, given in values.items()}
        if self._wrong == "gzip alters the answer" and "content-encoding" in headers:
            values["INT8"][0] += 1
        return self._answer(request, values, version, rows, headers)

    def _read(self, headers: dict[str, str], body: bytes) -> tuple[dict[str, Any], dict[str, list[Any]]]:
        """The request and its values by datatype."""
        length = headers.get("inference-header-content-length")
        if length and int(length) > len(body):
            self._refuse("beyond the body", "the header's length is not checked")
        head, rest = (body, b"") if length is None else (body[: int(length)], body[int(length) :])
        try:
            request = json.loads(head)
        except ValueError:
            self._refuse("not JSON", "broken JSON is accepted" if body else "an empty body is accepted")
        inputs = request.get("inputs")
        if not inputs:
            self._refuse("no inputs", "no inputs are accepted")
        values: dict[str, list[Any]] = {}
        for given in inputs:
            datatype, tensor, rest = self._input(given, rest)
            values[datatype] = tensor
        if rest:
            self._refuse("bytes are left", "wrong sizes are accepted")
        if missing := set(DATATYPES) - set(values):
            raise Refused(f"missing: {sorted(missing)}")
        return request, values

    def _input(self, given: dict[str, Any], rest: bytes) -> tuple[str, list[Any], bytes]:
        name, datatype, shape = given["name"], given["datatype"], given["shape"]
        if datatype not in DATATYPES:
            self._refuse("no such datatype", "unknown datatypes are accepted")
        if name != f"in_{datatype.lower()}":
            known = name in {f"in_{known.lower()}" for known in DATATYPES}
            self._refuse("not declared", "wrong datatypes are accepted" if known else "unknown inputs are accepted")
        if len(shape) != 2 or shape[1] != COLUMNS:
            self._refuse("not the declared shape", "wrong shapes are accepted")
        if (size := given.get("parameters", {}).get("binary_data_size")) is None:
            values = self._values(given["data"])
        else:
            if not 0 <= size <= len(rest):
                self._refuse("not so many bytes", "wrong sizes are accepted")
            values, rest = self._unpacked(datatype, rest[:size]), rest[size:]
        if len(values) != shape[0] * COLUMNS:
            self._refuse(
                "not so many values", "wrong counts are accepted" if size is None else "wrong sizes are accepted"
            )
        return datatype, values, rest

    def _values(self, data: list[Any]) -> list[Any]:
        if data and isinstance(data[0], list):
            if self._wrong == "nested data are refused":
                raise Refused("nested")
            if self._wrong == "nested data are read by columns":
                data = [list(column) for column in zip(*[row[::-1] for row in data], strict=True)]
            return [value for row in data for value in row]
        return data

    def _unpacked(self, datatype: str, data: bytes) -> list[Any]:
        order = ">" if self._wrong == "binary inputs are read as big-endian" else "<"
        try:
            if datatype == "BYTES":
                return _texts(data)
            size = struct.calcsize("<" + CODES[datatype])
            return [struct.unpack_from(order + CODES[datatype], data, at)[0] for at in range(0, len(data), size)]
        except struct.error:
            self._refuse("not whole elements", "wrong sizes are accepted")
            raise

    def _answer(
        self,
        request: dict[str, Any],
        values: dict[str, list[Any]],
        version: str | None,
        rows: int,
        headers: dict[str, str],
    ) -> Reply:
        names = [f"out_{datatype.lower()}" for datatype in DATATYPES]
        asked = {output["name"]: output.get("parameters", {}) for output in request.get("outputs") or []}
        if not asked.keys() <= set(names) and self._wrong != "unknown outputs are accepted":
            raise Refused("no such output")
        if not asked and self._wrong == "an output comes only when it is asked":
            names = names[:-1]
        if asked and self._wrong != "outputs do not select":
            names = [name for name in names if name in asked]
        is_binary = bool(request.get("parameters", {}).get("binary_data_output"))
        outputs, datas = [], b""
        for name in names:
            datatype = name.removeprefix("out_").upper()
            output: dict[str, Any] = {"name": name, "datatype": datatype, "shape": [rows, COLUMNS]}
            if self._is_binary(asked.get(name, {}), is_binary):
                data = _packed(datatype, values[datatype])
                datas += data
                output["parameters"] = {"binary_data_size": len(data)}
            else:
                output["data"] = self._listed(datatype, values[datatype])
            outputs.append(output)
        content = {"model_name": "echo", "model_version": version or "2", "outputs": outputs}
        if "id" in request and self._wrong != "the id is forgotten":
            content["id"] = request["id"]
        if self._wrong == "the model's name is forgotten":
            del content["model_name"]
        return self._sent(content, datas, headers)

    def _is_binary(self, parameters: dict[str, Any], is_binary: bool) -> bool:
        if self._wrong == "binary_data_output is ignored":
            is_binary = False
        if self._wrong == "binary_data is ignored" and not is_binary:
            return False
        if self._wrong == "binary_data overrides nothing" and is_binary:
            return True
        return bool(parameters.get("binary_data", is_binary))

    def _listed(self, datatype: str, values: list[Any]) -> list[Any]:
        if self._wrong == "truth is a number" and datatype == "BOOL":
            return [int(value) for value in values]
        if self._wrong == "an output has a value too many" and datatype == "INT8":
            return [*values, 0]
        if self._wrong == "an output is not a number" and datatype == "FP64":
            return [float("nan") for _ in values]
        return values

    def _sent(self, content: dict[str, Any], datas: bytes, headers: dict[str, str]) -> Reply:
        status, more, body = _json(content)
        if datas:
            length = {"Inference-Header-Content-Length": str(len(body))}
            return status, {"Content-Type": "application/octet-stream", **length}, body + datas
        if "gzip" in headers.get("accept-encoding", ""):
            is_bad = self._wrong == "gzip is said and not done"
            return status, {**more, "Content-Encoding": "gzip"}, body if is_bad else gzip.compress(body)
        return status, more, body

    def _refuse(self, why: str, unless: str) -> None:
        """Refuse, unless that is what this server does wrong; then it answers as if nothing were the matter."""
        if self._wrong == unless:
            raise Wrong(_json({"model_name": "echo", "outputs": [_described("out", "INT8", 0) | {"data": []}]}))
        raise Refused(why)


def _json(content: object, status: int = 200) -> Reply:
    return status, {"Content-Type": "application/json"}, json.dumps(content).encode()


def _described(kind: str, datatype: str, columns: int) -> dict[str, Any]:
    return {"name": f"{kind}_{datatype.lower()}", "datatype": datatype, "shape": [-1, columns]}


def _backwards(values: list[Any]) -> list[Any]:
    rows = [values[start : start + COLUMNS] for start in range(0, len(values), COLUMNS)]
    return [value for row in reversed(rows) for value in row]


def _packed(datatype: str, values: list[Any]) -> bytes:
    if datatype == "BYTES":
        return b"".join(len(text.encode()).to_bytes(4, "little") + text.encode() for text in values)
    return b"".join(struct.pack("<" + CODES[datatype], value) for value in values)


def _texts(data: bytes) -> list[str]:
    texts = []
    while data:
        size = struct.unpack_from("<I", data)[0]
        if len(data) < 4 + size:
            raise struct.error
        texts.append(data[4 : 4 + size].decode())
        data = data[4 + size :]
    return texts


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, more, content = self.server.model.reply(self.command, self.path, headers, body)
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815 - the same

    def log_message(self, *arguments: object) -> None:
        """Nothing: the tests look at what was answered."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    model: Echo


@contextmanager
def serving(wrong: str = "", extensions: list[str] | None = None) -> Iterator[tuple[str, Echo]]:
    """Serve on a free port; gives the address and the model."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.model = Echo(wrong, EXTENSIONS if extensions is None else extensions)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", server.model
        finally:
            server.shutdown()
            thread.join()
