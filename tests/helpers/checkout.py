"""Where the checkout is, which tests read the project's own files from."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
REPOSITORY = Path(__file__).resolve().parents[2]
