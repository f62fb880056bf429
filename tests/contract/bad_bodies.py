"""Bodies that must be refused: JSON that is none, values that can't be meant, fields that don't exist."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np

from shared.http_api import npy
from tests.contract.bad_input import FLOWER, GOOD, GOOD_ROW, BadInput
from tests.contract.raw import Header, request

PREDICT = "/models/iris/predict"
NPY: Header = ("Content-Type", npy.CONTENT_TYPE)


def _body(
    name: str, target: str, body: bytes | str | Any, paths: Iterable[str], status: int = 400, more: bool = False
) -> BadInput:
    if isinstance(body, str):
        body = body.encode()
    elif not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return BadInput(f"{target} {name}", request("POST", target, body=body), status, paths=frozenset(paths), more=more)


def _classify(name: str, body: bytes | str | Any, *paths: str, more: bool = False) -> BadInput:
    return _body(name, "/classify", body, paths, more=more)


def _element(name: str, literal: str) -> BadInput:
    """A row whose second value is `literal`."""
    return _classify(f"with {name} as a value", f'{{"data":[5.1,{literal},1.4,0.2]}}', "data[1]")


def _data(name: str, data: object, *paths: str) -> BadInput:
    return _classify(f"with {name} as data", {"data": data}, *paths)


def _beside(name: str, rest: dict[str, object], *paths: str) -> BadInput:
    """A good row beside `rest`."""
    return _classify(name, {"data": GOOD_ROW, **rest}, *paths)


def _train(name: str, body: bytes | str | Any, *paths: str) -> BadInput:
    return _body(name, "/train", body, paths)


def _param(recipe: str, params: object, *paths: str) -> BadInput:
    name = f"{recipe} with {json.dumps(params)[:60]}"
    return _train(name, {"data": "train", "recipe": recipe, "params": params}, *paths)


def _run(name: str, body: bytes | str | Any, *paths: str) -> BadInput:
    return _body(name, "/models/iris/runs", body, paths)


def _champion(name: str, body: bytes, *paths: str) -> BadInput:
    sent = request("PUT", "/models/iris/champion", body=body)
    return BadInput(f"promote {name}", sent, method="PUT", paths=frozenset(paths))


def _flower(name: str, body: bytes | str | Any, *paths: str) -> BadInput:
    return _body(name, "/", body, paths)


def _predict(name: str, body: bytes | str | Any, *paths: str, more: bool = False) -> BadInput:
    return _body(name, PREDICT, body, paths, more=more)


def _array(name: str, body: bytes, *paths: str) -> BadInput:
    return BadInput(f"{PREDICT} an array {name}", request("POST", PREDICT, [NPY], body), paths=frozenset(paths))


def _version_header(value: str) -> BadInput:
    sent = request("POST", PREDICT, [NPY, ("X-Model-Version", value)], npy.write(np.array([GOOD_ROW])))
    return BadInput(f"{PREDICT} with X-Model-Version {value}", sent, paths=frozenset({"X-Model-Version"}))


def _nested(depth: int) -> str:
    return "[" * depth + "]" * depth


SYNTAX = tuple(
    _classify(name, body, "")
    for name, body in (
        ("without a body", b""),
        ("with blanks alone", b" \t\r\n"),
        ("with an open object", b"{"),
        ("with an open list", b'{"data":[5.1,3.5'),
        ("with an open string", b'{"data":"'),
        ("with half a word", b'{"data":tru}'),
        ("with one brace too many", GOOD + b"}"),
        ("with two documents", GOOD + b"\n" + GOOD),
        ("with words behind", GOOD + b" and more"),
        ("with a comma before the bracket", b'{"data":[5.1,3.5,1.4,0.2,]}'),
        ("with a comma before the brace", b'{"data":[5.1,3.5,1.4,0.2],}'),
        ("with a comma missing", b'{"data":[5.1 3.5,1.4,0.2]}'),
        ("with a colon missing", b'{"data" [5.1,3.5,1.4,0.2]}'),
        ("with single quotes", b"{'data':[5.1,3.5,1.4,0.2]}"),
        ("with a bare key", b"{data:[5.1,3.5,1.4,0.2]}"),
        ("with a comment", b'{"data":[5.1,3.5,1.4,0.2]/* cm */}'),
        ("with a leading zero", b'{"data":[05.1,3.5,1.4,0.2]}'),
        ("with a leading plus", b'{"data":[+5.1,3.5,1.4,0.2]}'),
        ("with a leading point", b'{"data":[.1,3.5,1.4,0.2]}'),
        ("with a trailing point", b'{"data":[5.,3.5,1.4,0.2]}'),
        ("with a hexadecimal number", b'{"data":[0x5,3.5,1.4,0.2]}'),
        ("with an underscored number", b'{"data":[5_1,3.5,1.4,0.2]}'),
        ("with a decimal comma", b'{"data":[5;3.5;1.4;0.2]}'),
        ("with a line break in a string", b'{"data":[5.1,3.5,1.4,0.2],"model":"ir\nis"}'),
        ("with an unknown escape", b'{"data":[5.1,3.5,1.4,0.2],"model":"\\x69ris"}'),
        ("with half an escape", b'{"data":[5.1,3.5,1.4,0.2],"model":"\\u00"}'),
        ("with a form", b"data=5.1&data=3.5"),
        ("with a CSV", b"5.1,3.5,1.4,0.2"),
        ("with XML", b"<data>5.1</data>"),
        ("with NUL", b"\x00"),
        ("with NUL behind", GOOD + b"\x00"),
        ("with a byte that no UTF-8 holds", b'{"data":[5.1,3.5,1.4,0.2],"model":"\xff"}'),
        ("in Latin-1", '{"data":[5.1,3.5,1.4,0.2],"model":"ä"}'.encode("latin-1")),
        ("with an overlong slash", b'{"data":[5.1,3.5,1.4,0.2],"model":"\xc0\xaf"}'),
        ("with a surrogate as UTF-8", b'{"data":[5.1,3.5,1.4,0.2],"model":"\xed\xa0\x80"}'),
        ("with a letter cut in two", b'{"data":[5.1,3.5,1.4,0.2],"model":"\xf0\x9f"}'),
        ("with a byte order mark", b"\xef\xbb\xbf" + GOOD),
        ("in UTF-16", GOOD.decode().encode("utf-16")),
        ("in UTF-32", GOOD.decode().encode("utf-32")),
        ("with a list", b"[5.1,3.5,1.4,0.2]"),
        ("with a number", b"5.1"),
        ("with a string", b'"data"'),
        ("with null", b"null"),
        ("with true", b"true"),
    )
)

VALUES = (
    _element("NaN", "NaN"),
    _element("Infinity", "Infinity"),
    _element("-Infinity", "-Infinity"),
    _element("1e999", "1e999"),
    _element("-1e999", "-1e999"),
    _element("10**400", "1" + "0" * 400),
    _element("-10**400", "-1" + "0" * 400),
    _element("10**5000", "1" + "0" * 5000),
    _element("true", "true"),
    _element("false", "false"),
    _element("null", "null"),
    _element("a string", '"3.5"'),
    _element("an empty string", '""'),
    _element("a list", "[3.5]"),
    _element("an object", '{"cm":3.5}'),
    _element("half a surrogate pair", '"\\ud800"'),
    _classify("with four wrong values", '{"data":[true,"3.5",null,[]]}', *(f"data[{i}]" for i in range(4))),
    _classify(
        "with four numbers that are none", '{"data":[NaN,1e999,-Infinity,Infinity]}', *(f"data[{i}]" for i in range(4))
    ),
    _classify("with wrong values of both sorts", '{"data":[NaN,"3.5",1e999,null]}', *(f"data[{i}]" for i in range(4))),
    _classify("with values beyond a model's arithmetic", {"data": [1e308] * 4}, *(f"data[{i}]" for i in range(4))),
    _classify("with such a value for the tree", {"data": [5.1, -1e39, 1.4, 0.2], "model": "iris-tree"}, "data[1]"),
    _classify("without data", {}, "data"),
    _data("null", None, "data"),
    _data("a string", "5.1,3.5,1.4,0.2", "data"),
    _data("a number", 5.1, "data"),
    _data("true", True, "data"),
    _data("an object", {"0": 5.1}, "data"),
    _data("the word of training", "train", "data"),
    _data("no values", [], "data"),
    _data("three values", [5.1, 3.5, 1.4], "data"),
    _data("five values", [*GOOD_ROW, 1.0], "data"),
    _data("a thousand values", [1.0] * 1000, "data"),
    _data("rows", [GOOD_ROW, GOOD_ROW], "data", "data[0]", "data[1]"),
    _data("too few values, one of them wrong", [5.1, "3.5"], "data", "data[1]"),
)

STRUCTURE = (
    _classify("with data twice", '{"data":[5.1,3.5,1.4,0.2],"data":[5.1,3.5,1.4,0.2]}', "data"),
    _classify("with data twice, once escaped", '{"data":[5.1,3.5,1.4,0.2],"d\\u0061ta":[5.1,3.5,1.4,0.2]}', "data"),
    _classify("with data three times", '{"data":1,"data":2,"data":[5.1,3.5,1.4,0.2]}', "data"),
    _classify(
        "with two keys twice",
        '{"model":"iris","data":[5.1,3.5,1.4,0.2],"model":"iris","data":[5.1,3.5,1.4,0.2]}',
        "data",
        "model",
    ),
    _classify("with a key twice further in", '{"data":[5.1,3.5,1.4,0.2],"x":{"a":1,"a":2}}', "x", "x.a"),
    _classify("with a key twice in a value", '{"data":[{"a":1,"a":2},3.5,1.4,0.2]}', "data[0]", "data[0].a"),
    _beside("with an unknown key", {"modle": "iris"}, "modle"),
    _beside("with three unknown keys", {"a": 1, "b": 2, "c": 3}, "a", "b", "c"),
    _beside("with a key in capitals", {"Model": "iris"}, "Model"),
    _beside("with a key beyond ASCII", {"данные": 1}, "данные"),
    _beside("with __proto__", {"__proto__": {}}, "__proto__"),
    _classify("with data in capitals", {"Data": GOOD_ROW}, "Data", "data"),
    _classify(
        "with all but the model wrong",
        '{"data":[NaN,"x",1.4],"modle":1,"version":0}',
        *("data", "data[0]", "data[1]", "modle", "version"),
    ),
    _classify(  # how many values there should be depends on the model
        "with everything wrong",
        '{"data":[NaN,"x",1.4],"modle":1,"model":5,"version":0}',
        *("data[0]", "data[1]", "modle", "model", "version"),
        more=True,
    ),
    _classify("with half a surrogate pair as a key", '{"data":[5.1,3.5,1.4,0.2],"\\udc00":1}', more=True),
    _classify("nested 65 deep", f'{{"data":[5.1,3.5,1.4,0.2],"x":{_nested(64)}}}', "x" + "[0]" * 63, more=True),
    _classify("nested 65 deep in objects", '{"x":' * 64 + "{}" + "}" * 64, ".".join("x" * 64), more=True),
    _classify("nested 900 deep", f'{{"data":[5.1,3.5,1.4,0.2],"x":{_nested(900)}}}', more=True),
    _classify("nested 100000 deep", f'{{"data":{_nested(100_000)}}}', more=True),
    _classify("nested 100000 deep in objects", '{"x":' * 100_000 + "1" + "}" * 100_000, more=True),
    _classify("nested 500000 deep and open", "[" * 500_000, more=True),
)

SELECTION = (
    _beside("with a number as model", {"model": 5}, "model"),
    _beside("with null as model", {"model": None}, "model"),
    _beside("with a list as model", {"model": ["iris"]}, "model"),
    _beside("with true as model", {"model": True}, "model"),
    _beside("with half a surrogate pair as model", {"model": "\ud800"}, "model"),
    _beside("with version 0", {"version": 0}, "version"),
    _beside("with version -1", {"version": -1}, "version"),
    _beside("with version 1.5", {"version": 1.5}, "version"),
    _beside("with a string as version", {"version": "1"}, "version"),
    _beside("with true as version", {"version": True}, "version"),
    _beside("with a list as version", {"version": [1]}, "version"),
    _beside("with version 2**31", {"version": 2**31}, "version"),
    _beside("with version 10**30", {"version": 10**30}, "version"),
    _classify("with NaN as version", '{"data":[5.1,3.5,1.4,0.2],"version":NaN}', "version"),
    _beside("with model and version wrong", {"model": 5, "version": "x"}, "model", "version"),
    *(
        _body(f"of {name}", "/classify", {"data": GOOD_ROW, **named}, (), status=404)
        for name, named in (
            ("an unknown model", {"model": "roses"}),
            ("a model without a name", {"model": ""}),
            ("a model in capitals", {"model": "IRIS"}),
            ("a path as model", {"model": "../iris"}),
            ("a model with NUL", {"model": "iris\0"}),
            ("a model with a line break", {"model": "iris\r\nX: y"}),
            ("a model of 10,000 letters", {"model": "x" * 10_000}),
            ("an unknown version", {"version": 999_999}),
        )
    ),
)

FLOWERS = (
    _flower("without a body", b"", ""),
    _flower("with nothing in it", {}, "sl", "sw", "pl", "pw"),
    _flower("without one", {key: FLOWER[key] for key in ("sl", "sw", "pl")}, "pw"),
    _flower("with a string", {**FLOWER, "sw": "1.0"}, "sw"),
    _flower("with true", {**FLOWER, "pl": True}, "pl"),
    _flower("with null", {**FLOWER, "pl": None}, "pl"),
    _flower("with a list", {**FLOWER, "sl": [2.0]}, "sl"),
    _flower("with NaN", '{"sl":NaN,"sw":1.0,"pl":2.0,"pw":3.0}', "sl"),
    _flower("with 1e999", '{"sl":2.0,"sw":1e999,"pl":2.0,"pw":3.0}', "sw"),
    _flower("with an unknown key", {**FLOWER, "px": 1.0}, "px"),
    _flower("with a key twice", '{"sl":2.0,"sl":2.0,"sw":1.0,"pl":2.0,"pw":3.0}', "sl"),
    _flower("with all of it wrong", '{"sl":"x","sw":NaN,"pl":null,"px":1}', "sl", "sw", "pl", "pw", "px"),
    _flower("with a row", GOOD, "data", "sl", "sw", "pl", "pw"),
    _flower("with values beyond a model's arithmetic", {**FLOWER, "sl": 1e308, "pw": -1e39}, "sl", "pw"),
)

SEEDS: tuple[object, ...] = (-1, 2**32, 10**30, 10**400, 1.5, "0", True, [0], {})
TRAINING = (
    _train("without a body", b"", ""),
    _train("with nothing in it", {}, "data"),
    *(
        _train(f"with {json.dumps(data)} as data", {"data": data}, "data")
        for data in ("Train", "TRAIN", "train ", "", "classify", None, True, 1, ["train"], {"train": 1}, GOOD_ROW)
    ),
    _train("with data twice", '{"data":"train","data":"train"}', "data"),
    _train("with an unknown key", {"data": "train", "recipes": "lda"}, "recipes"),
    _train("with a number as model", {"data": "train", "model": 1}, "model"),
    _train("with null as model", {"data": "train", "model": None}, "model"),
    _train("with an unknown recipe", {"data": "train", "recipe": "svm"}, "recipe"),
    _train("with a recipe without a name", {"data": "train", "recipe": ""}, "recipe"),
    _train("with a recipe in capitals", {"data": "train", "recipe": "LDA"}, "recipe"),
    _train("with a number as recipe", {"data": "train", "recipe": 5}, "recipe"),
    _train("with a list as recipe", {"data": "train", "recipe": ["lda"]}, "recipe"),
    _train("with another model's recipe", {"data": "train", "model": "iris-tree", "recipe": "lda"}, "recipe"),
    _train("with null as params", {"data": "train", "params": None}, "params"),
    _train("with a list as params", {"data": "train", "params": [1]}, "params"),
    _train("with a string as params", {"data": "train", "params": "epochs=5"}, "params"),
    _param("lda", {"epochs": 5}, "params.epochs"),
    _param("lda", {"a": 1, "b": 2}, "params.a", "params.b"),
    _param("mlp", {"epoch": 5}, "params.epoch"),
    _param("mlp", {"epochs": 0}, "params.epochs"),
    _param("mlp", {"epochs": -1}, "params.epochs"),
    _param("mlp", {"epochs": 2001}, "params.epochs"),
    _param("mlp", {"epochs": 10**30}, "params.epochs"),
    _param("mlp", {"epochs": 1.5}, "params.epochs"),
    _param("mlp", {"epochs": "100"}, "params.epochs"),
    _param("mlp", {"epochs": True}, "params.epochs"),
    _param("mlp", {"epochs": None}, "params.epochs"),
    _param("mlp", {"epochs": [100]}, "params.epochs"),
    _param("mlp", {"hidden_units": 201}, "params.hidden_units"),
    _param("mlp", {"batch_size": 91}, "params.batch_size"),
    _param("mlp", {"learning_rate": 0}, "params.learning_rate"),
    _param("mlp", {"learning_rate": 1.5}, "params.learning_rate"),
    _param("mlp", {"learning_rate": "fast"}, "params.learning_rate"),
    _param("mlp", {"learning_rate": False}, "params.learning_rate"),
    _param("forest", {"trees": 501}, "params.trees"),
    _param("tree", {"max_depth": 0}, "params.max_depth"),
    _param("logistic", {"C": 1e5}, "params.C"),
    _param(
        "mlp",
        {"epochs": 0, "batch_size": 0, "hidden_units": "10", "learning_rate": 9, "momentum": 1},
        *(f"params.{name}" for name in ("epochs", "batch_size", "hidden_units", "learning_rate", "momentum")),
    ),
    _train("with NaN as parameter", '{"data":"train","recipe":"logistic","params":{"C":NaN}}', "params.C"),
    _train("with 1e999 as parameter", '{"data":"train","recipe":"logistic","params":{"C":1e999}}', "params.C"),
    _train(
        "with a parameter twice", '{"data":"train","recipe":"mlp","params":{"epochs":5,"epochs":6}}', "params.epochs"
    ),
    *(_train(f"with {json.dumps(seed)[:36]} as seed", {"data": "train", "seed": seed}, "seed") for seed in SEEDS),
    _train(
        "with everything wrong",
        '{"data":"Train","recipe":"mlp","params":{"epochs":0,"C":NaN},"seed":-1,"speed":1}',
        "data",
        "params.epochs",
        "params.C",
        "seed",
        "speed",
    ),
    _body("of an unknown model", "/train", {"data": "train", "model": "roses"}, (), status=404),
)

RUNS = (
    _run("with a list", [], ""),
    _run("with unknown keys", {"recipes": "lda", "data": "train", "model": "iris"}, "recipes", "data", "model"),
    _run("with an unknown recipe", {"recipe": "svm"}, "recipe"),
    _run("with wrong parameters", {"recipe": "mlp", "params": {"epochs": 0, "a": 1}}, "params.epochs", "params.a"),
    _run("with an unknown promotion", {"promote": "perhaps"}, "promote"),
    _run("with true as promotion", {"promote": True}, "promote"),
    _run("with another way to wait", {"if_busy": "wait"}, "if_busy"),
    _run("with several mistakes", {"seed": -1, "if_busy": None, "recipe": 5}, "seed", "if_busy", "recipe"),
    BadInput("a run of an unknown model", request("POST", "/models/roses/runs", body=b"{}"), 404, paths=frozenset()),
)
CHAMPIONS = (
    _champion("without a body", b"", ""),
    _champion("nothing", b"{}", "version"),
    _champion("null", b'{"version":null}', "version"),
    _champion("version 0", b'{"version":0}', "version"),
    _champion("half a version", b'{"version":1.5}', "version"),
    _champion("true", b'{"version":true}', "version"),
    _champion("a number as a string", b'{"version":"1"}', "version"),
    _champion("the latest", b'{"version":"latest"}', "version"),
    _champion("two versions", b'{"version":1,"version":1}', "version"),
    _champion("something else too", b'{"version":1,"model":"iris"}', "model"),
    _champion("as a form", b"version=1", ""),
    BadInput("promote a rose", request("PUT", "/models/roses/champion", body=b'{"version":1}'), 404, "PUT"),
)
NAMES = ("sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm")
NAMED = dict(zip(NAMES, GOOD_ROW, strict=True))
NAMED_TEXT = json.dumps(NAMED)
ARRAY = npy.write(np.array([GOOD_ROW, GOOD_ROW]))
BATCHES = (
    _predict("without a body", b"", ""),
    _predict("with a list", [GOOD_ROW], ""),
    _predict("with nothing in it", {}, "rows"),
    _predict("with data", {"data": GOOD_ROW}, "data", "rows"),
    _predict("with a row alone", {"rows": GOOD_ROW}, *(f"rows[{i}]" for i in range(4))),
    _predict("with an object alone", {"rows": NAMED}, "rows"),
    _predict("with no rows", {"rows": []}, "rows"),
    _predict("with 10,001 rows", {"rows": [[1, 1, 1, 1]] * 10_001}, "rows"),
    _predict(
        "with rows of other lengths", {"rows": [GOOD_ROW, [], [1] * 3, [1] * 5]}, *(f"rows[{i}]" for i in (1, 2, 3))
    ),
    _predict("with other things for rows", {"rows": [None, 1, "x", True, GOOD_ROW]}, *(f"rows[{i}]" for i in range(4))),
    _predict("with rows in a row", {"rows": [[GOOD_ROW] * 4]}, *(f"rows[0][{i}]" for i in range(4))),
    _predict(
        "with wrong values",
        '{"rows":[[5.1,NaN,1e999,true],["1",null,3.5e38,0.2]]}',
        *(f"rows[{i}]" for i in ("0][1", "0][2", "0][3", "1][0", "1][1", "1][2")),
    ),
    _predict("with a misspelt name", {"rows": [NAMED, {**NAMED, "petal_lenght": 1}]}, "rows[1].petal_lenght"),
    _predict("with empty objects", {"rows": [{}]}, *(f"rows[0].{name}" for name in NAMES)),
    _predict("with a wrong named value", {"rows": [{**NAMED, NAMES[2]: True}]}, f"rows[0].{NAMES[2]}"),
    _predict("with a name twice", f'{{"rows":[{{"{NAMES[0]}":1,{NAMED_TEXT[1:]}]}}', f"rows[0].{NAMES[0]}"),
    _predict("with rows twice", '{"rows":[[1,1,1,1]],"rows":[[1,1,1,1]]}', "rows"),
    _predict("with rows twice, of objects", f'{{"rows":[{NAMED_TEXT}],"rows":[{NAMED_TEXT}]}}', "rows"),
    _predict("with rows twice, once escaped", '{"rows":[[1,1,1,1]],"row\\u0073":[[1,1,1,1]]}', "rows"),
    _predict("with version 0 and a model", {"rows": [GOOD_ROW], "version": 0, "model": "iris"}, "version", "model"),
    _predict("nested 100,000 deep", f'{{"rows":{_nested(100_000)}}}', more=True),
    *(_version_header(value) for value in ("0", "-1", "x", "null", "1.5", "1,1", "")),
    _body("of an unknown model", "/models/roses/predict", {"rows": [GOOD_ROW]}, (), status=404),
    _body("of an unknown version", PREDICT, {"rows": [GOOD_ROW], "version": 77_777}, (), status=404),
    _array("that is JSON", GOOD, ""),
    _array("without a body", b"", ""),
    _array("one byte short", ARRAY[:-1], ""),
    _array("one byte long", ARRAY + b"\0", ""),
    _array("with a damaged header", ARRAY.replace(b"shape", b"shade"), ""),
    _array("of objects", ARRAY.replace(b"'<f8'", b"'|O' "), ""),
    _array("of one dimension", npy.write(np.array(GOOD_ROW)), ""),
    _array("of three columns", npy.write(np.ones((2, 3))), "rows"),
    _array("of no rows", npy.write(np.ones((0, 4))), "rows"),
    _array("of 10,001 rows", npy.write(np.ones((10_001, 4))), "rows"),
    _array("of NaN and more", npy.write(np.array([[1, np.nan, np.inf, -1e39]])), *(f"rows[0][{i}]" for i in (1, 2, 3))),
    BadInput("/classify an array", request("POST", "/classify", [NPY], ARRAY), 415),
)

BODIES = (*BATCHES, *SYNTAX, *VALUES, *STRUCTURE, *SELECTION, *FLOWERS, *TRAINING, *RUNS, *CHAMPIONS)
