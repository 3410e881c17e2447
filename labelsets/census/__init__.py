"""The figures of label sets: what they count, and the views of what is counted."""
