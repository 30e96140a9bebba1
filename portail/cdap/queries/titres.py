"""In which quality a person consults: a profile, under a convention, with its purposes and its Cafs."""

from collections.abc import Sequence
from dataclasses import dataclass

from portail.cdap.queries.matrices import matrices_of
from portail.cdap.roles import SERVICE
from portail.conventions.models import Caf, Convention
from portail.habilitations.acteur import Acteur


@dataclass(frozen=True)
class Titre:
    """`code` names it in a form."""

    role: str
    role_label: str
    convention: int
    convention_label: str
    organisme: int
    cafs: tuple[Caf, ...]
    finalites: tuple[str, ...]

    @property
    def code(self) -> str:
        return f"{self.convention}:{self.role}"


def titres_of(acteur: Acteur) -> list[Titre]:
    """Those of today, the convention first, then the profile in the order of the service."""
    held = {(right.convention, right.role) for right in acteur.rights if right.service == SERVICE.code}
    if not held:
        return []
    conventions = Convention.objects.filter(pk__in={convention for convention, _ in held}).prefetch_related("cafs")
    return [
        Titre(
            role.code,
            role.libelle,
            convention.pk,
            convention.libelle,
            convention.organisme_id,
            tuple(convention.cafs.all()),
            tuple(convention.finalites),
        )
        for convention in conventions.order_by("sort_key", "pk")
        for role in SERVICE.roles
        if (convention.pk, role.code) in held
    ]


def places_opening(acte: str, titres: Sequence[Titre]) -> list[tuple[Titre, Caf]]:
    """Each of them with each of its Cafs whose matrix opens this act to its profile; one read, however many Cafs."""
    matrices = matrices_of({caf.pk for titre in titres for caf in titre.cafs})
    return [(titre, caf) for titre in titres for caf in titre.cafs if acte in matrices[caf.pk].get(titre.role, ())]
