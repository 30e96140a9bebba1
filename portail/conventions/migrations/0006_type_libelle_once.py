from django.db import migrations, models
from django.db.models.functions import Lower

# Of types that bear the same label, the oldest keeps it; the others add their code, which is theirs alone.
TOLD_APART = """
UPDATE conventions_typeorganisme AS later SET libelle = left(later.libelle, 37) || ' (' || later.code || ')'
WHERE EXISTS (
  SELECT FROM conventions_typeorganisme AS first
  WHERE lower(first.libelle) = lower(later.libelle) AND first.id < later.id
)
"""


class Migration(migrations.Migration):
    """Two types of organisations never bear the same label."""

    dependencies = [("conventions", "0005_rattachement_once")]

    operations = [
        migrations.RunSQL(TOLD_APART, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="typeorganisme",
            constraint=models.UniqueConstraint(
                Lower("libelle"),
                name="type_organisme_libelle",
                violation_error_message="Ce libellé est déjà celui d'un autre type : choisissez-en un autre.",
            ),
        ),
    ]
