"""Elements of JSON lists are found wherever chunks end, whatever their text holds."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sama_coco.labelsets.exports.sources.json_elements import find_elements

TEXTS = st.text(alphabet='ab"\\{}[],: \n\u00e9\U0001f408', max_size=8)
VALUES = st.recursive(
    TEXTS | st.integers() | st.none() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner),
    max_leaves=8,
)
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=3)
NAMES = TEXTS.filter(len)
DOCUMENTS = st.dictionaries(NAMES, st.lists(OBJECTS, max_size=4) | OBJECTS, max_size=4)


def found_in(raw: bytes, chunk: int) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = defaultdict(list)
    for part in find_elements(io.BytesIO(raw), chunk):
        for start, end in zip(part.starts.tolist(), part.ends.tolist(), strict=True):
            element = part.data[start:end]
            assert raw[part.offset + start : part.offset + end] == element
            found[part.key].append(element)
    return found


@given(
    DOCUMENTS,
    st.integers(1, 90),
    st.sampled_from([None, 2]),
    st.booleans(),
)
def test_every_object_of_every_list_is_found(
    document: dict[str, Any], chunk: int, indent: int | None, ascii_only: bool
) -> None:
    raw = json.dumps(document, indent=indent, ensure_ascii=ascii_only).encode()
    found = found_in(raw, chunk)
    for key, entries in document.items():
        if isinstance(entries, list):
            name = json.dumps(key, ensure_ascii=ascii_only)[1:-1]
            elements = [json.dumps(json.loads(e)) for e in found.get(name, [])]
            assert elements == [json.dumps(entry) for entry in entries]


def test_memory_is_flat() -> None:
    entry = b'{"id":1,"segmentation":[[1.5,2.5,3.5,4.5]]}'
    raw = b'{"annotations":[' + b",".join([entry] * 50_000) + b"]}"
    parts = list(find_elements(io.BytesIO(raw), 1 << 16))
    assert sum(len(part.ends) for part in parts) == 50_000
    assert max(len(part.data) for part in parts) < 3 << 16


def test_an_element_larger_than_a_chunk_is_found() -> None:
    large = {"id": 1, "text": "x" * 10_000}
    raw = json.dumps({"images": [large, {"id": 2}]}).encode()
    assert [json.loads(e) for e in found_in(raw, 64)["images"]] == [large, {"id": 2}]


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b'"{"', b'{"": [{}]}', b'{"images": []}']
)
def test_documents_without_elements_have_none(raw: bytes) -> None:
    assert not found_in(raw, 4)
