"""The synthetic base: made anew at each run in databases of its own, always the same for the same size and day."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from argon2 import PasswordHasher
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
GROUPES = 20  # of each convention: 2 at the top, 6 below them, 12 below these
PASSWORD = "Un mot de passe de mesure, 2026"
SUPERUSER, APP = "postgres", "portail_app"


@dataclass(frozen=True)
class Size:
    """How many people and conventions; `big` people serve convention 1, `little` convention 2, all others the rest."""

    name: str
    users: int
    conventions: int
    big: int = 0
    little: int = 0

    @property
    def groupes(self) -> int:
        return self.conventions * GROUPES

    @property
    def special(self) -> int:
        """The conventions set aside for `big` and `little`."""
        return 2 if self.big else 0


LARGE = Size("portail_bench_large", users=100_000, conventions=500, big=10_000, little=100)
SMALL = Size("portail_bench_small", users=1_000, conventions=5)
SIZES = (LARGE, SMALL)


def address(url: str, *, database: str | None = None, role: str | None = None) -> str:
    """The same server, another database or role; on a private cluster every local role is let in."""
    parts = urlsplit(url)
    user, at, server = parts.netloc.rpartition("@")
    path = f"/{database}" if database else parts.path
    return urlunsplit(parts._replace(netloc=f"{role or user}{at or '@'}{server}", path=path))


def app_address(url: str, size: Size) -> str:
    """The base of this size, for the run-time role."""
    return address(url, database=size.name, role=APP)


def remake(url: str, environment: dict[str, str], sizes: Sequence[Size] = SIZES) -> None:
    """Make these bases anew: the tables by the product's migrations, the rows by SQL."""
    superuser = address(url, database="postgres", role=SUPERUSER)
    owner = urlsplit(url).username or ""
    first, *others = sizes
    drop(url, sizes)
    _create_database(superuser, first, owner, template="template0")
    _migrate(address(url, database=first.name), environment)
    for size in others:
        _create_database(superuser, size, owner, template=first.name)
    for size in sizes:
        fill(address(url, database=size.name), size)
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("CHECKPOINT")  # its writes must not fall into the measures


def drop(url: str, sizes: Sequence[Size] = SIZES) -> None:
    """Remove these bases."""
    with psycopg.connect(address(url, database="postgres", role=SUPERUSER), autocommit=True) as connection:
        for size in sizes:
            name = sql.Identifier(size.name)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def _create_database(superuser: str, size: Size, owner: str, template: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
    names = [sql.Identifier(name) for name in (size.name, owner, template)]
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(statement.format(*names))


def _migrate(url: str, environment: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "migrate", "--noinput", "-v0"]
    subprocess.run(command, cwd=ROOT, env=environment | {"DATABASE_URL": url}, check=True)


def fill(url: str, size: Size) -> None:
    """Write the rows of an empty base and have the planner know them.

    The check « child within parent » is put aside meanwhile, row by row it takes minutes; `_groupes` keeps to it.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE habilitations_rolegroupe DISABLE TRIGGER role_groupe_within_parent")
        with connection.transaction():
            for statement in statements(size):
                connection.execute(statement)
            renumber(connection)
        connection.execute("ALTER TABLE habilitations_rolegroupe ENABLE TRIGGER role_groupe_within_parent")
        connection.execute("VACUUM (ANALYZE)")


def cafs(count: int) -> str:
    """The statement that adds Cafs to the ten of `statements`, up to so many."""
    return f"""INSERT INTO conventions_caf (id, code, nom, courriel, telephone)
            SELECT n, lpad(n::text, 3, '0'), 'Caf ' || n, 'caf' || n || '@example.fr', ''
            FROM generate_series(11, {count}) n"""


def renumber(connection: Any) -> None:
    """Have the next rows numbered after those written with a number of their own."""
    for table in ("comptes_utilisateur", *_NUMBERED):
        connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


_NUMBERED = (
    "conventions_caf",
    "conventions_typeorganisme",
    "conventions_organisme",
    "conventions_convention",
    "conventions_rattachement",
    "habilitations_groupe",
)

_NOMS = """
Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefèvre Leroy
Roux David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Müller
Lefebvre Faure André Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia
Perrin Robin Clément Morin Nicolas Henry Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont
Marie Lemaire Noël Meyer Dufour Meunier Brun Blanchard Giraud Joly Rivière Lucas Brunet Gaillard
Barbier Arnaud Martinez Gérard Roche Renard Schmitt Roy Leroux Colin Vidal Caron Picard Roger Fabre
Aubert Lemoine Renaud Dumas Lacroix Olivier Philippe Bourgeois Pierre Benoît Rey Leclerc Payet
Rolland Leclercq Guillaume Lecomte
"""
_PRENOMS = """
Camille Louise Emma Jade Alice Chloé Léa Manon Inès Sarah Zoé Hélène Agnès Élodie Nadia Karima
Sophie Claire Lucas Hugo Louis Gabriel Arthur Jules Adam Raphaël Paul Nathan Théo Maël Karim Rémi
Étienne Benoît Loïc Jean-Pierre Marie-Claude
"""
NOMS, PRENOMS = _NOMS.split(), _PRENOMS.split()

# What a bulletin opens everywhere: rank, service, code of the registry.
ROLES = (
    (1, "cdap", "cdap.t1"),
    (2, "cdap", "cdap.t2"),
    (3, "cdap", "cdap.t5"),
    (4, "cdap", "cdap.t18"),
    (5, "afas", "afas.habiliter"),
    (6, "afas", "afas.declarer"),
    (7, "bailleur", "bailleur.consulter"),
    (8, "bailleur", "bailleur.gerer"),
)


def hasher() -> PasswordHasher:
    """Argon2id at the product's default costs."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def statements(size: Size) -> list[str]:
    """The whole base, in order. Days are counted from today; everything else is arithmetic on row numbers."""
    # A salt as long as Django's own: with a shorter one, each first sign-in hashes the password anew.
    encoded = "argon2" + hasher().hash(PASSWORD, salt=b"MesureDuBanc0123456789")
    roles = ", ".join(f"({rank}, '{service}', '{code}')" for rank, service, code in ROLES)
    return [
        f"CREATE TEMP TABLE role_rank AS SELECT * FROM (VALUES {roles}) AS known(rank, service, role)",
        *_partners(size),
        *_people(size, encoded),
        *_groupes(size),
        *_exceptions(size),
    ]


def _partners(size: Size) -> list[str]:
    """Ten Cafs, an organisation for each convention, one in fifty conventions not validated yet, all services open."""
    return [
        "INSERT INTO conventions_caf (id, code, nom, courriel, telephone) "
        "SELECT n, lpad(n::text, 3, '0'), 'Caf ' || n, 'caf' || n || '@example.fr', '' FROM generate_series(1, 10) n",
        "INSERT INTO conventions_typeorganisme (id, code, libelle, prefixe, roles) "
        "VALUES (1, 'mairie', 'Mairie', 'MAI', '{}'), (2, 'ccas', 'CCAS', 'CAS', '{}'), "
        "(3, 'enfance', 'Petite enfance', 'ENF', '{}')",
        f"""INSERT INTO conventions_organisme (id, raison_sociale, siret, type_id, adresse, code_postal, commune,
                                              edition)
            SELECT n, 'Organisme ' || n, lpad(n::text, 14, '0'), 1 + n % 3, n || ' rue du Port', '35000', 'Rennes', 0
            FROM generate_series(1, {size.conventions}) n""",
        f"""INSERT INTO conventions_convention (id, numero, libelle, organisme_id, caf_pivot_id, etat, validated_on,
                                                finalites, next_suffix, opens_on)
            SELECT n, n, 'Convention ' || n, n, 1 + n % 10, CASE WHEN n % 50 = 11 THEN 'brouillon' ELSE 'validee' END,
                   CASE WHEN n % 50 = 11 THEN NULL ELSE current_date - 1000 END, '{{}}', 0, current_date - 1020
            FROM generate_series(1, {size.conventions}) n""",
        "INSERT INTO conventions_convention_cafs (convention_id, caf_id) "
        "SELECT id, caf_pivot_id FROM conventions_convention",
        """INSERT INTO conventions_bulletinadhesion (convention_id, service, opens_on)
           SELECT c.id, s.service, current_date - 990
           FROM conventions_convention c, (SELECT DISTINCT service FROM role_rank) s""",
        """INSERT INTO conventions_rolebulletin (bulletin_id, role, opens_on)
           SELECT b.id, role, b.opens_on FROM conventions_bulletinadhesion b JOIN role_rank USING (service)""",
    ]


def _people(size: Size, encoded: str) -> list[str]:
    """Everybody has accepted the règles d'usage and serves one convention; one in twenty serves a second one."""
    noms, prenoms = (_array(names) for names in (NOMS, PRENOMS))
    ordinary, others = size.big + size.little, size.conventions - size.special
    return [
        f"""CREATE TEMP TABLE place AS
            SELECT n, CASE WHEN n <= {size.big} THEN 1 WHEN n <= {ordinary} THEN 2
                      ELSE {size.special + 1} + n % {others} END AS convention
            FROM generate_series(1, {size.users}) n""",
        f"""INSERT INTO comptes_utilisateur (id, password, opens_on, identifiant, nom, prenom, courriel,
                                             telephone, poste, is_agent, edition, previous_courriel)
            SELECT n, '{encoded}', current_date - 980,
                   'ENF' || lpad(convention::text, 5, '0') || chr(65 + n / 17576) || chr(65 + n / 676 % 26)
                         || chr(65 + n / 26 % 26) || chr(65 + n % 26),
                   ({noms})[1 + n * 31 % {len(NOMS)}]
                     || CASE WHEN n % 7 = 0 THEN '-' || ({noms})[1 + n * 17 % {len(NOMS)}] ELSE '' END,
                   ({prenoms})[1 + n * 13 / 29 % {len(PRENOMS)}], 'personne' || n || '@example.fr',
                   '02' || lpad(n::text, 8, '0'), 'sedentaire', false, 1, ''
            FROM place ORDER BY n""",
        "INSERT INTO comptes_regleusage (id, version, published_at, sections) VALUES (1, 1, now(), '[]')",
        "INSERT INTO comptes_acceptationregle (utilisateur_id, regle_id) SELECT n, 1 FROM place",
        """INSERT INTO conventions_rattachement (id, utilisateur_id, convention_id, opens_on, closing_reason)
           SELECT n, n, convention, current_date - 970, '' FROM place ORDER BY n""",
        f"""INSERT INTO conventions_rattachement (id, utilisateur_id, convention_id, opens_on, closing_reason)
            SELECT {size.users} + n, n, {size.special + 1} + (n + 1) % {others}, current_date - 300, ''
            FROM place WHERE n > {ordinary} AND n % 20 = 0 ORDER BY n""",
        """INSERT INTO conventions_administrateur (rattachement_id, opens_on, closing_reason)
           SELECT min(id), current_date - 970, '' FROM conventions_rattachement GROUP BY convention_id""",
    ]


def _groupes(size: Size) -> list[str]:
    """Three levels; a group holds some of its parent's roles; most people are in one group, a third in two."""
    below = """INSERT INTO habilitations_rolegroupe (groupe_id, role, opens_on, closing_reason)
               SELECT g.id, role, current_date - 900, '' FROM habilitations_groupe g
               JOIN habilitations_rolegroupe above ON above.groupe_id = g.parent_id JOIN role_rank USING (role)
               WHERE g.niveau = {niveau} AND (rank + g.id) % {skip} <> 0"""
    return [
        f"""INSERT INTO habilitations_groupe (id, convention_id, code, libelle, parent_id, niveau, edition, opens_on,
                                              closing_reason)
            SELECT (c - 1) * {GROUPES} + g, c, 'G' || lpad(g::text, 2, '0'), 'Groupe ' || g,
                   CASE WHEN g <= 2 THEN NULL
                        WHEN g <= 8 THEN (c - 1) * {GROUPES} + 1 + g % 2
                        ELSE (c - 1) * {GROUPES} + 3 + g % 6 END, 1, 1, current_date - 960, ''
            FROM generate_series(1, {size.conventions}) c, generate_series(1, {GROUPES}) g ORDER BY c, g""",
        """INSERT INTO habilitations_rolegroupe (groupe_id, role, opens_on, closing_reason)
           SELECT g.id, role, current_date - 950, '' FROM habilitations_groupe g, role_rank
           WHERE g.niveau = 1 AND rank <= CASE WHEN g.code = 'G01' THEN 8 ELSE 4 END""",
        below.format(niveau=2, skip=3),
        below.format(niveau=3, skip=5),
        # Leaves are G09 to G20, the middle ones G03 to G08.
        f"""INSERT INTO habilitations_appartenance (rattachement_id, groupe_id, opens_on, closes_on, closing_reason)
            SELECT id, (convention_id - 1) * {GROUPES} + 9 + id % 12,
                   CASE WHEN id % 23 = 0 THEN current_date + 30 ELSE current_date - 800 END,
                   CASE WHEN id % 11 = 0 AND id % 23 <> 0 THEN current_date - 20 END, ''
            FROM conventions_rattachement ORDER BY id""",
        f"""INSERT INTO habilitations_appartenance (rattachement_id, groupe_id, opens_on, closing_reason)
            SELECT id, (convention_id - 1) * {GROUPES} + 3 + id % 6, current_date - 400, ''
            FROM conventions_rattachement WHERE id % 3 = 0 ORDER BY id""",
    ]


def _exceptions(size: Size) -> list[str]:
    """What makes a right end: conventions suspended today or once, roles of groups and people that are over."""
    return [
        """INSERT INTO conventions_suspension (convention_id, motif, opens_on, closes_on)
           SELECT id, 'Mesure', current_date - 40, CASE WHEN id % 20 = 9 THEN current_date - 5 END
           FROM conventions_convention WHERE id % 20 IN (7, 9)""",
        f"""UPDATE habilitations_rolegroupe SET closes_on = current_date - 15
            WHERE groupe_id % {GROUPES} = 14 AND id % 2 = 0""",
        f"""UPDATE comptes_utilisateur SET closes_on = current_date - 3
            WHERE id > {size.big + size.little} AND id % 97 = 5""",
        # A random day's wear: without it every index would be in the order of its table.
        "UPDATE conventions_rattachement SET closing_reason = '' WHERE id % 10 = 3",
    ]


def _array(names: list[str]) -> str:
    return "ARRAY[" + ", ".join(f"'{name}'" for name in names) + "]"
