"""Names the address of the repository where it is left open, before it is published.

``python scripts/name_address.py https://github.com/OWNER/REPO`` writes the address into
both manifests, the package and the pages, and makes the README's links absolute, in
GitHub's form: it is also read outside the repository.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PLACEHOLDER = "https://github.com/<owner>/<repo>"
MANIFESTS = ("fiftyone.yml", "zoo/fiftyone.yml")
_ADDRESS = re.compile(r"https://[\w.-]+(/\w[\w.-]*){2}")
_LINK = re.compile(r"(!?)(\[[^\]]*\])\((?!https?:|#)([^)]+)\)")


def name_address(folder: Path, address: str) -> None:
    """Names the address in a checkout; writes nothing where that fails.

    Args:
        folder: the checkout
        address: of the repository, such as ``https://github.com/owner/repo``

    Raises:
        ValueError: if it is no such address, or one was named before
    """
    address = address.rstrip("/").removesuffix(".git")
    if not _ADDRESS.fullmatch(address):
        raise ValueError(
            f"'{address}' is no address like https://github.com/owner/repo"
        )
    texts = {folder / name: (folder / name).read_text() for name in MANIFESTS}
    if any(re.search("^url:", text, re.MULTILINE) for text in texts.values()):
        raise ValueError("The address was named before: see 'url' in fiftyone.yml")
    for path, text in texts.items():
        texts[path] = _replaced(text, r"^(license: .*)$", rf"\1\nurl: {address}")
    project, readme = folder / "pyproject.toml", folder / "README.md"
    urls = f'[project.urls]\nRepository = "{address}"\n\n'
    texts[project] = _replaced(project.read_text(), r"^(?=\[project\.scripts\]$)", urls)
    for page in (readme, *(folder / "docs").glob("*.md")):
        texts[page] = page.read_text().replace(PLACEHOLDER, address)
    texts[readme] = _LINK.sub(lambda m: _absolute(m, address), texts[readme])
    for path, text in texts.items():
        path.write_text(text)


def _absolute(link: re.Match[str], address: str) -> str:
    image, text, target = link.groups()
    return f"{image}{text}({address}/{'raw' if image else 'blob'}/main/{target})"


def _replaced(text: str, pattern: str, replacement: str) -> str:
    text, found = re.subn(pattern, replacement, text, count=1, flags=re.MULTILINE)
    if not found:
        raise ValueError(f"There is no line of the form {pattern}")
    return text


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    name_address(Path(__file__).resolve().parents[1], sys.argv[1])
