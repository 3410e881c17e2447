"""Command line: ``python -m example FOLDER`` writes the mirror there."""

import argparse
from pathlib import Path

from .mirror import DEFAULT_SEED, write_mirror


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="example", description="Draw the example and write it as a mirror."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    arguments = parser.parse_args()
    print(write_mirror(arguments.folder, seed=arguments.seed))


if __name__ == "__main__":
    main()
