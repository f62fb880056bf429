"""Duet from Python: `publish` a fitted estimator, and the running backends serve it."""

from duet.publishing import publish

__all__ = ["publish"]
