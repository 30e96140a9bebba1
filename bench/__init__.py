"""The measures behind the figures of docs/performance.md: `make bench`, `make bench ONLY=front-door`."""
