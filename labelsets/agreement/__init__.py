"""How much several label sets of the same images agree, and on what."""
