"""Forms of AFAS."""
