"""The output of `labelsets compare`: for people, or as JSON for programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

_WORST = 5


@dataclass(frozen=True)
class Compared:
    """Loaded and compared label files.

    Attributes:
        loaded: the dataset and what was joined, see :class:`set_loading.LoadedSets`
        results: the results of the comparison
    """

    loaded: Any
    results: Any


@dataclass(frozen=True)
class Verdict:
    """Whether a comparison reaches the required quality.

    Attributes:
        least_pq: the least mean PQ over classes
        mean_pq: the mean PQ over classes
        classes: the worst classes with their PQ
        images: the worst images with their disagreement
    """

    least_pq: float
    mean_pq: float
    classes: dict[str, float]
    images: dict[str, float]

    @property
    def is_below(self) -> bool:
        """Whether it does not; it does not if nothing can be scored."""
        return self.mean_pq < self.least_pq


def judge(
    results: Any, dataset: Any, key: str, least_pq: float | None
) -> Verdict | None:
    """Compares the quality with the required one.

    Args:
        results: the results of the comparison
        dataset: the dataset
        key: the key of the comparison
        least_pq: the least mean PQ over classes, None for no requirement
    """
    from ..labelsets import RunFields

    if least_pq is None:
        return None
    classes = results.classes()
    scored = classes[classes["pq"].notna()] if len(classes) else classes
    worst = scored.sort_values("pq").head(_WORST) if len(scored) else scored
    field = RunFields(key).disagreement
    view = dataset.sort_by(field, reverse=True).limit(_WORST)
    paths, values = view.values(["filepath", field])
    return Verdict(
        least_pq,
        results.summary()["mean_pq"],
        {str(label): float(pq) for label, pq in worst["pq"].items()}
        if len(worst)
        else {},
        {p: v for p, v in zip(paths, values, strict=True) if v},
    )


def describe(compared: Compared, verdict: Verdict | None, paths: list[Path]) -> Any:
    """A comparison as JSON for programs.

    Args:
        compared: the comparison
        verdict: whether it reaches the required quality
        paths: the files of the report
    """
    loaded, results = compared.loaded, compared.results
    summary = results.summary()
    total = len(loaded.dataset)
    document = {
        "images": total,
        "matched": summary["images"],
        "unmatched": total - summary["images"],
        "statuses": results.statuses().to_dict(),
        **{name: summary[name] for name in ("pq", "sq", "rq", "mean_pq")},
        "objects": {side: summary[side] for side in ("base", "revised")},
        "classes": results.classes().to_dict(orient="index"),
        "one_sided_classes": results.one_sided_classes().to_dict(orient="index"),
        "files": {
            part.field: {
                "path": part.file.source["path"],
                "format": part.file.format,
                "joined_by": str(part.join.key),
                "matched": len(part.join.pairs),
                "only_images": len(part.join.only_images),
                "only_entries": len(part.join.only_entries),
                "other_size": len(part.join.other_size),
            }
            for part in loaded.joined
        },
        "left_out": loaded.problems.to_dict(),
        "report": [str(path) for path in paths],
    }
    if verdict is not None:
        document["least_pq"] = {
            "least": verdict.least_pq,
            "passed": not verdict.is_below,
            "worst_classes": verdict.classes,
            "worst_images": verdict.images,
        }
    return document


def say(compared: Compared, verdict: Verdict | None, paths: list[Path]) -> None:
    """Prints for people what :func:`describe` gives programs."""
    for part in compared.loaded.joined:
        total = len(compared.loaded.dataset)
        typer.echo(
            f"{part.field}: {part.file.name} ({part.file.format}), "
            f"{len(part.join.pairs):,} of {total:,} images by {part.join.key}"
        )
    for line in compared.loaded.problems.lines():
        typer.secho(line, fg=typer.colors.YELLOW, err=True)
    typer.echo(f"\n{compared.results}")
    for path in paths:
        typer.echo(f"Written: {path}")
    if verdict is not None:
        _say_verdict(verdict)


def _say_verdict(verdict: Verdict) -> None:
    color = typer.colors.RED if verdict.is_below else typer.colors.GREEN
    word = "below" if verdict.is_below else "at least"
    typer.secho(
        f"Mean PQ over classes {verdict.mean_pq:.4f}: {word} {verdict.least_pq:g}",
        fg=color,
    )
    if verdict.is_below:
        for name, pq in verdict.classes.items():
            typer.echo(f"  class {name}: PQ {pq:.3f}")
        for name, value in verdict.images.items():
            typer.echo(f"  image {name}: disagreement {value:.3f}")
