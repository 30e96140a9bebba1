"""What was known at any instant of each row behind a right, and the effective right over it (ADR 0012)."""

from django.db import migrations

DATES = ("opens_on", "closes_on", "period")
# The columns that make a right; the first ones, before the dates, lead to the row from the one above it.
VERSIONED = {
    "comptes_utilisateur": DATES,
    "conventions_convention": ("etat", "validated_on", *DATES),
    "conventions_suspension": ("convention_id", *DATES),
    "conventions_bulletinadhesion": ("convention_id", "service", *DATES),
    "conventions_rolebulletin": ("bulletin_id", "role", *DATES),
    "conventions_rattachement": ("convention_id", "utilisateur_id", *DATES),
    "conventions_administrateur": ("rattachement_id", *DATES),
    "habilitations_groupe": ("convention_id", *DATES),
    "habilitations_rolegroupe": ("groupe_id", "role", *DATES),
    "habilitations_appartenance": ("rattachement_id", "groupe_id", *DATES),
    "habilitations_responsable": ("groupe_id", "rattachement_id", *DATES),
}

# The run-time role has no right on the schema: only this function, as its owner, writes there. Rows are locked when it
# runs, so that the versions of one row follow each other whatever their transactions do.
RECORD = """
CREATE FUNCTION version_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE at timestamptz := clock_timestamp();
BEGIN
  IF TG_OP <> 'INSERT' THEN
    EXECUTE format('UPDATE versions.%I SET known_until = greatest(known_from, $2) WHERE id = $1 AND known_until = ''infinity''',
                   TG_TABLE_NAME) USING OLD.id, at;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    EXECUTE format('INSERT INTO versions.%I (id, %s, known_from, known_until) SELECT ($1).id, %s, $2, ''infinity''',
                   TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1]) USING NEW, at;
  END IF;
  RETURN NULL;
END $$
"""
REFUSE = """
CREATE FUNCTION version_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.known_until = 'infinity' AND to_jsonb(NEW) - 'known_until' = to_jsonb(OLD) - 'known_until' THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'la mémoire des droits ne se modifie pas' USING ERRCODE = 'insufficient_privilege';
END $$
"""
KNOWN_AT = """
CREATE FUNCTION known_at() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(nullif(current_setting('portail.known_at', true), ''), '9999-12-31')::timestamptz
$$
"""
# The definition of a right stands in one place, the view habilitations_habilitation. Read again with `known` before
# `public`, where each versioned table has a view of the same name, the same text tells what was known.
REBUILD = """
CREATE FUNCTION known_rebuild() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  definition text := pg_get_viewdef('public.habilitations_habilitation'::regclass);
  each record;
BEGIN
  PERFORM known_forget();
  CREATE SCHEMA known;
  FOR each IN
    SELECT c.table_name AS name,
           string_agg(CASE WHEN v.column_name IS NULL THEN 'now_' ELSE 'then_' END || '.' || quote_ident(c.column_name),
                      ', ' ORDER BY c.ordinal_position) AS columns
    FROM information_schema.columns c
    LEFT JOIN information_schema.columns v
      ON v.table_schema = 'versions' AND v.table_name = c.table_name AND v.column_name = c.column_name
    WHERE c.table_schema = 'public'
      AND c.table_name IN (SELECT table_name FROM information_schema.tables WHERE table_schema = 'versions')
    GROUP BY 1
  LOOP
    EXECUTE format('CREATE VIEW known.%1$I AS SELECT %2$s FROM versions.%1$I then_ LEFT JOIN public.%1$I now_ '
                   'ON now_.id = then_.id WHERE then_.known_from <= known_at() AND known_at() < then_.known_until', each.name, each.columns);
  END LOOP;
  PERFORM set_config('search_path', 'known, public', true);
  EXECUTE 'CREATE VIEW known.habilitations_habilitation AS ' || definition;
  PERFORM set_config('search_path', 'public', true);
  CREATE VIEW supervision_habilitationconnue AS SELECT * FROM known.habilitations_habilitation;
END $$
"""
FORGET = """
CREATE FUNCTION known_forget() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DROP VIEW IF EXISTS public.supervision_habilitationconnue;
  DROP SCHEMA IF EXISTS known CASCADE;
END $$
"""
FUNCTIONS = {
    "version_record": RECORD,
    "version_refuse": REFUSE,
    "known_at": KNOWN_AT,
    "known_forget": FORGET,
    "known_rebuild": REBUILD,
}


def _versioned(table: str, columns: tuple[str, ...]) -> str:
    """The history of one table, begun with the rows of the day, and what keeps it."""
    told = ", ".join(columns)
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns if name != "period")
    arguments = f"'{told}', '{', '.join(f'($1).{name}' for name in columns)}'"
    keys = [name for name in columns if name.endswith("_id")]
    indexes = "".join(f"CREATE INDEX {table[:40]}_{key} ON versions.{table} ({key});" for key in keys)
    return f"""
        CREATE TABLE versions.{table} AS
          SELECT id, {told}, clock_timestamp() AS known_from, 'infinity'::timestamptz AS known_until FROM public.{table};
        ALTER TABLE versions.{table} ALTER COLUMN known_from SET NOT NULL, ALTER COLUMN known_until SET NOT NULL;
        CREATE UNIQUE INDEX {table}_open ON versions.{table} (id) WHERE known_until = 'infinity';
        CREATE INDEX {table}_id ON versions.{table} (id);
        {indexes}
        CREATE TRIGGER version_refuse BEFORE UPDATE OR DELETE ON versions.{table}
          FOR EACH ROW EXECUTE FUNCTION version_refuse();
        CREATE TRIGGER version_refuse_truncate BEFORE TRUNCATE ON versions.{table} EXECUTE FUNCTION version_refuse();
        CREATE TRIGGER version_record AFTER INSERT OR DELETE ON public.{table}
          FOR EACH ROW EXECUTE FUNCTION version_record({arguments});
        CREATE TRIGGER version_record_change AFTER UPDATE ON public.{table}
          FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION version_record({arguments});
    """  # noqa: S608 (names of ours)


def _forgotten(table: str) -> str:
    return f"""
        DROP TRIGGER version_record ON public.{table};
        DROP TRIGGER version_record_change ON public.{table};
        DROP TABLE versions.{table};
    """


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0001_initial"),
        ("habilitations", "0002_effective_right"),
        ("conventions", "0001_initial"),
        ("comptes", "0001_initial"),
    ]

    operations = [
        *(migrations.RunSQL(sql, f"DROP FUNCTION {name} CASCADE") for name, sql in FUNCTIONS.items()),
        migrations.RunSQL("CREATE SCHEMA versions", "DROP SCHEMA versions"),
        *(migrations.RunSQL(_versioned(*each), _forgotten(each[0])) for each in VERSIONED.items()),
    ]
