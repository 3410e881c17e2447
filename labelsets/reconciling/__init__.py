"""Deciding between two label sets: verdicts, policies, and the reconciled field."""
