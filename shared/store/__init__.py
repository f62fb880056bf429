"""Versions and aliases on disk."""

from shared.store.model_store import ModelStore

__all__ = ["ModelStore"]
