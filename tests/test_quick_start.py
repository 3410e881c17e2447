"""The stand-in for a package that programs import late."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import fiftyone
before = "sklearn.metrics" in sys.modules, "sklearn.base" in sys.modules
import sklearn.metrics as metrics
print(*before, metrics.accuracy_score([0, 1], [0, 0]), "sklearn.base" in sys.modules)
"""


def test_programs_import_scikit_learn_when_they_use_it() -> None:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert result.stdout.split() == ["True", "False", "0.5", "True"], result.stderr
