"""The sizes of images in figures, exact in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ...comparison.counting.count_tables import counter, rows


@dataclass(slots=True)
class ImageSizes:
    """Widths and heights of images; sums (`+=`) are the same in any order.

    Attributes:
        sizes: images by (width, height), px
        unknown: images whose size is unknown
    """

    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    unknown: int = 0

    @property
    def images(self) -> int:
        """Images, those of unknown size included."""
        return self.sizes.total() + self.unknown

    def add(self, sizes: Iterable[tuple[int | None, int | None]]) -> None:
        """Adds images by their width and height in px, None where unknown."""
        for width, height in sizes:
            if width and height:
                self.sizes[int(width), int(height)] += 1
            else:
                self.unknown += 1

    def __iadd__(self, other: ImageSizes) -> ImageSizes:
        self.sizes.update(other.sizes)
        self.unknown += other.unknown
        return self

    def median_width(self) -> float | None:
        """Median width in px, None without any image of known size."""
        return self._median(lambda size: size[0])

    def median_height(self) -> float | None:
        """Median height in px."""
        return self._median(lambda size: size[1])

    def median_aspect(self) -> float | None:
        """Median of width / height."""
        return self._median(lambda size: Fraction(*size))

    def median_megapixels(self) -> float | None:
        """Median of width times height, in millions of px."""
        return self._median(lambda size: Fraction(size[0] * size[1], 10**6))

    def _median(self, of: Callable[[tuple[int, int]], int | Fraction]) -> float | None:
        """The middle value, or the mean of the two in the middle."""
        values: Counter[int | Fraction] = Counter()
        for size, count in self.sizes.items():
            values[of(size)] += count
        total = values.total()
        if not total:
            return None
        middle, seen = [], 0
        wanted = [(total - 1) // 2, total // 2]
        for value, count in sorted(values.items()):
            middle += [value for place in wanted if seen <= place < seen + count]
            seen += count
        return float(Fraction(sum(middle), 2))

    def to_dict(self) -> dict[str, Any]:
        """JSON-plain: rows of width, height and images, and how many are unknown."""
        return {"sizes": rows(self.sizes), "unknown": self.unknown}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> ImageSizes:
        """The inverse of `to_dict`."""
        return cls(counter(document["sizes"], (int, int)), int(document["unknown"]))
