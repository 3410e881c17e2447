"""A review in the panel: verdicts, the order of samples, progress."""
