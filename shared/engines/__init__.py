"""Ways to evaluate an estimator: scikit-learn itself, and cheaper ones that were seen to agree with it."""
