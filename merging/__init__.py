"""Joining the label fields of two datasets: matched, planned, merged or put back."""

from .matching import FILE_NAME
from .merge import carry_out
from .offers import (
    find_key,
    key_fields,
    label_fields,
    offered_fields,
    offered_renames,
)
from .plan import KEEP, SKIP, MergePlan, MergeRequest, find_other, plan_merge

__all__ = [
    "FILE_NAME",
    "KEEP",
    "SKIP",
    "MergePlan",
    "MergeRequest",
    "carry_out",
    "find_key",
    "find_other",
    "key_fields",
    "label_fields",
    "offered_fields",
    "offered_renames",
    "plan_merge",
]
