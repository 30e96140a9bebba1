"""Looks of the lists, by noun."""
