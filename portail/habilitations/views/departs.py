"""« Départ d'un collaborateur », from a person's page."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from portail.conventions.models import Rattachement
from portail.habilitations import actions, queries, rules
from portail.habilitations.forms import DepartForm
from portail.habilitations.queries.departs import leavable_for, left_alone
from portail.habilitations.views.common import under
from portail.habilitations.views.lots import PREFIX, lot_page
from portail.ui.pages import Request, page
from portail.ui.templatetags.ui import counted, elided


@page(find=queries.rattachement_for, refuse=rules.refuse_closing_utilisateur, methods=("GET", "POST"))
def depart_create(request: Request, rattachement: Rattachement) -> HttpResponse:
    """One date and one reason; what ends and what would be left without anybody is shown before."""
    acteur, utilisateur = request.acteur, rattachement.utilisateur
    everywhere = list(leavable_for(acteur, rattachement))
    form = DepartForm(request.POST or None, prefix=PREFIX, places=everywhere)

    def build(form: Any) -> Any:
        return actions.departure(acteur, form.left, form.closes_on, form.cleaned_data["motif"])

    alone = [groupe for each in everywhere for groupe in left_alone(each, acteur.on)]
    back = reverse("habilitations:utilisateur_view", args=[rattachement.convention_id, rattachement.pk])
    people = ("Utilisateurs", reverse("habilitations:utilisateur_list", args=[rattachement.convention_id]))
    return lot_page(
        request,
        form,
        everywhere,
        build=build,
        conventions=lambda: [each.convention for each in form.left],
        noun="convention,conventions",
        title=f"Départ {elided(utilisateur.nom_complet)}",
        breadcrumb=under(rattachement.convention, people, (utilisateur.nom_complet, back), ("Départ", None)),
        submit="Confirmer le départ",
        back=back,
        convention=rattachement.convention,
        danger=True,
        notice=_notice([groupe.libelle for groupe in alone]),
        lead=f"Tout ce que cette personne a dans {counted(len(everywhere), 'convention,conventions')} s'arrête en une "
        "fois : accès, groupes, responsabilités.",
    )


def _notice(groupes: list[str]) -> str:
    if not groupes:
        return ""
    return (
        f"Après ce départ, plus aucun responsable pour : {', '.join(groupes)}. "
        "L'administrateur les gérera ; vous pouvez d'abord nommer quelqu'un d'autre sur la page du groupe."
    )
