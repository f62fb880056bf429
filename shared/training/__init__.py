"""Data in, fitted estimator and metrics out; and the child process that does it."""
