"""Labels and images counted by group: by whom, and where."""
