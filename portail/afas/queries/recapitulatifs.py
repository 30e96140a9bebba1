"""A content as one reads it: on the page before signing, on that of a version, in the receipt."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from portail.afas.calculs import read_number
from portail.afas.models import VersionDeclaration
from portail.afas.queries.versions import Contenu, in_french
from portail.conventionnement.queries.documents import Document
from portail.ui.templatetags.ui import counted, instant


@dataclass(frozen=True)
class Ligne:
    """A field as one reads it, beside what it was the year before; `ecart` is « +18 % » from there to here."""

    libelle: str
    valeur: str
    n1: str = ""
    ecart: str = ""


@dataclass(frozen=True)
class Feuille:
    """A sheet: groups of lines, and who submitted it."""

    titre: str
    groupes: list[tuple[str, list[Ligne]]]
    soumis: str = ""


@dataclass(frozen=True)
class Controle:
    """What a check says: `statut` is bloquant, a_justifier, justifie, tient or sans_objet."""

    libelle: str
    statut: str
    mots: str
    message: str
    termes: list[Ligne]
    justification: str = ""
    auteur: str = ""


STATUTS = {
    "bloquant": ("refuse", "Bloque"),
    "a_justifier": ("a_completer", "À justifier"),
    "justifie": ("modifie", "Justifié"),
    "tient": ("valide", "Vérifié"),
    "sans_objet": ("inactif", "Non vérifiable"),
}


def feuilles(contenu: Contenu, n1: Contenu | None = None) -> list[Feuille]:
    """Every sheet in the order of the form; `n1` is what the réel of the year before said."""
    before = dict(_values(n1)) if n1 else {}
    return [
        Feuille(
            volet["libelle"],
            [
                (groupe["libelle"], [_ligne(champ, before.get(_place(volet, champ))) for champ in groupe["champs"]])
                for groupe in volet["groupes"]
            ],
            _who(volet["soumis"]),
        )
        for volet in contenu["volets"]
    ]


def _values(contenu: Contenu) -> Iterator[tuple[tuple[Any, ...], Mapping[str, Any]]]:
    for volet in contenu["volets"]:
        for groupe in volet["groupes"]:
            for champ in groupe["champs"]:
                yield _place(volet, champ), champ


def _place(volet: Mapping[str, Any], champ: Mapping[str, Any]) -> tuple[Any, ...]:
    return volet["kind"], volet["lieu"], champ["code"]


def _ligne(champ: Mapping[str, Any], before: Mapping[str, Any] | None) -> Ligne:
    if before is None:
        return Ligne(champ["libelle"], in_french(champ))
    return Ligne(champ["libelle"], in_french(champ), in_french(before), _ecart(champ["valeur"], before["valeur"]))


def _ecart(valeur: str | None, before: str | None) -> str:
    """How far the one is from the other; nothing between equals, or where there is no number to divide by."""
    now, then = read_number(valeur), read_number(before)
    if now is None or not then or now == then or {valeur, before} & {"oui", "non"}:
        return ""
    return f"{(now - then) / abs(then) * 100:+.0f} %"


def totaux(contenu: Contenu, n1: Contenu | None = None) -> list[Ligne]:
    before = {total["code"]: total for total in n1["totaux"]} if n1 else {}
    return [_ligne(total, before.get(total["code"])) for total in contenu["totaux"]]


def controles(contenu: Contenu) -> list[Controle]:
    """What blocks first, then what asks for an answer, what has one, what holds, what cannot be told."""
    told = [_controle(constat) for constat in contenu["constats"]]
    order = list(STATUTS)
    return sorted(told, key=lambda controle: order.index(controle.statut))


def _controle(constat: Mapping[str, Any]) -> Controle:
    said = constat["justification"]
    return Controle(
        constat["libelle"],
        _statut(constat),
        constat["mots"],
        constat["message"],
        [Ligne(terme["libelle"], in_french(terme) or "non renseigné", terme["source"]) for terme in constat["termes"]],
        said["texte"] if said else "",
        _who(said),
    )


def _statut(constat: Mapping[str, Any]) -> str:
    if constat["tient"] is None:
        return "sans_objet"
    if constat["tient"]:
        return "tient"
    if constat["niveau"] == "bloquant":
        return "bloquant"
    return "justifie" if constat["justification"] else "a_justifier"


def controles_in_words(contenu: Contenu) -> str:
    """« 1 bloque, 2 justifiés, 9 vérifiés »: what a list says of the checks."""
    found = [controle.statut for controle in controles(contenu)]
    nouns = {
        "bloquant": "bloque,bloquent",
        "a_justifier": "à justifier,à justifier",
        "justifie": "justifié,justifiés",
        "tient": "vérifié,vérifiés",
    }
    told = [counted(found.count(statut), noun) for statut, noun in nouns.items() if statut in found]
    return ", ".join(told) or "aucun contrôle"


def _who(signed: Mapping[str, str] | None) -> str:
    return f"{signed['par']}, le {instant(datetime.fromisoformat(signed['le']))}" if signed else ""


def late_days(version: VersionDeclaration) -> int:
    """How many days after the due date it was transmitted; zero when in time."""
    due = date.fromisoformat(version.contenu["echeance"]["due_on"])
    return max(0, (timezone.localdate(version.approved_at) - due).days)


def late_in_words(version: VersionDeclaration) -> str:
    """« transmise avec 3 jours de retard »; nothing when in time, nor for a correction, that has no due date."""
    days = late_days(version) if version.numero == 1 else 0
    return f"transmise avec {counted(days, 'jour,jours')} de retard" if days else ""


def receipt(version: VersionDeclaration, verify_url: str) -> dict[str, Any]:
    """All that the « Accusé de transmission » says, as JSON: texts are data there, never markup."""
    contenu = version.contenu
    activite, echeance = contenu["activite"], contenu["echeance"]
    rows = [
        ("Organisme", f"{activite['organisme']} (SIRET {activite['siret']})"),
        ("Activité", activite["libelle"]),
        ("N° de dossier", activite["numero_dossier"]),
        ("Type et nature", f"{activite['type_libelle']}, {activite['nature_libelle'].lower()}"),
        ("Déclaration", echeance["libelle"]),
        ("À rendre le", f"{date.fromisoformat(echeance['due_on']):%d/%m/%Y}"),
        ("Version", str(version.numero)),
        ("Objet de la correction", version.motif),
        ("Signée et transmise par", version.approved_by.nom_complet),
        ("Le", instant(version.approved_at)),
        ("Délai", _delay(version)),
    ]
    return {
        "title": f"Accusé de transmission – {activite['libelle']} – {echeance['libelle']}",
        "caf": activite["caf_nom"],
        "rows": [row for row in rows if row[1]],
        "feuilles": [
            {"titre": feuille.titre, "soumis": feuille.soumis, "rows": _pairs(feuille)} for feuille in feuilles(contenu)
        ],
        "totaux": [(ligne.libelle, ligne.valeur) for ligne in totaux(contenu)],
        "controles": [_told(controle) for controle in controles(contenu) if controle.statut != "sans_objet"],
        "code": version.code,
        "empreinte": version.empreinte,
        "verify": verify_url,
    }


def _delay(version: VersionDeclaration) -> str:
    """Of a first version only: a correction has no due date."""
    if version.numero > 1:
        return ""
    return late_in_words(version) or "transmise dans les délais"


def _pairs(feuille: Feuille) -> list[tuple[str, str]]:
    return [(ligne.libelle, ligne.valeur) for _, lignes in feuille.groupes for ligne in lignes]


def _told(controle: Controle) -> tuple[str, str]:
    said = f" : {controle.justification} ({controle.auteur})" if controle.justification else ""
    return controle.libelle, STATUTS[controle.statut][1] + said


def receipt_by_code(code: str) -> Document | None:
    """What the public page tells of a transmitted version: that it is, of whom, and whether another replaced it."""
    version = VersionDeclaration.objects.filter(code=code).first()
    if version is None:
        return None
    newer = VersionDeclaration.objects.filter(declaration=version.declaration_id, numero__gt=version.numero)
    is_last = not newer.exists()
    contenu = version.contenu
    return Document(
        tone="success" if is_last else "info",
        text=_IN_FORCE if is_last else _REPLACED,
        rows=[
            ("Document", f"Accusé de transmission, {contenu['echeance']['libelle']}, version {version.numero}"),
            ("Organisme", contenu["activite"]["organisme"]),
            ("Activité", contenu["activite"]["libelle"]),
            ("Caf", contenu["activite"]["caf_nom"]),
            ("Transmise", instant(version.approved_at)),
        ],
        empreinte=version.empreinte,
    )


_IN_FORCE = "Cette déclaration a été signée et transmise à la Caf ; c'est sa dernière version."
_REPLACED = "Cette déclaration a été signée et transmise à la Caf ; une version transmise depuis la remplace."
