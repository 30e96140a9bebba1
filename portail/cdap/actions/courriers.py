"""Letters to allocataires: printed in lots by a job, handed out to a named person, posted, sometimes returned."""

import hashlib
from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from portail.cdap import events
from portail.cdap.calculs.lecture import month
from portail.cdap.enums import EtatEnvoi, EtatLotPostal
from portail.cdap.gateway.scelles import LOT
from portail.cdap.models import EnvoiPostal, LotPostal
from portail.cdap.queries.attestations import adresse_of, paper
from portail.cdap.rules import attestations as rules
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow, each_apart
from portail.journal import actions as journal
from portail.ui.gateway import made_csv, made_pdf, made_zip
from portail.ui.rules import Refused
from portail.ui.templatetags.ui import counted

_HEADER = ("Rang dans le fichier", "Courrier", "Attestation", "Mois", "Demandé le")


@transaction.atomic
def prepare_lot(*, by: Acteur) -> LotPostal:
    """Puts in a lot those that have waited longest; a job then prints them.

    :raises Refused: when a rule forbids it, or there is nothing to post
    """
    allow(rules.refuse_preparing(by))
    assert by.caf is not None  # noqa: S101 -- the rule has just said so
    caf = Caf.objects.select_for_update().get(pk=by.caf.pk)
    waiting = EnvoiPostal.objects.filter(caf=caf, etat=EtatEnvoi.A_ENVOYER).order_by("asked_at", "pk")
    found = list(waiting.values_list("pk", flat=True)[: settings.PORTAIL["CDAP_LOT_COURRIERS"]])
    if not found:
        raise Refused("Aucun courrier n'attend : il n'y a pas de lot à préparer.")
    lot = LotPostal.objects.create(caf=caf, nombre=len(found), made_by=by.utilisateur, made_at=timezone.now())
    EnvoiPostal.objects.filter(pk__in=found).update(lot=lot, etat=EtatEnvoi.EN_LOT)
    _record(events.LOT_POSTAL_PREPARED, by, lot, nombre=counted(lot.nombre, "courrier,courriers"))
    app.configure_task("cdap.print_lot", queue="imports").defer(pk=lot.pk)
    return lot


@transaction.atomic
def print_lot(pk: int) -> None:
    """Makes the file of the lot and closes it in the vault. Safe to run again."""
    lot = LotPostal.objects.select_for_update(of=("self",)).select_related("caf").get(pk=pk)
    if lot.etat != EtatLotPostal.PREPARATION:
        return
    content = _file_of(lot)
    lot.fichier = LOT.close(lot.caf, lot.pk, content)
    lot.empreinte, lot.etat = hashlib.sha256(content).hexdigest(), EtatLotPostal.PRET
    lot.save(update_fields=["fichier", "empreinte", "etat"])


def print_lots() -> None:
    """Those that a job left behind, each whatever becomes of another."""
    waiting = LotPostal.objects.filter(etat=EtatLotPostal.PREPARATION).order_by("pk")
    each_apart(waiting.values_list("pk", flat=True), print_lot)


def _file_of(lot: LotPostal) -> bytes:
    """One PDF of all the letters in their order, and the list of them, which says nothing of what they hold."""
    verify = settings.PUBLIC_URL + reverse("conventionnement:document_verify")
    rows = EnvoiPostal.objects.filter(lot=lot).select_related("caf", "attestation__caf").order_by("asked_at", "pk")
    envois = list(rows)
    lettres = [paper(envoi.attestation, verify, adresse_of(envoi)) for envoi in envois]
    pdf = made_pdf("cdap/attestation.typ", {"title": f"Courriers, lot n° {lot.pk}", "lettres": lettres})
    told = [_HEADER, *((rang, *_told(envoi)) for rang, envoi in enumerate(envois, 1))]
    return made_zip({"courriers.pdf": pdf, "bordereau.csv": made_csv(told)})


def _told(envoi: EnvoiPostal) -> tuple[str, str, str, date]:
    return str(envoi), envoi.get_kind_display(), month(envoi.mois), timezone.localdate(envoi.asked_at)


@transaction.atomic
def download(*, by: Acteur, lot: LotPostal) -> bytes:
    """The file of the lot, handed out to a named person.

    :raises Refused: when a rule forbids it, or it was posted meanwhile
    """
    lot = _held(lot)
    allow(rules.refuse_downloading(by, lot))
    _record(events.LOT_POSTAL_DOWNLOADED, by, lot, empreinte=lot.empreinte)
    return LOT.open(lot.caf, lot.pk, lot.fichier)


@transaction.atomic
def mark_posted(*, by: Acteur, lot: LotPostal) -> None:
    """Its letters left today; its file is no longer needed, and goes.

    :raises Refused: when a rule forbids it, or it was posted meanwhile
    """
    lot = _held(lot)
    allow(rules.refuse_marking_posted(by, lot))
    lot.etat, lot.posted_on, lot.fichier = EtatLotPostal.POSTE, by.on, None
    lot.save(update_fields=["etat", "posted_on", "fichier"])
    EnvoiPostal.objects.filter(lot=lot).update(etat=EtatEnvoi.POSTE, posted_on=by.on)
    _record(events.LOT_POSTAL_POSTED, by, lot, nombre=counted(lot.nombre, "courrier,courriers"))


@transaction.atomic
def mark_returned(*, by: Acteur, envoi: EnvoiPostal) -> None:
    """The post office brought it back.

    :raises Refused: when a rule forbids it, or somebody else noted it meanwhile
    """
    envoi = EnvoiPostal.objects.select_for_update(of=("self",)).select_related("attestation").get(pk=envoi.pk)
    allow(rules.refuse_returning(by, envoi))
    envoi.etat, envoi.returned_on = EtatEnvoi.REVENU, by.on
    envoi.save(update_fields=["etat", "returned_on"])
    journal.record(events.ENVOI_RETURNED, by=by, about=[envoi, envoi.attestation], courrier=f"courrier n° {envoi.pk}")


def _held(lot: LotPostal) -> LotPostal:
    return LotPostal.objects.select_for_update(of=("self",)).select_related("caf").get(pk=lot.pk)


def _record(kind: object, by: Acteur, lot: LotPostal, **facts: object) -> None:
    journal.record(kind, by=by, about=[lot], lot=f"lot de courriers n° {lot.pk}", **facts)  # type: ignore[arg-type]
