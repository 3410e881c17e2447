"""CSV read back by Python, by pandas, and by the rules of RFC 4180 and spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from helpers.datasets.exported import HOSTILE, hostile
from helpers.datasets.labelled import HOSTILE as HOSTILE_NAMES
from helpers.datasets.labelled import masked
from hypothesis import given
from hypothesis import strategies as st
from sama_coco.labelsets.exports.comparison_files import export_objects
from sama_coco.labelsets.exports.csv_text import CsvWriter, escape_formula, frame_csv

Table = list[list[str]]

TEXTS = [
    *HOSTILE,
    *HOSTILE_NAMES,
    "a\rb",
    "a\r=1+1",
    "a\n=1+1",
    "a\r\n=1+1",
    "\r",
    "\r\n",
    'a"\r=1,"b',
    'a",=1,"b',
    'a";=1;"b',
    ";=1+1",
    "\u2028=1",
    "\x85=1",
    "\ufeff=1",
    "\u200b@SUM(A1)",
    "\x00=1",
    "\x01=1",
    "trailing space ",
    "'",
]


def by_python(text: str) -> Table:
    return list(csv.reader(io.StringIO(text, newline="")))


def by_pandas(text: str) -> Table:
    frame = pd.read_csv(
        io.BytesIO(text.encode()), header=None, dtype=str, keep_default_na=False
    )
    return frame.to_numpy().tolist()


def by_rfc_4180(text: str) -> Table:
    """The records of RFC 4180, and nothing that it does not allow."""
    rows: Table = [[]]
    at = 0
    while at < len(text):
        assert text[at] == '"', "a field that is not quoted"
        field, at = "", at + 1
        while True:
            end = text.index('"', at)
            field += text[at:end]
            if text[end + 1 : end + 2] != '"':
                break
            field, at = field + '"', end + 2
        rows[-1].append(field)
        at = end + 1
        if text.startswith(",", at):
            at += 1
        else:
            assert text.startswith("\r\n", at), "a record that does not end"
            at += 2
            rows.append([])
    return rows[:-1]


READERS = [by_python, by_pandas, by_rfc_4180]


def written(rows: Table) -> str:
    file = io.StringIO(newline="")
    CsvWriter(file, rows[0]).write(rows[1:])
    return file.getvalue()


def read(text: str) -> str:
    """The text that a field was written from."""
    return text.removeprefix("'")


def is_computed(field: str) -> bool:
    """Whether a spreadsheet takes a field for a formula, or leaves something out of it
    and then does."""
    bare = "".join(c for c in field if c.isprintable()).strip()
    return bare.startswith(tuple("=+-@＝＋－＠")) or field.startswith(tuple("\t\r\n"))


@pytest.mark.parametrize("reader", READERS)
def test_hostile_text_stays_in_its_field(reader: Callable[[str], Table]) -> None:
    rows = [["a", "b"], *([text, "next"] for text in TEXTS)]
    found = reader(written(rows))
    assert len(found) == len(rows)
    for (field, after), text in zip(found[1:], TEXTS, strict=True):
        assert not is_computed(field)
        assert read(field) == text.replace("\x00", "\ufffd")
        assert after == "next"


@given(st.lists(st.text(alphabet="a=+@-\"',;\t\r\n |\u200b\ufeff"), min_size=1))
def test_any_text_comes_back(texts: list[str]) -> None:
    text = written([texts, texts])
    for reader in (by_python, by_rfc_4180):
        found = reader(text)
        assert len(found) == 2
        assert [read(field) for field in found[1]] == texts
        assert not any(is_computed(field) for field in found[1])


@pytest.mark.parametrize(
    "text",
    [
        "=1",
        "+1",
        "-1",
        "@x",
        " =1",
        "\t1",
        "＝1",
        "'1",
        "\ufeff=1",
        "\x01-1",
        "\u200b@",
    ],
)
def test_text_that_a_spreadsheet_would_compute_gets_a_quote(text: str) -> None:
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "cat", "a=1", "hot-dog", "(no class)", None])
def test_other_text_is_left_alone(text: str | None) -> None:
    assert escape_formula(text) == text


def test_numbers_stay_numbers_and_nothing_is_empty() -> None:
    table = pd.DataFrame({"n": [-1, 2], "x": [0.5, float("nan")], "y": ["-", None]})
    text = frame_csv(table, index=False)
    assert by_rfc_4180(text) == [["n", "x", "y"], ["-1", "0.5", "'-"], ["2", "", ""]]
    assert pd.read_csv(io.StringIO(text)).dtypes["n"] == "int64"


def test_a_frame_may_have_columns_called_as_its_index() -> None:
    table = pd.DataFrame(
        {"class": [1], "=b": [2]}, index=pd.Index(["@a"], name="class")
    )
    assert by_rfc_4180(frame_csv(table, index=True)) == [
        ["class", "class", "'=b"],
        ["'@a", "1", "2"],
    ]


@pytest.mark.usefixtures("fresh_database")
def test_objects_have_a_row_each_whatever_their_classes_are_called(
    tmp_path: Path,
) -> None:
    dataset = hostile()
    names = [name for name in TEXTS if name and "\x00" not in name]
    sample = dataset.first()
    sample["before"].detections = [masked(name, 0, 0, 5, 5) for name in names]
    for label in sample["before"].detections:
        label["diff"], label["tags"] = "removed", ["=a", "b\r=c"]
    sample.save()
    export_objects(dataset, "diff", tmp_path / "objects.csv")
    text = (tmp_path / "objects.csv").read_bytes().decode()
    for reader in READERS:
        header, *rows = reader(text)
        table = [dict(zip(header, row, strict=True)) for row in rows]
        base = [row for row in table if row["side"] == "base"]
        assert len(table) == len(names) + len(HOSTILE)
        assert [read(row["class"]) for row in base] == names
        assert {row["label_tags"] for row in base} == {"'=a;b\r=c"}
        assert not any(
            is_computed(field)
            for row in table
            for name, field in row.items()
            if name not in ("area_change", "vertex_change")
        )
