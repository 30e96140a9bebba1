"""The evidence file of a campaign: every line, a summary as an accessible PDF, and the digests of both."""

import hashlib
from typing import Any

from django.db import transaction
from django.utils import timezone

from portail.campagnes import events, rules
from portail.campagnes.actions.preparation import about
from portail.campagnes.enums import Effet, Reponse
from portail.campagnes.models import Archive, Campagne, LigneCampagne, ReponseCampagne
from portail.campagnes.queries import effects_of, lines_of, progress_of, reviewers_of, scope_in_words
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.ui.gateway import made_csv, made_pdf, made_zip
from portail.ui.templatetags.ui import instant

_HEADER = (
    *("Ligne", "Identifiant", "Nom", "Prénom", "Convention", "Groupe", "Rôles donnés"),
    *("Membre depuis le", "Jusqu'au (avant)", "Dernière connexion", "Demandé à", "Niveau", "Réponse"),
    *("Limite demandée", "Remarque", "Répondu par", "Répondu le", "Effet", "Précision"),
)
_ANSWERS = ("Ligne", "Identifiant", "Groupe", "Réponse", "Remarque", "Donnée par", "Donnée le")
_LABELS = [*Reponse.choices, ("", "Sans réponse")]
_LISTED = 500  # lines in the PDF; the CSV has them all


def keep_archive(content: bytes) -> Archive:
    """Keeps a file with its SHA-256."""
    digest = hashlib.sha256(content).hexdigest()
    return Archive.objects.create(contenu=content, empreinte=digest, taille=len(content))


def make_proof(by: Acteur, campagne: Campagne) -> None:
    """Makes the file of the campaign as it now stands, and journals its digest; the caller saves `preuve`."""
    lignes = list(lines_of(campagne).iterator())
    files = {
        "lignes.csv": made_csv([_HEADER, *[_row(rank, ligne) for rank, ligne in enumerate(lignes, 1)]]),
        "reponses.csv": made_csv([_ANSWERS, *_answers(campagne, lignes)]),
    }
    files["synthese.pdf"] = made_pdf("campagnes/preuve.typ", _summary(campagne, lignes, files))
    campagne.preuve = keep_archive(made_zip(files))
    journal.record(
        events.PROVED,
        by=by,
        about=about(campagne),
        numero=campagne.pk,
        campagne=campagne.libelle,
        empreinte=campagne.preuve.empreinte,
    )


def _row(rank: int, ligne: LigneCampagne) -> tuple[Any, ...]:
    person = ligne.utilisateur
    return (
        *(rank, person.identifiant, person.nom, person.prenom, ligne.convention.libelle, ligne.groupe.libelle),
        *(ligne.roles_in_words, _day(ligne.opens_on), _day(ligne.closes_on), instant(ligne.last_login) or "jamais"),
        *(ligne.relecteur_in_words, ligne.get_niveau_display(), ligne.get_reponse_display() or "Sans réponse"),
        *(_day(ligne.limite_on), ligne.motif, _who(ligne.answered_by), instant(ligne.answered_at)),
        *(ligne.get_effet_display(), ligne.sentence),
    )


def _answers(campagne: Campagne, lignes: list[LigneCampagne]) -> list[tuple[Any, ...]]:
    """Every answer in the order in which it was given, those corrected later included."""
    rank = {ligne.pk: (number, ligne) for number, ligne in enumerate(lignes, 1)}
    told = []
    rows = ReponseCampagne.objects.filter(ligne__campagne=campagne)
    for given in rows.select_related("given_by").order_by("given_at", "pk").iterator():
        number, ligne = rank[given.ligne_id]
        who, at = _who(given.given_by), instant(given.given_at)
        told.append((number, ligne.utilisateur.identifiant, ligne.groupe.libelle, given.in_words, given.motif, who, at))
    return told


def _who(person: Any) -> str:
    return f"{person.nom_complet} ({person.identifiant})" if person else ""


def _day(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def _summary(campagne: Campagne, lignes: list[LigneCampagne], files: dict[str, bytes]) -> dict[str, Any]:
    """What the template of the PDF reads."""
    progress, effects = progress_of(campagne), effects_of(campagne)
    changed = [ligne for ligne in lignes if ligne.effet not in (Effet.GARDE, Effet.INCHANGE)]
    return {
        "title": f"Campagne n° {campagne.pk} : {campagne.libelle}",
        "author": campagne.caf.nom if campagne.caf else str(campagne.convention),
        "facts": [
            ["Périmètre", scope_in_words(campagne)],
            ["Lancée le", instant(campagne.launched_at)],
            ["Échéance", _day(campagne.ends_on)],
            ["Sort des lignes sans réponse", campagne.regle_in_words],
            ["Réponses closes le", instant(campagne.closed_at)],
            ["Décidée par", _who(campagne.decided_by)],
            ["État", campagne.get_etat_display()],
            ["Document fait le", instant(timezone.now())],
        ],
        "answers": [[label, str(progress.by_answer.get(value, 0))] for value, label in _LABELS],
        "effects": [[Effet(value).label, str(count)] for value, count in effects.items()],
        "reviewers": [
            [_reviewer(row), str(row["lines"]), str(row["lines"] - row["left"]), str(row["left"])]
            for row in reviewers_of(campagne)[:_LISTED]
        ],
        "changes": [_change(ligne) for ligne in changed[:_LISTED]],
        "left_out": max(0, len(changed) - _LISTED),
        "digests": [[name, hashlib.sha256(content).hexdigest()] for name, content in files.items()],
    }


def _reviewer(row: dict[str, Any]) -> str:
    if row["relecteur"] is None:
        return "Administrateurs de la Caf"
    return f"{row['relecteur__prenom']} {row['relecteur__nom']}"


def _change(ligne: LigneCampagne) -> list[str]:
    person = f"{ligne.utilisateur.nom_complet} ({ligne.utilisateur.identifiant})"
    effect = f"{ligne.get_effet_display()}. {ligne.sentence}".strip()
    return [person, ligne.groupe.libelle, _who(ligne.answered_by) or "Sans réponse", effect]


@transaction.atomic
def read_proof(*, by: Acteur, campagne: Campagne) -> Archive:
    """The file, noted in the journal before it is given.

    :raises Refused: when there is none yet
    """
    allow(rules.refuse_proof(by, campagne))
    archive = Archive.objects.get(pk=campagne.preuve_id)  # type: ignore[misc]
    journal.record(
        events.PROOF_READ,
        by=by,
        about=about(campagne),
        numero=campagne.pk,
        campagne=campagne.libelle,
        empreinte=archive.empreinte,
    )
    return archive
