"""Lists of AFAS."""
