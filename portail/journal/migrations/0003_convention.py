import django.contrib.postgres.indexes
from django.db import migrations, models

import portail.journal.models

CONVENTION = """
CREATE FUNCTION journal_convention(subjects varchar[]) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN min(name) <> max(name) THEN '*' ELSE min(name) END
  FROM unnest(subjects) AS name WHERE name LIKE 'convention:%'
$$
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]

    operations = [
        migrations.RunSQL(CONVENTION, "DROP FUNCTION journal_convention"),
        migrations.AddField(
            model_name="journalentry",
            name="convention",
            field=models.GeneratedField(
                db_persist=True,
                expression=portail.journal.models.NamedConvention(models.F("subjects")),
                output_field=models.CharField(max_length=60, null=True),
            ),
        ),
        migrations.RemoveIndex(model_name="journalentry", name="journal_entry_by"),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(fields=["by", "recorded_at", "id"], name="journal_entry_by"),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(fields=["convention", "recorded_at", "id"], name="journal_entry_convention"),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(
                condition=models.Q(("result", "refuse")),
                fields=["convention", "recorded_at", "id"],
                name="journal_entry_refused",
            ),
        ),
        migrations.AddIndex(
            model_name="journalentry",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(
                    ("kind__endswith", ".read"), ("kind__endswith", ".consulted"), _connector="OR", _negated=True
                ),
                fields=["subjects"],
                name="journal_entry_acts",
            ),
        ),
    ]
