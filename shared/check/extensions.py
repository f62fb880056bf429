"""Checks of extensions: binary tensor data, the model repository, compression."""

import gzip
import json
import zlib
from urllib.parse import quote

from shared.check.describing import model_names
from shared.check.findings import Check, Fails, Level, NotChecked, NotOffered
from shared.check.subject import (
    HEADER_LENGTH,
    MOST_OUTPUTS,
    Subject,
    binary_outputs,
    inferred,
    must_agree,
    refused,
    succeeded,
)
from shared.check.tensors import Tensor, encode
from shared.check.wire import LARGEST_ANSWER_BYTES, Answer

MANY = 200  # rows: a short answer may well be sent as it is


def binary_input(subject: Subject) -> str:
    answer = _offered(subject.infer_binary([(tensor, tensor.filled((0,))) for tensor in subject.inputs]))
    must_agree(inferred(answer)[1], subject.one)
    sent = ", ".join(sorted({tensor.datatype for tensor in subject.inputs}))
    return f"the same outputs as from JSON; sent {sent}"


def binary_output(subject: Subject) -> str:
    answer = subject.infer(subject.request(parameters={"binary_data_output": True}))
    _must_be_binary(subject, answer, set(subject.one))
    return "the same outputs as in JSON"


def binary_each_output(subject: Subject) -> str:
    for name in (names := list(subject.one)[:MOST_OUTPUTS]):
        chosen = [{"name": other, "parameters": {"binary_data": other == name}} for other in subject.one]
        _must_be_binary(subject, subject.infer(subject.request(outputs=chosen)), {name})
    return f"each of {len(names)}, the others in JSON"


def binary_override(subject: Subject) -> str:
    first = next(iter(subject.one))
    plain = {"name": first, "parameters": {"binary_data": False}}
    others = [{"name": name} for name in subject.one if name != first]
    request = subject.request(outputs=[plain, *others], parameters={"binary_data_output": True})
    _must_be_binary(subject, subject.infer(request), set(subject.one) - {first})
    return "in JSON"


def binary_wrong_size(subject: Subject) -> str:
    """The sizes are wrong in three ways: beyond the body, short of it, and right for the body but not for the shape."""
    inputs = [(tensor, tensor.filled((0,))) for tensor in subject.inputs]
    refused(subject.infer_binary(inputs, surplus=1))
    refused(subject.infer_binary(inputs, surplus=-1))
    (declared, tensor), *rest = inputs
    short = Tensor(tensor.datatype, tensor.shape, tensor.values[:-1])
    return refused(subject.infer_binary([(declared, short), *rest]))


def binary_header_length(subject: Subject) -> str:
    tensor = subject.inputs[0].filled((0,))
    head, data = json.dumps(subject.request()).encode(), encode(tensor.datatype, tensor.values)
    refused(subject.post_binary(head, data, length=len(head) + len(data) + 1))
    return refused(subject.post_binary(head, data, length=len(head) - 1))


def repository_index(subject: Subject) -> str:
    answer = _offered(subject.post("v2/repository/index", b"{}"))
    names = model_names(answer)
    content = answer.json() if names is not None else None
    if names is None or not isinstance(content, list) or not all(_is_entry(entry) for entry in content):
        raise Fails(answer.excerpt())
    if subject.model not in names:
        raise Fails(f"{subject.model} is not among {', '.join(names)}")
    return answer.excerpt()


def repository_unload(subject: Subject) -> str:
    _must_be_allowed(subject)
    _offered(subject.post(f"v2/repository/models/{quote(subject.model, safe='')}/unload", b"{}"))
    if (ready := subject.server.ask("GET", f"{subject.path}/ready")).status == 200:
        raise Fails(f"the model is ready still: {ready.excerpt()}")
    return refused(subject.infer(subject.request()))


def repository_load(subject: Subject) -> str:
    _must_be_allowed(subject)
    _offered(subject.post(f"v2/repository/models/{quote(subject.model, safe='')}/load", b"{}"))
    succeeded(subject.server.ask("GET", f"{subject.path}/ready"))
    must_agree(inferred(subject.infer(subject.request()))[1], subject.one)
    return "ready, and answers as before"


def gzip_request(subject: Subject) -> str:
    body = gzip.compress(json.dumps(subject.request()).encode())
    answer = _offered(subject.post(f"{subject.path}/infer", body, Content_Encoding="gzip"))
    must_agree(inferred(answer)[1], subject.one)
    return "the same outputs"


def gzip_answer(subject: Subject) -> str:
    request = subject.request(range(MANY))
    answer = _offered(subject.infer(request, Accept_Encoding="gzip"))
    encoding = answer.headers.get("content-encoding", "identity")
    if encoding != "gzip":
        raise NotOffered(f"Content-Encoding: {encoding}")
    plain = Answer(answer.status, answer.headers, _unpacked(answer.body))
    must_agree(inferred(plain)[1], inferred(subject.infer(request))[1])
    return f"{len(answer.body)} bytes instead of {len(plain.body)}"


def _offered(answer: Answer) -> Answer:
    if answer.status != 200:
        raise NotOffered(answer.excerpt())
    return answer


def _must_be_binary(subject: Subject, answer: Answer, names: set[str]) -> None:
    """The outputs `names`, and no others, came as binary data, and all are those that JSON gave."""
    _offered(answer)
    if names and HEADER_LENGTH not in answer.headers:
        raise NotOffered(f"no Inference-Header-Content-Length: {answer.excerpt()}")
    _, outputs = inferred(answer)
    if (binary := binary_outputs(answer)) != names:
        raise Fails(f"binary are {sorted(binary)}, asked were {sorted(names)}")
    must_agree(outputs, subject.one)


def _must_be_allowed(subject: Subject) -> None:
    if not subject.allow_unload:
        raise NotChecked("done only with --allow-unload: others can't use the model meanwhile")


def _is_entry(entry: object) -> bool:
    """Whether an item of the index has a name, a state, and where it has a version, as text."""
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not isinstance(entry.get("state"), str):
        return False
    return isinstance(entry.get("version", ""), str)


def _unpacked(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        plain = unpacker.decompress(body, LARGEST_ANSWER_BYTES)
    except zlib.error as error:
        raise Fails(f"not gzip: {error}") from None
    if not unpacker.eof:
        raise Fails("gzip that is cut off, or longer than an answer may be")
    return plain


EXTRA, BINARY, REPOSITORY = Level.EXTENSION, "binary_tensor_data", "model_repository"
EXTENSIONS = (
    Check("binary-input", "binary inputs are answered as JSON ones are", EXTRA, binary_input, "infer-flat", BINARY),
    Check("binary-output", "binary_data_output makes all outputs binary", EXTRA, binary_output, "infer-flat", BINARY),
    Check(
        "binary-each-output", "binary_data makes single outputs binary", EXTRA, binary_each_output, "infer-flat", BINARY
    ),
    Check(
        "binary-override",
        "binary_data false overrides binary_data_output",
        EXTRA,
        binary_override,
        "binary-output",
        BINARY,
    ),
    Check("binary-wrong-size", "a wrong binary_data_size is refused", EXTRA, binary_wrong_size, "binary-input", BINARY),
    Check(
        "binary-header-length",
        "a wrong Inference-Header-Content-Length is refused",
        EXTRA,
        binary_header_length,
        "binary-input",
        BINARY,
    ),
    Check("gzip-request", "a gzip request is answered", EXTRA, gzip_request, "infer-flat"),
    Check("gzip-answer", "Accept-Encoding: gzip is followed", EXTRA, gzip_answer, "infer-flat"),
    Check(
        "repository-index",
        "POST v2/repository/index lists name, version and state",
        EXTRA,
        repository_index,
        "model-metadata",
        REPOSITORY,
    ),
    Check(
        "repository-unload",
        "an unloaded model is neither ready nor answers",
        EXTRA,
        repository_unload,
        "infer-flat",
        REPOSITORY,
    ),
    Check(
        "repository-load",
        "a loaded model is ready and answers as before",
        EXTRA,
        repository_load,
        "infer-flat",
        REPOSITORY,
    ),
)
