"""The totals of a comparison, counted from the values of its labels."""
