"""A file of conventions is imported whole or not at all, and each mistake is told at its place."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from portail.comptes.models import Utilisateur
from portail.conventions import rules
from portail.conventions.actions import lines_of
from portail.conventions.models import Convention, Organisme, TypeOrganisme
from portail.courriels.models import Courriel
from portail.habilitations import queries
from portail.habilitations.acteur import acteur_for
from portail.habilitations.models import Groupe, RoleGroupe
from portail.journal.events import sentence
from portail.journal.models import JournalEntry
from portail.ui.rules import Refused

GOOD = {
    "numero": "02001",
    "libelle": "Centre social du Vallon",
    "siret": "00013213400016",
    "raison_sociale": "Centre social du Vallon",
    "type": "centre-social",
    "adresse": "3, rue du Vallon",
    "code_postal": "13990",
    "commune": "Val-Mimosa",
    "caf_pivot": "132",
    "cafs": "132|061",
    "opens_on": "01/01/2026",
    "closes_on": "2030-12-31",
    "validated_on": "2026-01-05",
    "finalites": "Déclarer l'activité|Fixer un tarif",
    "roles": "cdap.t5|afas.declarer|afas.habiliter",
    "administrateur_nom": "Roux",
    "administrateur_prenom": "Camille",
    "administrateur_courriel": "camille.roux@example.fr",
}
SECOND = GOOD | {
    "numero": "2002",
    "libelle": "Vallon, annexe",
    "closes_on": "",
    "cafs": "",
}


@pytest.fixture(autouse=True)
def ground(cast):
    """The Cafs of the cast, and a type of organisme."""
    TypeOrganisme.objects.get_or_create(code="centre-social", defaults={"libelle": "Centre social", "prefixe": "ENF"})
    return cast


@pytest.fixture
def bring(tmp_path):
    """Imports these rows; what the command said."""

    def run(*rows, separator=";", encoding="utf-8", check=False):
        file = tmp_path / "conventions.csv"
        cell = '"{}"'.format
        lines = [separator.join(rows[0]), *(separator.join(map(cell, row.values())) for row in rows)]
        file.write_bytes("\r\n".join(lines).encode(encoding))
        out = StringIO()
        call_command("import_conventions", str(file), check=check, stdout=out)
        return out.getvalue()

    return run


def test_good_file_makes_everything(bring):
    bring(GOOD)
    convention = Convention.objects.get(numero=2001)
    assert (convention.etat, convention.statut_today) == ("validee", "ouvert")
    assert {caf.code for caf in convention.cafs.all()} == {"132", "061"}
    assert convention.finalites == ["Déclarer l'activité", "Fixer un tarif"]
    assert {b.service: {r.role for r in b.roles.all()} for b in convention.bulletins.all()} == {
        "cdap": {"cdap.t5"},
        "afas": {"afas.declarer", "afas.habiliter"},
    }
    roles = RoleGroupe.objects.filter(groupe__convention=convention).order_by("groupe__code")
    assert [(row.groupe.code, row.role) for row in roles] == [
        ("AFAS-DEC", "afas.declarer"),
        ("AFAS-HAB", "afas.habiliter"),
    ]


def test_administrateur_can_administer_and_is_told_by_two_mails(bring):
    bring(GOOD)
    person = Utilisateur.objects.get(courriel="camille.roux@example.fr")
    assert person.identifiant == "ENF02001AA"
    convention = Convention.objects.get(numero=2001)
    assert convention.pk in acteur_for(person, on=timezone.localdate()).administered
    assert len(queries.administrateurs(convention, timezone.localdate())) == 1
    assert {c.kind for c in Courriel.objects.filter(to=person.courriel)} == {"identifiant", "mot_de_passe_provisoire"}


def test_import_is_journalled(bring):
    bring(GOOD, SECOND)
    opened = JournalEntry.objects.filter(kind="conventions.convention.opened").order_by("pk")
    assert [sentence(e.kind, e.by_label, e.facts) for e in opened] == [
        "Le système a enregistré la convention Centre social du Vallon (02001) de Centre social du Vallon, "
        "du 01/01/2026 au 31/12/2030 ; services : CDAP, AFAS.",
        "Le système a enregistré la convention Vallon, annexe (02002) de Centre social du Vallon, "
        "à partir du 01/01/2026 ; services : CDAP, AFAS.",
    ]
    imported = JournalEntry.objects.get(kind="conventions.file.imported")
    assert sentence(imported.kind, imported.by_label, imported.facts) == (
        "Le système a importé un fichier ; conventions : 2 ; organismes nouveaux : 1."
    )


def test_person_of_two_conventions_keeps_one_identifiant(bring):
    bring(GOOD, SECOND)
    person = Utilisateur.objects.get(courriel="camille.roux@example.fr")
    assert person.rattachements.count() == 2
    assert Courriel.objects.filter(to=person.courriel).count() == 2


def test_convention_not_validated_opens_nothing(bring):
    bring(
        GOOD
        | {"validated_on": "", "administrateur_nom": "", "administrateur_prenom": "", "administrateur_courriel": ""}
    )
    convention = Convention.objects.get(numero=2001)
    assert convention.etat == "proposee"
    assert not Groupe.objects.filter(convention=convention).exists()


@pytest.mark.parametrize(
    ("separator", "encoding"), [(";", "utf-8"), (",", "utf-8"), (";", "utf-8-sig"), (",", "utf-8-sig")]
)
def test_spreadsheets_of_all_kinds_are_read(bring, separator, encoding):
    bring(GOOD, separator=separator, encoding=encoding)
    assert Organisme.objects.get(siret=GOOD["siret"]).adresse == "3, rue du Vallon"


def test_check_writes_nothing(bring):
    said = bring(GOOD, check=True)
    assert "conventions 1, organismes nouveaux 1" in said
    assert not Convention.objects.filter(numero=2001).exists()
    assert not JournalEntry.objects.filter(kind__startswith="conventions.").exists()


TOMORROW = f"{timezone.localdate() + timedelta(days=2):%Y-%m-%d}"


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("numero", "", "la case est vide"),
        ("numero", "ABC", "n'est pas un numéro"),
        ("numero", "0", "n'est pas un numéro"),
        ("numero", "123456", "n'est pas un numéro"),
        ("numero", "02001", "existe déjà"),
        ("libelle", "x" * 161, "dépasse 160 caractères"),
        ("administrateur_prenom", "!!! 12345", "Écrivez ce nom en lettres"),
        ("siret", "123", "écrivez ses 14 chiffres."),
        ("siret", "123 456", "écrivez ses 14 chiffres, sans espace."),
        ("siret", "00013213400017", "clé du SIRET"),
        ("raison_sociale", "Un autre nom", "déjà celui de"),
        ("type", "planète", "est inconnu"),
        ("code_postal", "1399", "code postal"),
        ("caf_pivot", "999", "est inconnue"),
        ("cafs", "061", "n'y figure pas"),
        ("cafs", "132|999", "est inconnue"),
        ("opens_on", "31/02/2026", "Le 31/02/2026 n'existe pas"),
        ("opens_on", "demain", "n'est pas une date"),
        ("opens_on", "", "la case est vide"),
        ("closes_on", "2025-12-31", "précède"),
        ("validated_on", TOMORROW, "à l'avance"),
        ("finalites", "y" * 201, "raccourcissez cette finalité"),
        ("roles", "cdap.t99", "le rôle « cdap.t99 » est inconnu"),
        ("administrateur_courriel", "camille", "n'est pas une adresse mail"),
        ("administrateur_courriel", "", "la case est vide"),
        ("administrateur_nom", "Rousse", "celle d'une autre personne"),
    ],
)
def test_one_wrong_cell_stops_the_whole_file(bring, column, value, told):
    with pytest.raises(CommandError) as error:
        bring(GOOD, SECOND | {column: value})
    at = "administrateur_courriel" if column == "administrateur_nom" else column
    assert f"ligne 3, colonne {at} : " in str(error.value)
    assert told in str(error.value)
    assert not Convention.objects.filter(numero__in=[2001, 2002]).exists()
    assert not Utilisateur.objects.filter(courriel=GOOD["administrateur_courriel"]).exists()
    assert not Courriel.objects.filter(to=GOOD["administrateur_courriel"]).exists()


def test_validated_convention_needs_its_administrateur(bring):
    nobody = {name: "" for name in GOOD if name.startswith("administrateur")}
    with pytest.raises(CommandError, match="ligne 2, colonne administrateur_nom"):
        bring(GOOD | nobody)


def test_agent_of_a_caf_administers_no_partner(bring, ground):
    agent = ground.people["marchand"]
    names = {"administrateur_nom": agent.nom, "administrateur_prenom": agent.prenom}
    with pytest.raises(CommandError, match="celle d'une autre personne"):
        bring(GOOD | names | {"administrateur_courriel": agent.courriel})


def test_all_mistakes_are_told_at_once(bring):
    with pytest.raises(CommandError) as error:
        bring(GOOD | {"siret": "1", "caf_pivot": "999"}, SECOND | {"roles": "rien"})
    assert "Erreurs : 4." in str(error.value)


def test_file_imported_twice_is_refused(bring):
    bring(GOOD)
    with pytest.raises(CommandError, match="existe déjà"):
        bring(GOOD)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Il manque"),
        (b"numero;libelle\n1;a\n", "Il manque"),
        (";".join([*GOOD, "couleur"]).encode(), "Colonnes inconnues : couleur"),
        (";".join([*GOOD, "numero"]).encode(), "deux fois : numero"),
        ((";".join(GOOD) + "\né").encode("latin-1"), "Ligne 2 : le fichier n'est pas en UTF-8"),
        ((";".join(GOOD) + "\n" + ";" * 30 + "x").encode(), "Ligne 2 : 31 cases"),
        ((";".join(GOOD) + '\n"a').encode(), "mal formé"),
    ],
)
def test_file_that_cannot_be_read_says_why(content, told):
    with pytest.raises(Refused, match=told):
        lines_of(content)


def test_lines_are_counted_as_in_an_editor():
    row = ";".join(["1", '"a\nb"', *["x"] * (len(GOOD) - 2)])
    content = f"{';'.join(GOOD)}\n{row}\n\n{row}\n".encode()
    assert [line for line, _ in lines_of(content)] == [2, 5]


def test_missing_file_is_told(tmp_path):
    with pytest.raises(CommandError, match="ne peut être lu"):
        call_command("import_conventions", str(tmp_path / "absent.csv"))


def test_siret_of_la_poste_has_its_own_key():
    assert rules.refuse_siret("35600000049837") is None
    assert rules.refuse_siret("35600000049838") is not None
