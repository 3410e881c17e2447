"""What the two sides of a census are called."""

from __future__ import annotations

from ....labelsets import Census
from ...side_names import side_names as names_of


def side_names(census: Census) -> dict[str, str]:
    """The name of each side: by its source where its field says it, else its field."""
    fields = [side_field(census, side) for side in census.sides]
    return dict(zip(census.sides, names_of(fields), strict=True))


def side_field(census: Census, side: str) -> str:
    """The label field of a side."""
    field = census.base_field if side == "base" else census.revised_field
    assert field is not None, "a census of one has no revised side"
    return field
