"""Examples of what changed: chosen, drawn side by side, and put on contact sheets."""
