"""Shapes of what is typed; rules decide."""
