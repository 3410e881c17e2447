"""Images: their sizes, how many objects they have, and which have none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import fiftyone as fo

from ....labelsets import Census
from ....labelsets.census.census_views import (
    aspect_view,
    image_size_view,
    labelled_view,
    objects_view,
)
from ....labelsets.census.counts.bins import ASPECT_EDGES
from ....labelsets.comparison.statuses import SIDE_COLORS
from ..charts import bars
from ..controls import Controls
from ..figure_views import Chart, Column, Figure, Lines, Samples, Table, whole
from .naming import side_field, side_names

MOST_OBJECTS = 40
"""The chart ends there; the few images beyond are in what is exported."""


def images_tab(census: Census, controls: Controls) -> Sequence[Figure]:
    """Medians, images without labels, objects an image, sizes and aspect ratios."""
    return [
        Lines("medians", _medians(census)),
        _labelled(census),
        _objects(census),
        _aspects(census),
        _sizes(census),
    ]


def _medians(census: Census) -> list[str]:
    found = census.images()
    lines = [f"{found['images']:,} images"]
    if found["median_width"] is not None:
        lines.append(
            f"median size {found['median_width']:g} × {found['median_height']:g} px, "
            f"{found['median_megapixels']:.2f} megapixels, width / height "
            f"{found['median_aspect_ratio']:.2f}"
        )
    if found["unknown_size"]:
        lines.append(f"{found['unknown_size']:,} images of unknown size: no metadata")
    return lines


def _labelled(census: Census) -> Table:
    names = side_names(census)
    titles = {
        "both": "labels in both",
        "base": f"labels in {names['base']} alone" if len(names) > 1 else "labels",
        "revised": f"labels in {names.get('revised')} alone",
        "neither": "no labels" if len(names) == 1 else "labels in neither",
    }
    found = census.labelled_images()

    def open_row(samples: Samples, row: Sequence[Any], _: int) -> fo.DatasetView:
        where: Any = row[-1]
        fields = census.base_field, census.revised_field
        return labelled_view(samples, *fields, where)

    columns = [Column("Images with"), Column("Images", whole)]
    rows = [(titles[str(name)], int(count), str(name)) for name, count in found.items()]
    return Table("labelled", "Images with and without labels", columns, rows, open_row)


def _objects(census: Census) -> Chart:
    frame = census.objects_per_image()
    shown = frame.head(MOST_OBJECTS + 1)
    sides = list(census.sides)

    def open_bar(samples: Samples, trace: int, point: int) -> fo.DatasetView:
        return objects_view(samples, side_field(census, sides[trace]), point)

    beyond = int(frame.iloc[len(shown) :].to_numpy().max(initial=0) > 0)
    note = f"Images with more than {MOST_OBJECTS} objects are exported, not drawn"
    return bars(
        "objects",
        "Objects per image",
        shown,
        [str(number) for number in shown.index],
        SIDE_COLORS,
        side_names(census),
        ("objects", "images"),
        open_bar,
        note=note if beyond else "",
    )


def _aspects(census: Census) -> Chart:
    frame = census.aspect_ratios()

    def open_bar(samples: Samples, _: int, point: int) -> fo.DatasetView:
        return aspect_view(samples, ASPECT_EDGES[point])

    return bars(
        "aspect_ratios",
        "Aspect ratio",
        frame[["images"]],
        list(frame["title"]),
        {"images": "#8a8f98"},
        {"images": "images"},
        ("width / height", "images"),
        open_bar,
    )


def _sizes(census: Census) -> Table:
    rows = list(census.image_sizes().itertuples(index=False, name=None))

    def open_row(samples: Samples, row: Sequence[Any], _: int) -> fo.DatasetView:
        return image_size_view(samples, row[0], row[1])

    columns = [Column("Width, px"), Column("Height, px"), Column("Images", whole)]
    return Table("image_sizes", "Sizes of images", columns, rows, open_row, most=50)
