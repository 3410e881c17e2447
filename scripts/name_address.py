"""Names the address of the repository where it is left open, before it is published.

``python scripts/name_address.py https://github.com/OWNER/REPO`` writes the address into
both manifests, the package and the pages, and makes the README's links absolute: it is
read in other places than its repository too.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PLACEHOLDER = "https://github.com/<owner>/<repo>"
MANIFESTS = ("fiftyone.yml", "zoo/fiftyone.yml")
_ADDRESS = re.compile(r"https://[\w.-]+(/[\w.-]+)+")
_LINK = re.compile(r"(!?)(\[[^\]]*\])\((?!https?:|#)([^)]+)\)")


def name_address(folder: Path, address: str) -> None:
    """Names the address in a checkout.

    Args:
        folder: the checkout
        address: of the repository, such as ``https://github.com/owner/repo``

    Raises:
        ValueError: if it is no such address, or one was named before
    """
    if not _ADDRESS.fullmatch(address):
        raise ValueError(
            f"'{address}' is no address like https://github.com/owner/repo"
        )
    manifests = [folder / name for name in MANIFESTS]
    if any(re.search("^url:", path.read_text(), re.MULTILINE) for path in manifests):
        raise ValueError("The address was named before: see 'url' in fiftyone.yml")
    for path in manifests:
        _replace(path, r"^(license: .*)$", rf"\1\nurl: {address}")
    urls = f'[project.urls]\nRepository = "{address}"\n\n'
    _replace(folder / "pyproject.toml", r"^(?=\[project\.scripts\]$)", urls)
    pages = [folder / "README.md", *sorted((folder / "docs").glob("*.md"))]
    for page in pages:
        page.write_text(page.read_text().replace(PLACEHOLDER, address))
    readme = folder / "README.md"
    readme.write_text(_LINK.sub(lambda m: _absolute(m, address), readme.read_text()))


def _absolute(link: re.Match[str], address: str) -> str:
    image, text, target = link.groups()
    return f"{image}{text}({address}/{'raw' if image else 'blob'}/main/{target})"


def _replace(path: Path, pattern: str, replacement: str) -> None:
    text, found = re.subn(
        pattern, replacement, path.read_text(), count=1, flags=re.MULTILINE
    )
    if not found:
        raise ValueError(f"{path} has no line of the form {pattern}")
    path.write_text(text)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    name_address(Path(__file__).resolve().parents[1], sys.argv[1])
