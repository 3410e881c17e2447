"""A comparison as a report with charts and example images, in HTML or Markdown."""
