"""The model that is checked: what was learned of it, requests made of its own metadata, answers read to the letter."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any
from urllib.parse import quote

from shared.check.findings import Fails, NotChecked
from shared.check.tensors import DATATYPES, Tensor, decode, encode, flattened, nested, sample
from shared.check.wire import Answer, Server

HEADER_LENGTH = "inference-header-content-length"
LARGEST_ROW = 300_000  # elements: an image of 316 x 316 pixels in three colours
ROWS = (0, 1, 2)
MOST_OUTPUTS = 16  # that are asked one by one, so that metadata can't make the checker send without end
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Declared:
    """A tensor as the model's metadata declare it; -1 is a dimension of any size."""

    name: str
    datatype: str
    shape: tuple[int, ...]

    @property
    def is_batch(self) -> bool:
        return self.shape[:1] == (-1,)

    def filled(self, rows: Sequence[int]) -> Tensor:
        """A tensor of sample values; `rows` are the numbers of the rows where the first dimension is free."""
        rest = tuple(1 if size == -1 else size for size in (self.shape[1:] if self.is_batch else self.shape))
        if prod(rest) > LARGEST_ROW:
            raise NotChecked(f"input {self.name} is too large to be made up")
        rows, shape = (rows, (len(rows), *rest)) if self.is_batch else (rows[:1], rest)
        values = tuple(sample(self.datatype, row, place) for row in rows for place in range(prod(rest)))
        return Tensor(self.datatype, shape, values)


@dataclass
class Subject:
    """What the checks share. The later fields are learned by the first checks and used by the others."""

    server: Server
    model: str
    version: str = ""
    allow_unload: bool = False
    extensions: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    inputs: tuple[Declared, ...] = ()
    outputs: tuple[Declared, ...] = ()
    one: Mapping[str, Tensor] = field(default_factory=dict)
    batch: Mapping[str, Tensor] = field(default_factory=dict)

    def lists(self, extension: str) -> bool:
        """Whether the server says that it has `extension`; some add a suffix to the name."""
        return bool(extension) and any(listed.startswith(extension) for listed in self.extensions)

    @property
    def path(self) -> str:
        """Where the model is, at the version that the user named, if any."""
        return self.versioned(self.version) if self.version else f"v2/models/{quote(self.model, safe='')}"

    def versioned(self, version: str) -> str:
        return f"v2/models/{quote(self.model, safe='')}/versions/{quote(version, safe='')}"

    def request(self, rows: Sequence[int] = (0,), *, is_nested: bool = False, **more: Any) -> Document:
        """A request for the `rows`, with `more` beside its inputs."""
        return {"inputs": [as_input(declared, declared.filled(rows), is_nested) for declared in self.inputs], **more}

    def infer(self, document: Document, path: str = "", **headers: str) -> Answer:
        return self.post(f"{path or self.path}/infer", json.dumps(document).encode(), **headers)

    def infer_binary(self, inputs: Sequence[tuple[Declared, Tensor]], surplus: int = 0) -> Answer:
        """Send binary inputs. `surplus` is added to the first declared size, not to the bytes."""
        datas = [encode(tensor.datatype, tensor.values) for _, tensor in inputs]
        described = [
            {
                "name": declared.name,
                "datatype": tensor.datatype,
                "shape": list(tensor.shape),
                "parameters": {"binary_data_size": len(data)},
            }
            for (declared, tensor), data in zip(inputs, datas, strict=True)
        ]
        described[0]["parameters"] = {"binary_data_size": len(datas[0]) + surplus}
        return self.post_binary(json.dumps({"inputs": described}).encode(), b"".join(datas))

    def post_binary(self, head: bytes, data: bytes, length: int | None = None) -> Answer:
        """Send `head` and `data`; `length` is said to be the head's instead of the true one."""
        said = {"Content-Type": "application/octet-stream", HEADER_LENGTH: str(len(head) if length is None else length)}
        return self.server.ask("POST", f"{self.path}/infer", head + data, said)

    def post(self, path: str, body: bytes, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.server.ask("POST", path, body, {"Content-Type": "application/json", **named})


def as_input(declared: Declared, tensor: Tensor, is_nested: bool = False) -> Document:
    """One input of a JSON request."""
    data = nested(tensor.values, tensor.shape) if is_nested else list(tensor.values)
    return {"name": declared.name, "datatype": tensor.datatype, "shape": list(tensor.shape), "data": data}


def succeeded(answer: Answer) -> Answer:
    """The answer, if it is a 200. Raises Fails."""
    if answer.status != 200:
        raise Fails(answer.excerpt())
    return answer


def refused(answer: Answer) -> str:
    """What was seen of a proper refusal: 4xx with {"error": text}. Raises Fails."""
    if not 400 <= answer.status < 500:
        raise Fails(f"not 4xx: {answer.excerpt()}")
    if not isinstance(_quietly(answer).get("error"), str):
        raise Fails(f'no "error": {answer.excerpt()}')
    return answer.excerpt()


def json_object(answer: Answer) -> Document:
    """The object that a 200 holds. Raises Fails."""
    try:
        content = succeeded(answer).json()
    except ValueError as error:
        raise Fails(f"not JSON ({error!s}): {answer.excerpt()}") from None
    if not isinstance(content, dict):
        raise Fails(f"not an object: {answer.excerpt()}")
    return content


def has_boolean(answer: Answer, *names: str) -> bool | None:
    """Whether a JSON object has a boolean under one of `names`; None where the body is empty or not JSON."""
    content = _quietly(answer)
    return any(isinstance(content.get(name), bool) for name in names) if content else None


def declared_tensors(metadata: Document, field_name: str) -> tuple[Declared, ...]:
    """The tensors that a model's metadata list. Raises Fails."""
    tensors = []
    for content in metadata[field_name]:
        name, datatype, shape = _described(content, field_name)
        if any(size < -1 or size == 0 for size in shape):
            raise Fails(f"{field_name}: {name} has shape {list(shape)}")
        tensors.append(Declared(name, datatype, shape))
    return tuple(tensors)


def inferred(answer: Answer) -> tuple[Document, dict[str, Tensor]]:
    """The object of an inference and its outputs by name, whose data may be JSON or binary. Raises Fails."""
    head, rest = _split(succeeded(answer))
    content = json_object(Answer(answer.status, answer.headers, head))
    if not isinstance(content.get("model_name"), str) or not isinstance(content.get("outputs"), list):
        raise Fails(f"no model_name or no outputs: {answer.excerpt()}")
    outputs: dict[str, Tensor] = {}
    for output in content["outputs"]:
        name, datatype, shape = _described(output, "outputs")
        try:
            values, rest = _values(output, datatype, shape, rest)
        except ValueError as error:
            raise Fails(f"output {name}: {error!s}") from None
        outputs[name] = Tensor(datatype, shape, values)
    if not outputs:
        raise Fails(f"no outputs: {answer.excerpt()}")
    if rest:
        raise Fails(f"{len(rest)} bytes behind the last output")
    return content, outputs


def binary_outputs(answer: Answer) -> set[str]:
    """The names of the outputs that came as binary data."""
    content = json_object(Answer(answer.status, answer.headers, _split(answer)[0]))
    return {output["name"] for output in content["outputs"] if _binary_size(output) is not None}


def must_agree(outputs: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> None:
    """Raises Fails with the first output that differs or is missing."""
    for name, tensor in expected.items():
        if name not in outputs:
            raise Fails(f"no output {name}")
        if not tensor.agrees_with(outputs[name]):
            raise Fails(f"output {name}: {outputs[name].values[:4]} instead of {tensor.values[:4]}")


def _described(content: Any, where: str) -> tuple[str, str, tuple[int, ...]]:
    """Name, datatype and shape of a tensor. Raises Fails."""
    if not isinstance(content, dict) or not isinstance(content.get("name"), str):
        raise Fails(f"{where}: no name in {content!s}")
    datatype, shape = content.get("datatype"), content.get("shape")
    if not isinstance(datatype, str) or datatype not in DATATYPES:
        raise Fails(f"{where}: {content['name']} has datatype {datatype!r}")
    if not isinstance(shape, list) or not all(type(size) is int for size in shape):
        raise Fails(f"{where}: {content['name']} has shape {shape!r}")
    return content["name"], datatype, tuple(shape)


def _split(answer: Answer) -> tuple[bytes, bytes]:
    """The JSON of an answer, and what is behind it. Raises Fails."""
    length = answer.headers.get(HEADER_LENGTH)
    if length is None:
        return answer.body, b""
    if not re.fullmatch("[0-9]{1,18}", length) or int(length) > len(answer.body):
        raise Fails(f"Inference-Header-Content-Length is {length}, the body has {len(answer.body)} bytes")
    return answer.body[: int(length)], answer.body[int(length) :]


def _values(output: Document, datatype: str, shape: tuple[int, ...], rest: bytes) -> tuple[tuple[Any, ...], bytes]:
    """The values of an output, and the binary data that are left for the others. Raises ValueError."""
    if any(size < 0 for size in shape):
        raise ValueError(f"shape {list(shape)}")
    size = _binary_size(output)
    if size is None:
        return flattened(output.get("data"), shape), rest
    if not 0 <= size <= len(rest):
        raise ValueError(f"binary_data_size is {size}, {len(rest)} bytes are left")
    return flattened(list(decode(datatype, rest[:size])), shape), rest[size:]


def _binary_size(output: Document) -> int | None:
    parameters = output.get("parameters")
    size = parameters.get("binary_data_size") if isinstance(parameters, dict) else None
    return size if type(size) is int else None


def _quietly(answer: Answer) -> Document:
    """The JSON object of an answer of any status, or an empty one."""
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
