"""The filters of the lists of AFAS; their state lives in the URL."""

"""Filters of the lists of AFAS."""
"""Filters of the lists of AFAS; their state lives in the URL."""
