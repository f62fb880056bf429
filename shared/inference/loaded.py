"""The predictors in memory."""

from collections import OrderedDict

from shared.errors import NotTrained
from shared.inference.predictor import Predictor

MAX_PINNED = 8  # versions other than champions that are kept because requests named them


class LoadedModels:
    """The champion of each model, and the versions that requests named lately.

    A swap is one assignment of a new dictionary: a reader sees the old champion or the new one, never
    half of either, and takes no lock.
    """

    def __init__(self) -> None:
        self._champions: dict[str, Predictor] = {}
        self._pinned: OrderedDict[tuple[str, int], Predictor] = OrderedDict()

    def champion(self, model: str) -> Predictor:
        """Raises NotTrained where the model has none."""
        try:
            return self._champions[model]
        except KeyError:
            raise NotTrained(model) from None

    def champion_numbers(self) -> dict[str, int]:
        return {model: predictor.version.number for model, predictor in self._champions.items()}

    def crown(self, predictor: Predictor) -> None:
        self._champions = self._champions | {predictor.version.model: predictor}

    def drop(self, model: str) -> None:
        """Forget every version of `model`."""
        self._champions = {name: predictor for name, predictor in self._champions.items() if name != model}
        self.unpin(model)

    def unpin(self, model: str) -> None:
        """Forget every version of `model` but the champion."""
        for key in [key for key in list(self._pinned) if key[0] == model]:
            self._pinned.pop(key, None)

    def numbers(self, model: str) -> set[int]:
        """The versions of `model` that are in memory."""
        champion = self._champions.get(model)
        pinned = {number for name, number in list(self._pinned) if name == model}
        return pinned if champion is None else pinned | {champion.version.number}

    def pinned(self, model: str, number: int) -> Predictor | None:
        champion = self._champions.get(model)
        if champion is not None and champion.version.number == number:
            return champion
        return self._pinned.get((model, number))

    def pin(self, predictor: Predictor) -> None:
        self._pinned[predictor.version.model, predictor.version.number] = predictor
        while len(self._pinned) > MAX_PINNED:
            self._pinned.popitem(last=False)
