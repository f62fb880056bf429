"""Images in requests: rows of pixels as JSON, too many to look at all of them for what is wrong at once.

A body is cut into its rows first, and a row becomes numbers only while it is looked at: as Python's numbers, ten
thousand images would take ten times the memory of their text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Annotated, Any

import msgspec
import numpy as np

from shared.digits.normalise import MAX_SIDE, eight_by_eight
from shared.domain.dataset import FloatMatrix, FloatVector
from shared.errors import BlankImage, InvalidInput, Problem
from shared.http_api import payloads
from shared.http_api.batches import size_problems

MAX_NAMED = 20  # problems; of the others it is said how many they are
CHUNK = 500  # images that are normalised at once
SMALL, LARGE = 8 * 8, 28 * 28  # pixels of an image
MOST_INK, BRIGHTEST = 16, 255
BLANK = "nothing is drawn in the image"
Pixel = Annotated[float, msgspec.Meta(ge=0, le=BRIGHTEST)]
Rows = Sequence[bytes | msgspec.Raw]  # each as it was sent
_row = msgspec.json.Decoder(list[payloads.Number])


class ImagesRequest(payloads.Payload, frozen=True):
    """`input` holds one image a row: 784 pixels from 0 to 255 (28 x 28, row by row) or 64 from 0 to 16 (8 x 8)."""

    input: list[list[Pixel]]


class ImageRequest(payloads.Payload, frozen=True):
    """`image` holds the rows of one image, of pixels from 0 to 255, light on dark or dark on light."""

    image: list[list[Pixel]]
    version: payloads.Count | None = None
    explain: bool = False


class _CutImages(payloads.Payload, frozen=True):
    input: list[msgspec.Raw]


class _CutImage(payloads.Payload, frozen=True):
    image: list[msgspec.Raw]
    version: payloads.Count | None = None
    explain: bool = False


@dataclass(slots=True)
class _Problems:
    """The first problems, and how many there are."""

    first: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, problems: Iterable[Problem], count: int) -> None:
        """Note `count` more, of which no more are asked for than will be named."""
        self.first.extend(islice(problems, MAX_NAMED - len(self.first)))
        self.count += count

    @property
    def has_room(self) -> bool:
        return len(self.first) < MAX_NAMED

    def refuse(self, path: str) -> None:
        """Raises InvalidInput where there is any; what is not named is counted at `path`."""
        if further := self.count - len(self.first):
            self.first.append(Problem(path, f"{further} more {'thing is' if further == 1 else 'things are'} wrong"))
        if self.first:
            raise InvalidInput(self.first)


def read_images(body: bytes, max_rows: int, max_thorough: int) -> FloatMatrix:
    """The images of an ImagesRequest as rows of 64 counts, 0..16; those of 28 x 28 are normalised as the data were.

    What can't be read at all is looked at for every problem up to `max_thorough` bytes. Raises InvalidInput.
    """
    rows: Rows = _cut(body, _CutImages, ImagesRequest, max_thorough).input
    _refuse_size("input", rows, max_rows)
    problems = _Problems()
    tops = {LARGE: BRIGHTEST, SMALL: MOST_INK}
    images = list(_checked("input", rows, tops, "784 pixels from 0 to 255, or 64 from 0 to 16", problems))
    problems.refuse("input")
    starts = range(0, len(images), CHUNK)
    counts = [_normalised(np.stack(images[start : start + CHUNK]), start, problems) for start in starts]
    problems.refuse("input")
    return np.concatenate(counts)


def read_image(body: bytes, max_thorough: int) -> tuple[FloatMatrix, int | None, bool]:
    """What a model sees of the image of an ImageRequest, (8, 8) counts of 0..16, the version that is named, and whether
    the answer is to be explained.

    Raises InvalidInput.
    """
    request = _cut(body, _CutImage, ImageRequest, max_thorough)
    rows: Rows = request.image
    _refuse_size("image", rows, MAX_SIDE)
    problems = _Problems()
    tops = dict.fromkeys(range(1, MAX_SIDE + 1), BRIGHTEST)
    pixels = list(_checked("image", rows, tops, f"1 to {MAX_SIDE} pixels from 0 to 255", problems))
    problems.refuse("image")
    try:
        return eight_by_eight(np.stack(pixels)), request.version, request.explain
    except BlankImage:
        raise InvalidInput([Problem("image", BLANK)]) from None


def _cut(body: bytes, cut: type[payloads.Payload], whole: type[payloads.Payload], max_thorough: int) -> Any:
    """`body` as a `cut`, in which the rows are as they were sent."""
    if (request := payloads.in_one_step(cut, body)) is not None:
        return request
    if len(body) <= max_thorough:
        return msgspec.json.decode(msgspec.json.encode(payloads.parse(whole, body)), type=cut)
    try:
        msgspec.json.decode(body, type=cut)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput([Problem("", f"the body can't be read: {error}")]) from None
    raise InvalidInput([Problem("", "the body holds a key more than once, or a backslash")])


def _refuse_size(path: str, rows: Rows, max_rows: int) -> None:
    if problems := list(size_problems(path, len(rows), max_rows)):
        raise InvalidInput(problems)


def _checked(
    path: str, rows: Rows, tops: Mapping[int, int], expected: str, problems: _Problems
) -> Iterator[FloatVector]:
    """The numbers of each row that is as wide as those before it; `tops` are the largest numbers at known widths."""
    width: int | None = None
    for index, text in enumerate(rows):
        place = f"{path}[{index}]"
        sent = bytes(text)
        if sent.count(b",") >= MAX_SIDE:  # which is seen without a number for each
            problems.add([Problem(place, f"must hold {expected}, got more than {MAX_SIDE}")], 1)
            continue
        row = _numbers(place, sent, problems)
        if row is None:
            continue
        if len(row) not in tops:
            problems.add([Problem(place, f"must hold {expected}, got {len(row)}")], 1)
        elif width not in (None, len(row)):
            problems.add([Problem(place, f"holds {len(row)} numbers, and those before it {width}")], 1)
        else:
            width = len(row)
            outside = np.flatnonzero((row < 0) | (row > tops[width]))
            why = f"must lie between 0 and {tops[width]}, got"
            problems.add((Problem(f"{place}[{column}]", f"{why} {row[column]:g}") for column in outside), len(outside))
            yield row


def _numbers(path: str, text: bytes, problems: _Problems) -> FloatVector | None:
    try:
        return np.array(_row.decode(text), dtype=np.float64)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # That there is something more is enough to know where no more is named.
        looked_at = islice(payloads.problems_in(path, text, list[payloads.Number]), None if problems.has_room else 1)
        found = list(looked_at)
        problems.add(found, len(found))
        return None


def _normalised(images: FloatMatrix, start: int, problems: _Problems) -> FloatMatrix:
    """Rows of 64 counts, of `images` from number `start` on; what is blank becomes a problem."""
    blank: Sequence[int] = ()
    if images.shape[1] == SMALL:
        blank = np.flatnonzero(~images.any(axis=1)).tolist()
    else:
        try:
            images = eight_by_eight(images.reshape(-1, 28, 28)).reshape(-1, SMALL)
        except BlankImage as error:
            blank = error.images
    problems.add((Problem(f"input[{start + image}]", BLANK) for image in blank), len(blank))
    return images
