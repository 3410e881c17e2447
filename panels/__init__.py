"""The views of the plugin, one module each."""

from .differences.annotation_differences import AnnotationDifferences
from .numbers.by_the_numbers import ByTheNumbers

PANELS = (AnnotationDifferences, ByTheNumbers)
