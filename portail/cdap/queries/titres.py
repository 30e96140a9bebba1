"""In which quality a person consults: a profile, under a convention, with its purposes and its Cafs."""

from dataclasses import dataclass

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
