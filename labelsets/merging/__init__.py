"""Label sets from files and other datasets, joined into one dataset."""
