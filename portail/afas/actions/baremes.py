"""A Caf enters a figure or a threshold: a new row each time, the old ones stay readable."""

from decimal import Decimal

from django.db import transaction

from portail.afas import events
from portail.afas.calculs.ecriture import in_french
from portail.afas.models import ChiffreBareme, SeuilControle
from portail.afas.queries import baremes as queries
from portail.afas.queries.baremes import ChiffreLu, SeuilLu
from portail.afas.rules import baremes as rules
from portail.conventions.models import Caf
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.journal import actions as journal
from portail.ui.rules import Difference, Stale


@transaction.atomic
def enter_chiffre(*, by: Acteur, chiffre: ChiffreLu, valeur: Decimal, source: str, seen: int | None) -> ChiffreBareme:
    """From now on this figure counts for the exercice; what is already decided keeps its calculation.

    `seen` is the row that the person saw retained, None when it was none.

    :raises Refused: when a rule forbids it
    :raises Stale: when somebody has entered another one meanwhile
    """
    allow(rules.refuse_editing_baremes(by, chiffre))
    caf = _held(by)
    published = chiffre.published
    now = queries.chiffre_for(by, chiffre.type.code, chiffre.exercice, published.key)
    _still(now, seen)
    allow(rules.refuse_chiffre(now, valeur, source))
    made = ChiffreBareme.objects.create(
        caf=caf,
        type=chiffre.type.code,
        code=published.code,
        nature=published.nature,
        exercice=chiffre.exercice,
        valeur=valeur,
        source=source,
        entered_by=by.utilisateur,
    )
    journal.record(
        events.CHIFFRE_ENTERED,
        by=by,
        about=[made, caf],
        chiffre=chiffre.libelle,
        exercice=chiffre.exercice,
        type=chiffre.type_label,
        valeur=in_french(valeur, published.unite),
        source=source.rstrip("."),
    )
    return made


@transaction.atomic
def choose_seuil(*, by: Acteur, seuil: SeuilLu, valeur: Decimal, seen: int | None) -> SeuilControle:
    """From now on the checks of this type are made with this threshold; `seen` as for a figure.

    :raises Refused: when a rule forbids it
    :raises Stale: when somebody has chosen another one meanwhile
    """
    allow(rules.refuse_editing_baremes(by, seuil))
    caf = _held(by)
    now = queries.seuil_for(by, seuil.type.code, seuil.seuil.code)
    _still(now, seen)
    allow(rules.refuse_seuil(now, valeur))
    made = SeuilControle.objects.create(
        caf=caf, type=seuil.type.code, code=seuil.seuil.code, valeur=valeur, entered_by=by.utilisateur
    )
    journal.record(
        events.SEUIL_CHOSEN,
        by=by,
        about=[made, caf],
        seuil=seuil.libelle,
        type=seuil.type_label,
        valeur=in_french(valeur, seuil.seuil.unite),
    )
    return made


def _held(by: Acteur) -> Caf:
    """The person's Caf, whose barème nobody else changes meanwhile."""
    assert by.caf is not None  # noqa: S101 -- the rule has just said so
    return Caf.objects.select_for_update(no_key=True).get(pk=by.caf.pk)


def _still(now: ChiffreLu | SeuilLu, seen: int | None) -> None:
    current = now.own.pk if now.own else None
    if current != seen:
        raise Stale([Difference(now.libelle, "", f"{now.valeur_written}, par {now.entered_by}")])
