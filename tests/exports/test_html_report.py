"""The report of a comparison: its pictures are there, and text stays text."""

from __future__ import annotations

import base64
import io
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import fiftyone as fo
import numpy as np
import pytest
from helpers.datasets.exported import HOSTILE, drawn, hostile, of_example
from helpers.datasets.labelled import (
    FIELDS,
    boxed,
    draw_images,
    every_status,
    make_pair,
)
from PIL import Image
from sama_coco.labelsets import compare_annotations, show_examples
from sama_coco.labelsets.exports.examples.item_examples import BAR, GAP, PANE
from sama_coco.labelsets.exports.examples.telling_items import CHANGES
from sama_coco.labelsets.exports.report_pages.html_report import export_report

pytestmark = pytest.mark.usefixtures("fresh_database")


class Page(HTMLParser):
    """The tags, pictures and text of a page, as a browser reads them."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.pictures: list[bytes] = []
        self.crops: list[bytes] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        if tag == "a":
            self.links.append(str(dict(attrs)["href"]))
        if tag == "img":
            kind, data = str(dict(attrs)["src"]).split(",")
            assert kind == "data:image/jpeg;base64"
            is_crop = "base and revised on" in str(dict(attrs)["alt"])
            found = self.crops if is_crop else self.pictures
            found.append(base64.b64decode(data))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_a_page_holds_its_charts_and_examples(
    example_mirror: Path, tmp_path: Path
) -> None:
    dataset = of_example(example_mirror, tmp_path / "zoo")
    assert export_report(dataset, "diff", tmp_path / "r.html") == [tmp_path / "r.html"]
    page = Page(tmp_path / "r.html")
    assert page.tags["svg"] == 4
    assert len(page.pictures) == 6
    for picture in page.pictures:
        with Image.open(io.BytesIO(picture)) as image:
            image.load()
            assert image.width > 1000
    assert len(page.crops) == 2 * len(CHANGES)
    for crop in page.crops:
        with Image.open(io.BytesIO(crop)) as image:
            image.load()
            assert image.size == (2 * PANE[0] + GAP, PANE[1] + BAR)
    most = dataset.sort_by("diff_disagreement", reverse=True).first()
    assert page.words.index(Path(most.filepath).name) < page.words.index(
        "How to read this"
    )


def test_every_picture_of_a_page_leads_to_its_sample(
    example_mirror: Path, tmp_path: Path
) -> None:
    dataset = of_example(example_mirror, tmp_path / "zoo")
    export_report(dataset, "diff", tmp_path / "r.html")
    start = f"http://localhost:{fo.config.default_app_port}/datasets/example?id="
    links = Page(tmp_path / "r.html").links
    shown = show_examples(dataset, per_status=2)
    pictured = [f"{start}{row['sample_id']}" for row in shown.rows]
    assert links[: 2 * len(pictured)] == [link for link in pictured for _ in range(2)]
    assert len(links) == 2 * len(pictured) + 6
    assert {link.removeprefix(start) for link in links} <= set(dataset.values("id"))
    most = dataset.sort_by("diff_disagreement", reverse=True).first()
    assert links[2 * len(pictured)] == f"{start}{most.id}"


def test_markdown_has_its_pictures_next_to_it(
    example_mirror: Path, tmp_path: Path
) -> None:
    dataset = of_example(example_mirror, tmp_path / "zoo")
    report, *pictures = export_report(dataset, "diff", tmp_path / "of it" / "r 1.md")
    text = report.read_text(encoding="utf-8")
    assert len(pictures) == 10 + 2 * len(CHANGES)
    for picture in pictures:
        assert f"](r%201_pictures/{picture.name})" in text
        assert picture.parent == tmp_path / "of it" / "r 1_pictures"
        if picture.suffix == ".svg":
            assert ElementTree.parse(picture).getroot().tag.endswith("svg")
        else:
            with Image.open(picture) as image:
                image.verify()


def test_outlines_have_the_colours_of_their_statuses_on_their_side(
    tmp_path: Path,
) -> None:
    dataset = make_pair(([boxed("cat", 10, 10, 50, 40)], []))
    draw_images(dataset, tmp_path)
    compare_annotations(dataset, **FIELDS)
    _, *pictures = export_report(dataset, "diff", tmp_path / "r.md")
    with Image.open(pictures[-1]) as image:
        pixels = np.asarray(image.convert("RGB"), int)
    red = (pixels[..., 0] > 120) & (pixels[..., 1:] < 60).all(axis=2)
    rows, columns = np.nonzero(red)
    scale = 640 / 80
    assert abs(columns.min() - 10 * scale) < 3
    assert abs(columns.max() - 60 * scale) < 3
    assert abs(rows.min() - 10 * scale) < 3
    assert abs(rows.max() - 50 * scale) < 3


def test_a_report_does_without_an_image_that_is_gone(tmp_path: Path) -> None:
    export_report(drawn(), "diff", tmp_path / "r.html")
    page = Page(tmp_path / "r.html")
    assert len(page.pictures) == 1
    assert len(page.crops) == len(CHANGES)
    said = sum("its image was not found" in words for words in page.words)
    assert said == 1 + len(CHANGES)


def test_hostile_text_is_text_on_a_page(tmp_path: Path) -> None:
    plain, page = drawn(every_status()), tmp_path / "hostile.html"
    export_report(plain, "diff", tmp_path / "plain.html")
    fo.delete_dataset(plain.name)
    export_report(hostile(), "diff", page)
    found, usual = Page(page), Page(tmp_path / "plain.html")
    assert set(found.tags) <= set(usual.tags)
    assert found.tags["script"] == 0
    assert found.attributes <= usual.attributes
    assert {"<img src=x onerror=alert(1)>", "a | b", "{{ 7 * 7 }}", "猫"} <= set(
        found.words
    )


def test_hostile_text_is_text_in_markdown_and_its_charts(tmp_path: Path) -> None:
    report, *pictures = export_report(hostile(), "diff", tmp_path / "r.md")
    text = report.read_text(encoding="utf-8")
    for markup in ("<", "](javascript", "**bold**", "`code`", "&amp;", "www."):
        assert markup not in text
    start = text.index("| Class |")
    table = text[start : text.index("\n\n", start)].splitlines()
    assert len(table) == 2 + len(HOSTILE)
    assert {line.count("|") for line in table} == {8}
    for picture in pictures:
        if picture.suffix == ".svg":
            root = ElementTree.parse(picture).getroot()
            tags = {element.tag.split("}")[1] for element in root.iter()}
            assert tags <= {"svg", "rect", "text"}
