"""Lists of the service."""
