"""What was known of proofs, of what bulletins ask, of what stopped for want of use (ADR 0012, ADR 0013)."""

from importlib import import_module

from django.db import migrations

known = import_module("portail.supervision.migrations.0002_known")
VERSIONED = {
    "habilitations_justificatif": ("utilisateur_id", "role", "etat", *known.DATES),
    "habilitations_suspensionusage": ("rattachement_id", "service", *known.DATES),
}
_BULLETINS = "conventions_rolebulletin"
_OF_BULLETINS = known.VERSIONED[_BULLETINS]


def _watch(columns: tuple[str, ...]) -> str:
    """The triggers that keep the history of the roles of bulletins, with these columns."""
    told = ", ".join(columns)
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns if name != "period")
    arguments = f"'{told}', '{', '.join(f'($1).{name}' for name in columns)}'"
    return f"""
        CREATE OR REPLACE TRIGGER version_record AFTER INSERT OR DELETE ON public.{_BULLETINS}
          FOR EACH ROW EXECUTE FUNCTION version_record({arguments});
        CREATE OR REPLACE TRIGGER version_record_change AFTER UPDATE ON public.{_BULLETINS}
          FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION version_record({arguments});
    """


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0003_usage"),
        ("habilitations", "0005_justificatifs_usages"),
        ("conventions", "0003_justificatif_since"),
    ]

    operations = [
        *(migrations.RunSQL(known._versioned(*each), known._forgotten(each[0])) for each in VERSIONED.items()),
        migrations.RunSQL(
            f"ALTER TABLE versions.{_BULLETINS} ADD COLUMN justificatif_since date",
            f"ALTER TABLE versions.{_BULLETINS} DROP COLUMN justificatif_since",
        ),
        migrations.RunSQL(_watch((*_OF_BULLETINS, "justificatif_since")), _watch(_OF_BULLETINS)),
    ]
