"""Checks of inference in JSON: right requests answered, equal ones alike, wrong ones refused."""

from shared.check.describing import NO_SUCH, NO_SUCH_VERSION, some_version
from shared.check.findings import Check, Fails, Level, NotChecked
from shared.check.subject import MOST_OUTPUTS, ROWS, Document, Subject, as_input, inferred, must_agree, refused
from shared.check.tensors import Tensor, fits, sample


def flat(subject: Subject) -> str:
    answer = subject.infer(subject.request())
    content, outputs = inferred(answer)
    if content["model_name"] != subject.model:
        raise Fails(f"model_name is {content['model_name']!r}")
    subject.one = outputs
    return answer.excerpt()


def nested(subject: Subject) -> str:
    outputs = inferred(subject.infer(subject.request(is_nested=True)))[1]
    must_agree(outputs, subject.one)
    return "the same outputs"


def batch(subject: Subject) -> str:
    _must_take_batches(subject)
    answer = subject.infer(subject.request(ROWS))
    subject.batch = inferred(answer)[1]
    return answer.excerpt()


def rows_agree(subject: Subject) -> str:
    by_row = {name: tensor for name, tensor in subject.batch.items() if tensor.shape[:1] == (len(ROWS),)}
    if not by_row:
        raise NotChecked("no output has one row for each row of input")
    for row in ROWS:
        alone = inferred(subject.infer(subject.request((row,))))[1]
        must_agree(alone, {name: tensor.row(row) for name, tensor in by_row.items()})
    return f"{len(ROWS)} rows, outputs {', '.join(by_row)}"


def version(subject: Subject) -> str:
    # Another version may answer otherwise, so only the form is compared.
    named = some_version(subject)
    content, _ = inferred(subject.infer(subject.request(), subject.versioned(named)))
    if content.get("model_version", named) != named:
        raise Fails(f"model_version is {content['model_version']!r}, {named!r} was asked")
    return f"model_version {content.get('model_version')!r}"


def echoed_id(subject: Subject) -> str:
    content, _ = inferred(subject.infer(subject.request(id="a request's id")))
    if content.get("id") != "a request's id":
        raise Fails(f"id is {content.get('id')!r}")
    return "the same id"


def all_outputs(subject: Subject) -> str:
    missing = [tensor.name for tensor in subject.outputs if tensor.name not in subject.one]
    if missing:
        raise Fails(f"declared but missing: {', '.join(missing)}")
    return ", ".join(subject.one)


def selected_output(subject: Subject) -> str:
    for declared in subject.outputs[:MOST_OUTPUTS]:
        _, outputs = inferred(subject.infer(subject.request(outputs=[{"name": declared.name}])))
        if set(outputs) != {declared.name}:
            raise Fails(f"{declared.name} was asked, {', '.join(outputs) or 'nothing'} came")
        must_agree(outputs, {name: tensor for name, tensor in subject.one.items() if name == declared.name})
    return f"each of {len(subject.outputs[:MOST_OUTPUTS])}"


def as_declared(subject: Subject) -> str:
    declared = {tensor.name: tensor for tensor in subject.outputs}
    for name, tensor in subject.one.items():
        if name not in declared:
            raise Fails(f"output {name} is not declared")
        said = declared[name]
        if tensor.datatype != said.datatype or not _matches(tensor.shape, said.shape):
            seen, wanted = f"{tensor.datatype} {list(tensor.shape)}", f"{said.datatype} {list(said.shape)}"
            raise Fails(f"output {name} is {seen}, declared is {wanted}")
    return "names, datatypes and shapes"


def datatypes(subject: Subject) -> str:
    for name, tensor in {**subject.one, **subject.batch}.items():
        for value in tensor.values:
            if not fits(tensor.datatype, value):
                raise Fails(f"output {name}: {value!r} is not {tensor.datatype}")
    sent = ", ".join(sorted({tensor.datatype for tensor in subject.inputs}))
    return f"sent {sent}; received {', '.join(sorted({tensor.datatype for tensor in subject.one.values()}))}"


def unknown_model(subject: Subject) -> str:
    return refused(subject.infer(subject.request(), f"v2/models/{NO_SUCH}"))


def unknown_version(subject: Subject) -> str:
    return refused(subject.infer(subject.request(), subject.versioned(NO_SUCH_VERSION)))


def broken_json(subject: Subject) -> str:
    return refused(subject.post(f"{subject.path}/infer", b'{"inputs": ['))


def empty_body(subject: Subject) -> str:
    return refused(subject.post(f"{subject.path}/infer", b""))


def no_inputs(subject: Subject) -> str:
    refused(subject.infer({}))
    return refused(subject.infer({"inputs": []}))


def unknown_output(subject: Subject) -> str:
    return refused(subject.infer(subject.request(outputs=[{"name": "no-such-output"}])))


def unknown_input(subject: Subject) -> str:
    return refused(subject.infer(_altered(subject, name="no-such-input")))


def unknown_datatype(subject: Subject) -> str:
    return refused(subject.infer(_altered(subject, datatype="FP31")))


def wrong_datatype(subject: Subject) -> str:
    first = subject.inputs[0]
    other = "FP32" if first.datatype == "BYTES" else "BYTES"
    tensor = first.filled((0,))
    values = tuple(sample(other, 0, place) for place in range(len(tensor.values)))
    return refused(subject.infer(_altered(subject, **as_input(first, Tensor(other, tensor.shape, values)))))


def wrong_shape(subject: Subject) -> str:
    first = subject.inputs[0]
    shape = first.filled((0,)).shape
    # One column more where the number of columns is fixed, a dimension more where it is free.
    wider = (*shape[:-1], shape[-1] + 1) if first.shape and first.shape[-1] != -1 else (*shape, 2)
    size = 1
    for dimension in wider:
        size *= dimension
    values = tuple(sample(first.datatype, 0, place) for place in range(size))
    return refused(subject.infer(_altered(subject, **as_input(first, Tensor(first.datatype, wider, values)))))


def wrong_count(subject: Subject) -> str:
    values = list(subject.inputs[0].filled((0,)).values)
    refused(subject.infer(_altered(subject, data=[*values, values[0]])))
    return refused(subject.infer(_altered(subject, data=values[:-1])))


def _altered(subject: Subject, **changes: object) -> Document:
    """A right request with `changes` in its first input."""
    document = subject.request()
    document["inputs"][0].update(changes)
    return document


def _must_take_batches(subject: Subject) -> None:
    if not all(tensor.is_batch for tensor in subject.inputs):
        raise NotChecked("the first dimension of an input is fixed")


def _matches(shape: tuple[int, ...], declared: tuple[int, ...]) -> bool:
    return len(shape) == len(declared) and all(said in (-1, size) for size, said in zip(shape, declared, strict=True))


R, OPTIONAL, FLAT = Level.REQUIRED, Level.RECOMMENDED, "infer-flat"
INFERRING = (
    Check(
        FLAT,
        "one row, flat: model_name, and outputs with name, shape, datatype and as many data",
        R,
        flat,
        "model-tensors",
    ),
    Check("infer-nested", "the same row, nested, is answered alike", R, nested, FLAT),
    Check("infer-batch", "three rows are answered", R, batch, FLAT),
    Check("infer-rows-agree", "each row is answered alike alone and among others", R, rows_agree, "infer-batch"),
    Check("infer-version", "a version can be asked by its name", R, version, FLAT),
    Check("infer-id", "the id of a request comes back", R, echoed_id, FLAT),
    Check("infer-all-outputs", "without outputs in the request all declared ones come", R, all_outputs, FLAT),
    Check("infer-selected-output", "outputs in the request select", R, selected_output, FLAT),
    Check("infer-as-declared", "outputs are what the metadata declare", OPTIONAL, as_declared, FLAT),
    Check("infer-datatypes", "the data are values of their datatype", R, datatypes, FLAT),
    Check("refuse-unknown-model", "inference on an unknown model is refused", R, unknown_model, FLAT),
    Check("refuse-unknown-version", "inference on an unknown version is refused", R, unknown_version, "infer-version"),
    Check("refuse-broken-json", "half a document is refused", R, broken_json, FLAT),
    Check("refuse-empty-body", "an empty body is refused", R, empty_body, FLAT),
    Check("refuse-no-inputs", "a request without inputs is refused", R, no_inputs, FLAT),
    Check("refuse-count", "data that are too many or too few for their shape are refused", R, wrong_count, FLAT),
    Check("refuse-unknown-output", "an unknown output is refused", R, unknown_output, FLAT),
    Check("refuse-unknown-datatype", "a datatype that does not exist is refused", R, unknown_datatype, FLAT),
    # That metadata bind the client is plain; that a server must say so is not written.
    Check("refuse-unknown-input", "an input that is not declared is refused", OPTIONAL, unknown_input, FLAT),
    Check("refuse-wrong-datatype", "text for numbers, or the reverse, is refused", OPTIONAL, wrong_datatype, FLAT),
    Check("refuse-wrong-shape", "a shape other than the declared one is refused", OPTIONAL, wrong_shape, FLAT),
)
