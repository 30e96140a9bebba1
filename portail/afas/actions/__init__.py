"""The only writers of AFAS."""
