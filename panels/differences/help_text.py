"""What the App shows behind the panel's question mark: its keys and statuses."""

from __future__ import annotations

from ...labelsets.comparison import Status
from ...labelsets.reconciling.decisions.verdicts import Verdict

KEYS = {
    "`[` `]`": "previous and next object",
    "`+` `-` `0`": "zoom in, zoom out, the whole picture",
    "arrows": "move the picture",
    "`o`": "both label sets on one picture",
    "`Escape`": "clear the selection",
    **{f"`{key}`": str(verdict) for key, verdict in enumerate(Verdict, start=1)},
    "`Backspace`": "clear the verdict on what is picked",
    "`z`": "undo your last verdict",
}
"""What keys do while the panes have the focus, in Markdown."""


def help_text() -> str:
    """The help, in Markdown."""
    keys = [f"- {key}: {what}" for key, what in KEYS.items()]
    statuses = [f"- **{status}**: {status.description}" for status in Status]
    return "\n".join(
        [
            "Shows one image twice, base on the left and revised on the right, with "
            "outlines in the colours of their statuses.",
            "",
            "**Keys**, while the panes have the focus (click them, or press Tab):",
            "",
            *keys,
            "",
            "**Statuses:**",
            "",
            *statuses,
        ]
    )
