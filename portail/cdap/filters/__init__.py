"""Filters of the lists; their state lives in the URL."""
