"""The descriptions of the routes that take images of digits."""

from http import HTTPStatus

from shared.catalogue import entry_named
from shared.digits.normalise import MAX_SIDE
from shared.errors import NotExplainable, NotLoaded, NotTrained
from shared.http_api import descriptions, images, payloads, views
from shared.http_api.digits import MODEL
from shared.http_api.operations import Answer, Example, Operation, Schema
from shared.settings import Settings

ONE = """
0 0 0 12 13 5 0 0  0 0 0 11 16 9 0 0  0 0 3 15 16 6 0 0  0 7 15 16 16 2 0 0
0 0 1 16 16 3 0 0  0 0 1 16 16 6 0 0  0 0 1 16 16 6 0 0  0 0 0 11 16 10 0 0
"""
COUNTS = list(map(int, ONE.split()))
SHARES_OF_ONE = [0.0, 1.0, *[0.0] * 8]
FOUR = ("......", ".#..#.", ".#..#.", ".####.", "....#.", "....#.", "......")
DRAWN = [[255 * (pixel == "#") for pixel in row] for row in FOUR]
SEEN = [
    [0, 0, 0, 8, 12, 0, 0, 12],
    [0, 0, 1, 15, 4, 0, 4, 15],
    [0, 0, 10, 10, 0, 0, 14, 6],
    [0, 2, 16, 13, 12, 13, 14, 0],
    [0, 8, 12, 12, 13, 16, 4, 0],
    [0, 0, 0, 0, 8, 12, 0, 0],
    [0, 0, 0, 2, 15, 3, 0, 0],
    [0, 0, 0, 10, 10, 0, 0, 0],
]


def _one_width(schema: Schema, settings: Settings) -> None:
    """All images of one of two sizes, with something drawn in each."""
    sizes = ((images.SMALL, images.MOST_INK), (images.LARGE, images.BRIGHTEST))
    rows = [
        {
            "items": {
                "minItems": size,
                "maxItems": size,
                "items": {"maximum": top},
                "contains": {"exclusiveMinimum": 0},
            }
        }
        for size, top in sizes
    ]
    schema["properties"]["input"] |= {"minItems": 1, "maxItems": settings.max_rows, "anyOf": rows}


def _image_or_rows(schema: Schema, settings: Settings) -> None:
    if "rows" in schema["properties"]:
        schema["properties"]["rows"] |= {"minItems": 1, "maxItems": settings.max_rows}
        return
    sides = {"minItems": 1, "maxItems": MAX_SIDE}
    schema["properties"]["image"] |= sides
    schema["properties"]["image"]["items"] |= sides


PROBABILITIES = Operation(
    "Ask for the probabilities of many digits",
    "Predict",
    {
        HTTPStatus.OK: Answer(
            "Ten probabilities for each image, in the order of the digits.",
            list[list[views.Probability]],
            headers={"X-Model-Name": "The model that answered.", "X-Model-Version": "Its version."},
        )
    },
    "Images of 28 x 28 pixels are normalised as the data of the model were, so that they need not be centred or of one "
    "thickness; the background is what most of an image's border is, light or dark. All images of a request have one "
    f"size. Where many things are wrong, the first {images.MAX_NAMED} are named, and the others counted.",
    request=images.ImagesRequest,
    narrow=_one_width,
    errors=(NotTrained, NotLoaded),
    examples=(
        Example("One image of 8 x 8", lambda: [SHARES_OF_ONE], {"input": [COUNTS]}),
        descriptions.wrong(
            "Three images, two of them wrong",
            {"input": [COUNTS, [17, *COUNTS[1:]], COUNTS[1:]]},
            ("input[1][0]", "must lie between 0 and 16, got 17"),
            ("input[2]", "must hold 784 pixels from 0 to 255, or 64 from 0 to 16, got 63"),
        ),
    ),
)
PREDICT = Operation(
    "Read a drawn digit",
    "Predict",
    {
        HTTPStatus.OK: Answer(
            "The digit and the probabilities of all ten, and of an image what the model saw of it.",
            views.DigitsAnswer,
            also=descriptions.PREDICT.answers[HTTPStatus.OK].also,
            headers=descriptions.PREDICT.answers[HTTPStatus.OK].headers,
        )
    },
    f"One image of any size up to {MAX_SIDE} pixels a side, light on dark or dark on light, or rows of 64 counts as "
    "for any other model. Rows may take no more bytes than on other routes. With `explain`, the answer tells how much "
    "each part of the image matters.",
    request={"image": images.ImageRequest, MODEL: payloads.rows_request(entry_named(MODEL).feature_names)},
    narrow=_image_or_rows,
    takes=descriptions.PREDICT.takes,
    parameters={name: one for name, one in descriptions.PREDICT.parameters.items() if one.place == "header"},
    errors=(*descriptions.ASKING, NotExplainable),
    examples=(
        Example(
            "A four of 6 x 7 pixels",
            lambda: views.DigitsAnswer(
                MODEL, 1, list("0123456789"), ["4"], [[0.0, 0.0, 0.0, 0.0, 1.0, *[0.0] * 5]], [], 0, seen=SEEN
            ),
            {"image": DRAWN},
        ),
        descriptions.wrong(
            "Rows of unequal length, and a pixel too bright",
            {"image": [[0, 300], [0]]},
            ("image[0][1]", "must lie between 0 and 255, got 300"),
            ("image[1]", "holds 1 numbers, and those before it 2"),
        ),
    ),
)
