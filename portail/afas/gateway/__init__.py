"""What AFAS exchanges with others: the bank."""
