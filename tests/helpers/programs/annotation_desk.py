"""An annotation tool for FiftyOne that sends back, changed, what it was sent.

It stands in for a server of CVAT or Label Studio: `annotate` and `load_annotations` are
FiftyOne's own.
"""

from __future__ import annotations

from typing import Any

import fiftyone.utils.annotations as foua

RELABELED = "relabeled by an annotator"


class DeskConfig(foua.AnnotationBackendConfig):  # type: ignore[misc]
    """The parameters of a run."""


class Desk(foua.AnnotationBackend):  # type: ignore[misc]
    """The tool."""

    supported_media_types = ("image",)
    supported_label_types = ("instances",)
    supported_scalar_types = supported_attr_types = ()
    supports_keyframes = supports_video_sample_fields = False
    requires_label_schema = True

    def upload_annotations(
        self, samples: Any, anno_key: str, launch_editor: bool = False
    ) -> DeskResults:
        """Keeps the ids of the labels that are sent."""
        (field,) = self.config.label_schema
        sent = samples.values(["id", f"{field}.detections.id"])
        id_map = {field: dict(zip(*sent, strict=True))}
        return DeskResults(samples, self.config, anno_key, id_map, backend=self)

    def download_annotations(self, results: DeskResults) -> dict[str, Any]:
        """The labels that were sent; the first of each image has another class."""
        ((field, ids),) = results.id_map.items()
        found: dict[str, Any] = {}
        for sample in results.samples._root_dataset.select(list(ids)):
            labels = sample[field].detections
            labels[0].label = RELABELED
            found[sample.id] = {label.id: label for label in labels}
        return {field: {"detections": found}}


class DeskResults(foua.AnnotationResults):  # type: ignore[misc]
    """What was sent."""

    def cleanup(self) -> None:
        """Nothing is kept elsewhere."""

    @classmethod
    def _from_dict(
        cls, document: Any, samples: Any, config: Any, anno_key: str
    ) -> DeskResults:
        return cls(samples, config, anno_key, document["id_map"])
