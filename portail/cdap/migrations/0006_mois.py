from django.db import migrations

# What lies apart in the default partition follows its month there, else the month could never be attached. Rows are
# never changed nor deleted: the trigger that says so sleeps only while the owner moves them, under a lock that lets
# nobody else in until the transaction ends. Two runs at once wait for each other at the first line.
MONTHS = """
CREATE OR REPLACE FUNCTION cdap_consultation_months(since date, months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE made integer := 0; month date; named text; first timestamptz; beyond timestamptz;
BEGIN
  LOCK TABLE cdap_consultation IN SHARE UPDATE EXCLUSIVE MODE;
  FOR n IN 0 .. months - 1 LOOP
    month := date_trunc('month', since)::date + make_interval(months => n);
    named := 'cdap_consultation_' || to_char(month, 'YYYYMM');
    CONTINUE WHEN to_regclass('public.' || named) IS NOT NULL;
    first := month::timestamp AT TIME ZONE 'Europe/Paris';
    beyond := (month + interval '1 month')::timestamp AT TIME ZONE 'Europe/Paris';
    LOCK TABLE cdap_consultation_autres IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('CREATE TABLE %I (LIKE cdap_consultation_autres INCLUDING ALL)', named);
    IF EXISTS (SELECT FROM cdap_consultation_autres WHERE at >= first AND at < beyond) THEN
      ALTER TABLE cdap_consultation_autres DISABLE TRIGGER consultation_refuse;
      EXECUTE format('WITH moved AS (DELETE FROM cdap_consultation_autres WHERE at >= %L AND at < %L RETURNING *)
                      INSERT INTO %I SELECT * FROM moved', first, beyond, named);
      ALTER TABLE cdap_consultation_autres ENABLE TRIGGER consultation_refuse;
    END IF;
    EXECUTE format('ALTER TABLE cdap_consultation ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
      named, first, beyond);
    made := made + 1;
  END LOOP;
  RETURN made;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("cdap", "0005_noms")]

    operations = [migrations.RunSQL(MONTHS, migrations.RunSQL.noop)]
