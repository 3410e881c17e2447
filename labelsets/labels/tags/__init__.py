"""Tags of labels: read, replaced, and distinguished from other changes of a sample."""
