"""Runs of every kind: listed, described, renamed and deleted."""
