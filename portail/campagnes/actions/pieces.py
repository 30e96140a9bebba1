"""The files of an audit pack, each with how it was made."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from portail.campagnes.models import DossierAudit
from portail.campagnes.queries import effects_of, progress_of, scope_in_words
from portail.campagnes.queries.dossiers import campagnes_in, changes_in, rights_on, seals_over, unused_on
from portail.habilitations.models import Habilitation
from portail.journal import events
from portail.journal.queries.verification import Verification, verification
from portail.supervision.queries.habilitations import Search
from portail.supervision.tables import HabilitationTable
from portail.ui.gateway import MANIFEST, made_csv
from portail.ui.templatetags.ui import instant


@dataclass(frozen=True)
class Piece:
    """A file: its name, what it says and how it was made, and what makes it from some conventions."""

    name: str
    told: str
    make: Callable[[list[int], DossierAudit], bytes]


def _rights(rows: Iterable[Habilitation], day: date) -> bytes:
    """The columns of « Suivi des habilitations »."""
    header = next(iter(HabilitationTable([], asked=Search(jour=day)).as_values()))
    return made_csv([header, *_told(rows, day)])


def _told(rows: Iterable[Habilitation], day: date) -> Iterator[list[Any]]:
    batch: list[Habilitation] = []
    for row in rows:
        batch.append(row)
        if len(batch) == 2000:
            yield from _values(batch, day)
            batch = []
    yield from _values(batch, day)


def _values(batch: list[Habilitation], day: date) -> list[list[Any]]:
    return list(HabilitationTable(batch, asked=Search(jour=day), limit=len(batch)).as_values())[1:]


def _rights_before(conventions: list[int], dossier: DossierAudit) -> bytes:
    return _rights(rights_on(conventions, dossier.since), dossier.since)


def _rights_after(conventions: list[int], dossier: DossierAudit) -> bytes:
    return _rights(rights_on(conventions, dossier.until), dossier.until)


def _changes(conventions: list[int], dossier: DossierAudit) -> bytes:
    entries = changes_in(conventions, dossier.since, dossier.until)
    header = ("N°", "Date et heure", "Auteur", "Organisation", "Acte", "Résultat", "Empreinte SHA-256 de la ligne")
    return made_csv(
        [
            header,
            *(
                (
                    entry.pk,
                    f"{timezone.localtime(entry.recorded_at):%d/%m/%Y %H:%M:%S}",
                    f"{entry.by_label} ({entry.by})",
                    entry.organisation,
                    events.sentence(entry.kind, entry.by_label, entry.facts),
                    entry.get_result_display(),
                    bytes(entry.digest).hex(),
                )
                for entry in entries.iterator()
            ),
        ]
    )


def _campagnes(conventions: list[int], dossier: DossierAudit) -> bytes:
    header = (
        *("N°", "Intitulé", "Périmètre", "Préparée par", "Lancée le", "Échéance", "Sort des lignes sans réponse"),
        *("État", "Lignes", "Répondues", "Effets", "SHA-256 du dossier de preuve"),
    )
    rows = []
    for campagne in campagnes_in(conventions, dossier).select_related("preuve").defer("preuve__contenu"):
        progress = progress_of(campagne)
        effects = ", ".join(f"{value} : {count}" for value, count in sorted(effects_of(campagne).items()))
        proof = campagne.preuve.empreinte if campagne.preuve else ""
        rows.append(
            (
                *(campagne.pk, campagne.libelle, scope_in_words(campagne), campagne.asked_by.nom_complet),
                *(instant(campagne.launched_at), campagne.ends_on, campagne.regle_in_words),
                *(campagne.get_etat_display(), progress.total, progress.answered, effects, proof),
            )
        )
    return made_csv([header, *rows])


def _unused(conventions: list[int], dossier: DossierAudit) -> bytes:
    header = ("Identifiant", "Nom", "Prénom", "Organisme", "Convention", "Accès ouvert le", "Dernière connexion")
    rows = (
        (
            row.utilisateur.identifiant,
            row.utilisateur.nom,
            row.utilisateur.prenom,
            row.convention.organisme.raison_sociale,
            row.convention.libelle,
            row.opens_on,
            instant(row.utilisateur.last_login) or "jamais",
        )
        for row in unused_on(conventions, dossier.until).iterator()
    )
    return made_csv([header, *rows])


def _seals(conventions: list[int], dossier: DossierAudit) -> bytes:
    header = ("Scellé le", "Première ligne", "Dernière ligne", "Lignes", "SHA-256 du sceau")
    rows = (
        (instant(seal.sealed_at), seal.first_entry, seal.last_entry, seal.entries, bytes(seal.digest).hex())
        for seal in seals_over(dossier.since, dossier.until)
    )
    return made_csv([header, *rows])


def _integrity(conventions: list[int], dossier: DossierAudit) -> bytes:
    seals = list(seals_over(dossier.since, dossier.until))
    cover = (
        f"Sceaux de la période : {len(seals)}, de la ligne n° {seals[0].first_entry} à la ligne n° "
        f"{seals[-1].last_entry}."
        if seals
        else "Aucun sceau n'a été posé pendant la période."
    )
    told = _told_of(verification())
    text = f"Vérification du journal faite le {instant(timezone.now())}.\n\n{told}\n\n{cover}\n"
    return text.encode()


def _told_of(found: Verification) -> str:
    if found.is_unproved:
        return f"LE JOURNAL N'EST PAS PROUVÉ : {found.sentence}. Prévenez le responsable de la sécurité."
    if found.fault is not None:
        return (
            f"LE JOURNAL N'EST PAS INTACT à partir de la ligne n° {found.fault.entry} ({found.fault.sentence}) : "
            "prévenez le responsable de la sécurité."
        )
    resumed = "".join(
        f"\nLe {instant(each.noted_at)}, la base a été remise à la ligne n° {each.last_entry} : {each.reason}"
        for each in found.resumed
    )
    return (
        f"Le journal est intact : les {found.entries} lignes ont l'empreinte qu'elles avaient à l'écriture, et les "
        f"{found.outside} sceaux gardés hors de la base retrouvent les leurs, dans leur ordre. Lignes pas encore "
        f"scellées : {found.unsealed}.{resumed}"
    )


PIECES = (
    Piece(
        "habilitations-debut.csv",
        "qui avait quel droit le premier jour de la période, d'après ce que le portail sait aujourd'hui",
        _rights_before,
    ),
    Piece("habilitations-fin.csv", "qui avait quel droit le dernier jour de la période, de même", _rights_after),
    Piece(
        "changements.csv",
        "chaque acte et chaque refus du journal sur ces conventions pendant la période, avec son auteur",
        _changes,
    ),
    Piece("campagnes.csv", "les campagnes de revalidation en cours à un moment de la période", _campagnes),
    Piece(
        "comptes-inutilises.csv",
        "les personnes dont l'accès était ouvert le dernier jour et qui ne s'étaient pas connectées depuis longtemps ; "
        "une connexion plus récente que la période les en retire",
        _unused,
    ),
    Piece("sceaux.csv", "les sceaux du journal posés pendant la période, et le premier posé après", _seals),
    Piece(
        "integrite-du-journal.txt",
        "le résultat de la vérification de tout le journal, refaite pour ce dossier",
        _integrity,
    ),
)


def readme(dossier: DossierAudit) -> str:
    """How each file was made, and how to check that none was changed since."""
    files = "\n".join(f"- {piece.name} : {piece.told}." for piece in PIECES)
    return f"""DOSSIER D'AUDIT DES HABILITATIONS

Périmètre : {dossier.perimetre_in_words}
Période : du {dossier.since:%d/%m/%Y} au {dossier.until:%d/%m/%Y}, ces deux jours compris
Demandé par : {dossier.asked_by.nom_complet} ({dossier.asked_by.identifiant}), le {instant(dossier.asked_at)}
Fait le : {instant(timezone.now())}

FICHIERS
{files}

Les fichiers CSV sont en UTF-8, séparés par des points-virgules. Un texte qu'un tableur prendrait pour une formule est
précédé d'une apostrophe.

VÉRIFIER CE DOSSIER
Le fichier {MANIFEST} donne l'empreinte SHA-256 de chaque fichier. Dans le dossier décompressé :
    Linux ou macOS : sha256sum -c {MANIFEST}   (ou : shasum -a 256 -c {MANIFEST})
    Windows        : Get-FileHash *.csv, *.txt -Algorithm SHA256
L'empreinte de l'archive entière est écrite au journal du portail, le jour où elle a été faite et à chaque
téléchargement.
"""
