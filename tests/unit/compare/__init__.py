"""Tests of `shared.compare`."""
