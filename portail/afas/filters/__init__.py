"""Filters of AFAS."""
