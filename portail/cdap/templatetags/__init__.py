"""Tags of the service."""
