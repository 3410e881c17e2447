"""A comparison as a report to read and pass on: HTML in one file, or Markdown."""

from __future__ import annotations

import base64
import math
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import fiftyone as fo
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from ..comparison import Status
from ..runs.errors import ComparisonError
from ..runs.results import ComparisonResults, load_results
from .charts import CHARTS, charts, frequent_classes, one_line
from .example_images import MOST_EXAMPLES, Example, examples
from .files import absolute_path, check_targets, writing
from .object_rows import ObjectTable
from .templates import DEFINITIONS, HTML, MARKDOWN

Report = Callable[[float, str], None]
Content = dict[str, Any]

_MARKUP = re.compile(
    r"[\\`*{}\[\]<>&|#!~$:@=^]|(?<![^\W_])_|_(?![^\W_])|(?<=www)\.", re.IGNORECASE
)
"""What some kind of Markdown reads as more than itself inside a line; an underscore
only where it does not stand between letters."""


def export_report(
    samples: fo.core.collections.SampleCollection,
    key: str,
    path: str | os.PathLike[str],
    overwrite: bool = False,
    report: Report | None = None,
) -> list[Path]:
    """Writes a report of a finished comparison, with charts and examples.

    Figures are of the whole comparison; examples are of the samples given, and show
    what a view shows. HTML holds its pictures itself; those of Markdown lie next to it
    in a folder that is named after it. Class names and all other text of the dataset
    stay text in both.

    Args:
        samples: the dataset, or a view of its samples
        key: the key of the comparison
        path: a file that ends with ``.html`` or ``.md``
        overwrite: whether files that exist may be replaced
        report: told of the progress: how much is done, from 0 to 1, and of what

    Returns:
        the files written: the report, then its pictures if they lie next to it

    Raises:
        ComparisonError: if there is no such comparison, it is not finished, or a
            file is in the way or can't be written
    """
    target = absolute_path(path)
    if target.suffix not in (".html", ".md"):
        raise ComparisonError(f"'{target.name}' must end with .html or .md")
    table = ObjectTable(samples, key)
    results = load_results(table.dataset, key)
    check_targets(report_files(target), overwrite)
    content = _content(results, table, report)
    if target.suffix == ".html":
        _write(target, _HTML.render(content), overwrite)
        return [target]
    pictures = _write_pictures(target, content, overwrite)
    _write(target, _MARKDOWN.render(content), overwrite)
    return [target, *pictures]


def report_files(path: Path) -> list[Path]:
    """The files that a report may write: itself and, for Markdown, its pictures."""
    if path.suffix != ".md":
        return [path]
    folder = path.with_name(f"{path.stem}_pictures")
    names = [f"{name}.svg" for name in CHARTS]
    names += [f"example-{index + 1}.jpg" for index in range(MOST_EXAMPLES)]
    return [path, *(folder / name for name in names)]


def markdown_text(text: str) -> str:
    """Text that every kind of Markdown shows as it is, in one line."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", one_line(text))


def _content(
    results: ComparisonResults, table: ObjectTable, report: Report | None
) -> Content:
    """What both kinds of report say."""
    shown: list[Example] = []
    for example in examples(table):
        shown.append(example)
        if report is not None:
            report(len(shown) / (MOST_EXAMPLES + 1), f"{len(shown)} examples drawn")
    counts = results.statuses()
    classes = frequent_classes(results)
    config = results.config
    compared_at = table.dataset.get_run_info(results.key).timestamp
    return {
        "results": results,
        "config": config,
        "dataset_name": table.dataset.name,
        "compared_at": Markup(f"{compared_at:%Y-%m-%d %H:%M} UTC"),
        "figures": _figures(results),
        "charts": charts(results),
        "statuses": [
            (status, *(int(n) for n in counts.loc[str(status)]))
            for status in Status
            if counts.loc[str(status)].any()
        ],
        "classes": classes.reset_index().to_dict(orient="records"),
        "examples": shown,
        "broken": results.broken,
        "definitions": [
            Markup(line).format(
                iou=config.iou, low_iou=config.low_iou, cover=config.cover
            )
            for line in DEFINITIONS
        ],
        **_notes(results, len(classes), not isinstance(table.samples, fo.Dataset)),
    }


def _figures(results: ComparisonResults) -> list[tuple[str, str]]:
    summary = results.summary()
    counts = {
        "Images": "images",
        "Images that differ": "images_with_disagreement",
        "Objects in base": "base",
        "Objects in revised": "revised",
    }
    qualities = {"PQ": "pq", "SQ": "sq", "RQ": "rq", "Mean class PQ": "mean_pq"}
    scored = {"TP": "tp", "FP": "fp", "FN": "fn"}
    return [
        *((name, _count(summary[field])) for name, field in counts.items()),
        *((name, _quality(summary[field])) for name, field in qualities.items()),
        *((name, _count(summary[field])) for name, field in scored.items()),
    ]


def _notes(results: ComparisonResults, classes: int, of_view: bool) -> dict[str, str]:
    """Sentences above the charts and examples, plain in both kinds of markup."""
    identical = _count(results.statuses().loc[str(Status.IDENTICAL), "base"])
    pairs = int(results.relabels()["pairs"].sum())
    notes = {
        "iou_note": f"Left out are {identical} identical pairs, whose IoU is 1.",
        "classes_note": f"The {classes} classes with the most objects, of "
        f"{len(results.classes())}.",
        "relabels_note": f"The most frequent of {_count(pairs)} relabeled pairs: "
        "class in base → class in revised.",
        "examples_note": ("Of the view that was exported. " if of_view else "")
        + "Base on the left, revised on the right; outlines have the colours of the "
        "statuses, without a rim if identical. Numbers are objects in base / revised.",
    }
    return {name: Markup(note) for name, note in notes.items()}


def _write(path: Path, text: str, overwrite: bool) -> None:
    with writing(path, overwrite) as part:
        part.write_text(text, encoding="utf-8")


def _write_pictures(target: Path, content: Content, overwrite: bool) -> list[Path]:
    """Writes the pictures, and removes those that only an earlier report had."""
    possible = report_files(target)[1:]
    data = {f"{name}.svg": svg.encode() for name, svg in content["charts"].items()}
    for index, example in enumerate(content["examples"]):
        data[f"example-{index + 1}.jpg"] = example.jpeg
    written = []
    for path in possible:
        if path.name in data:
            with writing(path, overwrite) as part:
                part.write_bytes(data[path.name])
            written.append(path)
        else:
            path.unlink(missing_ok=True)
    content["folder"] = Markup(quote(possible[0].parent.name))
    return written


def _count(number: float) -> str:
    return f"{number:,.0f}"


def _change(number: float) -> str:
    return f"{number:+,.0f}" if number else "0"


def _quality(number: float | None) -> str:
    return "–" if number is None or math.isnan(number) else f"{number:.3f}"


def _data_address(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"


def _for_markdown(value: Any) -> Any:
    return value if isinstance(value, Markup) else markdown_text(str(value))


def _template(text: str, **options: Any) -> Template:
    environment = Environment(
        trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, **options
    )
    environment.filters |= {
        "change": _change,
        "count": _count,
        "data_address": _data_address,
        "one_line": one_line,
        "quality": _quality,
        "svg": Markup,
    }
    return environment.from_string(text)


_HTML = _template(HTML, autoescape=True)
_MARKDOWN = _template(MARKDOWN, finalize=_for_markdown)
