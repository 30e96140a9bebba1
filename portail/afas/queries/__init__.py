"""What the screens of AFAS read."""
