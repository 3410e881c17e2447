"""What the forms of operators are made of, and the check of their requests."""
