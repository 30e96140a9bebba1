from django.db import migrations

DIGEST = """
CREATE FUNCTION journal_digest(entry journal_journalentry) RETURNS bytea
LANGUAGE sql STABLE AS $$
  SELECT sha256(convert_to(jsonb_build_array(
    entry.id, (extract(epoch FROM entry.recorded_at) * 1000000)::bigint, entry.kind, entry.result, entry.by,
    entry.by_label, entry.organisation, entry.address, entry.request, to_jsonb(entry.subjects), entry.facts
  )::text, 'UTF8'))
$$
"""
# The shared lock lets the seal wait until no entry is half written; writers do not wait for each other. The number is
# taken once the lock is held, else a writer held up in between would end below a seal already made.
STAMP = """
CREATE FUNCTION journal_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.recorded_at := clock_timestamp();
  PERFORM pg_advisory_xact_lock_shared(7203001);
  NEW.id := nextval(pg_get_serial_sequence('journal_journalentry', 'id'));
  NEW.digest := journal_digest(NEW);
  RETURN NEW;
END $$;
CREATE TRIGGER journal_stamp BEFORE INSERT ON journal_journalentry
FOR EACH ROW EXECUTE FUNCTION journal_stamp()
"""
REFUSE = """
CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'le journal ne se modifie pas' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER journal_refuse BEFORE UPDATE OR DELETE ON journal_journalentry
FOR EACH ROW EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER journal_seal_refuse BEFORE UPDATE OR DELETE ON journal_journalseal
FOR EACH ROW EXECUTE FUNCTION journal_refuse()
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.RunSQL(DIGEST, "DROP FUNCTION journal_digest"),
        migrations.RunSQL(STAMP, "DROP FUNCTION journal_stamp CASCADE"),
        migrations.RunSQL(REFUSE, "DROP FUNCTION journal_refuse CASCADE"),
    ]
