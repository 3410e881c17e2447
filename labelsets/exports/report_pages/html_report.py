"""A comparison as a report to read and pass on: HTML in one file, or Markdown."""

from __future__ import annotations

import base64
import math
import os
import re
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import fiftyone as fo
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ....zoo.progress import OnProgress
from ...comparison import Status
from ...error_types import ExportError
from ...runs.report import options_lines
from ...runs.run_config import ComparisonRunConfig
from ...runs.run_results import ComparisonResults, load_results
from ..examples.example_sheets import app_address, sample_address
from ..examples.example_words import describe_example
from ..examples.item_examples import ItemExample, draw_examples
from ..examples.telling_items import CHANGES
from ..object_rows import ObjectTable
from ..plain_lines import one_line
from ..staged_files import StagedFiles, absolute_path, staging
from .example_images import MOST_EXAMPLES, Example, examples
from .report_charts import CHARTS, charts, frequent_classes

CHANGES_SHOWN = 2
"""How many examples of each status a report has."""

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
    on_progress: OnProgress | None = None,
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
        on_progress: called with the share done, 0 to 1, and a text on what is done

    Returns:
        the files written: the report, then its pictures if they lie next to it

    Raises:
        ComparisonError: if there is no such comparison, or it is not finished
        ExportError: if a file is in the way or can't be written
    """
    target = absolute_path(path)
    if target.suffix not in (".html", ".md"):
        raise ExportError(f"'{target.name}' must end with .html or .md")
    table = ObjectTable(samples, key)
    with staging(target.parent, overwrite, report_files(target)) as files:
        write_report(table, target, files, on_progress)
        return files.paths


def write_report(
    table: ObjectTable,
    target: Path,
    files: StagedFiles,
    on_progress: OnProgress | None = None,
) -> None:
    """Adds the files of a report to those of an export.

    Args:
        table: the objects that examples may show
        target: the report's place; its pictures' places follow from it
        files: the files of the export
        on_progress: called with the share done, 0 to 1, and a text on what is done
    """
    results = load_results(table.dataset, table.fields.key)
    content = _content(results, table, on_progress)
    report = files.add(target)
    if target.suffix == ".html":
        text = _HTML.get_template("report.html.jinja").render(content)
    else:
        _write_pictures(target, content, files)
        text = _MARKDOWN.get_template("report.md.jinja").render(content)
    report.write_text(text, encoding="utf-8")


def report_files(path: Path) -> list[Path]:
    """The files that a report may write: itself and, for Markdown, its pictures."""
    if path.suffix != ".md":
        return [path]
    folder = path.with_name(f"{path.stem}_pictures")
    names = [f"{name}.svg" for name in CHARTS]
    numbers = range(1, CHANGES_SHOWN + 1)
    names += [f"{status}-{number}.jpg" for status in CHANGES for number in numbers]
    names += [f"example-{index + 1}.jpg" for index in range(MOST_EXAMPLES)]
    return [path, *(folder / name for name in names)]


def markdown_text(text: str) -> str:
    """Text that every kind of Markdown shows as it is, in one line."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", one_line(text))


def _content(
    results: ComparisonResults, table: ObjectTable, on_progress: OnProgress | None
) -> Content:
    """What both kinds of report say."""
    changes, shown = _examples(table, on_progress)
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
        "one_sided": _one_sided(results),
        "options": options_lines(config),
        "changes": _by_status(changes),
        "examples": shown,
        "address": partial(_address, table.dataset.name),
        "broken": results.broken,
        "definitions": _definitions(config),
        **_notes(results, len(classes), not isinstance(table.samples, fo.Dataset)),
    }


def _examples(
    table: ObjectTable, on_progress: OnProgress | None
) -> tuple[list[ItemExample], list[Example]]:
    """Examples of each status, and images."""
    changes: list[ItemExample] = []
    images: list[Example] = []
    most = len(CHANGES) * CHANGES_SHOWN + MOST_EXAMPLES + 1

    def say() -> None:
        if on_progress is not None:
            done = len(changes) + len(images)
            on_progress(done / most, f"{done} examples drawn")

    for change in draw_examples(table, CHANGES, CHANGES_SHOWN):
        changes.append(change)
        say()
    for image in examples(table):
        images.append(image)
        say()
    return changes, images


def _by_status(changes: list[ItemExample]) -> list[tuple[Status, list[Content]]]:
    """What is said of the examples of each status, with the names of their files."""
    found: dict[Status, list[Content]] = {}
    for change in changes:
        own = found.setdefault(change.status, [])
        words, jpeg = describe_example(change), change.jpeg()
        name = f"{change.status}-{len(own) + 1}.jpg"
        own.append({"name": name, "jpeg": jpeg, "words": words, "example": change})
    return list(found.items())


def _address(dataset: str, sample_id: str) -> Markup:
    """The address of a sample, with nothing in it that markup has a use for."""
    return Markup(sample_address(dataset, sample_id))


def _definitions(config: ComparisonRunConfig) -> list[Markup]:
    """The paragraphs that say what words and figures mean."""
    text = _HTML.get_template("definitions.txt.jinja").render(config=config)
    return [Markup(paragraph) for paragraph in text.strip().split("\n\n")]


def _one_sided(results: ComparisonResults) -> list[Content]:
    """The classes that only one side has, those with a suggestion first."""
    table = results.one_sided_classes().reset_index()
    rows: list[Content] = table.to_dict(orient="records")
    return sorted(rows, key=lambda row: (row["suggestion"] is None, -row["objects"]))


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
        "changes_note": ("Of the view that was exported. " if of_view else "")
        + "For each status the most telling objects: base on the left, revised on the "
        "right, both cropped alike. Links open the image in the App, where it runs at "
        f"{app_address()}.",
        "examples_note": ("Of the view that was exported. " if of_view else "")
        + "Base on the left, revised on the right; outlines have the colours of the "
        "statuses, without a rim if identical. Numbers are objects in base / revised.",
    }
    return {name: Markup(note) for name, note in notes.items()}


def _write_pictures(target: Path, content: Content, files: StagedFiles) -> None:
    """Writes the pictures, and has those go that only an earlier report had."""
    possible = report_files(target)[1:]
    data = {f"{name}.svg": svg.encode() for name, svg in content["charts"].items()}
    for _, shown in content["changes"]:
        data |= {one["name"]: one["jpeg"] for one in shown}
    for index, example in enumerate(content["examples"]):
        data[f"example-{index + 1}.jpg"] = example.jpeg
    for path in possible:
        if path.name in data:
            files.add(path).write_bytes(data[path.name])
        else:
            files.remove(path)
    content["folder"] = Markup(quote(possible[0].parent.name))


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


def _environment(**options: Any) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        **options,
    )
    environment.filters |= {
        "change": _change,
        "count": _count,
        "data_address": _data_address,
        "short": "{:g}".format,
        "one_line": one_line,
        "quality": _quality,
        "svg": Markup,
    }
    return environment


_HTML = _environment(autoescape=True)
_MARKDOWN = _environment(finalize=_for_markdown)
