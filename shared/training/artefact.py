"""An estimator as bytes that depend on the estimator alone.

skops names the members of its archive after memory addresses and stamps them with the time of day, so that
equal estimators get unequal digests. Here addresses become numbers in order of appearance, and times one time.
"""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import skops.io

SCHEMA = "schema.json"
ADDRESS = re.compile(r'(?<="__id__": )\d+|(?<="file": ")\d+')  # quotes inside JSON strings are escaped
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first that ZIP can say


def dump(estimator: Any) -> bytes:
    """`estimator` as skops bytes; equal estimators, made by equal steps, give equal bytes."""
    made = zipfile.ZipFile(io.BytesIO(skops.io.dumps(estimator)))
    numbers: dict[str, str] = {}

    def number(address: str) -> str:
        return numbers.setdefault(address, str(len(numbers) + 1))

    schema = ADDRESS.sub(lambda match: number(match[0]), made.read(SCHEMA).decode("utf-8"))
    members = [(_renamed(name, number), made.read(name)) for name in made.namelist() if name != SCHEMA]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in [*sorted(members), (SCHEMA, schema.encode("utf-8"))]:
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)  # trees shrink to a tenth
    return target.getvalue()


def _renamed(name: str, number: Callable[[str], str]) -> str:
    address, dot, ending = name.partition(".")
    return f"{number(address)}{dot}{ending}"
