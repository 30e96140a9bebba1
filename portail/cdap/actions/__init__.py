"""Every writing of the service, by noun."""
