from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class JournalConfig(AppConfig):
    name = "portail.journal"

    def ready(self) -> None:
        post_migrate.connect(grant_run_time_role, sender=self)


def grant_run_time_role(using: str, **_: object) -> None:
    """What the run-time database role may do: everything but alter the journal."""
    from django.db import connections

    role = settings.DATABASE_APP_ROLE
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [role])
        if cursor.fetchone() is None:
            return
        name = connections[using].ops.quote_name(role)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        cursor.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = 'journal_journalseal'")
        if cursor.fetchone():
            for table in ("journal_journalentry", "journal_journalseal", "django_migrations"):
                cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {name}")
