"""Group ancestry, « child within parent », and the one definition of an effective right (domain.md §3)."""

from django.db import migrations

ANCESTRY = """
CREATE FUNCTION groupe_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above habilitations_groupe;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.parent_id IS DISTINCT FROM OLD.parent_id OR NEW.convention_id <> OLD.convention_id THEN
      RAISE EXCEPTION 'un groupe ne change ni de parent ni de convention' USING ERRCODE = 'check_violation';
    END IF;
    NEW.niveau := OLD.niveau;
    RETURN NEW;
  END IF;
  NEW.niveau := 1;
  IF NEW.parent_id IS NOT NULL THEN
    SELECT * INTO STRICT above FROM habilitations_groupe WHERE id = NEW.parent_id;
    IF above.convention_id <> NEW.convention_id THEN
      RAISE EXCEPTION 'le groupe parent est d''une autre convention' USING ERRCODE = 'check_violation';
    END IF;
    NEW.niveau := above.niveau + 1;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER groupe_place BEFORE INSERT OR UPDATE ON habilitations_groupe
FOR EACH ROW EXECUTE FUNCTION groupe_place();

CREATE FUNCTION groupe_ancestry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO habilitations_groupeancestor (groupe_id, ancestor_id, distance)
  SELECT NEW.id, NEW.id, 0
  UNION ALL
  SELECT NEW.id, ancestor_id, distance + 1 FROM habilitations_groupeancestor WHERE groupe_id = NEW.parent_id;
  RETURN NULL;
END $$;
CREATE TRIGGER groupe_ancestry AFTER INSERT ON habilitations_groupe
FOR EACH ROW EXECUTE FUNCTION groupe_ancestry()
"""

# Checked at commit, under a lock of the convention, so that two people cannot break it together.
WITHIN_PARENT = """
CREATE FUNCTION role_groupe_within_parent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE place habilitations_groupe;
BEGIN
  SELECT * INTO place FROM habilitations_groupe WHERE id = NEW.groupe_id;
  PERFORM pg_advisory_xact_lock(hashtext('role_groupe'), place.convention_id::int);
  IF EXISTS (
    SELECT FROM habilitations_rolegroupe child
    WHERE place.parent_id IS NOT NULL AND child.id = NEW.id AND NOT isempty(child.period)
      AND NOT coalesce((SELECT range_agg(above.period) FROM habilitations_rolegroupe above
                        WHERE above.groupe_id = place.parent_id AND above.role = child.role)
                       @> child.period, false)
  ) OR EXISTS (
    SELECT FROM habilitations_groupe below
    JOIN habilitations_rolegroupe child ON child.groupe_id = below.id AND child.role = NEW.role
    WHERE below.parent_id = NEW.groupe_id AND NOT isempty(child.period)
      AND NOT coalesce((SELECT range_agg(above.period) FROM habilitations_rolegroupe above
                        WHERE above.groupe_id = NEW.groupe_id AND above.role = child.role)
                       @> child.period, false)
  ) THEN
    RAISE EXCEPTION 'un sous-groupe ne peut avoir que les rôles de son groupe parent, aux mêmes dates'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'role_groupe_within_parent';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER role_groupe_within_parent AFTER INSERT OR UPDATE ON habilitations_rolegroupe
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION role_groupe_within_parent()
"""

EFFECTIVE_RIGHT = """
CREATE VIEW habilitations_habilitation AS
SELECT u.id AS utilisateur_id, r.id AS rattachement_id, r.convention_id, b.id AS bulletin_id,
       rb.id AS role_bulletin_id, a.id AS appartenance_id, a.groupe_id, b.service, rb.role, days.period
FROM comptes_utilisateur u
JOIN conventions_rattachement r ON r.utilisateur_id = u.id
JOIN conventions_convention c ON c.id = r.convention_id
JOIN conventions_bulletinadhesion b ON b.convention_id = r.convention_id
JOIN conventions_rolebulletin rb ON rb.bulletin_id = b.id
JOIN habilitations_appartenance a ON a.rattachement_id = r.id
CROSS JOIN LATERAL (
  SELECT level.role, range_intersect_agg(level.periods) AS held
  FROM (SELECT above.ancestor_id, rg.role, range_agg(rg.period * g.period) AS periods
        FROM habilitations_groupeancestor above
        JOIN habilitations_groupe g ON g.id = above.ancestor_id
        JOIN habilitations_rolegroupe rg ON rg.groupe_id = g.id
        WHERE above.groupe_id = a.groupe_id
        GROUP BY above.ancestor_id, rg.role) level
  GROUP BY level.role
  HAVING count(*) = (SELECT count(*) FROM habilitations_groupeancestor WHERE groupe_id = a.groupe_id)
) chain
CROSS JOIN LATERAL unnest(
  chain.held
  * datemultirange(u.period * r.period * c.period * daterange(c.validated_on, NULL) * b.period * rb.period * a.period)
  - coalesce((SELECT range_agg(s.period) FROM conventions_suspension s WHERE s.convention_id = c.id),
             '{}'::datemultirange)
) AS days(period)
WHERE c.validated_on IS NOT NULL AND chain.role = rb.role
"""


class Migration(migrations.Migration):
    dependencies = [("habilitations", "0001_initial")]

    operations = [
        migrations.RunSQL(ANCESTRY, "DROP FUNCTION groupe_ancestry() CASCADE; DROP FUNCTION groupe_place() CASCADE"),
        migrations.RunSQL(WITHIN_PARENT, "DROP FUNCTION role_groupe_within_parent() CASCADE"),
        migrations.RunSQL(EFFECTIVE_RIGHT, "DROP VIEW habilitations_habilitation"),
    ]
