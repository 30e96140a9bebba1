"""A version as one reads it: on the page, in the PDF, and as what it changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from portail.conventionnement.models import Bulletin, Contenu, Personne, VersionConvention
from portail.conventions.enums import Partie, Qualite
from portail.conventions.models import Caf
from portail.habilitations import roles
from portail.ui.rules import Difference
from portail.ui.templatetags.ui import instant, phone


@dataclass(frozen=True)
class Section:
    """A part of the text: its rows, and for a list its elements one after the other, each with its own rows."""

    part: str
    title: str
    rows: list[tuple[str, str]]
    elements: list[tuple[str, list[tuple[str, str]]]]
    is_list: bool = False
    seen: str = ""
    addable: tuple[tuple[str, str], ...] = ()


def _day(told: str) -> str:
    return f"{date.fromisoformat(told):%d/%m/%Y}" if told else ""


def _dates(opens_on: str, closes_on: str) -> str:
    return (
        f"du {_day(opens_on)} au {_day(closes_on)}" if closes_on else f"à partir du {_day(opens_on)}, sans fin prévue"
    )


def _cafs(codes: list[str]) -> str:
    names = dict(Caf.objects.filter(code__in=codes).values_list("code", "nom"))
    return ", ".join(f"{names.get(code, 'Caf')} ({code})" for code in codes)


def sections(version: VersionConvention) -> list[Section]:
    """The whole text, part by part, in the order in which it is signed."""
    return sections_of(version.told)


def sections_of(contenu: Contenu) -> list[Section]:
    signataire = contenu.signataire
    return [
        Section(
            "perimetre",
            "Objet, Caf couvertes et dates",
            [
                ("Libellé", contenu.libelle),
                ("Caf couvertes", _cafs(contenu.cafs)),
                ("Dates", _dates(contenu.opens_on, contenu.closes_on)),
                ("Finalités", "\n".join(contenu.finalites)),
            ],
            [],
        ),
        Section(
            "contrat",
            "Contrat de service",
            [
                ("Gestion des habilitations", contenu.gestion_habilitations),
                ("Procédure en cas d'incident", contenu.procedure_incident),
            ],
            [],
        ),
        Section(
            "interlocuteurs",
            "Interlocuteurs",
            [],
            [
                (
                    f"{Partie(p.partie).label} : {Qualite(p.qualite).label}",
                    [("Nom", p.nom), ("Adresse mail", p.courriel), ("Téléphone", phone(p.telephone))],
                )
                for p in contenu.interlocuteurs
            ],
            is_list=True,
        ),
        Section("bulletins", "Bulletins d'adhésion", [], [_bulletin(b) for b in contenu.bulletins], is_list=True),
        Section(
            "administrateurs",
            "Administrateurs partenaires",
            [],
            [_person(person) for person in contenu.administrateurs],
            is_list=True,
        ),
        Section("signataire", "Signataire pour le partenaire", _person(signataire)[1] if signataire else [], []),
    ]


def _bulletin(bulletin: Bulletin) -> tuple[str, list[tuple[str, str]]]:
    service = roles.SERVICES.get(bulletin.service)
    limit = f"{bulletin.max_utilisateurs} au plus" if bulletin.max_utilisateurs else "sans limite"
    rows = [
        ("Rôles que l'organisme peut donner", "\n".join(roles.role(role).libelle for role in bulletin.roles)),
        ("Dates", _dates(bulletin.opens_on, bulletin.closes_on)),
        ("Utilisateurs", limit),
    ]
    if bulletin.finalite:
        rows.append(("Finalité propre", bulletin.finalite))
    return (service.libelle if service else bulletin.service), rows


def _person(person: Personne) -> tuple[str, list[tuple[str, str]]]:
    name = f"{person.prenom} {person.nom}"
    rows = [("Nom", name), ("Adresse mail", person.courriel)]
    if person.qualite:
        rows.insert(1, ("Qualité", person.qualite))
    if person.telephone:
        rows.append(("Téléphone", phone(person.telephone)))
    return name, rows


# What an avenant changes


def differences(version: VersionConvention) -> list[Difference]:
    """What an avenant changes in what it starts from, line by line; nothing for the first version."""
    if version.base is None:
        return []
    old, new = dict(_lines(Contenu.read(version.base))), dict(_lines(version.told))
    labels = [*old, *(label for label in new if label not in old)]
    return [
        Difference(label, old.get(label, ""), new.get(label, ""))
        for label in labels
        if old.get(label, "") != new.get(label, "")
    ]


def _lines(contenu: Contenu) -> Iterator[tuple[str, str]]:
    for section in sections_of(contenu):
        for label, value in section.rows:
            yield f"{section.title} – {label}", value
        for name, rows in section.elements:
            for label, value in rows:
                yield f"{section.title} – {name} – {label}", value


# The document


def document(version: VersionConvention, verify_url: str) -> dict[str, Any]:
    """All that the PDF says, as JSON: texts are data there, never markup."""
    convention = version.convention
    return {
        "title": f"{version.libelle} – {convention.libelle}",
        "numero": f"{convention.numero:05d}",
        "organisme": convention.organisme.raison_sociale,
        "siret": convention.organisme.siret,
        "adresse": f"{convention.organisme.adresse}, {convention.organisme.code_postal} {convention.organisme.commune}",
        "caf": convention.caf_pivot.nom,
        "etat": version.get_etat_display(),
        "motif": version.motif,
        "code": version.code or "",
        "empreinte": version.empreinte,
        "verify": verify_url,
        "sections": [
            {"title": s.title, "rows": s.rows, "elements": [{"title": name, "rows": rows} for name, rows in s.elements]}
            for s in sections(version)
        ],
        "signatures": [
            {"partie": s.get_partie_display(), "nom": s.nom, "qualite": s.qualite, "at": instant(s.signed_at)}
            for s in version.signatures.all()
        ],
    }
