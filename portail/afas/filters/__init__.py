"""Filters of the lists of AFAS; their state lives in the URL."""
