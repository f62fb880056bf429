"""How like its training data a row is, and what the answer to it rests on; knows rows and answers, no estimator."""

FAMILIARITY, BACKGROUND = "familiarity", "background"  # what a training attaches to a version
