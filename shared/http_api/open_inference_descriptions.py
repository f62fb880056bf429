"""The descriptions of the Open Inference Protocol's routes, with examples; health stands in `descriptions`."""

from http import HTTPStatus
from typing import Any

from shared import __version__
from shared.catalogue import CATALOGUE
from shared.errors import ArtefactDamaged, NotTrained, StoreError, Unknown
from shared.http_api import open_inference, payloads, tensors
from shared.http_api.descriptions import (
    ASKING,
    BAD_REQUEST,
    NAMED,
    OK,
    SETOSA,
    SETOSA_SHARES,
    VERSICOLOR,
    VERSICOLOR_SHARES,
    iris_signature,
)
from shared.http_api.errors import OpenInferenceError
from shared.http_api.infer_answers import WORTH_COMPRESSING, InferAnswer, OutputTensor
from shared.http_api.infer_requests import (
    BINARY,
    JSON_LENGTH,
    MAX_DIMENSIONS,
    NOT_SERVED,
    OUTPUTS,
    InferRequest,
    RequestedOutput,
)
from shared.http_api.operations import NAME, VERSION, Answer, Example, Link, Operation, Parameter, Schema, ok
from shared.http_api.tensors import InputTensor
from shared.settings import Settings

NAMED_VERSION = {**NAMED, "version": VERSION}
INPUTS = CATALOGUE["iris"].feature_names
WIDEST = max(len(entry.columns) for entry in CATALOGUE.values())
OF_THE_FIRST = {"name": "$response.body#/models/0"}
OF_THIS = {"name": "$response.body#/name"}
OF_THIS_VERSION = {"name": "$response.body#/name", "version": "$response.body#/versions/0"}


# --- what the types don't say --------------------------------------------------------------------------------


def _request_for_a_model(schema: Schema, settings: Settings) -> None:
    fields = schema["properties"]
    fields["inputs"]["minItems"] = 1
    _branch(fields["outputs"], "array")["maxItems"] = len(OUTPUTS)
    fields["model_name"] |= {"anyOf": [*NAME["anyOf"], {"type": "null"}], "description": "That of the path, if any."}
    _know(schema, binary_data_output={"type": ["boolean", "null"], "description": "All outputs as bytes."})


def _input_of_a_model(schema: Schema, settings: Settings) -> None:
    """Numbers, in one or two dimensions; that shape and values agree is more than a schema can say."""
    fields, bounds = schema["properties"], {"minimum": -payloads.MAX_NUMBER, "maximum": payloads.MAX_NUMBER}
    fields["datatype"]["enum"] = list(tensors.DATATYPES)
    fields["shape"] |= {"minItems": 1, "maxItems": MAX_DIMENSIONS}
    fields["shape"]["items"] |= {"minimum": 1, "maximum": max(settings.max_rows, WIDEST)}
    value = [{"type": "number", **bounds}, {"type": "boolean"}]
    nested = {"type": "array", "items": {"anyOf": value}}
    _branch(fields["data"], "array")["items"] = {"anyOf": [*value, nested]}
    _know(schema, binary_data_size={"type": ["integer", "null"], "minimum": 0})


def _output_of_a_model(schema: Schema, settings: Settings) -> None:
    schema["properties"]["name"] = {"enum": list(OUTPUTS)}
    refused = {name: {"type": "null", "description": "Of an extension that is not served."} for name in NOT_SERVED}
    _know(schema, binary_data={"type": ["boolean", "null"], "description": "This output as bytes, or not."}, **refused)


def _no_parameters(schema: Schema, settings: Settings) -> None:
    _branch(schema["properties"]["parameters"], "object")["maxProperties"] = 0


def _dependents_alone(schema: Schema, settings: Settings) -> None:
    parameters = _branch(schema["properties"]["parameters"], "object")
    if parameters["additionalProperties"] is not False:
        taken = {**parameters["additionalProperties"], "description": "Without effect: no model has any."}
        parameters |= {"properties": {open_inference.DEPENDENTS: taken}, "additionalProperties": False}


def _know(schema: Schema, **parameters: Schema) -> None:
    """Say of some `parameters` what they may be; others may be anything that the type takes."""
    _branch(schema["properties"]["parameters"], "object")["properties"] = parameters


def _branch(schema: Schema, kind: str) -> Schema:
    found: Schema = next(one for one in schema["anyOf"] if one["type"] == kind)
    return found


# --- examples ------------------------------------------------------------------------------------------------


def _metadata() -> open_inference.MetadataAnswer:
    return open_inference.metadata("iris", [1], iris_signature())


def _two_rows() -> InferAnswer:
    shares = [*SETOSA_SHARES.values(), *VERSICOLOR_SHARES.values()]
    return InferAnswer(
        model_name="iris",
        model_version="1",
        id="a1",
        outputs=[
            OutputTensor("predict", "INT64", [2], data=[0, 1]),
            OutputTensor("predict_proba", "FP64", [2, 3], data=shares),
            _labels("setosa", "versicolor"),
        ],
    )


def _labels(*labels: str) -> OutputTensor:
    return OutputTensor("label", "BYTES", [len(labels)], data=labels)


def _rows(data: list[Any], n_rows: int) -> dict[str, Any]:
    return {"name": "input", "shape": [n_rows, 4], "datatype": "FP64", "data": data}


def _wrong(title: str, body: Any, message: str) -> Example:
    return Example(title, lambda: OpenInferenceError(message), body, BAD_REQUEST, exact=True)


INFER_EXAMPLES = (
    Example("Two rows", _two_rows, {"id": "a1", "inputs": [_rows([*SETOSA, *VERSICOLOR], 2)]}),
    Example(
        "A tensor for each feature, and labels alone",
        lambda: InferAnswer(model_name="iris", model_version="1", outputs=[_labels("setosa", "versicolor")]),
        {
            "inputs": [
                {"name": name, "shape": [2], "datatype": "FP32", "data": list(column)}
                for name, column in zip(INPUTS, zip(SETOSA, VERSICOLOR, strict=True), strict=True)
            ],
            "outputs": [{"name": "label"}],
        },
        exact=True,
    ),
    _wrong(
        "Several mistakes, each with its place",
        {"inputs": [_rows(SETOSA[:3], 1)], "outputs": [{"name": "species"}]},
        "2 things are wrong with the request; outputs[0].name: there is no output 'species'; there are: predict, "
        "predict_proba, label; inputs[0].data: the shape [1, 4] holds 4 values, got 3",
    ),
)


# --- routes --------------------------------------------------------------------------------------------------

SERVER = Operation(
    "Say who answers",
    "Open Inference",
    ok("Name, version, extensions, and which of the two backends this is.", open_inference.ServerAnswer),
    examples=(
        Example("Duet", lambda: open_inference.ServerAnswer("duet", __version__, open_inference.EXTENSIONS, "flask")),
    ),
)
MODEL_NAMES = Operation(
    "List the models by name",
    "Open Inference",
    ok("The names.", open_inference.ModelNamesAnswer),
    "KServe has this beyond the protocol.",
    examples=(Example("The names", lambda: open_inference.ModelNamesAnswer(tuple(CATALOGUE)), exact=True),),
    links=(
        Link("model_metadata", "What the first model takes and gives.", OF_THE_FIRST),
        Link("model_ready", "Whether it answers.", OF_THE_FIRST),
    ),
)


def _metadata_of(what: str, parameters: dict[str, Parameter], links: tuple[Link, ...]) -> Operation:
    return Operation(
        f"Describe the tensors of {what}",
        "Open Inference",
        ok("Versions, inputs and outputs; -1 stands for any number of rows.", open_inference.MetadataAnswer),
        parameters=parameters,
        errors=(Unknown, StoreError),
        examples=(Example("Iris", _metadata, exact=True),),
        links=links,
    )


MODEL_METADATA = _metadata_of(
    "a model",
    NAMED,
    (
        Link("infer", "Ask it.", OF_THIS),
        Link("version_metadata", "Its first version.", OF_THIS_VERSION),
    ),
)
VERSION_METADATA = _metadata_of(
    "a version",
    NAMED_VERSION,
    (
        Link("version_infer", "Ask it.", OF_THIS_VERSION),
        Link("version_ready", "Whether it answers.", OF_THIS_VERSION),
    ),
)


def _ready(what: str, parameters: dict[str, Parameter], description: str = "") -> Operation:
    return Operation(
        f"Is {what} ready to answer?",
        "Open Inference",
        {
            OK: Answer("It is.", open_inference.ModelReadyAnswer),
            HTTPStatus.SERVICE_UNAVAILABLE: Answer("It is not; why is said.", open_inference.ModelReadyAnswer),
        },
        description,
        parameters=parameters,
        errors=(Unknown,),
        examples=(Example("Ready", lambda: open_inference.ModelReadyAnswer("iris", True), exact=True),),
    )


MODEL_READY = _ready("a model", NAMED)
VERSION_READY = _ready("a version", NAMED_VERSION, "One that is not in memory is loaded to find out.")


def _infer(what: str, parameters: dict[str, Parameter], description: str) -> Operation:
    return Operation(
        f"Ask {what}",
        "Open Inference",
        {
            OK: Answer(
                "The outputs that are wanted, in the order of the request; `parameters` of the request come back, with "
                "`rows_with_warnings`, how many rows hold values unlike those seen in training.",
                InferAnswer,
                also={BINARY: "The same JSON, and behind it the bytes of the outputs that were wanted so, in order."},
                headers={JSON_LENGTH: "Where bytes follow: the length of the JSON before them."},
            )
        },
        f"{description} The input is one tensor of shape [rows, features], whatever it is called, or one for each "
        "feature, called as the feature, of shape [rows] or [rows, 1]. Values are flat or nested, as the shape says. "
        "A body may be compressed (`Content-Encoding: gzip` or `deflate`), and so are answers from "
        f"{WORTH_COMPRESSING:,} bytes on for those who `Accept-Encoding` it.",
        request=InferRequest,
        narrow=_request_for_a_model,
        narrow_parts={InputTensor: _input_of_a_model, RequestedOutput: _output_of_a_model},
        takes={
            BINARY: f"JSON, whose length the header `{JSON_LENGTH}` says, and behind it the bytes of the inputs that "
            "have a `binary_data_size`: row by row, little-endian. With a length of 0 the body is rows of FP64."
        },
        parameters=parameters,
        errors=ASKING,
        examples=INFER_EXAMPLES,
    )


INFER = _infer("a model, in tensors", NAMED, "The version that answers for the model is asked.")
VERSION_INFER = _infer("a version, in tensors", NAMED_VERSION, "One that is not in memory is loaded first.")
INDEX = Operation(
    "List the versions and their states",
    "Open Inference",
    ok(
        "Every version of every model, and whether it is in the memory of this process.",
        tuple[open_inference.IndexEntry, ...],
    ),
    request=open_inference.IndexRequest,
    needs_body=False,
    errors=(StoreError,),
    examples=(
        Example(
            "Those in memory",
            lambda: [open_inference.IndexEntry(name=name, version="1", state="READY", reason="") for name in CATALOGUE],
            {"ready": True},
        ),
        _wrong(
            "An unknown key", {"all": True}, "1 thing is wrong with the request; all: unknown key; known are: ready"
        ),
    ),
    links=(
        Link("load", "Bring the first model into memory.", {"name": "$response.body#/0/name"}),
        Link("unload", "Take it out.", {"name": "$response.body#/0/name"}),
    ),
)
LOAD = Operation(
    "Load a model",
    "Open Inference",
    ok("The version that the store names answers now, in this process.", open_inference.LoadAnswer),
    "There are no parameters: what is loaded is what the store has.",
    request=open_inference.LoadRequest,
    narrow=_no_parameters,
    needs_body=False,
    parameters=NAMED,
    errors=(Unknown, NotTrained, ArtefactDamaged, StoreError),
    examples=(
        Example("Iris", lambda: open_inference.LoadAnswer("iris", True), {}, exact=True),
        _wrong(
            "A file of one's own",
            {"parameters": {"config": "{}"}},
            "1 thing is wrong with the request; parameters.config: can't be set: what is loaded comes from the store "
            "as it was trained",
        ),
    ),
    links=(Link("model_ready", "Whether it answers.", OF_THIS), Link("infer", "Ask it.", OF_THIS)),
)
UNLOAD = Operation(
    "Unload a model",
    "Open Inference",
    ok("No version of it answers in this process until it is loaded.", open_inference.UnloadAnswer),
    "Every route that needs the model answers 409 until then; other processes are not told.",
    request=open_inference.UnloadRequest,
    narrow=_dependents_alone,
    needs_body=False,
    parameters=NAMED,
    errors=(Unknown,),
    examples=(
        Example(
            "As clients of Triton send it",
            lambda: open_inference.UnloadAnswer("iris", True),
            {"parameters": {open_inference.DEPENDENTS: False}},
            exact=True,
        ),
        _wrong(
            "An unknown parameter",
            {"parameters": {"force": True}},
            "1 thing is wrong with the request; parameters.force: unknown parameter; known is: unload_dependents",
        ),
    ),
    links=(Link("load", "Bring it back.", OF_THIS), Link("model_ready", "Whether it answers.", OF_THIS)),
)
