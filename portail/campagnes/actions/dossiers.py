"""The audit pack: asked for in one click, made by a worker, kept some days."""

import logging
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from portail.campagnes import events, rules
from portail.campagnes.actions.pieces import PIECES, readme
from portail.campagnes.actions.preuves import keep_archive
from portail.campagnes.enums import EtatDossier
from portail.campagnes.models import Archive, DossierAudit, PieceDossier
from portail.campagnes.queries.dossiers import conventions_of
from portail.conventions.models import Convention, Organisme
from portail.habilitations.acteur import Acteur, acteur_for
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.ui.gateway import made_zip
from portail.ui.rules import Refused

logger = logging.getLogger(__name__)
_BROKEN = "Le dossier n'a pas pu être fait. Recommencez ; si cela se reproduit, contactez l'exploitant du portail."
_NO_LONGER = "La personne qui l'a demandé ne suit plus ces habilitations."


@transaction.atomic
def ask_dossier(
    *, by: Acteur, since: date, until: date, organisme: Organisme | None = None, convention: Convention | None = None
) -> DossierAudit:
    """Has the proofs of a scope gathered by a worker; without organisation or convention, those of the whole Caf.

    :raises Refused: when a rule forbids it
    """
    allow(rules.refuse_asking(by))
    allow(rules.refuse_period(since, until, by.on))
    allow(rules.refuse_second(by))
    dossier = DossierAudit.objects.create(
        caf=by.caf,
        organisme=organisme,
        convention=convention,
        since=since,
        until=until,
        to_do=len(PIECES),
        asked_by=by.utilisateur,
    )
    _record(events.PACK_ASKED, by, dossier)
    app.configure_task("campagnes.make_dossier", queue="imports").defer(pk=dossier.pk)
    return dossier


def _record(kind: Any, by: Acteur, dossier: DossierAudit, **facts: Any) -> None:
    periode = f"du {dossier.since:%d/%m/%Y} au {dossier.until:%d/%m/%Y}"
    about = [dossier, *([dossier.convention] if dossier.convention is not None else [])]
    journal.record(kind, by=by, about=about, perimetre=dossier.perimetre_in_words, periode=periode, **facts)


def make_all() -> None:
    """Those whose worker was stopped."""
    for pk in DossierAudit.objects.filter(etat=EtatDossier.EN_COURS).order_by("pk").values_list("pk", flat=True):
        make(pk)


def make(pk: int) -> None:
    """Makes the files of a pack one by one, then the pack; another worker would go on from the last one made."""
    while _make_once(pk):
        pass


def _make_once(pk: int) -> bool:
    """One file, or the pack itself; False when it is done, or another worker is at it."""
    try:
        with transaction.atomic():
            return _one_piece(pk)
    except OperationalError:
        raise  # the base was away or busy: tried again within a minute
    except Refused as refusal:
        _stop(pk, str(refusal))
    except Exception:
        logger.exception("audit pack failed", extra={"dossier": pk})
        _stop(pk, _BROKEN)
    return False


def _one_piece(pk: int) -> bool:
    free = DossierAudit.objects.select_for_update(of=("self",), skip_locked=True)
    rows = free.select_related("caf", "organisme", "convention", "asked_by")
    dossier = rows.filter(pk=pk, etat=EtatDossier.EN_COURS).first()
    if dossier is None:
        return False
    acteur = _acteur(dossier)
    if dossier.done < len(PIECES):
        piece = PIECES[dossier.done]
        content = piece.make(conventions_of(acteur, dossier), dossier)
        PieceDossier.objects.create(dossier=dossier, nom=piece.name, contenu=content)
        dossier.done += 1
        dossier.save(update_fields=["done"])
    else:
        _finish(acteur, dossier)
    return True


def _acteur(dossier: DossierAudit) -> Acteur:
    """Who asked for it, as he may act by now.

    :raises Refused: when he follows this scope no more
    """
    organisme = dossier.convention.organisme_id if dossier.convention is not None and dossier.caf_id is None else None
    acteur = acteur_for(dossier.asked_by, on=timezone.localdate(), organisme=organisme)
    is_of_caf = acteur.caf is not None and acteur.caf.pk == dossier.caf_id
    is_of_partner = dossier.caf_id is None and dossier.convention_id in acteur.administered
    if rules.refuse_asking(acteur) or not (is_of_caf or is_of_partner):
        raise Refused(_NO_LONGER)
    return acteur


def _finish(by: Acteur, dossier: DossierAudit) -> None:
    files = {piece.nom: bytes(piece.contenu) for piece in dossier.pieces.order_by("pk")}
    dossier.archive = keep_archive(made_zip({"LISEZ-MOI.txt": readme(dossier).encode(), **files}))
    dossier.etat, dossier.ended_at = EtatDossier.PRET, timezone.now()
    dossier.save(update_fields=["archive", "etat", "ended_at"])
    dossier.pieces.all().delete()
    _record(events.PACK_MADE, by, dossier, empreinte=dossier.archive.empreinte)


@transaction.atomic
def _stop(pk: int, sentence: str) -> None:
    stopped = DossierAudit.objects.filter(pk=pk, etat=EtatDossier.EN_COURS)
    stopped.update(etat=EtatDossier.ECHEC, sentence=sentence, ended_at=timezone.now())
    PieceDossier.objects.filter(dossier=pk).delete()


@transaction.atomic
def read_dossier(*, by: Acteur, dossier: DossierAudit) -> Archive:
    """The file, noted in the journal before it is given.

    :raises Refused: when it is not ready, or kept no more
    """
    allow(rules.refuse_downloading(by, dossier))
    archive = Archive.objects.get(pk=dossier.archive_id)  # type: ignore[misc]
    _record(events.PACK_READ, by, dossier, empreinte=archive.empreinte)
    return archive


@transaction.atomic
def purge_dossiers() -> int:
    """Erases the packs kept long enough; how many. Safe to run twice."""
    old = timezone.now() - timedelta(days=settings.PORTAIL["DOSSIER_DAYS"])
    ended = DossierAudit.objects.filter(etat=EtatDossier.PRET, ended_at__lt=old)
    archives = list(ended.values_list("archive", flat=True))
    count = ended.update(etat=EtatDossier.EFFACE, archive=None)
    Archive.objects.filter(pk__in=archives).delete()
    return count
