"""A model of colours and the words for them, as small as FiftyOne's zoo takes one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fiftyone.core.models as fom
import numpy as np
from eta.core.config import Config
from numpy.typing import NDArray

NAME = "colors-of-words"
_COLORS = {
    "night": (20, 20, 50),
    "snow": (235, 240, 245),
    "grass": (90, 150, 70),
    "sea": (50, 110, 170),
}


class ColorModelConfig(Config):  # type: ignore[misc]
    """It has no parameters."""

    def __init__(self, d: dict[str, Any]) -> None:
        pass


class ColorModel(fom.Model, fom.EmbeddingsMixin, fom.PromptMixin):  # type: ignore[misc]
    """Embeds an image as its mean colour, a prompt as that of the words it knows."""

    media_type = "image"
    has_embeddings = can_embed_prompts = True
    ragged_batches = False
    transforms = None
    preprocess = False

    def __init__(self, config: Any = None) -> None:
        self._embedding: NDArray[np.float64] | None = None

    def predict(self, arg: Any) -> None:
        """Predicts nothing; keeps the embedding."""
        pixels = np.asarray(arg)[..., :3].reshape(-1, 3)
        self._embedding = _unit(pixels.mean(0) if len(pixels) else np.full(3, 128.0))

    def get_embeddings(self) -> NDArray[np.float64]:
        """The last image's, float64 (3,)."""
        assert self._embedding is not None
        return self._embedding

    def embed_prompt(self, arg: str) -> NDArray[np.float64]:
        """A prompt's, float64 (3,)."""
        return _unit(np.mean([_COLORS[w] for w in arg.split() if w in _COLORS], 0))


def write_manifest(folder: Path) -> Path:
    """Writes the manifest of a model zoo that holds this model."""
    deployed = {"type": f"{__name__}.{ColorModel.__name__}", "config": {}}
    model = {
        "base_name": NAME,
        "default_deployment_config_dict": deployed,
        "tags": ["embeddings"],
    }
    path = folder / "models.json"
    path.write_text(json.dumps({"models": [model]}))
    return path


def _unit(color: NDArray[np.float64]) -> NDArray[np.float64]:
    """A colour about mid grey, scaled to length 1."""
    offset = color - 128
    return np.asarray(offset / max(float(np.linalg.norm(offset)), 1e-9))
