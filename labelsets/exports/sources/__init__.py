"""The label files that a field was read from, asked again while it is exported."""
