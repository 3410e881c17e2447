"""The join of label sets to images: pure functions over columns of names and ids."""
