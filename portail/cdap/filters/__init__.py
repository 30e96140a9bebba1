"""Filters of the lists, by noun; their state lives in the URL."""
