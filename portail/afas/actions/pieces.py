"""What is written around a declaration: comments between its people, files joined, withdrawn, opened."""

import hashlib
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from portail.afas import events
from portail.afas.actions.common import held
from portail.afas.models import Declaration, MessageDeclaration, PieceDeclaration
from portail.afas.rules import declarations as rules
from portail.habilitations import gateway
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.habilitations.rules.justificatifs import cleaned_name, media_type_of, refuse_file
from portail.journal import actions as journal
from portail.journal.models import Result

PLACE = "pieces-afas"  # folder of the files, in the data of the portal


@transaction.atomic
def comment(*, by: Acteur, declaration: Declaration, text: str) -> MessageDeclaration:
    """Adds a comment that the partner's people of the declaration read; the Caf does not.

    :raises Refused: when a rule forbids it
    """
    allow(rules.refuse_commenting(by, declaration))
    added = MessageDeclaration.objects.create(declaration=declaration, author=by.utilisateur, text=text)
    _record(events.COMMENTED, by, declaration)
    return added


@transaction.atomic
def deposit_piece(
    *, by: Acteur, declaration: Declaration, libelle: str, file_name: str, content: bytes
) -> PieceDeclaration:
    """Joins a file; with an antivirus, it opens once it was analysed.

    :raises Refused: when a rule forbids it, or the file is not one that may be kept
    """
    declaration = held(declaration)
    allow(rules.refuse_joining(by, declaration))
    allow(refuse_file(content))
    media_type = media_type_of(content)
    piece = PieceDeclaration.objects.create(
        declaration=declaration,
        libelle=libelle,
        deposited_by=by.utilisateur,
        file_name=cleaned_name(file_name, media_type),
        media_type=media_type,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        stored_as=gateway.keep(content, PLACE),
    )
    _record(events.PIECE_DEPOSITED, by, declaration, piece=libelle)
    if gateway.has_antivirus():
        app.configure_task("afas.scan_piece", queue="entretien").defer(pk=piece.pk)
    return piece


def _record(kind: Any, by: journal.Author, declaration: Declaration, **facts: Any) -> None:
    journal.record(kind, by=by, about=[declaration, declaration.activite], declaration=str(declaration), **facts)


@transaction.atomic
def scan_piece(pk: int) -> None:
    """Has the antivirus read a file that waits for it; an infected one is destroyed and withdrawn. Safe to run twice.

    :raises OSError: when the antivirus does not answer or the file is not there; the job is tried again
    """
    rows = PieceDeclaration.objects.select_for_update(of=("self",)).select_related("declaration__activite")
    piece = rows.filter(pk=pk, is_scanned=False, withdrawn_at=None).first()
    if piece is None:
        return
    content = gateway.content_of(piece.stored_as, PLACE)
    if content is None:
        raise FileNotFoundError(f"le fichier de la pièce {pk} ne se trouve pas : il n'a pas été analysé")
    virus = gateway.virus_in(content)
    piece.is_scanned, piece.withdrawn_at = True, timezone.now() if virus else None
    piece.save(update_fields=["is_scanned", "withdrawn_at"])
    if virus:
        transaction.on_commit(partial(gateway.destroy, piece.stored_as, PLACE))
        author, refused = journal.SYSTEM, Result.REFUSED
        _record(events.PIECE_INFECTED, author, piece.declaration, piece=piece.libelle, virus=virus, result=refused)


def scan_pieces() -> None:
    """Those that wait for the antivirus, whose job was lost or gave up."""
    waiting = PieceDeclaration.objects.filter(is_scanned=False, withdrawn_at=None)
    for pk in waiting.order_by("pk").values_list("pk", flat=True) if gateway.has_antivirus() else ():
        scan_piece(pk)


@transaction.atomic
def withdraw_piece(*, by: Acteur, piece: PieceDeclaration) -> None:
    """Takes a file out of what will be transmitted; that it was there is kept, and its file.

    :raises Refused: when a rule forbids it, or somebody else has just done it
    """
    declaration = held(piece.declaration)
    piece = PieceDeclaration.objects.select_for_update().get(pk=piece.pk)
    piece.declaration = declaration
    allow(rules.refuse_withdrawing_piece(by, piece))
    piece.withdrawn_at = timezone.now()
    piece.save(update_fields=["withdrawn_at"])
    _record(events.PIECE_WITHDRAWN, by, declaration, piece=piece.libelle)


def open_piece(*, by: Acteur, piece: PieceDeclaration) -> bytes:
    """What the file holds; that it was opened is written first.

    :raises Refused: when a rule forbids it, or it is no longer there
    """
    allow(rules.refuse_opening_piece(by, piece))
    _record(events.PIECE_OPENED, by, piece.declaration, piece=piece.libelle)
    content = gateway.content_of(piece.stored_as, PLACE)
    allow("Ce fichier ne se trouve plus sur le serveur : prévenez votre Caf." if content is None else None)
    return content or b""
