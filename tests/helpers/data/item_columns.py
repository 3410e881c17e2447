"""Columns of labels made of plain objects, and such objects at random."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from helpers.oracles.plain_reconciling import VERDICTS, PlainLabel, PlainSample
from sama_coco.labelsets.comparison import Status
from sama_coco.labelsets.reconciling.decisions.items import NEWER, LabelColumns
from sama_coco.labelsets.reconciling.decisions.verdicts import Verdict, verdict_tags

CLASSES = ["cat", "dog", "cow", "cup"]
PAIRED = ["identical", "refined", "recrowded", "relabeled", "displaced"]


def columns(samples: Sequence[PlainSample], key: str = "diff") -> LabelColumns:
    rows = [(n, label) for n, sample in enumerate(samples) for label in sample.labels]
    names = sorted({name for _, x in rows for name in (x.name, x.compared)})
    items: dict[tuple[int, str], int] = {}

    def number(sample: int, label: PlainLabel) -> int:
        if label.item is None:
            return -1
        return items.setdefault((sample, label.item), len(items))

    def bits(tags: Sequence[str]) -> int:
        known = verdict_tags(key)
        order = list(Verdict)
        return sum(1 << order.index(known[tag]) for tag in set(tags) & set(known))

    def status(label: PlainLabel) -> int:
        return NEWER if label.status is None else Status(label.status).order

    def numbers(values: Sequence[float | None]) -> np.ndarray:
        return np.array([np.nan if v is None else v for v in values], float)

    return LabelColumns(
        sample=np.array([n for n, _ in rows], int),
        side=np.array([int(x.side == "revised") for _, x in rows], int),
        status=np.array([status(x) for _, x in rows], int),
        item=np.array([number(n, x) for n, x in rows], int),
        iou=numbers([x.iou for _, x in rows]),
        area=numbers([x.area for _, x in rows]),
        evidence=numbers([x.evidence for _, x in rows]),
        crowd=np.array([x.crowd for _, x in rows], bool),
        compared_class=np.array([names.index(x.compared) for _, x in rows], int),
        own_class=np.array([names.index(x.name) for _, x in rows], int),
        verdicts=np.array([bits(x.tags) for _, x in rows], int),
        sample_verdicts=np.array([bits(s.tags) for s in samples], int),
        class_names=names,
    )


def random_sample(chance: random.Random, number: int) -> PlainSample:
    """A sample with items of every kind, not in the order of items."""
    labels: list[PlainLabel] = []
    for item in range(chance.randint(0, 6)):
        labels += _random_item(chance, f"{number}-{item}")
    for extra in range(chance.randint(0, 2)):
        status = chance.choice([None, "degenerate"])
        side = chance.choice(["base", "revised"])
        labels.append(PlainLabel(f"{number}-x{extra}", side, "cat", status, None))
    chance.shuffle(labels)
    labels.sort(key=lambda label: label.side)
    tags = [chance.choice(list(VERDICTS))] if chance.random() < 0.2 else []
    return PlainSample(labels, tags)


def _random_item(chance: random.Random, name: str) -> list[PlainLabel]:
    kind = chance.choice(["pair", "pair", "single", "split", "crowd"])
    sides = {
        "pair": ["base", "revised"],
        "single": [chance.choice(["base", "revised"])],
        "split": ["base", "revised", "revised"],
        "crowd": ["base", "revised", "revised", "base"],
    }[kind]
    status = chance.choice(PAIRED)
    evidence = chance.choice([None, round(chance.uniform(-1, 1), 1)])
    labels = []
    for index, side in enumerate(sides):
        own = {
            "pair": status,
            "single": "removed" if side == "base" else "added",
            "split": "split",
            "crowd": [status, status, "split", "merged"][index],
        }[kind]
        tags = ["mine"] if chance.random() < 0.3 else []
        if chance.random() < 0.1:
            tags.append(chance.choice(list(VERDICTS)))
        labels.append(
            PlainLabel(
                id=f"{name}-{index}",
                side=side,
                name=chance.choice(CLASSES),
                status=own,
                item=f"{name}-0",
                iou=None if kind == "single" else round(chance.random(), 1),
                area=float(chance.randint(1, 20)),
                evidence=evidence,
                crowd=chance.random() < 0.2,
                compared_name=chance.choice([None, None, None, "animal"]),
                tags=tags,
            )
        )
    return labels
