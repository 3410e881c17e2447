"""Objects of an image as pixels and boxes: read, placed, intersected."""
