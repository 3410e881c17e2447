"""What a census counts of batches of images; counts add up in any order."""
