from django.db import migrations

# What a version already said twice, or an avenant takes over from it, may stay until somebody corrects it: a signed
# text does not change. Nothing can be said twice anew.
LINES_ONCE = """
CREATE FUNCTION conventionnement_doubled(contenu jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT count(*) - count(DISTINCT (part, key)) FROM (
    SELECT 'bulletins', line ->> 'service' FROM jsonb_array_elements(contenu -> 'bulletins') line
    UNION ALL
    SELECT 'interlocuteurs', concat_ws(' ', line ->> 'partie', line ->> 'qualite')
      FROM jsonb_array_elements(contenu -> 'interlocuteurs') line
    UNION ALL
    SELECT 'administrateurs', lower(line ->> 'courriel') FROM jsonb_array_elements(contenu -> 'administrateurs') line
  ) AS lines (part, key)
$$;
CREATE FUNCTION conventionnement_lines_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF conventionnement_doubled(NEW.contenu) > conventionnement_doubled(COALESCE(OLD.contenu, NEW.base)) THEN
    RAISE EXCEPTION 'une ligne de la version % est dite deux fois', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'version_convention_lines_once';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER conventionnement_lines_once BEFORE INSERT OR UPDATE OF contenu ON conventionnement_versionconvention
FOR EACH ROW EXECUTE FUNCTION conventionnement_lines_once()
"""


class Migration(migrations.Migration):
    """A version says one bulletin per service, one interlocuteur per quality, each administrateur once."""

    dependencies = [("conventionnement", "0001_initial")]

    operations = [
        migrations.RunSQL(
            LINES_ONCE,
            "DROP FUNCTION conventionnement_lines_once CASCADE; DROP FUNCTION conventionnement_doubled",
        ),
    ]
