"""Views of what a comparison found: samples, labels, and the pairs of its tables."""
