"""The lists of AFAS."""
