"""Servers to measure against: each does what its framework's own tutorial shows, with sensible settings."""
