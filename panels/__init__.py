"""The views of the plugin, one module each."""

from .annotation_differences import AnnotationDifferences
from .by_the_numbers import ByTheNumbers

PANELS = (AnnotationDifferences, ByTheNumbers)
