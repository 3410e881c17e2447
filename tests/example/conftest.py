"""One mirror for all tests of the example."""

import pytest
from helpers.data.example_mirror import Mirror
from sama_coco.example import write_mirror


@pytest.fixture(scope="session")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Mirror:
    return Mirror(write_mirror(tmp_path_factory.mktemp("example") / "mirror"))
