"""Samples and labels written into FiftyOne, whole or not at all."""
