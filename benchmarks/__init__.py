"""Measurements; `make bench` runs them, `docs/performance.md` shows and explains the results."""
