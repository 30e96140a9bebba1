"""Bulletins that open a role with a proof ask for it too, after sixty days for people to bring theirs (S4)."""

from django.db import migrations

ASK = """
UPDATE conventions_rolebulletin SET justificatif_since = greatest(opens_on, current_date + 60)
WHERE role = 'cdap.t1' AND justificatif_since IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("habilitations", "0005_justificatifs_usages"), ("supervision", "0004_known_justificatifs_usages")]

    operations = [migrations.RunSQL(ASK, migrations.RunSQL.noop)]
