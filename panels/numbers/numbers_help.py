"""What the App shows behind the question mark of the panel of numbers."""

from __future__ import annotations

TAB_HELP = {
    "Overview": "images, instances, crowds, sizes and vertices of both label sets",
    "Classes": "instances of each class, and what the comparison found of it",
    "Relabels": "which class became which",
    "Shapes": "IoU, areas, sizes and vertices",
    "Images": "objects, classes and disagreement of each image",
    "Explorer": "images that hold the classes you choose",
    "Models": "predictions against each label set, and which of them models side with",
    "Agreement": "how far several label sets agree, and which stands apart",
    "Groups": "by whom and where label sets differ",
}
"""What each tab counts."""


def numbers_help() -> str:
    """The help, in Markdown."""
    return "\n".join(
        [
            "Counts one label set, or two, in the current view.",
            "",
            "- A click on a number, a bar or a cell opens the samples that it counts.",
            "- A click on a heading sorts by its column.",
            "- **CSV** saves the numbers, the camera of a chart its picture.",
            "",
            "**Tabs:**",
            "",
            *(f"- **{name}**: {text}" for name, text in TAB_HELP.items()),
        ]
    )
