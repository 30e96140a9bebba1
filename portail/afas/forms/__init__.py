"""The forms of AFAS: the shape of what is typed; rules decide."""

"""Forms of AFAS."""
"""What is typed in AFAS: shapes only, rules decide."""
