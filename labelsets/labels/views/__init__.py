"""Views: their stages, what they read, and the labels that they show."""
