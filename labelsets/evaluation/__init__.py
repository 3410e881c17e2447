"""A model's predictions evaluated against each of several label sets."""
