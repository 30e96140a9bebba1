"""A bulletin tried before it is proposed: it changes for good only by an avenant that both sides sign."""

from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction

from portail.conventionnement import rules
from portail.conventionnement.actions.effets import set_bulletins
from portail.conventionnement.actions.versions import draft_avenant, part_digest, set_part, starting_point
from portail.conventionnement.models import Bulletin, Contenu, VersionConvention
from portail.conventions.models import Convention
from portail.habilitations.acteur import Acteur
from portail.habilitations.actions.common import allow
from portail.habilitations.actions.conventions import open_service_groupes


def with_bulletins(contenu: Contenu, bulletins: Iterable[Bulletin]) -> Contenu:
    """The contents with these bulletins in the place of those of the same services."""
    by_service = {bulletin.service: bulletin for bulletin in [*contenu.bulletins, *bulletins]}
    return replace(contenu, bulletins=list(by_service.values()))


@transaction.atomic
def try_bulletin(*, by: Acteur, convention: Convention, bulletins: Iterable[Bulletin]) -> list[str]:
    """Does what an avenant that says these bulletins would do to rights; the caller takes it back.

    :raises Refused: when a rule forbids such an avenant
    """
    wanted = list(bulletins)
    contenu = with_bulletins(starting_point(convention), wanted)
    allow(rules.refuse_avenant(by, convention))
    allow(next(filter(None, (rules.refuse_bulletin(contenu, bulletin) for bulletin in wanted)), None))
    effects = set_bulletins(convention, contenu, by.on)
    open_service_groupes(by=by, convention=convention, opens_on=max(convention.opens_on, by.on))
    return effects


@transaction.atomic
def draft_bulletins(
    *, by: Acteur, convention: Convention, bulletins: Iterable[Bulletin], motif: str
) -> VersionConvention:
    """Begins an avenant that says these bulletins, to be read, completed, proposed and signed.

    :raises Refused: when a rule forbids it
    """
    version = draft_avenant(by=by, convention=convention, motif=motif)
    wanted = with_bulletins(version.told, bulletins).bulletins
    set_part(
        by=by,
        version=version,
        part="bulletins",
        values={"bulletins": wanted},
        seen=part_digest(version, "bulletins"),
    )
    version.refresh_from_db()
    return version
