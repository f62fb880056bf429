"""Checks of health and metadata: what the server says of itself and of its model."""

from typing import Any

from shared.check.findings import Check, Fails, Level, NotChecked, NotOffered
from shared.check.subject import Subject, declared_tensors, has_boolean, json_object, refused
from shared.check.wire import Answer

NO_SUCH = "no-such-model"
NO_SUCH_VERSION = "987654321"


def server_metadata(subject: Subject) -> str:
    content = json_object(subject.server.ask("GET", "v2"))
    _texts(content, "name", "version")
    subject.extensions = _list_of_texts(content, "extensions")
    listed = ", ".join(subject.extensions) or "no extensions"
    return f"{content['name']} {content['version']}: {listed}"


def server_live(subject: Subject) -> str:
    answer = subject.server.ask("GET", "v2/health/live")
    if answer.status != 200:
        raise Fails(answer.excerpt())
    return answer.excerpt()


def server_ready(subject: Subject) -> str:
    return _ready(subject.server.ask("GET", "v2/health/ready"))


def server_live_json(subject: Subject) -> str:
    return _health_json(subject.server.ask("GET", "v2/health/live"), "live")


def server_ready_json(subject: Subject) -> str:
    # The specification shows "live" here too; clients look for either.
    return _health_json(subject.server.ask("GET", "v2/health/ready"), "ready", "live")


def models_list(subject: Subject) -> str:
    answer = subject.server.ask("GET", "v2/models")
    if answer.status != 200:
        raise NotOffered(answer.excerpt())
    names = model_names(answer)
    if names is None:
        raise Fails(answer.excerpt())
    return ", ".join(names)


def model_names(answer: Answer) -> list[str] | None:
    """The names in a list of models, bare or under "models", of names or of objects with one; None for anything else.

    An index of the model repository is such a list too.
    """
    try:
        content = answer.json()
    except ValueError:
        return None
    listed = content.get("models") if isinstance(content, dict) else content
    if not isinstance(listed, list):
        return None
    names = [item.get("name") if isinstance(item, dict) else item for item in listed]
    texts = [name for name in names if isinstance(name, str) and name.isprintable()]
    return texts if len(texts) == len(names) else None


def model_metadata(subject: Subject) -> str:
    if not subject.model:
        raise Fails("the server lists no model; name one with --model")
    content = json_object(subject.server.ask("GET", subject.path))
    _check_metadata(subject, content)
    subject.versions = _list_of_texts(content, "versions") if content.get("versions") is not None else ()
    versions = ", ".join(subject.versions) or "none named"
    return f"{content['name']}, platform {content['platform'] or '(empty)'}, versions: {versions}"


def model_tensors(subject: Subject) -> str:
    content = json_object(subject.server.ask("GET", subject.path))
    subject.inputs, subject.outputs = declared_tensors(content, "inputs"), declared_tensors(content, "outputs")
    if not subject.inputs:
        raise Fails("no inputs are declared, so no client can know what to send")
    described = [f"{tensor.name} {tensor.datatype} {list(tensor.shape)}" for tensor in subject.inputs + subject.outputs]
    return "; ".join(described)


def model_ready(subject: Subject) -> str:
    return _ready(subject.server.ask("GET", f"{subject.path}/ready"))


def model_ready_json(subject: Subject) -> str:
    return _health_json(subject.server.ask("GET", f"{subject.path}/ready"), "ready")


def version_metadata(subject: Subject) -> str:
    answer = subject.server.ask("GET", subject.versioned(some_version(subject)))
    _check_metadata(subject, json_object(answer))
    return answer.excerpt()


def version_ready(subject: Subject) -> str:
    return _ready(subject.server.ask("GET", f"{subject.versioned(some_version(subject))}/ready"))


def unknown_model(subject: Subject) -> str:
    return refused(subject.server.ask("GET", f"v2/models/{NO_SUCH}"))


def unknown_version(subject: Subject) -> str:
    return refused(subject.server.ask("GET", subject.versioned(NO_SUCH_VERSION)))


def json_type(subject: Subject) -> str:
    others = subject.server.json_of_other_type
    if others:
        raise Fails(f"{len(others)} answers, such as {others[0]}")
    return "every one"


def some_version(subject: Subject) -> str:
    """The version that the user named, or else the last that the model lists. Raises NotChecked."""
    if not (version := subject.version or next(reversed(subject.versions), "")):
        raise NotChecked("the model's metadata name no versions; name one with --version")
    return version


def _check_metadata(subject: Subject, content: dict[str, Any]) -> None:
    _texts(content, "name", "platform")
    if content["name"] != subject.model:
        raise Fails(f"the name is {content['name']!r}")
    for name in ("inputs", "outputs"):
        if not isinstance(content.get(name), list):
            raise Fails(f"no list of {name}")


def _ready(answer: Answer) -> str:
    """200 is ready, 4xx is not, nor is 503, as KServe has it; but 404 and 405 mean that nobody was asked."""
    if answer.status not in (200, 503) and (answer.status in (404, 405) or not 400 <= answer.status < 500):
        raise Fails(answer.excerpt())
    return answer.excerpt()


def _health_json(answer: Answer, *names: str) -> str:
    if (has := has_boolean(answer, *names)) is None:
        raise NotChecked(f"no JSON object: {answer.excerpt()}")
    if not has:
        raise Fails(answer.excerpt())
    return answer.excerpt()


def _texts(content: dict[str, Any], *names: str) -> None:
    for name in names:
        if not isinstance(content.get(name), str):
            raise Fails(f"{name} is {content.get(name)!r}, not a string")


def _list_of_texts(content: dict[str, Any], name: str) -> tuple[str, ...]:
    listed = content.get(name)
    if not isinstance(listed, list) or not all(isinstance(item, str) and item.isprintable() for item in listed):
        raise Fails(f"{name} is {listed!r}, not a list of strings")
    return tuple(listed)


R, OPTIONAL, EXTRA = Level.REQUIRED, Level.RECOMMENDED, Level.EXTENSION
DESCRIBING = (
    Check("server-metadata", "GET v2 gives name, version and the list of extensions", R, server_metadata),
    Check("server-live", "GET v2/health/live answers 200", R, server_live),
    Check("server-live-json", "what it says in JSON holds a boolean live", OPTIONAL, server_live_json, "server-live"),
    Check("server-ready", "GET v2/health/ready answers 200, 4xx or 503", R, server_ready),
    Check(
        "server-ready-json",
        "what it says in JSON holds a boolean ready or live",
        OPTIONAL,
        server_ready_json,
        "server-ready",
    ),
    Check("models-list", "GET v2/models lists the models", EXTRA, models_list),
    Check("model-metadata", "a model's metadata give name, platform, inputs, outputs, versions", R, model_metadata),
    Check(
        "model-tensors", "each input and output has a name, a datatype and a shape", R, model_tensors, "model-metadata"
    ),
    Check("model-ready", "the model's ready answers 200, 4xx or 503", R, model_ready, "model-metadata"),
    Check("model-ready-json", "what it says in JSON holds a boolean ready", OPTIONAL, model_ready_json, "model-ready"),
    Check("version-metadata", "a version has metadata too", R, version_metadata, "model-metadata"),
    Check("version-ready", "a version's ready answers 200, 4xx or 503", R, version_ready, "model-metadata"),
    Check("unknown-model", "an unknown model is refused", R, unknown_model, "model-metadata"),
    Check("unknown-version", "an unknown version is refused", R, unknown_version, "version-metadata"),
)
LAST = (Check("json-type", "JSON is sent as application/json", OPTIONAL, json_type),)
