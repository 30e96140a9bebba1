from django.db import migrations

APPEND_ONLY = (
    "versiondeclaration",
    "saisievolet",
    "etapedeclaration",
    "justification",
    "messagedeclaration",
    "droit",
    "chiffrebareme",
    "seuilcontrole",
)
REFUSE = """
CREATE FUNCTION afas_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'une ligne de % ne se modifie pas', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$
"""
KEPT = """
CREATE TRIGGER afas_{table}_refuse BEFORE UPDATE OR DELETE ON afas_{table}
FOR EACH ROW EXECUTE FUNCTION afas_refuse()
"""
# Once transmitted, nothing of a sheet moves; while it waits for its approbateur, a supplier may take it back, but what
# it holds does not change. The share lock waits for whoever is moving the declaration: a sheet saved meanwhile then
# sees its new state.
FROZEN = """
CREATE FUNCTION afas_volet_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE now_etat text;
BEGIN
  SELECT etat INTO now_etat FROM afas_declaration WHERE id = OLD.declaration_id FOR SHARE;
  IF now_etat IN ('transmise', 'en_traitement', 'traitee', 'notifiee', 'payee')
     OR now_etat = 'a_approuver' AND (TG_OP = 'DELETE' OR (NEW.valeurs, NEW.declaration_id, NEW.kind, NEW.lieu_id)
                                      IS DISTINCT FROM (OLD.valeurs, OLD.declaration_id, OLD.kind, OLD.lieu_id)) THEN
    RAISE EXCEPTION 'le volet % est figé : sa déclaration est %', OLD.id, now_etat
      USING ERRCODE = 'check_violation', CONSTRAINT = 'volet_frozen';
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER afas_volet_frozen BEFORE UPDATE OR DELETE ON afas_volet
FOR EACH ROW EXECUTE FUNCTION afas_volet_frozen()
"""


class Migration(migrations.Migration):
    """What was said and signed is never changed; sheets stay as they are while they wait, and once transmitted."""

    dependencies = [("afas", "0004_baremes")]

    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION afas_refuse CASCADE"),
        *(
            migrations.RunSQL(KEPT.format(table=table), f"DROP TRIGGER afas_{table}_refuse ON afas_{table}")
            for table in APPEND_ONLY
        ),
        migrations.RunSQL(FROZEN, "DROP FUNCTION afas_volet_frozen CASCADE"),
    ]
