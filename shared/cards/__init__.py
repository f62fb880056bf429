"""Model cards: what to know of a version before relying on it, made from what its model and its training say."""

from shared.cards.card import ModelCard, card_of
from shared.cards.markdown import markdown

__all__ = ["ModelCard", "card_of", "markdown"]
