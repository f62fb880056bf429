"""Tables of house prices that many people have, recognised by the names of their columns."""

from collections.abc import Iterable
from dataclasses import dataclass

BLACK = "B"
BLACK_NOTE = (
    "Column B was made from the share of Black inhabitants, on the assumption that segregation raises prices; "
    "scikit-learn took the data out for that. The model does without it where it is left out."
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column says, and in which unit."""

    title: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Preset:
    """A known table: what its columns mean, which of them is the target, and which may be absent."""

    title: str
    description: str
    target: str
    meanings: dict[str, Meaning]
    optional: str = ""
    note: str = ""
    recipe: str = "averaged"
    name: str = "house"  # which GET /predict asks first

    def fits(self, names: Iterable[str]) -> bool:
        return self.meanings.keys() - {self.optional} <= set(names)


BOSTON = Preset(
    title="House prices in Boston",
    description="Estimates the median price of a house in a part of Boston, as of 1970 (Harrison and Rubinfeld 1978).",
    target="MEDV",
    meanings={
        "CRIM": Meaning("Crimes a head"),
        "ZN": Meaning("Land zoned for large lots", "%"),
        "INDUS": Meaning("Land of industry and trade", "%"),
        "CHAS": Meaning("At the Charles River (1) or not (0)"),
        "NOX": Meaning("Nitric oxides", "parts in 10 million"),
        "RM": Meaning("Rooms of a dwelling"),
        "AGE": Meaning("Dwellings built before 1940", "%"),
        "DIS": Meaning("Distance to centres of employment, weighted"),
        "RAD": Meaning("Access to radial highways, an index"),
        "TAX": Meaning("Property tax", "$ on $10,000"),
        "PTRATIO": Meaning("Pupils for each teacher"),
        BLACK: Meaning("1000 (share of Black inhabitants - 0.63)²"),
        "LSTAT": Meaning("Inhabitants of lower status", "%"),
        "MEDV": Meaning("Median price", "$1000"),
    },
    optional=BLACK,
    note=BLACK_NOTE,
)
CALIFORNIA = Preset(
    title="House prices in California",
    description="Estimates the median price of a house in a block group of California, as of 1990 (Pace, Barry 1997).",
    target="MedHouseVal",
    meanings={
        "MedInc": Meaning("Median income", "$10,000"),
        "HouseAge": Meaning("Median age of a house", "years"),
        "AveRooms": Meaning("Rooms of a household"),
        "AveBedrms": Meaning("Bedrooms of a household"),
        "Population": Meaning("Inhabitants"),
        "AveOccup": Meaning("Members of a household"),
        "Latitude": Meaning("Latitude", "°"),
        "Longitude": Meaning("Longitude", "°"),
        "MedHouseVal": Meaning("Median price", "$100,000"),
    },
)


def preset_of(names: Iterable[str]) -> Preset | None:
    """The preset whose columns are among `names`."""
    known = list(names)
    return next((preset for preset in (BOSTON, CALIFORNIA) if preset.fits(known)), None)
