"""The lists of AFAS."""

"""Lists of AFAS."""
