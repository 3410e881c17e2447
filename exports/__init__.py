"""A comparison written to files: its objects, totals, and a report with pictures."""
