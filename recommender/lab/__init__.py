"""Training, evaluation and comparisons. The shop never imports this package."""
