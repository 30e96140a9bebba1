from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate, pre_migrate


class SupervisionConfig(AppConfig):
    name = "portail.supervision"

    def ready(self) -> None:
        pre_migrate.connect(free_tables, sender=self, dispatch_uid="portail.supervision.free")
        post_migrate.connect(rebuild_known, sender=self, dispatch_uid="portail.supervision.known")


def free_tables(using: str, plan: Any = (), **_: object) -> None:
    """A column that a view reads cannot change: before any migration, the views of what was known step aside."""
    from django.db import connections

    with connections[using].cursor() as cursor:
        if plan and _has_history(cursor):
            cursor.execute("SELECT known_forget()")


def rebuild_known(using: str, **_: object) -> None:
    """What was known follows the tables and the definition of a right of the day; the run-time role may read it."""
    from django.db import connections

    with connections[using].cursor() as cursor:
        if not _has_history(cursor):
            return
        cursor.execute("SELECT to_regclass('public.supervision_habilitationconnue')")
        if cursor.fetchone()[0] is None:
            cursor.execute("SELECT known_rebuild()")
        role = settings.DATABASE_APP_ROLE
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [role])
        if cursor.fetchone():
            name = connections[using].ops.quote_name(role)
            cursor.execute(f"GRANT USAGE ON SCHEMA known TO {name}")
            cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA known TO {name}")
            cursor.execute(f"GRANT SELECT ON supervision_habilitationconnue TO {name}")


def _has_history(cursor: Any) -> bool:
    cursor.execute("SELECT 1 FROM pg_proc WHERE proname = 'known_rebuild'")
    return cursor.fetchone() is not None
