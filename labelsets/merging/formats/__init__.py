"""The formats of label files, a module each, all read into one form."""
