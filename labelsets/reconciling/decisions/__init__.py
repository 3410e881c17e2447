"""Decisions on a comparison: items, verdicts, policies. No database."""
