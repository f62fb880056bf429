"""Whether two targets differ by more than the noise of their rounds."""

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import mean, stdev

import msgspec

CONFIDENCE = 0.99
# Student's t, two-sided 99 %, for 1 to 30 degrees of freedom (NIST/SEMATECH e-Handbook, section 1.3.6.7.2)
T_99 = (
    *(63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.250, 3.169),
    *(3.106, 3.055, 3.012, 2.977, 2.947, 2.921, 2.898, 2.878, 2.861, 2.845),
    *(2.831, 2.819, 2.807, 2.797, 2.787, 2.779, 2.771, 2.763, 2.756, 2.750),
)


class Difference(msgspec.Struct, frozen=True):
    """`target` minus `against` in one figure, paired by round, with its interval; `words` say what that means."""

    figure: str
    unit: str
    target: str
    against: str
    rounds: int
    mean: float
    low: float
    high: float
    words: str

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def interval(differences: Sequence[float]) -> tuple[float, float]:
    """The 99 % t interval of the mean of two or more differences."""
    degrees = len(differences) - 1
    reach = T_99[min(degrees, len(T_99)) - 1] * stdev(differences) / sqrt(len(differences))
    return mean(differences) - reach, mean(differences) + reach


def difference(
    figure: str, unit: str, target: str, against: str, values: Mapping[str, Mapping[int, float]]
) -> Difference | None:
    """How `target` differs from `against`, whose `values` are by round; None with fewer than two common rounds."""
    pairs = [(values[target][turn], values[against][turn]) for turn in values[target] if turn in values[against]]
    if len(pairs) < 2:
        return None
    found = [one - other for one, other in pairs]
    low, high = interval(found)
    base = mean(other for _, other in pairs)
    told = _words(figure, unit, target, against, mean(found), low, high, base)
    return Difference(figure, unit, target, against, len(pairs), mean(found), low, high, told)


def _words(
    figure: str, unit: str, target: str, against: str, middle: float, low: float, high: float, base: float
) -> str:
    if low <= 0 <= high:
        return (
            f"{figure}: no difference between {target} and {against} beyond the interval, "
            f"{_signed(low)} to {_signed(high)} {unit}"
        )
    way = "more" if middle > 0 else "less"
    share = f" ({abs(middle) / base:.0%})" if base > 0 else ""
    near, far = sorted((abs(low), abs(high)))
    return f"{figure}: {target} has {_short(near)} to {_short(far)} {unit} {way} than {against}{share}"


def _short(value: float) -> str:
    """To three digits, without an exponent."""
    return f"{float(f'{value:.3g}'):,g}"


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{_short(value)}"
