"""Estimators that were fitted elsewhere, made into models: from Python, from files, and from a watched folder."""
