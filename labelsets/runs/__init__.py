"""A comparison as a run of a FiftyOne dataset: written, kept, found and read."""
