"""Versions in memory, ready to answer."""
