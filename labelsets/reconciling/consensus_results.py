"""The results of a consensus: objects that enough label sets have, and leftovers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..labels.frames import frame, summary_text
from ..runs.run_classes import KeptResults

COUNTS = ("images", "agreed", "tied", "leftover", "leftover_labels", "crowds")


class ConsensusResults(KeptResults):
    """The results of a consensus.

    Args:
        samples: the samples that have the field
        config: the parameters
        key: the key of the run, which is the field's name
        backend (None): the :class:`fiftyone.core.runs.Run`
        tally (None): `COUNTS`, and ``votes``: clusters by the number of fields that
            have an object there, and ``sources``: labels by the field they came from
    """

    kept = ("tally",)

    def __init__(
        self,
        samples: Any,
        config: Any,
        key: str,
        backend: Any = None,
        tally: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(samples, config, key, backend=backend)
        self.tally = dict(tally or {})

    def summary(self) -> dict[str, Any]:
        """images; agreed, the objects of the field; tied, those of them whose class the
        field named first decided; leftover and leftover_labels, the clusters below the
        quorum, and their labels; crowds, the labels left out."""
        return {name: self.tally.get(name, 0) for name in COUNTS}

    def votes(self) -> pd.DataFrame:
        """Clusters by how many fields have an object there: index votes, column
        clusters, and agreed: whether that is enough."""
        quorum = self.config.policy["consensus"]["quorum"]
        found = {int(votes): n for votes, n in self.tally.get("votes", {}).items()}
        rows = [
            {"clusters": found[votes], "agreed": votes >= quorum}
            for votes in sorted(found, reverse=True)
        ]
        names = [str(votes) for votes in sorted(found, reverse=True)]
        return frame(rows, names, "votes", ["clusters", "agreed"])

    def sources(self) -> pd.DataFrame:
        """Labels of the field by the field that they came from: index field, column
        labels."""
        fields = self.config.policy["consensus"]["fields"]
        found = self.tally.get("sources", {})
        return frame([{"labels": found.get(f, 0)} for f in fields], fields, "field")

    def to_dict(self) -> dict[str, Any]:
        """The parameters, the figures and every table, JSON-plain."""
        return {
            "key": self.key,
            "parameters": {
                "agreement": self.config.comparison,
                **self.config.policy["consensus"],
            },
            "summary": self.summary(),
            "votes": self.votes().to_dict(orient="index"),
            "sources": self.sources().to_dict(orient="index"),
        }

    def __str__(self) -> str:
        return summary_text(self.summary(), self.votes(), self.sources())
