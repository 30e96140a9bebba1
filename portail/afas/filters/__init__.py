"""Filters of the lists of AFAS."""
