"""What is done with a batch of samples: read, compared, written to, counted."""
