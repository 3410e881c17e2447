"""Which runs a dataset has: their keys, who works on them, and their list."""
