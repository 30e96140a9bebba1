"""CDAP."""
