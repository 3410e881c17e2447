"""The drawn example: scenes, two label sets of them, and a mirror of both hosts."""

from .mirror import write_mirror

__all__ = ["write_mirror"]
