"""What is typed in AFAS: shapes only, rules decide."""
