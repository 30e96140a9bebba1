"""What somebody with the owner's rights may do to the journal, and what the verification says of it."""

from django.db import connection

from portail.journal.queries.verification import verification

TABLES = ("journal_journalentry", "journal_journalseal")


def tampered(*statements: str) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def broken() -> int | None:
    """The number of the first entry found faulty."""
    fault = verification().fault
    return fault.entry if fault else None
