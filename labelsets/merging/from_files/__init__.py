"""Label files, made into a dataset or added to one."""
