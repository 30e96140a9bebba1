"""Tables of AFAS."""
