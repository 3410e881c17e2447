"""Small label sets drawn by hand or at random."""

import numpy as np
from sama_coco.labelsets.comparison import ImageObjects, Thresholds, compare_image
from sama_coco.labelsets.comparison.geometry.objects import crop

SIZE = (60, 80)


def rectangle(x, y, width, height, size=SIZE):
    mask = np.zeros(size, bool)
    mask[y : y + height, x : x + width] = True
    return mask


def drawn(*objects):
    """Objects of (class, full-frame mask or xywh box[, crowd])."""
    labels, boxes, masks, crowds = [], [], [], []
    for label, region, *crowd in objects:
        labels.append(label)
        crowds.append(bool(crowd and crowd[0]))
        if isinstance(region, np.ndarray):
            inside, x, y = crop(region)
            boxes.append((x, y, inside.shape[1], inside.shape[0]))
            masks.append(inside)
        else:
            boxes.append(region)
            masks.append(None)
    return ImageObjects.of(labels, boxes, masks, crowds)


def take(objects, order):
    order = list(order)
    return ImageObjects(
        labels=tuple(objects.labels[i] for i in order),
        crowds=objects.crowds[order],
        boxes=objects.boxes[order],
        masks=tuple(objects.masks[i] for i in order),
        areas=objects.areas[order],
        vertices=objects.vertices[order],
    )


def compare(base, revised, **thresholds):
    return compare_image(base, revised, SIZE, Thresholds(**thresholds))


def statuses(side):
    return [str(status) for status in side.statuses]


def content(objects, index):
    """What an object is, wherever it stands."""
    if index < 0:
        return None
    mask = objects.masks[index]
    return (
        objects.labels[index],
        bool(objects.crowds[index]),
        tuple(objects.boxes[index].tolist()),
        None if mask is None else mask.tobytes(),
    )


def outcome(base, revised, comparison):
    """A comparison described by the content of its objects, in no order."""

    def told(side, own, other):
        rows = zip(
            side.statuses, side.partners, side.ious, side.boundary_ious, strict=True
        )
        return sorted(
            (
                repr(content(own, i)),
                str(status),
                repr(content(other, partner)),
                repr(float(iou)),
                repr(float(biou)),
            )
            for i, (status, partner, iou, biou) in enumerate(rows)
        )

    groups = sorted(
        (
            str(group.status),
            repr(content(base if group.status == "split" else revised, group.whole)),
            sorted(
                repr(content(revised if group.status == "split" else base, part))
                for part in group.parts
            ),
        )
        for group in comparison.groups
    )
    return (
        told(comparison.base, base, revised),
        told(comparison.revised, revised, base),
        groups,
    )


def scattered(rng, count, size=SIZE, classes=3, crowd_share=0.15, box_share=0.0):
    """Random ellipses and rectangles, some touching the border, some a pixel."""
    height, width = size
    ys, xs = np.mgrid[:height, :width]
    objects = []
    for _ in range(count):
        label = f"class {rng.integers(classes)}"
        cx, cy = rng.uniform(0, width), rng.uniform(0, height)
        rx, ry = rng.uniform(0.5, width / 4), rng.uniform(0.5, height / 4)
        crowd = bool(rng.random() < crowd_share)
        if rng.random() < box_share:
            box = (float(cx - rx), float(cy - ry), float(2 * rx), float(2 * ry))
            objects.append((label, box, crowd))
        else:
            mask = ((xs - cx) / rx) ** 2 + ((ys - cy) / ry) ** 2 <= 1
            mask[int(min(cy, height - 1)), int(min(cx, width - 1))] = True
            objects.append((label, mask, crowd))
    return drawn(*objects)


def revision_of(rng, objects, size=SIZE):
    """A revision of objects: some kept, redrawn, relabeled, recrowded, cut, dropped."""
    revised = []
    for index, label in enumerate(objects.labels):
        edit = rng.choice(
            ["keep", "redraw", "relabel", "recrowd", "cut", "drop", "shift"]
        )
        crowd = bool(objects.crowds[index])
        mask = objects.masks[index]
        if mask is None:
            box = objects.boxes[index] + rng.choice([0.0, 1.5], 4)
            revised.append((label, tuple(box.tolist()), crowd))
            continue
        x, y, w, h = objects.boxes[index].astype(int)
        full = np.zeros(size, bool)
        full[y : y + h, x : x + w] = mask
        if edit == "redraw":
            full |= np.roll(full, 1, axis=1)
        elif edit == "shift":
            full = np.roll(full, w // 2 + 1, axis=1)
        elif edit == "cut":
            half = full.copy()
            half[:, x + w // 2 :] = False
            full[:, : x + w // 2] = False
            revised.append((label, half, crowd))
        if edit == "relabel":
            label = "class 0" if label != "class 0" else "class 1"
        if edit != "drop":
            revised.append((label, full, crowd ^ (edit == "recrowd")))
    return drawn(*revised)
